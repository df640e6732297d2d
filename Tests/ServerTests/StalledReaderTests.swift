// A reader of a streamed reply that takes hardly anything is as bad as one that takes nothing.

import Glibc
import Index
import Platform
import Testing
import WireProtocol

@testable import Server

@Suite("a reader of a streamed reply")
struct StalledReaderTests {
  /// Makes nothing but a first part.
  private final class OnePart: ReplySource {
    func step(_ part: inout ReplyPart, on thread: QueryThread) -> Bool {
      for _ in 0..<200_000 { part.append("a line of the reply") }
      return true
    }
  }

  @Test("that takes too little of it for too long has stalled; one that has just been given more has not")
  func pace() throws {
    let pair = try ConnectionPair(.read)
    let connection = pair.connection
    let daemon = try BareDaemon()
    let count = Slots()
    let stream = ReplyStream(OnePart(), slot: try count.take())
    let tag: [UInt8] = []
    connection.session.state = .working(
      PendingReply(verb: ExportRequest.verb, tag: tag.span, began: MonotonicClock.nanoseconds))
    connection.finish(daemon.run(Work(step: stream.nextStep)), &daemon.context)
    connection.send()
    #expect(connection.hasOutput)
    #expect(!connection.isStalled(at: .now))
    // What was taken last does not matter: what counts is how long the part has been there.
    var buffer = [UInt8](repeating: 0, count: 50_000)
    // Safe: at most as many bytes as the buffer has.
    #expect(unsafe read(pair.peer, &buffer, buffer.count) > 0)
    connection.send()
    #expect(connection.isStalled(at: .now + .seconds(61)))
    #expect(!connection.isStalled(at: .now + .seconds(59)))
    // Where memory is scarce, one that holds much of it has less time.
    #expect(connection.outputBytes > ProtocolLimits.outputScarceBytesMax)
    #expect(connection.isStalled(at: .now + .seconds(6), isOutputScarce: true))
    #expect(!connection.isStalled(at: .now + .seconds(4), isOutputScarce: true))
    // No more is asked for before most of it has been taken.
    connection.continueStream()
    #expect(connection.session.work.isEmpty)
    #expect(count.value == 1)
  }

  @Test("has as long as ever where memory is scarce, if it is an administrator")
  func scarce() throws {
    let pair = try ConnectionPair(.admin)
    pair.connection.session.output = [UInt8](repeating: 0x61, count: 4 << 20)
    pair.connection.send()
    #expect(pair.connection.outputBytes > ProtocolLimits.outputScarceBytesMax)
    #expect(!pair.connection.isStalled(at: .now + .seconds(6), isOutputScarce: true))
    #expect(pair.connection.isStalled(at: .now + .seconds(61), isOutputScarce: true))
  }
}
