// A daemon and its clients in one thread, on a simulated clock, from a seed: bytes are cut at random places, jobs done in any
// order, clients go, time passes, the daemon is started again. Each reply is compared with the model.

import Foundation
import Index
import Synchronization
import TestSupport
import WireProtocol

@testable import Server

/// What a simulation has found.
struct SimulationFailure: Error, CustomStringConvertible {
  let description: String
}

final class Simulation {
  private let seed: Int
  private var random: SeededGenerator
  private let clock = SimulatedClock()
  private let folder: TemporaryFolder
  private var daemon: BareDaemon!
  private var clients: [SimulatedClient] = []
  private var clientCount = 0

  // The model.
  private var world = SimulatedWorld()
  /// Worlds that a reply may still show, the newest one last, and the number of the first.
  private var worlds: [SimulatedWorld] = [SimulatedWorld()]
  private var firstWorld = 0
  private var loads: [String: SimulatedLoad] = [:]
  private var loadCount = 0
  /// Of which the model notes nothing, so that it is wrong.
  private let forgottenImage: Int?
  /// What was said of a dataset of this content.
  private var digests: [DigestedContent: String] = [:]

  private(set) var step = 0
  private var log: [String] = []
  private(set) var tally: [String: Int] = [:]

  private struct DigestedContent: Hashable {
    let slug: String
    let rows: Set<SimulatedWorld.Row>
  }

  private static let slugs = ["ants", "bees", "cats", "dogs"]
  private static let roles: [Role] = [.read, .read, .read, .load, .load, .admin, .admin]
  private static let second = 1_000_000_000

  init(seed: Int, forgottenImage: Int? = nil) throws {
    self.seed = seed
    self.forgottenImage = forgottenImage
    random = SeededGenerator(seed: seed)
    folder = try TemporaryFolder()
    try start()
  }

  private func start() throws {
    var limits = IndexLimits.test
    // Spools and loads get to the disk.
    limits.spoolMemoryBytes = 2_000
    // One thread does all.
    limits.stagingLanes = 1
    // Loads take both ways, and young levels grow somewhat before they are folded.
    limits.youngRowsAlways = 6
    limits.youngShare = 12
    daemon = try BareDaemon(limits: limits, in: folder, userSharePercent: 50, clock: clock.read)
    daemon.context.turnNanoseconds = .max
    clients = Self.roles.map(connect)
  }

  private func connect(_ role: Role) -> SimulatedClient {
    clientCount += 1
    let client = SimulatedClient(clientCount, role, of: daemon)
    client.floor = newest
    client.lastActivity = clock.now
    return client
  }

  private var newest: Int { firstWorld + worlds.count - 1 }

  func run(steps: Int) throws {
    while step < steps {
      step += 1
      do {
        try act()
      } catch {
        throw SimulationFailure(
          description: "seed \(seed), step \(step): \(error)\n\(log.suffix(30).joined(separator: "\n"))")
      }
    }
  }

  private func note(_ what: String) {
    log.append("  \(step): \(what)")
    if log.count > 2_000 { log.removeFirst(1_000) }
  }

  // MARK: - Steps

  private func act() throws {
    // Nothing of a client may be held then.
    if Int.random(in: 0..<10_000, using: &random) == 0 { return try restart() }
    let place = Int.random(in: clients.indices, using: &random)
    let client = clients[place]
    switch Int.random(in: 0..<1_000, using: &random) {
    case 0..<300:
      if client.requests.count < 6 { ask(client) }
    case 300..<550:
      guard client.hasUnsent else { return }
      let count = client.unsentCount
      client.lastActivity = clock.now
      client.deliver(Bool.random(using: &random) ? count : Int.random(in: 1...count, using: &random))
    case 550..<750:
      guard client.hasJobs else { return }
      client.runJob { begin(&$0, client) }
    case 750..<880:
      guard client.hasOutcomes else { return }
      client.bringOutcome()
    case 880..<990:
      guard client.hasOutput else { return }
      let count = client.outputCount
      client.take(Bool.random(using: &random) ? count : Int.random(in: 0...count, using: &random))
    case 990..<993: pass()
    case 993..<996:
      daemon.idle()
      tally["idle times", default: 0] += 1
    default: return leave(place)
    }
    try compare(client)
  }

