// A web server of the tests' own, which answers what a test says, and in ways in which no real one would.

import NIOCore
import NIOPosix
import Synchronization

struct Reply: Sendable {
  var bytes: [UInt8]
  /// Whether the connection stays open, so that the client waits for more.
  var stalls = false
  /// Whether it is held back until another connection is open as well.
  var waitsForCompany = false

  static func file(_ body: [UInt8], headers: String = "") -> Reply {
    Reply(bytes: Array("HTTP/1.1 200 OK\r\n\(headers)Content-Length: \(body.count)\r\n\r\n".utf8) + body)
  }

  static func status(_ status: Int, headers: String = "") -> Reply {
    // What a client must not take for the file.
    let body = String(repeating: "no", count: 5_000)
    return Reply(
      bytes: Array(
        "HTTP/1.1 \(status) -\r\n\(headers)Content-Length: \(status == 204 ? 0 : body.count)\r\n\r\n\(status == 204 ? "" : body)"
          .utf8))
  }
}

final class LoopbackServer: Sendable {
  private let channel: any Channel
  private let state: State

  fileprivate final class State: Sendable {
    let paths = Mutex<[String]>([])
    let open = Mutex((now: 0, most: 0))
  }

  var address: String { "http://127.0.0.1:\(channel.localAddress!.port!)" }
  /// What was asked for, in order.
  var paths: [String] { state.paths.withLock { $0 } }
  /// The most connections that were open at the same time.
  var connectionsMost: Int { state.open.withLock { $0.most } }

  /// - Parameter reply: to a path, and how many requests there were for it before.
  init(_ reply: @escaping @Sendable (String, Int) -> Reply) throws {
    let state = State()
    channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Answering(state, reply))
        }
      }
      .bind(host: "127.0.0.1", port: 0).wait()
    self.state = state
  }

  deinit { channel.close(promise: nil) }
}

private final class Answering: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer
  private let state: LoopbackServer.State
  private let reply: @Sendable (String, Int) -> Reply
  private var request = ""

  init(_ state: LoopbackServer.State, _ reply: @escaping @Sendable (String, Int) -> Reply) {
    self.state = state
    self.reply = reply
  }

  func channelActive(context: ChannelHandlerContext) {
    state.open.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
  }

  func channelInactive(context: ChannelHandlerContext) { state.open.withLock { $0.now -= 1 } }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    request += String(buffer: unwrapInboundIn(data))
    guard request.hasSuffix("\r\n\r\n") else { return }
    let path = String(request.split(separator: " ")[1].dropFirst())
    let before = state.paths.withLock { paths in
      defer { paths.append(path) }
      return paths.count { $0 == path }
    }
    let answer = reply(path, before)
    Self.send(answer, on: context.channel, state)
  }

  private static func send(_ answer: Reply, on channel: any Channel, _ state: LoopbackServer.State) {
    guard !answer.waitsForCompany || state.open.withLock({ $0.most > 1 }) else {
      channel.eventLoop.scheduleTask(in: .milliseconds(1)) { send(answer, on: channel, state) }
      return
    }
    let sent = channel.writeAndFlush(channel.allocator.buffer(bytes: answer.bytes))
    if !answer.stalls { sent.whenComplete { _ in channel.close(promise: nil) } }
  }
}
