// Replies that come in parts (PROTOCOL.md, "Streamed replies"). A source does bounded pieces of work on its thread; a stream
// makes parts of what comes of them, and each part waits until the last one has nearly been taken.

internal import Index
internal import WireProtocol

/// What makes a streamed reply. Used by one thread at a time, though not always by the same.
protocol ReplySource: AnyObject {
  associatedtype Thread: WorkThread

  /// Does a bounded piece of work, some milliseconds, and appends what came of it: whole lines, about
  /// `ProtocolLimits.partBytes` of them at most, or none yet.
  ///
  /// - Returns: whether there is more to do.
  func step(_ part: inout ReplyPart, on thread: Thread) throws -> Bool

  /// The next step of `stream`, which has this source.
  func nextStep(of stream: ReplyStream) -> Work.Step

  /// The reply is given up, by its reader or by an error: nothing of it may stay. Called at most once.
  func cancel()
}

extension ReplySource {
  func nextStep(of stream: ReplyStream) -> Work.Step {
    nonisolated(unsafe) let source = self  // the stream's, which is used by one thread at a time
    return Thread.step { thread in stream.take(on: thread) { try unsafe source.step(&$0, on: thread) } }
  }

  func cancel() {}
}

/// A source some of whose steps are the writer's.
protocol WritingSource: ReplySource {
  /// Whether the next step is.
  var isWriting: Bool { get }
  func write(_ part: inout ReplyPart, with writer: IndexWriter) throws -> Bool
}

extension WritingSource {
  func nextStep(of stream: ReplyStream) -> Work.Step {
    nonisolated(unsafe) let source = self  // the stream's, which is used by one thread at a time
    guard isWriting else {
      return Thread.step { thread in stream.take(on: thread) { try unsafe source.step(&$0, on: thread) } }
    }
    return .writer { thread in stream.take(on: thread) { try unsafe source.write(&$0, with: thread.writer) } }
  }
}

/// What one step adds to a reply.
struct ReplyPart {
  var lines: [UInt8] = []
  var lineCount = 0
  /// How far the work is; or, in the last step, what came of it. A step that has fields makes a part even where it has no
  /// lines.
  var fields: [Arguments.Field] = []

  /// Whether the part has as many lines as it should.
  var isFull: Bool { lines.count >= ProtocolLimits.partBytes }

  /// Adds a line that has no LF in it.
  mutating func append(_ line: String) {
    lines.append(contentsOf: line.utf8)
    endLine()
  }

  mutating func append(_ record: some FieldRecord) {
    record.appendLine(to: &lines)
    lineCount += 1
  }

  /// Ends the line whose bytes were appended.
  mutating func endLine() {
    lines.append(UInt8(ascii: "\n"))
    lineCount += 1
  }
}

/// A streamed reply under way.
///
/// Unchecked: it is used by one thread at a time. A step has it while it is done, then its outcome, then the session
/// that waits for it, then the next step; each handing over goes through the lock of a queue or a mailbox.
final class ReplyStream: @unchecked Sendable {
  private let source: any ReplySource
  // Given back with the end of the reply, so that who has read it may ask again at once.
  private var slot: Slot?
  private var lineCount = 0
  private var hasEnded = false

  init(_ source: any ReplySource, slot: Slot) {
    self.source = source
    self.slot = slot
  }

  var nextStep: Work.Step { source.nextStep(of: self) }

  /// Gives the reply up, where its next step would be done.
  var cancellation: Work {
    @Sendable func cancel(_: some WorkThread) -> Outcome {
      self.cancel()
      return .nothing
    }
    return switch nextStep {
    case .staging: Work(step: .staging(cancel))
    case .queries: Work(step: .queries(cancel))
    case .writer: Work(step: .writer(cancel))
    // No reply is streamed from elsewhere, so any thread would do.
    case .care, .distant: Work(step: .care(cancel))
    }
  }

  func begin<Source: ReplySource>(_ source: Source, on thread: Source.Thread) -> Outcome {
    take(on: thread) { try source.step(&$0, on: thread) }
  }

  func take(on thread: some WorkThread, _ step: (inout ReplyPart) throws -> Bool) -> Outcome {
    do {
      try slot?.checkAge()
      var part = ReplyPart()
      let hasMore = try step(&part)
      lineCount += part.lineCount
      var reply: [UInt8] = []
      if part.lineCount > 0 || hasMore && !part.fields.isEmpty {
        Self.append("MORE \(part.lineCount)", hasMore ? part.fields : [], to: &reply)
        reply += part.lines
      }
      guard !hasMore else { return .part(reply, self) }
      hasEnded = true
      slot = nil
      Self.append("END \(lineCount)", part.fields, to: &reply)
      return .whole(reply)
    } catch {
      cancel()
      let refusal = thread.failed(error)
      thread.ended(refusal.code)
      return .failed(refusal)
    }
  }

  private func cancel() {
    guard !hasEnded else { return }
    hasEnded = true
    slot = nil
    source.cancel()
  }

  private static func append(_ status: String, _ fields: [Arguments.Field], to reply: inout [UInt8]) {
    reply.append(contentsOf: status.utf8)
    fields.append(to: &reply)
    reply.append(UInt8(ascii: "\n"))
  }
}