  /// Time passes: mostly little, now and then more than something may last.
  private func pass() {
    let most = [10, 10, 10, 400, 4_000].randomElement(using: &random)!
    clock.now += Int.random(in: 1...most, using: &random) * Self.second
    for client in clients where client.isQuiet {
      let isTooOld =
        client.role != .admin && client.crossref.map { isOverdue($0.began) } ?? false
      guard clock.now - client.lastActivity > ProtocolLimits.idleSecondsMax * Self.second || isTooOld else {
        continue
      }
      if client.lapse() {
        note("client \(client.number) lapses")
        tally["lapses", default: 0] += 1
        letGo(client)
      }
    }
  }

  private func isOverdue(_ began: Int) -> Bool {
    clock.now - began > ProtocolLimits.snapshotSecondsMax * Self.second
  }

  private func letGo(_ client: SimulatedClient) {
    if let load = client.load { loads[load]?.owner = nil }
    (client.load, client.crossref) = (nil, nil)
  }

  private func leave(_ place: Int) {
    let client = clients[place]
    note("client \(client.number) leaves")
    tally["leaves", default: 0] += 1
    client.leave(dropsQueries: Bool.random(using: &random)) { begin(&$0, client) }
    letGo(client)
    clients[place] = connect(client.role)
  }

  /// The daemon ends, in order or not, and starts again.
  private func restart() throws {
    let isOrderly = Bool.random(using: &random)
    note(isOrderly ? "restart" : "crash")
    tally[isOrderly ? "restarts" : "crashes", default: 0] += 1
    if isOrderly {
      for place in clients.indices { leave(place) }
      for (what, count) in [
        ("loads", daemon.register.count), ("streams", daemon.streams.value),
        ("cross-references", daemon.crossrefs.value), ("bytes of spools", daemon.spools.value),
      ] where count != 0 {
        throw SimulationFailure(description: "\(count) \(what) are left when all clients have gone")
      }
    } else {
      for name in loads.keys {
        if loads[name]!.owner != nil { loads[name]!.isUncertain = true }
        loads[name]!.owner = nil
      }
    }
    clients = []
    daemon = nil
    try start()
  }

  // MARK: - Requests

  private func subject() -> SimulatedWorld.Subject {
    switch Int.random(in: 0..<12, using: &random) {
    case 0: .nonsense
    case 1, 2: .account(Int.random(in: 0..<SimulatedWorld.accountCount, using: &random))
    default: .image(image(), form: Int.random(in: 0...1, using: &random))
    }
  }

  private func image() -> Int { Int.random(in: 0..<SimulatedWorld.imageCount, using: &random) }

  private func slug() -> String { Self.slugs.randomElement(using: &random)! }

  private func some(_ most: Int) -> [SimulatedWorld.Subject] {
    (0..<Int.random(in: 0...most, using: &random)).map { _ in subject() }
  }

  private func row() -> SimulatedWorld.Row? {
    guard Int.random(in: 0..<20, using: &random) > 0 else { return nil }
    let account =
      Bool.random(using: &random) ? Int.random(in: 0..<SimulatedWorld.accountCount, using: &random) : nil
    return SimulatedWorld.Row(image: image(), form: Int.random(in: 0...1, using: &random), account: account)
  }

