// A connection to one node. hiredis connects, and reads replies; what is sent goes out here, since hiredis would let the
// system's SIGPIPE end the program when a node is gone.

import CHiredis
import Glibc
import Platform

/// Why a node does not answer.
struct NodeFailure: Error, Equatable {
  let text: String
}

/// Safe to use: the context is made, used and freed in here only, and what it is lent lives through the call.
@safe final class NodeConnection {
  private let context: UnsafeMutablePointer<redisContext>

  /// The C function is `redisConnectWithTimeout`.
  init(_ address: NodeAddress) throws(NodeFailure) {
    let patience = Self.timeval(ClusterLimits.nodePatience)
    guard let context = unsafe redisConnectWithTimeout(address.host, Int32(address.port), patience) else {
      throw NodeFailure(text: "\(address): no memory for a connection")
    }
    unsafe self.context = context
    guard unsafe context.pointee.err == 0, unsafe redisSetTimeout(context, patience) == REDIS_OK else {
      throw failure(at: address)
    }
  }

  deinit { unsafe redisFree(context) }

  private static func timeval(_ duration: Duration) -> Glibc.timeval {
    Glibc.timeval(tv_sec: Int(duration / .seconds(1)), tv_usec: 0)
  }

  private func failure(at address: NodeAddress) -> NodeFailure {
    let error = unsafe context.pointee.errstr
    let text = unsafe withUnsafeBytes(of: error) { bytes in
      String(decoding: unsafe Array(bytes).prefix { $0 != 0 }, as: UTF8.self)
    }
    return NodeFailure(text: "\(address): \(text.isEmpty ? "the connection is lost" : text)")
  }

  func send(_ bytes: [UInt8], to address: NodeAddress) throws(NodeFailure) {
    let socket = Descriptor(borrowing: unsafe context.pointee.fd)
    var done = 0
    while done < bytes.count {
      switch socket.send(bytes.span.extracting(done...)) {
      case .bytes(let count): done += count
      case .wouldBlock: throw NodeFailure(text: "\(address): it takes no commands")
      case .failed(let code): throw NodeFailure(text: "\(address): \(SystemFailure.reason(code))")
      }
    }
  }

  /// Whether a reply begins within this time, where all earlier ones were taken.
  func isReady(within time: Duration) -> Bool {
    let milliseconds = Int32(max(0, time / .milliseconds(1)))
    return Poll.wait(for: unsafe context.pointee.fd, POLLIN, milliseconds: milliseconds)
  }

  /// The next reply. The C function is `redisGetReply`.
  func reply(from address: NodeAddress) throws(NodeFailure) -> Reply {
    var reply: UnsafeMutableRawPointer?
    guard unsafe redisGetReply(context, &reply) == REDIS_OK, let reply = unsafe reply else {
      throw failure(at: address)
    }
    defer { unsafe freeReplyObject(reply) }
    return unsafe Self.value(reply.assumingMemoryBound(to: redisReply.self).pointee)
  }

  /// hiredis bounds the depth of lists to seven.
  private static func value(_ reply: redisReply) -> Reply {
    switch unsafe reply.type {
    case REDIS_REPLY_STRING: .bytes(unsafe bytes(reply))
    case REDIS_REPLY_STATUS: .status(String(decoding: unsafe bytes(reply), as: UTF8.self))
    case REDIS_REPLY_ERROR: .error(String(decoding: unsafe bytes(reply), as: UTF8.self))
    case REDIS_REPLY_INTEGER: .integer(Int(unsafe reply.integer))
    case REDIS_REPLY_ARRAY:
      .list(
        (0..<(unsafe reply.elements)).compactMap { index in
          unsafe reply.element[index].map { unsafe value($0.pointee) }
        })
    default: .none
    }
  }

  private static func bytes(_ reply: redisReply) -> [UInt8] {
    unsafe Array(UnsafeRawBufferPointer(start: reply.str, count: reply.len))
  }
}
