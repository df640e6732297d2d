// What is bounded is shared: by users, and with administrators.

import Index
import Platform
import Testing
import WireProtocol

@testable import Server

@Suite("slots")
struct SlotTests {
  private static func party(_ user: UInt32, _ role: Role = .read) -> Party { Party(user: user, role: role) }

  @Test("of one user end at its share, those of all but administrators before the last, and theirs with it")
  func shares() throws {
    let slots = Slots(max: 16, of: "places are taken", share: UserShare(percent: 75))
    var held = try (0..<12).map { _ in try slots.take(for: Self.party(1)) }
    let own = #expect(throws: ProtocolError.self) { try slots.take(for: Self.party(1, .load)) }
    #expect(
      own?.line == "ERR BUSY RETRY 12 places are taken for this user alone; try again later")
    held += try (0..<2).map { _ in try slots.take(for: Self.party(2)) }
    let all = #expect(throws: ProtocolError.self) { try slots.take(for: Self.party(3)) }
    #expect(all?.line == "ERR BUSY RETRY 14 places are taken; try again later")
    held += try (0..<2).map { _ in try slots.take(for: Self.party(1, .admin)) }
    #expect(throws: ProtocolError.self) { try slots.take(for: Self.party(1, .admin)) }
    #expect(slots.value == 16)
    #expect(slots.value(of: 1) == 14)
    held.removeAll()
    #expect(slots.value == 0)
    #expect(slots.value(of: 1) == 0)
  }

  @Test("are at least one for each user, and all where one may hold all")
  func bounds() throws {
    let few = Slots(max: 1, of: "places are taken", share: UserShare(percent: 1))
    let one = try few.take(for: Self.party(1))
    #expect(throws: ProtocolError.self) { try few.take(for: Self.party(2)) }
    let all = Slots(max: 8, of: "places are taken", share: UserShare(percent: 100))
    let held = try (0..<7).map { _ in try all.take(for: Self.party(1)) }
    #expect(throws: ProtocolError.self) { try all.take(for: Self.party(1)) }
    #expect(held.count == 7)
    #expect(few.value == 1)
    withExtendedLifetime(one) {}
  }

  @Test("may hold a snapshot for as long as is stated, those of administrators for longer")
  func age() throws {
    let slots = Slots()
    let bound = ProtocolLimits.snapshotSecondsMax * 1_000_000_000
    let slot = try slots.take(for: Self.party(1))
    let now = MonotonicClock.nanoseconds
    try slot.checkAge(at: now + bound - 1_000_000_000)
    let refusal = #expect(throws: ProtocolError.self) { try slot.checkAge(at: now + bound) }
    #expect(refusal?.code == .busy)
    try slots.take(for: Self.party(1, .admin)).checkAge(at: now + 2 * bound)
  }

  @Test("of cross-references are not used up by one user, and end with the connection that has one")
  func crossrefs() throws {
    let daemon = try BareDaemon(userSharePercent: 50)
    let clients = (0..<5).map { _ in daemon.connect(.read) }
    for client in clients[..<4] { #expect(client.ask("XREF\n") == "OK\n") }
    #expect(clients[4].ask("XREF\n").hasPrefix("ERR BUSY RETRY 4 cross-references are open for this user"))
    #expect(daemon.connect(.admin).ask("XREF\n") == "OK\n")
    clients[0].leave()
    #expect(clients[4].ask("XREF\n") == "OK\n")
  }

  @Test("of loads are not used up by one user")
  func loads() throws {
    let daemon = try BareDaemon(userSharePercent: 25)
    let clients = (0..<5).map { _ in daemon.connect(.load) }
    for (number, client) in clients[..<4].enumerated() {
      #expect(client.ask("INGEST parks source=s\(number)\n").hasPrefix("OK load="))
    }
    #expect(clients[4].ask("INGEST parks source=t\n").hasPrefix("ERR BUSY RETRY 4 loads are open for"))
    #expect(daemon.connect(.admin).ask("INGEST parks source=u\n").hasPrefix("OK load="))
  }

  @Test("are given back when nothing comes for long, and the client hears of it with its next request")
  func lapse() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect(.load)
    #expect(client.ask("INGEST parks source=s\nROWS 1 1 19\nflickr:99100000001\n").contains("OK 0 block=1"))
    client.lapse()
    #expect(daemon.register.count == 0)
    let refusal = client.ask("ROWS 2 1 19\nflickr:99100000002\n")
    #expect(refusal.hasPrefix("ERR BUSY RETRY nothing came for \(ProtocolLimits.idleSecondsMax) seconds"))
    // The load is staged, and goes on where it was.
    #expect(client.ask("INGEST parks source=s\n").hasPrefix("OK load=parks.s block=1 "))
    #expect(client.ask("XREF\n") == "OK\n")
    client.lapse()
    #expect(daemon.crossrefs.value == 0)
    #expect(client.ask("TALLY\n").hasPrefix("ERR BUSY RETRY nothing came"))
    #expect(client.ask("XREF\n") == "OK\n")
  }

  @Test("of a cross-reference are kept for as long as its snapshot may be, whatever else is asked")
  func crossrefAge() throws {
    let daemon = try BareDaemon()
    let slots = Slots()
    let began = MonotonicClock.nanoseconds
    let reader = Crossref(
      daemon.index, givesMatches: false, slot: try slots.take(for: Self.party(1)),
      room: daemon.spools.room(for: Self.party(1)), ruleVersion: 1)
    let admin = Crossref(
      daemon.index, givesMatches: false, slot: try slots.take(for: Self.party(1, .admin)),
      room: daemon.spools.room(for: Self.party(1, .admin)), ruleVersion: 1)
    let bound = began + ProtocolLimits.snapshotSecondsMax * 1_000_000_000
    #expect(!reader.isTooOld(at: bound))
    #expect(reader.isTooOld(at: bound + 1_000_000_000))
    #expect(!admin.isTooOld(at: bound + 1_000_000_000))
  }

  @Test("of a connection are idle after the time that is stated, and not before")
  func idle() throws {
    let connection = try Connection(descriptor: -1, role: .read)
    let (now, bound) = (MonotonicClock.nanoseconds, ProtocolLimits.idleSecondsMax * 1_000_000_000)
    #expect(!connection.isIdle(at: now + bound - 1_000_000_000))
    #expect(connection.isIdle(at: now + bound))
  }

  @Test("of memory for replies get small where much waits for all readers, and as they were afterwards")
  func output() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    client.isReading = false
    let bound = ProtocolLimits.outputPendingAllBytesMax
    daemon.figures.outputChanged(by: bound - 1)
    client.send(String(repeating: "PING\n", count: 20_000))
    #expect(client.unconsumedCount == 0)
    daemon.figures.outputChanged(by: 1)
    client.send("PING\n")
    #expect(client.unconsumedCount == 5)
    daemon.figures.outputChanged(by: -1)
    client.send("")
    #expect(client.unconsumedCount == 0)
  }
}