  private func ask(_ client: SimulatedClient) {
    // What the connection will have open has to be known.
    let isKnown = !client.requests.contains(where: \.changesHoldings)
    let kind = Int.random(in: 0..<100, using: &random)
    switch kind {
    case 0..<24: ask(client, .check(subject()), nil)
    case 24..<34: ask(client, .checkMany(some(40), isCompact: Bool.random(using: &random)), nil)
    case 34..<44: ask(client, .get(subject()), nil)
    case 44..<46: ask(client, .datasets, "DATASETS\n")
    case 46..<48: ask(client, .overlap, "OVERLAP\n")
    case 48..<50: ask(client, .stats, "STATS\n")
    case 50..<52: ask(client, .ping, "PING\n")
    case 52..<56:
      let all = Bool.random(using: &random) ? [slug()] : []
      let none = Bool.random(using: &random) ? [slug()] : []
      let fields = (all.map { " all=\($0)" } + none.map { " none=\($0)" }).joined()
      ask(client, .list(all: all, none: none), "LIST\(fields)\n")
    case 56..<59:
      let slug = slug()
      ask(client, .export(slug), "EXPORT \(slug)\n")
    case 59..<62:
      let account = Int.random(in: 0..<SimulatedWorld.accountCount, using: &random)
      ask(client, .account(account), "ACCOUNT nsid:\(SimulatedWorld.text(ofAccount: account))\n")
    case 62..<64: ask(client, .digest, "DIGEST\n")
    case 64..<65: ask(client, .verify, "VERIFY\n", .admin)
    case 65..<66:
      let slug = slug()
      ask(client, .remove(slug), "REMOVE \(slug)\n", .admin)
    case 66..<67:
      let images = Set((0..<Int.random(in: 1...3, using: &random)).map { _ in image() }).sorted()
      let lines = images.map { SimulatedWorld.key($0) + "\n" }.joined()
      ask(client, .erase(images), "ERASE \(images.count)\n\(lines)", .admin)
    case 67..<77 where isKnown: askCrossref(client)
    case 77... where isKnown: askLoad(client)
    default: break
    }
  }

  private func askCrossref(_ client: SimulatedClient) {
    if client.crossref == nil {
      ask(client, .crossref, "XREF\n")
    } else if Int.random(in: 0..<4, using: &random) == 0 {
      ask(client, .tally, "TALLY\n")
    } else {
      let subjects = some(300)
      let body = subjects.map { SimulatedWorld.text($0) + "\n" }.joined()
      ask(client, .items(subjects), "ITEMS \(subjects.count) \(body.utf8.count)\n\(body)")
    }
  }

  private func askLoad(_ client: SimulatedClient) {
    guard let name = client.load else {
      let idle = loads.values.filter { $0.owner == nil }.map(\.name).sorted()
      var load = SimulatedLoad(
        slug: slug(), source: "s\(loadCount)",
        mode: SimulatedLoad.Mode.allCases.randomElement(using: &random)!)
      if let name = idle.randomElement(using: &random), idle.count > 8 || Bool.random(using: &random) {
        load = loads[name]!
      } else {
        loadCount += 1
      }
      ask(
        client, .open(load), "INGEST \(load.slug) source=\(load.source) mode=\(load.mode.rawValue)\n", .load)
      return
    }
    let pending = client.requests.count { if case .rows = $0.asked { $0.expected == nil } else { false } }
    let blocks = loads[name]!.blocks.count + pending
    switch Int.random(in: 0..<10, using: &random) {
    case 0: ask(client, .abort, "ABORT\n")
    case 1..<4: ask(client, .commit, "COMMIT blocks=\(blocks)\n")
    default:
      let rows = (0..<Int.random(in: 0...12, using: &random)).map { _ in row() }
      let body = rows.map { ($0.map { SimulatedWorld.line($0) } ?? "no identifier") + "\n" }.joined()
      ask(client, .rows(rows), "ROWS \(blocks + 1) \(rows.count) \(body.utf8.count)\n\(body)")
    }
  }

  private func ask(
    _ client: SimulatedClient, _ asked: SimulatedRequest.Asked, _ text: String?, _ role: Role = .read
  ) {
    var asked = asked
    if client.role < role { asked = .forbidden }
    let line: String
    switch asked {
    case .check(let subject): line = "CHECK \(SimulatedWorld.text(subject))\n"
    case .get(let subject): line = "GET \(SimulatedWorld.text(subject))\n"
    case .checkMany(let subjects, let isCompact):
      line =
        "MCHECK \(subjects.count)\(isCompact ? " COMPACT" : "")\n"
        + subjects.map { SimulatedWorld.text($0) + "\n" }.joined()
    default: line = text!
    }
    let tag = Int.random(in: 0..<3, using: &random) == 0 ? "@t\(step) " : ""
    note("client \(client.number) (\(client.role.rawValue)) asks \(line.prefix(100).debugDescription)")
    tally[String(line.prefix { $0 != " " && $0 != "\n" }), default: 0] += 1
    client.ask(SimulatedRequest(asked: asked, tag: tag, floor: newest), Array((tag + line).utf8))
  }

