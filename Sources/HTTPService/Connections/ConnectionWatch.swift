// Keeps the deadlines of a connection, next to its socket. What it sends goes past the codec, which takes no answer to a
// request that it has not seen.

import NIOCore
import NIOHTTP1

final class ConnectionWatch: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private enum Phase {
    /// Between requests.
    case idle(since: NIODeadline)
    /// The head of a request is coming.
    case head(since: NIODeadline)
    case request(since: NIODeadline, isAnswered: Bool)
    /// Refused; what still comes is not read.
    case over
  }

  private let limits: HTTPLimits
  private var phase = Phase.idle(since: .now())
  private var moved = NIODeadline.now()
  private var context: ChannelHandlerContext?
  private var timer: Scheduled<Void>?

  init(limits: HTTPLimits) { self.limits = limits }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    setTimer()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    moved = .now()
    if case .over = phase { return }
    if case .idle = phase { enter(.head(since: moved)) }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    moved = .now()
    context.write(data, promise: promise)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    moved = .now()
    context.fireChannelWritabilityChanged()
  }

  // MARK: - What the codec sees

  func requestBegins() { enter(.request(since: .now(), isAnswered: false)) }

  func answerBegins() {
    if case .request(let since, _) = phase { phase = .request(since: since, isAnswered: true) }
  }

  func answerEnds() {
    if case .over = phase { return }
    enter(.idle(since: .now()))
  }

  /// Refuses what comes, unless an answer to it has begun, and ends the connection.
  func refuse(_ problem: Problem) {
    guard let context else { return }
    defer { phase = .over }
    if case .request(_, isAnswered: true) = phase { return context.close(promise: nil) }
    if case .over = phase { return }
    var response = Response(problem)
    response.headers.add(name: "Connection", value: "close")
    response.headers.add(name: "Content-Length", value: "\(response.body.count)")
    for (name, value) in HTTPHeaders.ofAllAnswers { response.headers.add(name: name, value: value) }
    var text = "HTTP/1.1 \(problem.status.code) \(problem.status.reasonPhrase)\r\n"
    for (name, value) in response.headers { text += "\(name): \(value)\r\n" }
    let bytes = ByteBuffer(bytes: Array((text + "\r\n").utf8) + response.body)
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(bytes)).whenComplete { _ in channel.close(promise: nil) }
  }

  // MARK: - Deadlines

  private func enter(_ phase: Phase) {
    self.phase = phase
    setTimer()
  }

  private var deadline: NIODeadline? {
    switch phase {
    case .idle(let since): since + TimeAmount(limits.idleTime)
    case .head(let since): since + TimeAmount(limits.headTime)
    case .request(let since, _):
      min(since + TimeAmount(limits.requestTime), moved + TimeAmount(limits.stalledTime))
    case .over: nil
    }
  }

  private func setTimer() {
    timer?.cancel()
    guard let context, let deadline else { return }
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(deadline: deadline) { bound.value.look() }
  }

  /// Ends what has taken too long. The deadline of a request moves on while something moves.
  private func look() {
    guard let deadline else { return }
    guard deadline <= .now() else { return setTimer() }
    switch phase {
    case .idle, .over: context?.close(promise: nil)
    case .head, .request: refuse(Problem(.requestTimeout, "The request took too long."))
    }
  }
}

/// Tells the watch what the codec makes of the bytes.
final class MessageWatch: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private let watch: ConnectionWatch

  init(_ watch: ConnectionWatch) { self.watch = watch }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .head = unwrapInboundIn(data) { watch.requestBegins() }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(let head) where head.status == .continue: break
    case .head: watch.answerBegins()
    case .body: break
    case .end: watch.answerEnds()
    }
    context.write(data, promise: promise)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error {
    case HTTPParserError.headerOverflow:
      watch.refuse(Problem(.requestHeaderFieldsTooLarge, "The head of the request is too long."))
    case is HTTPParserError: watch.refuse(Problem(.badRequest, "This is no request of HTTP/1.1."))
    default: context.fireErrorCaught(error)
    }
  }
}
