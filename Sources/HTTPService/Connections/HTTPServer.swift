// Accepts connections and has the service answer them, until it is to stop.

import NIOCore
import NIOHTTP1
package import NIOPosix
package import Platform
import Synchronization

package struct HTTPServer: Sendable {
  private let listener: NIOAsyncChannel<Connection, Never>
  private let service: HTTPService
  private let channels = OpenChannels()

  typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

  /// - Parameter descriptor: a listening socket.
  package init(
    listening descriptor: consuming Descriptor, group: MultiThreadedEventLoopGroup, service: HTTPService
  ) async throws {
    self.service = service
    let limits = service.limits
    listener = try await ServerBootstrap(group: group)
      .childChannelOption(
        .writeBufferWaterMark,
        value: .init(low: HTTPLimits.outputPendingBytesMax / 2, high: HTTPLimits.outputPendingBytesMax)
      )
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .bind(descriptor.release()) { channel in
        channel.eventLoop.makeCompletedFuture { try Self.prepare(channel, limits) }
      }
  }

  private static func prepare(_ channel: any Channel, _ limits: HTTPLimits) throws -> Connection {
    var decoding = NIOHTTPDecoderLimitConfiguration()
    decoding.maxHeaderFieldSize = HTTPLimits.decodedHeadBytesMax
    decoding.maxHeaderListSize = HTTPLimits.decodedHeadBytesMax
    let watch = ConnectionWatch(limits: limits)
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(watch)
    try pipeline.addHandler(HTTPResponseEncoder())
    try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: decoding)))
    try pipeline.addHandler(HTTPServerPipelineHandler())
    try pipeline.addHandler(MessageWatch(watch))
    return try Connection(wrappingChannelSynchronously: channel)
  }

  /// Answers until `stop` is called; then what is in progress has a few seconds to end.
  package func run() async throws {
    try await withThrowingDiscardingTaskGroup { group in
      try await listener.executeThenClose { connections in
        for try await connection in connections {
          let isServed = channels.add(connection.channel, atMost: service.limits.connectionsMax)
          group.addTask {
            await service.serve(connection, isServed: isServed)
            channels.remove(connection.channel)
          }
        }
      }
      // Each connection ends after the answer that it is at.
      channels.forEach { $0.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
      let patience = Task {
        try await Task.sleep(for: service.limits.stopTime)
        channels.forEach { $0.close(promise: nil) }
      }
      while !channels.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
      patience.cancel()
    }
  }

  package func stop() { listener.channel.close(promise: nil) }
}

/// The connections that are open.
private final class OpenChannels: Sendable {
  private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

  /// Returns whether it is among the first `most`.
  func add(_ channel: any Channel, atMost most: Int) -> Bool {
    channels.withLock { channels in
      channels[ObjectIdentifier(channel)] = channel
      return channels.count <= most
    }
  }

  func remove(_ channel: any Channel) {
    channels.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(channel)) }
  }

  var isEmpty: Bool { channels.withLock { $0.isEmpty } }

  func forEach(_ body: (any Channel) -> Void) {
    for channel in channels.withLock({ Array($0.values) }) { body(channel) }
  }
}
