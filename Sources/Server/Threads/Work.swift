// What a session cannot answer at once, because it touches the disk or takes long: work for one of four threads, or for
// those of a gateway. Each kind
// of work takes its own thread, so there is no work that another one could be given.

internal import Index
internal import WireProtocol

/// A thread that does work, and what it has at hand for it. It is used on that thread only.
protocol WorkThread: AnyObject, SendableMetatype {
  /// What it does, in the log of a failure: "<duty> failed".
  static var duty: String { get }
  var log: DaemonLog { get }
  /// Whether work for a client that has gone is dropped, unless it changes something: what the client has open does not depend
  /// on it.
  static var dropsWorkOfGone: Bool { get }

  /// A step of work that is done here; it gives nil where there is more to do.
  static func step(_ body: @escaping @Sendable (Self) -> Outcome?) -> Work.Step
  /// The error reply to a client; logs what an operator has to know.
  func failed(_ error: any Error) -> ProtocolError
  /// A request has been answered, with this error or none, or a step of a streamed reply has failed.
  func ended(_ error: ErrorCode?)
}

extension WorkThread {
  static var dropsWorkOfGone: Bool { false }
  func failed(_ error: any Error) -> ProtocolError { ProtocolError(error, during: Self.duty, log) }
  func ended(_ error: ErrorCode?) {}
}

protocol StreamingThread: WorkThread {
  var streams: Slots { get }
}

/// A step of work, and for whom it is.
struct Work: Sendable {
  /// Nil for what cleans up behind a client that has gone.
  var request: RequestNote?
  let step: Step

  /// Steps for one connection on one thread are done in order.
  enum Step: Sendable {
    case staging(@Sendable (StagingThread) -> Outcome?)
    case queries(@Sendable (QueryThread) -> Outcome?)
    case writer(@Sendable (WriterThread) -> Outcome?)
    case care(@Sendable (CareThread) -> Outcome?)
    /// For the threads of a gateway.
    case distant(DistantLookup)
  }
}

/// What logs and metrics may know of a request: never an identifier.
struct RequestNote: Sendable {
  let verb: Verb
  /// Identifiers or rows that it holds, and their bytes.
  var identifiers = 0
  var byteCount = 0
  /// What it changes that others see, for the log.
  var change: Change?
  /// Whether it goes before other work.
  var isPrompt = false
}

/// A change that a client asks for.
struct Change: Sendable {
  let kind: String
  let of: String

  init(_ kind: String, of: String) {
    self.kind = kind
    self.of = of
  }

  /// What is logged of it. Of what was refused not even the name: a client that mistook one verb for another may have written an
  /// identifier in its place.
  func text(_ outcome: Outcome) -> (what: String, outcome: String) {
    switch outcome {
    case .whole, .looked: ("\(kind) of \(of)", "done")
    case .part: ("\(kind) of \(of)", "begun")
    case .failed(let error, _): (kind, "refused, \(error.code.rawValue)")
    }
  }
}

/// What came of a step: of the reply, and of what the connection has open.
enum Outcome: Sendable {
  /// The reply, or the rest of it.
  case whole([UInt8], isMiss: Bool = false, Holdings.Change? = nil)
  /// A part of the reply, or no bytes where none was due; the stream goes on.
  case part([UInt8], ReplyStream, Holdings.Change? = nil)
  case failed(ProtocolError, Holdings.Change? = nil)
  /// Replies to identifiers that were looked up elsewhere.
  case looked(DistantReplies)

  static let nothing = Outcome.whole([])

  init(_ reply: some WholeReply, isMiss: Bool = false) {
    var bytes: [UInt8] = []
    reply.append(to: &bytes)
    self = .whole(bytes, isMiss: isMiss)
  }

  func changing(_ change: Holdings.Change?) -> Outcome {
    switch self {
    case .whole(let reply, let isMiss, _): .whole(reply, isMiss: isMiss, change)
    case .part(let reply, let stream, _): .part(reply, stream, change)
    case .failed(let error, _): .failed(error, change)
    case .looked: self
    }
  }
}

/// What a connection has open.
struct Holdings: Sendable {
  /// Whose it is; nil for the daemon itself.
  var owner: Party?
  var load: OpenLoad?
  var crossref: Crossref?
  /// Why what was open is so no more, where the client did not end it.
  var lapse: ProtocolError?

  enum Change: Sendable {
    case load(OpenLoad?)
    case crossref(Crossref?)
  }

  /// What a request has changed; it changes one of the two at most.
  func change(from before: Holdings) -> Change? {
    if load !== before.load { return .load(load) }
    return crossref !== before.crossref ? .crossref(crossref) : nil
  }

  mutating func take(_ change: Change?) {
    switch change {
    case .load(let load): (self.load, lapse) = (load, nil)
    case .crossref(let crossref): (self.crossref, lapse) = (crossref, nil)
    case nil: break
    }
  }

  /// The connection has gone: its load stays staged, its cross-reference is given up.
  var leftovers: [Work] {
    var work: [Work] = []
    if let load {
      work.append(
        Work(
          step: .staging { thread in
            thread.detach(load)
            return .nothing
          }))
    }
    if let crossref {
      work.append(
        Work(
          step: .staging { _ in
            crossref.drop()
            return .nothing
          }))
    }
    return work
  }
}

extension Outcome {
  /// What is left to do of it where its client has gone.
  var leftovers: [Work] {
    var held = Holdings()
    switch self {
    case .whole(_, _, let change), .failed(_, let change):
      held.take(change)
      return held.leftovers
    case .part(_, let stream, let change):
      held.take(change)
      return held.leftovers + [stream.cancellation]
    case .looked: return []
    }
  }
}
