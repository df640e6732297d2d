// What the daemon does for a request: each type of request is extended, in `Verbs/` and here, by one of the handlers
// that are declared here. The handler decides how the request goes on; the session does it.

internal import Index
internal import Platform
internal import WireProtocol

/// A request as the daemon handles it.
protocol Handler: Request {
  /// How the request goes on. Throws where it is refused at once.
  func course(_ asker: Asker, _ context: inout SessionContext) throws(ProtocolError) -> Course
}

/// Who asks, and what the connection has open.
struct Asker {
  let peer: Peer
  let held: Holdings
}

/// How a request goes on.
enum Course {
  /// It is answered.
  case reply(any WholeReply)
  /// It is answered, and the connection ends.
  case lastReply(any WholeReply)
  /// A thread answers it.
  case work(Work)
  /// A file is awaited, and then used.
  case file(@Sendable (HandedFile) -> Work)
  // Something follows its line.
  case identifiers(count: Int, isCompact: Bool)
  case lines(any LinesHandler)
  case body(any BodyHandler)
}

/// All handlers, by the numbers of their verbs. `CHECK` has none: lookups answer it.
enum Handlers {
  static let all: [(any Handler.Type)?] = Verb.requests.map { $0 as? any Handler.Type }
}

// MARK: - At once

/// A request that the session answers at once.
protocol InstantHandler: Handler where Reply: WholeReply {
  /// Whether the connection ends with the reply.
  static var endsConnection: Bool { get }
  func answer(_ asker: Asker, _ context: inout SessionContext) throws(ProtocolError) -> Reply
}

extension InstantHandler {
  static var endsConnection: Bool { false }

  func course(_ asker: Asker, _ context: inout SessionContext) throws(ProtocolError) -> Course {
    let reply = try answer(asker, &context)
    return Self.endsConnection ? .lastReply(reply) : .reply(reply)
  }
}

// MARK: - On a thread

/// A request that needs one of the daemon's threads.
protocol WorkHandler: Handler {
  associatedtype Thread: WorkThread
  /// Throws where what the connection has open does not allow it.
  func admit(_ held: Holdings) throws(ProtocolError)
  /// What it changes that others see, for the log.
  func change(_ held: Holdings) -> Change?
  /// How many identifiers or rows it holds, and how many bytes these are.
  var size: (identifiers: Int, bytes: Int) { get }
  /// Whether it goes before other work, since an operator needs it most when there is much: it has to be quick.
  static var isPrompt: Bool { get }
}

extension WorkHandler {
  static var isPrompt: Bool { false }
  func admit(_ held: Holdings) throws(ProtocolError) {}
  func change(_ held: Holdings) -> Change? { nil }
  var size: (identifiers: Int, bytes: Int) { (0, 0) }

  /// The work that `begin` is the first step of. `begin` may change what the connection has open.
  func work(_ held: Holdings, _ begin: @escaping @Sendable (Thread, inout Holdings) throws -> Outcome) -> Work
  {
    Work(
      request: note(held),
      step: Thread.step { thread in
        var now = held
        do {
          let outcome = try begin(thread, &now)
          return outcome.changing(now.change(from: held))
        } catch {
          let refusal = thread.failed(error)
          thread.ended(refusal.code)
          return .failed(refusal, now.change(from: held))
        }
      })
  }

  func note(_ held: Holdings) -> RequestNote {
    RequestNote(
      verb: Self.verb, identifiers: size.identifiers, byteCount: size.bytes, change: change(held),
      isPrompt: Self.isPrompt)
  }
}

/// A request that a thread answers in one step.
protocol ThreadHandler: WorkHandler where Reply: WholeReply {
  func answer(on thread: Thread, _ held: inout Holdings) throws -> Reply
  static func isMiss(_ reply: Reply) -> Bool
}

extension ThreadHandler {
  static func isMiss(_ reply: Reply) -> Bool { false }

  func course(_ asker: Asker, _ context: inout SessionContext) throws(ProtocolError) -> Course {
    try admit(asker.held)
    return .work(work(asker.held))
  }

  func work(_ held: Holdings) -> Work {
    work(held) { thread, held in
      let reply = try answer(on: thread, &held)
      thread.ended(nil)
      return Outcome(reply, isMiss: Self.isMiss(reply))
    }
  }
}