  // MARK: - The model

  private func publish(_ changed: SimulatedWorld) {
    world = changed
    if let forgottenImage {
      for slug in world.datasets.keys {
        world.datasets[slug]!.rows = world.datasets[slug]!.rows.filter { $0.image != forgottenImage }
      }
    }
    worlds.append(world)
    let needed = clients.flatMap { [$0.floor] + $0.requests.map(\.floor) }.min() ?? newest
    if needed > firstWorld, worlds.count > 64 {
      worlds.removeFirst(needed - firstWorld)
      firstWorld = needed
    }
  }

  /// A thread begins with a request, or goes on with its stream: what has to be answered is known now.
  private func begin(_ request: inout SimulatedRequest, _ client: SimulatedClient) {
    if let began = request.streamBegan {
      if client.role != .admin, isOverdue(began) { request.expected = ["ERR BUSY"] }
      return
    }
    note("client \(client.number): a thread begins with \(String(describing: request.asked).prefix(60))")
    var slots = client.role == .admin ? ProtocolLimits.streamsMax : ProtocolLimits.streamsMax / 2
    var isFull = daemon.streams.value >= slots
    request.streamBegan = request.isStream ? clock.now : nil
    switch request.asked {
    case .ping, .forbidden, .check, .checkMany: break
    case .get(let subject): request.expected = world.get(subject)
    case .datasets: request.expected = world.datasetLines
    case .overlap: request.expected = world.overlap
    case .stats:
      request.expected = [
        "datasets\t\(world.datasets.count)", "images\t\(world.images.count)",
        "memberships\t\(world.memberships)",
      ]
    case .list(let all, let none): request.expected = stream(world.list(all: all, none: none), isFull)
    case .export(let slug): request.expected = stream(world.export(slug), isFull)
    case .account(let account): request.expected = self.account(account, client, isFull)
    case .digest: request.expected = stream(digest(), isFull)
    case .verify: request.expected = ["END damages=0"]
    case .open(let load): request.expected = open(load, client, &request)
    case .rows(let rows):
      loads[client.load!]!.blocks.append(rows)
      let rejected = rows.indices.filter { rows[$0] == nil }.map { "\($0 + 1)\tidentifier" }
      request.expected = ["OK \(rejected.count) block=\(loads[client.load!]!.blocks.count)"] + rejected
    case .commit: request.expected = [commit(client)]
    case .abort:
      loads[client.load!] = nil
      client.load = nil
      request.expected = ["OK"]
    case .remove(let slug):
      var changed = world
      request.expected = [changed.remove(slug)]
      publish(changed)
    case .erase(let images):
      var changed = world
      request.expected = [changed.erase(images)]
      publish(changed)
    case .crossref:
      slots =
        client.role == .admin
        ? ProtocolLimits.crossrefsMax : ProtocolLimits.crossrefsMax / 2
      isFull = daemon.crossrefs.value >= slots
      if !isFull { client.crossref = (world, [], clock.now) }
      request.expected = [isFull ? "ERR BUSY" : "OK"]
    case .items(let subjects):
      if client.role != .admin, isOverdue(client.crossref!.began) {
        client.crossref = nil
        request.expected = ["ERR BUSY"]
      } else {
        client.crossref!.subjects += subjects
        request.expected = ["OK 0"]
      }
    case .tally:
      let crossref = client.crossref!
      client.crossref = nil
      request.streamBegan = crossref.began
      request.expected =
        client.role != .admin && isOverdue(crossref.began)
        ? ["ERR BUSY"] : crossref.world.tally(crossref.subjects)
    }
  }

