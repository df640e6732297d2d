// One request and its answer: the head, the body as it comes, and what is sent.

import NIOCore
import NIOHTTP1

struct Exchange {
  let head: HTTPRequestHead
  private let limits: HTTPLimits
  private var parts: Parts
  private let outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
  private let furtherHeaders: [(name: String, value: String)]
  private(set) var bodyHasEnded = false
  private(set) var hasBegun = false
  private(set) var keepsAlive: Bool
  private var mayContinue: Bool

  typealias Parts = NIOAsyncChannelInboundStream<HTTPServerRequestPart>.AsyncIterator

  /// Bytes of a body that are dropped so that the connection can go on, and the client sees why it was refused.
  static let droppedBytesMax = 1 << 20

  init(
    _ head: HTTPRequestHead, _ parts: Parts,
    _ outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>,
    limits: HTTPLimits, furtherHeaders: [(name: String, value: String)], keepsAlive: Bool
  ) {
    self.head = head
    self.parts = parts
    self.outbound = outbound
    self.limits = limits
    self.furtherHeaders = furtherHeaders
    self.keepsAlive = keepsAlive && head.version != .http1_0 && head.isKeepAlive
    mayContinue =
      head.version != .http1_0 && head.headers[canonicalForm: "expect"].contains("100-continue")
  }

  /// The parts that follow this exchange.
  consuming func rest() -> Parts { parts }

  // MARK: - The body

  /// The next piece of the body; nil at its end.
  mutating func next() async throws -> [UInt8]? {
    guard !bodyHasEnded else { return nil }
    if mayContinue {
      mayContinue = false
      try await outbound.write(.head(HTTPResponseHead(version: .http1_1, status: .continue)))
    }
    switch try await parts.next() {
    case .body(let buffer): return Array(buffer.readableBytesView)
    case .end: bodyHasEnded = true
    case .head, nil: throw ConnectionEnded()
    }
    return nil
  }

  /// The whole body, where it is not too long.
  mutating func wholeBody() async throws -> [UInt8] {
    let most = limits.wholeBodyBytesMax
    let problem = Problem(.payloadTooLarge, "The body has at most \(most) bytes here.")
    if let length = head.headers.first(name: "content-length").flatMap({ Int($0) }), length > most {
      throw problem
    }
    var body: [UInt8] = []
    while let piece = try await next() {
      body += piece
      guard body.count <= most else { throw problem }
    }
    return body
  }

  /// Drops what is left of the body, up to a bound.
  private mutating func dropBody() async throws {
    // A client that waits to be asked for its body sends none after a refusal.
    if mayContinue { return }
    var dropped = 0
    while dropped <= Self.droppedBytesMax, let piece = try await next() { dropped += piece.count }
  }

  // MARK: - The answer

  mutating func send(_ response: Response) async throws {
    // The connection of a client that sends on can be used no more.
    if !bodyHasEnded { try await dropBody() }
    if !bodyHasEnded { keepsAlive = false }
    var response = response
    if response.status != .notModified, response.status != .noContent {
      response.headers.add(name: "Content-Length", value: "\(response.body.count)")
    }
    try await begin(response.status, response.headers)
    if head.method != .HEAD, !response.body.isEmpty { try await send(response.body) }
    try await end()
  }

  /// Begins an answer whose length is not known.
  mutating func begin(_ status: HTTPResponseStatus, _ headers: HTTPHeaders) async throws {
    var headers = headers
    for (name, value) in HTTPHeaders.ofAllAnswers where !headers.contains(name: name) {
      headers.add(name: name, value: value)
    }
    for (name, value) in furtherHeaders { headers.add(name: name, value: value) }
    if !keepsAlive { headers.add(name: "Connection", value: "close") }
    hasBegun = true
    // A client of HTTP/1.0 knows no chunks: an answer of unknown length ends with the connection.
    let version = head.version == .http1_0 ? HTTPVersion.http1_0 : .http1_1
    try await outbound.write(.head(HTTPResponseHead(version: version, status: status, headers: headers)))
  }

  func send(_ bytes: [UInt8]) async throws {
    try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: bytes))))
  }

  func end() async throws { try await outbound.write(.end(nil)) }
}

/// The client has gone in the middle of a request.
struct ConnectionEnded: Error {}
