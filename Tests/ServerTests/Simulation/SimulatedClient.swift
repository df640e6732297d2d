// A client of a simulation: its bytes come in pieces, its jobs are done and their outcomes brought back when the simulation
// says so, and each of its replies is compared with the model as soon as it is made.

import WireProtocol

@testable import Server

/// What a client has asked, and what it has to hear.
struct SimulatedRequest {
  enum Asked {
    // Answered by the session.
    case ping
    case forbidden
    case check(SimulatedWorld.Subject)
    case checkMany([SimulatedWorld.Subject], isCompact: Bool)
    // By a thread.
    case get(SimulatedWorld.Subject)
    case datasets
    case overlap
    case stats
    case list(all: [String], none: [String])
    case export(String)
    case account(Int)
    case digest
    case verify
    case open(SimulatedLoad)
    case rows([SimulatedWorld.Row?])
    case commit
    case abort
    case remove(String)
    case erase([Int])
    case crossref
    case items([SimulatedWorld.Subject])
    case tally
  }

  let asked: Asked
  let tag: String
  /// The world of this number, or a later one, is what it shows.
  var floor: Int
  /// What it has to hear, once a thread has begun with it.
  var expected: [String]?
  /// Where that depends on what a crash has left.
  var isResumed = false
  /// When its stream began, in nanoseconds; nil for other requests.
  var streamBegan: Int?

  var isInstant: Bool {
    switch asked {
    case .ping, .forbidden, .check, .checkMany: true
    default: false
    }
  }

  var isStream: Bool {
    switch asked {
    case .list, .export, .account, .digest, .verify, .tally: true
    default: false
    }
  }

  /// Whether what the connection has open may be another one behind it.
  var changesHoldings: Bool {
    switch asked {
    case .open, .commit, .abort, .crossref, .tally, .items: true
    default: false
    }
  }
}

final class SimulatedClient {
  let number: Int
  let role: Role
  private var session: Session
  private let daemon: BareDaemon
  /// Bytes on their way to the daemon.
  private var unsent: [UInt8] = []
  private var unconsumed: [UInt8] = []
  private var jobs: [Work] = []
  private var outcomes: [Outcome] = []
  private var output: [UInt8] = []
  /// How much of the session's output was looked at.
  private var seen = 0
  private(set) var requests: [SimulatedRequest] = []
  var lastActivity = 0
  /// The floor of all further requests.
  var floor = 0

  // What the model says that the connection has open.
  var load: String?
  var crossref: (world: SimulatedWorld, subjects: [SimulatedWorld.Subject], began: Int)?

  init(_ number: Int, _ role: Role, of daemon: BareDaemon) {
    self.number = number
    self.role = role
    self.daemon = daemon
    session = Session(role: role)
  }

  var hasUnsent: Bool { !unsent.isEmpty }
  var hasJobs: Bool { !jobs.isEmpty }
  var hasOutcomes: Bool { !outcomes.isEmpty }
  var hasOutput: Bool { !session.output.isEmpty || session.holdsStream }
  var isQuiet: Bool { requests.isEmpty && unsent.isEmpty && unconsumed.isEmpty && session.isIdle }

  func ask(_ request: SimulatedRequest, _ bytes: [UInt8]) {
    requests.append(request)
    unsent += bytes
  }

  // MARK: - Actions

  func deliver(_ count: Int) {
    unconsumed += unsent[..<count]
    unsent.removeFirst(count)
    advance()
  }

  var unsentCount: Int { unsent.count }

  /// Has the next job done; `begin` is called with the place of its request.
  func runJob(_ begin: (inout SimulatedRequest) -> Void) {
    let place = requests.firstIndex { !$0.isInstant && ($0.expected == nil || $0.isStream) }!
    // Others look at what this client waits for meanwhile.
    var request = requests[place]
    begin(&request)
    requests[place] = request
    outcomes.append(daemon.run(jobs.removeFirst()))
  }

  func bringOutcome() {
    session.finish(outcomes.removeFirst(), &daemon.context)
    advance()
  }

  /// The client takes some of its replies.
  func take(_ count: Int) {
    session.output.removeFirst(count)
    seen -= count
    if session.output.count < ProtocolLimits.partBytes { session.continueStream() }
    advance()
  }

  var outputCount: Int { session.output.count }

  /// What is open is let go. Whether something was.
  func lapse() -> Bool {
    let works = session.lapse()
    for work in works { daemon.run(work) }
    return !works.isEmpty
  }

  /// The client goes away; what it asked is done all the same, unless it is a query and `dropsQueries`.
  func leave(dropsQueries: Bool, _ begin: (inout SimulatedRequest) -> Void) {
    while !jobs.isEmpty {
      if dropsQueries, case .queries = jobs[0].step {
        jobs.removeFirst()
      } else {
        runJob(begin)
      }
    }
    for outcome in outcomes { for work in outcome.leftovers { daemon.run(work) } }
    outcomes = []
    for work in session.abandon() { daemon.run(work) }
  }

  private func advance() {
    while true {
      let consumed = session.consume(unconsumed.span, isAtEnd: false, &daemon.context)
      unconsumed.removeFirst(consumed)
      jobs += session.work
      session.work.removeAll()
      if unconsumed.isEmpty || consumed == 0 { break }
    }
    output += session.output[seen...]
    seen = session.output.count
  }

  // MARK: - Replies

  /// The next whole reply, with the request that it is of.
  func nextReply() -> (SimulatedRequest, [String])? {
    guard let lines = wholeReply() else { return nil }
    return (requests.removeFirst(), lines)
  }

  private func wholeReply() -> [String]? {
    var lines: [String] = []
    var position = 0
    func line() -> String? {
      guard let end = output[position...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      defer { position = end + 1 }
      return String(decoding: output[position..<end], as: UTF8.self)
    }
    while true {
      guard let status = line() else { return nil }
      lines.append(status)
      var words = status.split(separator: " ")
      if words.first?.hasPrefix("@") == true { words.removeFirst() }
      let count = words.count > 1 ? Int(words[1]) ?? 0 : 0
      if words.first == "OK" || words.first == "MORE" {
        for _ in 0..<count {
          guard let next = line() else { return nil }
          lines.append(next)
        }
      }
      if words.first != "MORE" { break }
    }
    output.removeFirst(position)
    return lines
  }

  var strayBytes: Int { requests.isEmpty ? output.count : 0 }
}