/// A request that a thread answers in one piece, but in steps between which others have their turn. It changes nothing of what
/// the connection has open.
protocol SteppedHandler: WorkHandler where Reply: WholeReply {
  associatedtype Answer: SteppedAnswer where Answer.Thread == Thread, Answer.Reply == Reply
  func begin(on thread: Thread) throws -> Answer
  static func isMiss(_ reply: Reply) -> Bool
}

/// An answer in the making.
protocol SteppedAnswer {
  associatedtype Thread: WorkThread
  associatedtype Reply: WholeReply
  /// Works until it is done or `turn` is over; gives nil where there is more to do.
  mutating func step(on thread: Thread, _ turn: Turn) throws -> Reply?
}

/// What a step on a thread may take: a millisecond.
struct Turn {
  private let end: Int

  init(nanoseconds: Int = 1_000_000) { end = MonotonicClock.nanoseconds + nanoseconds }

  var isOver: Bool { MonotonicClock.nanoseconds >= end }
}

extension SteppedHandler {
  static func isMiss(_ reply: Reply) -> Bool { false }

  func course(_ asker: Asker, _ context: inout SessionContext) throws(ProtocolError) -> Course {
    try admit(asker.held)
    // Unchecked: only the step below has it, and all steps of a piece of work are done by one thread, one after the other.
    nonisolated(unsafe) var answer: Answer?
    return .work(
      Work(
        request: note(asker.held),
        step: Thread.step { thread in
          do {
            if unsafe answer == nil { unsafe answer = try begin(on: thread) }
            guard let reply = try unsafe answer?.step(on: thread, Turn()) else { return nil }
            thread.ended(nil)
            return Outcome(reply, isMiss: Self.isMiss(reply))
          } catch {
            let refusal = thread.failed(error)
            thread.ended(refusal.code)
            return .failed(refusal)
          }
        }))
  }
}

protocol StreamHandler: WorkHandler where Thread: StreamingThread {
  associatedtype Source: ReplySource where Source.Thread == Thread
  func source(on thread: Thread, _ held: inout Holdings) throws -> Source
  /// The slot of one more streamed reply.
  func slot(for source: Source, _ held: Holdings, on thread: Thread) throws -> Slot
}

extension StreamHandler {
  func slot(for source: Source, _ held: Holdings, on thread: Thread) throws -> Slot {
    try thread.streams.take(for: held.owner)
  }

  func course(_ asker: Asker, _ context: inout SessionContext) throws(ProtocolError) -> Course {
    try admit(asker.held)
    return .work(
      work(asker.held) { thread, held in
        let source = try source(on: thread, &held)
        let slot = try slot(for: source, held, on: thread)
        return ReplyStream(source, slot: slot).begin(source, on: thread)
      })
  }
}

/// A request that a thread answers with a file of the client.
protocol FileHandler: WorkHandler where Thread: StreamingThread {
  associatedtype Source: ReplySource where Source.Thread == Thread
  func source(_ file: HandedFile, on thread: Thread) throws -> Source
}

extension FileHandler {
  func course(_ asker: Asker, _ context: inout SessionContext) throws(ProtocolError) -> Course { awaitFile() }

  func awaitFile() -> Course {
    .file { file in
      work(Holdings()) { thread, _ in
        let source = try source(file, on: thread)
        return ReplyStream(source, slot: try thread.streams.take()).begin(source, on: thread)
      }
    }
  }
}

// MARK: - With something behind the line

/// A request whose lines follow; a thread answers it when all have come.
protocol LinesHandler: ThreadHandler, FollowedRequest {
  /// Takes a line; nil for one that is too long.
  mutating func take(_ line: Span<UInt8>?)
}

extension LinesHandler {
  func course(_ asker: Asker, _ context: inout SessionContext) -> Course { .lines(self) }
}

/// A request whose body follows: a block of rows, of which several may be under way.
protocol BodyHandler: ThreadHandler, FollowedRequest {
  var rows: Int { get }
  var body: [UInt8] { get set }
}

extension BodyHandler {
  var size: (identifiers: Int, bytes: Int) { (rows, body.count) }

  func course(_ asker: Asker, _ context: inout SessionContext) -> Course { .body(self) }
}
