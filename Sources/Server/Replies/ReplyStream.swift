// Replies of unknown length, made piece by piece (PROTOCOL.md, "Streamed replies"). A reply is made by a source, one
// bounded step at a time: each step is a job of its own in a worker's queue, so that a reply of hours holds up no
// other job for longer than a step. The next step is asked for when the connection has nearly sent the last one, so
// that a slow reader holds back its own reply and nothing else, and memory stays at a part or two a connection.
//
// A verb that streams is a `ReplySource`; all the rest is here, in `Session` and in the reactor.

internal import Index
internal import Synchronization
internal import WireProtocol

/// What makes a streamed reply. Used by one thread at a time, though not always by the same.
protocol ReplySource: AnyObject {
  /// The thread that does the next step.
  var place: Job.Place { get }

  /// Does a bounded piece of work, some milliseconds, and appends what came of it: whole lines, about
  /// `ProtocolLimits.partBytes` of them at most, or none yet.
  ///
  /// - Parameter writer: the index's writer, where `place` is its thread; nil elsewhere.
  /// - Returns: whether there is more to do.
  func step(_ part: inout ReplyPart, writer: IndexWriter?) throws -> Bool

  /// The reply is given up, by its reader or by an error: nothing of it may stay. Called at most once, at `place`.
  func cancel()
}

extension ReplySource {
  /// Most sources hold nothing but memory.
  func cancel() {}
}

/// What one step adds to a reply.
struct ReplyPart {
  /// Whole lines.
  var lines: [UInt8] = []
  /// How many lines these are.
  var lineCount = 0
  /// Fields behind the count: how far the work is; or, in the last step, what came of it. A step that has fields
  /// makes a part even where it has no lines.
  var fields: [Arguments.Field] = []

  /// Whether the part has as many lines as it should.
  var isFull: Bool { lines.count >= ProtocolLimits.partBytes }

  /// Adds a line that has no LF in it.
  mutating func append(_ line: String) {
    lines.append(contentsOf: line.utf8)
    endLine()
  }

  /// Ends the line whose bytes were appended.
  mutating func endLine() {
    lines.append(UInt8(ascii: "\n"))
    lineCount += 1
  }

  mutating func field(_ name: String, _ value: String) {
    fields.append(Arguments.Field(name: name, value: value))
  }

  mutating func field(_ name: String, _ value: Int) { field(name, String(value)) }
}

/// A streamed reply under way.
///
/// Unchecked: it is used by one thread at a time. A job has it while a step is done, then its result, then the session
/// that waits for it, then the next job; each handing over goes through the lock of a queue or a mailbox.
final class ReplyStream: @unchecked Sendable {
  private let source: any ReplySource
  // Given back with the end of the reply, so that who has read it may ask again at once.
  private var permit: StreamPermit?
  private var lineCount = 0
  /// The verb that it is the reply to, for the slow log; set by the session that has it.
  var verb: Verb?
  private var hasEnded = false

  init(_ source: any ReplySource, permit: StreamPermit) {
    self.source = source
    self.permit = permit
  }

  /// The thread that does the next step.
  var place: Job.Place { source.place }

  /// Does the next step.
  ///
  /// - Parameter fail: the last line of a reply that ends by an error.
  /// - Returns: what it adds to the reply, and this stream unless the reply has ended.
  func step(writer: IndexWriter? = nil, _ fail: (any Error) -> JobResult) -> JobResult {
    do {
      var part = ReplyPart()
      let hasMore = try source.step(&part, writer: writer)
      lineCount += part.lineCount
      var result = JobResult(reply: [])
      if part.lineCount > 0 || hasMore && !part.fields.isEmpty {
        Self.append("MORE \(part.lineCount)", hasMore ? part.fields : [], to: &result.reply)
        result.reply += part.lines
      }
      if hasMore {
        result.stream = self
      } else {
        hasEnded = true
        permit = nil
        Self.append("END \(lineCount)", part.fields, to: &result.reply)
      }
      return result
    } catch {
      cancel()
      return fail(error)
    }
  }

  /// Gives the reply up.
  func cancel() {
    guard !hasEnded else { return }
    hasEnded = true
    permit = nil
    source.cancel()
  }

  private static func append(_ status: String, _ fields: [Arguments.Field], to reply: inout [UInt8]) {
    reply.append(contentsOf: status.utf8)
    for field in fields {
      reply.append(contentsOf: " \(field.name)=".utf8)
      Escapes.append(field.value, to: &reply)
    }
    reply.append(UInt8(ascii: "\n"))
  }
}

/// Counts the streamed replies under way, or the cross-references: each holds a snapshot, whose pages LMDB cannot reuse
/// meanwhile.
final class StreamCount: Sendable {
  private let count = Atomic<Int>(0)
  private let max: Int
  private let name: String

  /// - Parameters:
  ///   - max: how many there may be.
  ///   - name: what they are called.
  init(max: Int = ProtocolLimits.streamsMax, of name: String = "streamed replies") {
    self.max = max
    self.name = name
  }

  /// How many there are.
  var value: Int { count.load(ordering: .relaxed) }

  /// A permit for one more; it is given back when it goes.
  func permit() throws(ProtocolError) -> StreamPermit {
    guard count.add(1, ordering: .relaxed).newValue <= max else {
      count.subtract(1, ordering: .relaxed)
      throw ProtocolError(
        .busy,
        max == 1
          ? "\(name) is under way; try again when it has ended"
          : "\(max) \(name) are under way; try again when one has ended")
    }
    return StreamPermit(self)
  }

  fileprivate func giveBack() { count.subtract(1, ordering: .relaxed) }
}

/// One of the streamed replies that may be under way.
final class StreamPermit: Sendable {
  private let count: StreamCount

  fileprivate init(_ count: StreamCount) { self.count = count }

  deinit { count.giveBack() }
}
