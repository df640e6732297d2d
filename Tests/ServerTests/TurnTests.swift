// Nobody's requests stop those of others: what takes long is cut into turns.

import Glibc
import Index
import Platform
import Synchronization
import Testing
import WireProtocol

@testable import Server

@Suite("turns")
struct TurnTests {
  private static let one = Party(user: 1, role: .read)
  private static let other = Party(user: 2, role: .read)

  @Test("go round the parties, and keep the order of each")
  func round() {
    var queue = TurnQueue<String>()
    for name in ["a1", "a2", "a3"] { queue.append(name, of: Self.one) }
    queue.append("b1", of: Self.other)
    #expect(queue.popFirst() == "a1")
    queue.append("b2", of: Self.other)
    #expect(queue.all.sorted() == ["a2", "a3", "b1", "b2"])
    #expect((0..<4).map { _ in queue.popFirst() } == ["b1", "a2", "b2", "a3"])
    #expect(queue.popFirst() == nil)
    #expect(queue.count == 0)
  }

  /// A thread that drops queries, as the query thread does.
  private final class Asked: WorkThread {
    static let duty = "answering"
    static let dropsWorkOfGone = true
    let log = KeptLog().log

    static func step(_ body: @escaping @Sendable (Asked) -> Outcome?) -> Work.Step {
      .queries { _ in .nothing }
    }
  }

  /// Runs what `submit` leaves in a queue, on a thread that begins when all of it is there.
  private func run(_ submit: (WorkQueue<Asked>) -> Void) throws {
    let queue = try WorkQueue<Asked>()
    submit(queue)
    queue.stop()
    try NamedThread("worker") { queue.run(Asked()) }.join()
  }

  @Test("of a step each are taken by work that has many, while others wait")
  func steps() throws {
    let done = Mutex<[String]>([])
    try run { queue in
      for (name, party, steps) in [("long", Self.one, 3), ("short", Self.other, 1)] {
        let left = Atomic<Int>(steps)
        queue.submit(of: Presence(of: party)) { _ in
          done.withLock { $0.append(name) }
          return left.subtract(1, ordering: .relaxed).newValue == 0 ? .nothing : nil
        }
      }
    }
    #expect(done.withLock { $0 } == ["long", "short", "long", "long"])
  }

  @Test("are not taken by queries of clients that have gone, but by their changes")
  func gone() throws {
    let done = Mutex<[String]>([])
    try run { queue in
      let asker = Presence(of: Self.one)
      asker.leave()
      let query = RequestNote(verb: GetRequest.verb)
      var change = RequestNote(verb: ReloadRequest.verb)
      change.change = Change("reading", of: "settings")
      for (note, name) in [(query, "query"), (change, "change")] {
        queue.submit(note, of: asker) { _ in
          done.withLock { $0.append(name) }
          return .nothing
        }
      }
    }
    #expect(done.withLock { $0 } == ["change"])
  }

  @Test("of prompt work and other work alternate")
  func prompt() throws {
    let done = Mutex<[String]>([])
    try run { queue in
      for name in ["GET", "GET", "GET", "METRICS", "METRICS"] {
        let request = name == "GET" ? GetRequest.verb : MetricsRequest.verb
        var note = RequestNote(verb: request)
        note.isPrompt = name == "METRICS"
        queue.submit(note, of: Presence(of: Self.one)) { _ in
          done.withLock { $0.append(name) }
          return .nothing
        }
      }
    }
    #expect(done.withLock { $0 } == ["METRICS", "GET", "METRICS", "GET", "GET"])
  }

  @Test("tell how much waits, and for how long")
  func backlog() throws {
    let queue = try WorkQueue<Asked>()
    #expect(queue.backlog == Backlog())
    queue.submit { _ in .nothing }
    queue.submit(of: Presence(of: Self.one)) { _ in .nothing }
    usleep(2_000)
    #expect(queue.backlog.count == 2)
    #expect(queue.backlog.nanoseconds >= 2_000_000)
  }

  @Test("of a session end after a line that took long, and the rest of its input is answered in the next")
  func session() throws {
    let daemon = try BareDaemon()
    daemon.context.turnNanoseconds = 0
    var session = Session(role: .read)
    let input = Array("PING\nPING\nCHECK \(String(repeating: "x", count: 2_000))\nPING\n".utf8)
    var taken = 0
    var turns = 0
    while taken < input.count {
      taken += session.consume(input.span.extracting(taken..<input.count), isAtEnd: false, &daemon.context)
      let isOver = daemon.context.isTurnOver
      #expect(isOver)
      turns += 1
    }
    #expect(turns == 4)
    #expect(session.output.count { $0 == UInt8(ascii: "\n") } == 4)
  }