  /// What a stream shows: none is begun where what is asked is wrong.
  private func stream(_ answer: [String], _ isFull: Bool) -> [String] {
    answer.last?.hasPrefix("ERR ") != true && isFull ? ["ERR BUSY"] : answer
  }

  /// An account is shown as of the open cross-reference, and its images are counted there.
  private func account(_ account: Int, _ client: SimulatedClient, _ isFull: Bool) -> [String] {
    guard let crossref = client.crossref else { return stream(world.account(account), isFull) }
    let answer = stream(crossref.world.account(account), isFull)
    guard answer.last?.hasPrefix("END ") == true else { return answer }
    guard client.role == .admin || !isOverdue(crossref.began) else { return ["ERR BUSY"] }
    client.crossref!.subjects += crossref.world.images(ofAccount: account).map { .image($0, form: 0) }
    return answer
  }

  private func digest() -> [String] {
    world.datasets.keys.sorted().map { slug in
      let rows = world.datasets[slug]!.rows
      let known = digests[DigestedContent(slug: slug, rows: rows)] ?? "?"
      return "\(slug)\t\(rows.count)\t\(known)"
    }
  }

  private func open(_ wanted: SimulatedLoad, _ client: SimulatedClient, _ request: inout SimulatedRequest)
    -> [String]
  {
    if wanted.mode == .create, world.datasets[wanted.slug] != nil { return ["ERR EXISTS"] }
    var load =
      loads[wanted.name] ?? SimulatedLoad(slug: wanted.slug, source: wanted.source, mode: wanted.mode)
    let most = client.role == .admin ? ProtocolLimits.openLoadsMax : ProtocolLimits.openLoadsMax / 2
    guard load.owner == nil, daemon.register.count < most else { return ["ERR BUSY"] }
    load.owner = client.number
    request.isResumed = load.isUncertain
    loads[load.name] = load
    client.load = load.name
    return Self.opened(load)
  }

  private static func opened(_ load: SimulatedLoad) -> [String] {
    let (accepted, rejected) = load.rows
    return [
      "OK load=\(load.name) block=\(load.blocks.count) rows=\(accepted.count + rejected) "
        + "accepted=\(accepted.count) rejected=\(rejected)"
    ]
  }

  private func commit(_ client: SimulatedClient) -> String {
    let load = loads[client.load!]!
    guard !load.rows.accepted.isEmpty else { return "ERR LOAD" }
    guard load.mode != .create || world.datasets[load.slug] == nil else { return "ERR EXISTS" }
    var changed = world
    let reply = changed.commit(load)
    publish(changed)
    loads[load.name] = nil
    client.load = nil
    return reply
  }

  // MARK: - Comparison

  private func compare(_ client: SimulatedClient) throws {
    while let (request, reply) = client.nextReply() {
      guard reply[0].hasPrefix(request.tag) else {
        throw SimulationFailure(description: "client \(client.number) misses \(request.tag): \(reply[0])")
      }
      tally["replies", default: 0] += 1
      var lines = reply
      lines[0].removeFirst(request.tag.count)
      let heard = SimulatedReply.comparable(lines, to: request.asked)
      if request.isInstant {
        try compareInstant(heard, request, client)
      } else if request.isResumed {
        try resume(heard, client)
      } else {
        try compare(heard, request, client)
      }
    }
    if client.strayBytes > 0 {
      throw SimulationFailure(description: "client \(client.number) hears too much")
    }
  }

  /// A lookup shows some world between the newest one that was known before, and now.
  private func compareInstant(_ heard: [String], _ request: SimulatedRequest, _ client: SimulatedClient)
    throws
  {
    func answer(_ world: SimulatedWorld) -> [String] {
      switch request.asked {
      case .check(let subject): [world.check(subject)]
      case .checkMany(let subjects, false): ["OK \(subjects.count)"] + subjects.map(world.check)
      case .checkMany(let subjects, true): ["OK 1", String(subjects.map(world.symbol))]
      case .forbidden: ["ERR FORBIDDEN"]
      default: ["PONG"]
      }
    }
    let floor = max(request.floor, client.floor)
    for number in floor...newest where answer(worlds[number - firstWorld]) == heard {
      client.floor = number
      return
    }
    throw SimulationFailure(
      description:
        "client \(client.number), \(request.asked), worlds \(floor) to \(newest):\nheard \(heard)\nnot "
        + "\(answer(world))")
  }

