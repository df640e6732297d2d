// A connection to the daemon's socket that never blocks: batches of requests go out as they come, and replies come back in
// their order. A daemon that is silent for too long loses the connection, and with it all that waits.

import ByteText
import Console
import DaemonClient
import NIOCore
import NIOPosix
import WireProtocol

/// Requests that are sent together.
struct RequestBatch: Sendable {
  private(set) var bytes: [UInt8] = []
  private(set) var count = 0

  init() {}

  mutating func add(_ request: some Request) { add(request, followedBy: []) }

  /// - Parameter lines: what follows the request's line, with its line ends.
  mutating func add(_ request: some Request, followedBy lines: [UInt8]) {
    request.append(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    bytes += lines
    count += 1
  }
}

/// Why the daemon gave no answer.
struct DaemonFailure: Error, Sendable {
  let text: String
  /// Whether the connection ended under the request, as it does when the daemon restarts.
  var isLost = false
}

struct DaemonConnection: Sendable {
  let channel: any Channel
  private let collector: NIOLoopBound<ReplyCollector>

  var isOpen: Bool { channel.isActive }

  /// Connects to the daemon's socket.
  init(path: String, group: any EventLoopGroup, patience: Duration) async throws(DaemonFailure) {
    do {
      let bootstrap = ClientBootstrap(group: group).connectTimeout(TimeAmount(patience))
      (channel, collector) = try await bootstrap.connect(unixDomainSocketPath: path) { channel in
        channel.eventLoop.makeCompletedFuture {
          let collector = ReplyCollector(loop: channel.eventLoop, patience: TimeAmount(patience))
          try channel.pipeline.syncOperations.addHandler(collector)
          return (channel, NIOLoopBound(collector, eventLoop: channel.eventLoop))
        }
      }
    } catch {
      throw DaemonFailure(text: "the daemon is not there")
    }
  }

  /// The replies to a batch, each whole.
  func ask(_ batch: RequestBatch) async throws(DaemonFailure) -> [Reply] {
    let (loop, collector) = (channel.eventLoop, collector)
    do {
      return try await loop.flatSubmit { collector.value.ask(batch) }.get()
    } catch {
      throw error as? DaemonFailure ?? .lost
    }
  }
}

/// Puts replies together and gives them to those who asked.
private final class ReplyCollector: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private struct Waiting {
    let count: Int
    let promise: EventLoopPromise<[Reply]>
    let deadline: Scheduled<Void>
  }

  private let loop: any EventLoop
  private let patience: TimeAmount
  private var context: ChannelHandlerContext?
  private var waiting = CircularBuffer<Waiting>()
  private var replies: [Reply] = []
  private var lines = LineBuffer(lineBytesMax: DaemonLink.replyLineBytesMax)
  private var assembler = ReplyAssembler()

  init(loop: any EventLoop, patience: TimeAmount) {
    self.loop = loop
    self.patience = patience
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }
  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func ask(_ batch: RequestBatch) -> EventLoopFuture<[Reply]> {
    guard let context, context.channel.isActive else { return loop.makeFailedFuture(DaemonFailure.lost) }
    let promise = loop.makePromise(of: [Reply].self)
    let bound = NIOLoopBound(self, eventLoop: loop)
    let deadline = loop.scheduleTask(in: patience) {
      bound.value.end(DaemonFailure(text: "the daemon does not answer in time"))
    }
    waiting.append(Waiting(count: batch.count, promise: promise, deadline: deadline))
    context.writeAndFlush(NIOAny(ByteBuffer(bytes: batch.bytes)), promise: nil)
    return promise.futureResult
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let chunk = Array(unwrapInboundIn(data).readableBytesView)
    lines.append(chunk, count: chunk.count)
    do throws(Trouble) {
      while let line = lines.next() {
        if let reply = try assembler.take(lines.line(line)) { take(reply) }
      }
      guard !lines.isDiscarding else { throw Trouble("the daemon's reply has a line that is too long") }
    } catch {
      end(DaemonFailure(text: error.text))
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    end(.lost)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { end(.lost) }

  private func take(_ reply: Reply) {
    guard let first = waiting.first else {
      // Nobody asked: the daemon refuses the connection, and says why.
      return end(DaemonFailure(text: "the daemon takes no more connections"))
    }
    replies.append(reply)
    guard replies.count == first.count else { return }
    waiting.removeFirst()
    first.deadline.cancel()
    first.promise.succeed(replies)
    replies.removeAll()
  }

  /// Ends the connection, and fails all that waits.
  private func end(_ failure: DaemonFailure) {
    let failed = waiting
    waiting.removeAll()
    for one in failed {
      one.deadline.cancel()
      one.promise.fail(failure)
    }
    context?.close(promise: nil)
  }
}

extension DaemonFailure {
  fileprivate static var lost: DaemonFailure {
    DaemonFailure(text: "the connection to the daemon has ended", isLost: true)
  }
}