  @Test("do not end between short lookups, of which a read holds no more than a turn takes")
  func lookups() throws {
    let daemon = try BareDaemon()
    daemon.context.turnNanoseconds = 0
    var session = Session(role: .read)
    let input = Array(String(repeating: "CHECK flickr:99100000001\n", count: 2_000).utf8)
    #expect(session.consume(input.span, isAtEnd: false, &daemon.context) == input.count)
    let isOver = daemon.context.isTurnOver
    #expect(!isOver)
  }

  @Test("leave the answers as they are, also where each line takes one")
  func connection() throws {
    let pair = try ConnectionPair(.read)
    let connection = pair.connection
    let daemon = try BareDaemon()
    daemon.context.turnNanoseconds = 0
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Connection.readBytes, alignment: 64)
    defer { unsafe buffer.deallocate() }
    let request = Array("@1 PING\n@2 PING\n@3 PING\n".utf8)
    // Safe: as many bytes as the array has.
    #expect(unsafe write(pair.peer, request, request.count) == request.count)
    shutdown(pair.peer, Int32(SHUT_WR))
    unsafe connection.receive(buffer, &daemon.context)
    #expect(connection.awaitsTurn)
    #expect(connection.wantedInterest == 0)
    #expect(!connection.isDone)
    // The next bytes wait too, since those before them took a turn.
    #expect(connection.queuesUp())
    var turns = 1
    while !connection.isDone, turns < 10 {
      unsafe connection.takeTurn(buffer, &daemon.context)
      turns += 1
    }
    #expect(connection.isDone)
    var reply = [UInt8](repeating: 0, count: 100)
    // Safe: at most as many bytes as the array has.
    let count = unsafe read(pair.peer, &reply, reply.count)
    #expect(String(decoding: reply[..<max(0, count)], as: UTF8.self) == "@1 PONG\n@2 PONG\n@3 PONG\n")
  }

  @Test("are waited for by a connection whose chunk took one and ended within a line")
  func partialLine() throws {
    let pair = try ConnectionPair(.read)
    let connection = pair.connection
    let daemon = try BareDaemon()
    daemon.context.turnNanoseconds = 0
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Connection.readBytes, alignment: 64)
    defer { unsafe buffer.deallocate() }
    func send(_ text: String) {
      let bytes = Array(text.utf8)
      // Safe: as many bytes as the array has.
      #expect(unsafe write(pair.peer, bytes, bytes.count) == bytes.count)
    }
    send("@1 PING\n@2 PI")
    unsafe connection.receive(buffer, &daemon.context)
    while connection.awaitsTurn { unsafe connection.takeTurn(buffer, &daemon.context) }
    #expect(connection.queuesUp())
    send("NG\n")
    unsafe connection.takeTurn(buffer, &daemon.context)
    var reply = [UInt8](repeating: 0, count: 100)
    // Safe: at most as many bytes as the array has.
    let count = unsafe read(pair.peer, &reply, reply.count)
    #expect(String(decoding: reply[..<max(0, count)], as: UTF8.self) == "@1 PONG\n@2 PONG\n")
  }

  @Test("are given up to a suggestion within the distance that it may have, and to nothing one past it")
  func nearNames() {
    func distance(_ one: String, _ other: String) -> Int? {
      NearName.distance(Array(one.utf8), Array(other.utf8), atMost: 2)
    }
    #expect(distance("parks", "parks") == 0)
    #expect(distance("", "ab") == 2)
    #expect(distance("", "abc") == nil)
    #expect(distance("kitten", "sitten") == 1)
    #expect(distance("kitten", "sittin") == 2)
    #expect(distance("kitten", "sitting") == nil)
    #expect(distance("abcdef", "cdef") == 2)
    #expect(distance("cdef", "abcdef") == 2)
    #expect(distance("abcdef", "defabc") == nil)
    let long = String(repeating: "b", count: 61)
    #expect(distance(long + "xy", long + "yz") == 2)
    #expect(NearName.nearest(to: "prks", among: ["parks", "perks"]) == "parks")
    #expect(NearName.nearest(to: "parx", among: ["pa", "parks", "park"]) == "park")
    #expect(NearName.nearest(to: "ab", among: ["cd"]) == nil)
  }
}