  private func compare(_ heard: [String], _ request: SimulatedRequest, _ client: SimulatedClient) throws {
    var expected = request.expected ?? ["a reply of a thread that has not begun"]
    if case .digest = request.asked, expected != ["ERR BUSY"], heard.count == expected.count {
      // Content that was not seen before.
      for place in expected.indices where expected[place].hasSuffix("\t?") {
        expected[place] = heard[place]
      }
    }
    guard heard == expected else {
      throw SimulationFailure(
        description: "client \(client.number), \(request.asked):\nheard \(heard)\nnot   \(expected)")
    }
    if case .rows = request.asked { tally["rows", default: 0] += 1 }
  }

  /// A load is gone on with behind a crash: at some block behind those that were said to be safe.
  private func resume(_ heard: [String], _ client: SimulatedClient) throws {
    var load = loads[client.load!]!
    let most = load.blocks
    for count in 0...most.count {
      load.blocks = Array(most[..<count])
      guard Self.opened(load) == heard else { continue }
      load.isUncertain = false
      loads[load.name] = load
      return
    }
    throw SimulationFailure(description: "client \(client.number) goes on with \(load.name):\nheard \(heard)")
  }
}

/// The clock of a simulation.
final class SimulatedClock: Sendable {
  private let nanoseconds = Atomic<Int>(0)

  var now: Int {
    get { nanoseconds.load(ordering: .relaxed) }
    set { nanoseconds.store(newValue, ordering: .relaxed) }
  }

  var read: @Sendable () -> Int { { self.now } }
}

/// Replies without what the model does not know, and in an order of their own where that is the index's.
enum SimulatedReply {
  static func comparable(_ reply: [String], to asked: SimulatedRequest.Asked) -> [String] {
    let last = reply[reply.count - 1]
    if case .checkMany = asked { return reply.map { $0.hasPrefix("ERR ") ? error($0) : $0 } }
    if last.hasPrefix("ERR ") { return [error(last)] }
    switch asked {
    case .get: return [reply[0]] + reply.dropFirst().sorted()
    case .stats:
      return reply.filter { line in
        ["datasets\t", "images\t", "memberships\t"].contains { line.hasPrefix($0) }
      }
      .sorted()
    case .list:
      return streamed(reply).sorted() + [last]
    case .export:
      let rows = streamed(reply).filter { !$0.hasPrefix("# ") }
      return rows.sorted() + ["END \(last.split(separator: " ").dropFirst(2).joined(separator: " "))"]
    case .account, .tally: return streamed(reply) + [last]
    case .digest: return streamed(reply)
    case .verify: return streamed(reply) + ["END \(last.split(separator: " ").last ?? "")"]
    case .rows:
      let status = reply[0].split(separator: " ").filter { !$0.hasPrefix("durable=") }.joined(separator: " ")
      return [status] + reply.dropFirst().map { $0.split(separator: "\t").prefix(2).joined(separator: "\t") }
    case .erase: return [reply[0].split(separator: " ").prefix(4).joined(separator: " ")]
    default: return reply
    }
  }

  private static func error(_ line: String) -> String {
    line.split(separator: " ").prefix(2).joined(separator: " ")
  }

  /// The lines of a stream's parts.
  private static func streamed(_ reply: [String]) -> [String] {
    var lines: [String] = []
    var left = 0
    for line in reply {
      if left > 0 {
        lines.append(line)
        left -= 1
      } else if line.hasPrefix("MORE ") {
        left = Int(line.split(separator: " ")[1]) ?? 0
      }
    }
    return lines
  }
}
