// A server of the tests' own in the place of a node: it keeps what it is given, and answers otherwise where a test says so.

import Cluster
import NIOCore
import NIOPosix
import Synchronization

final class InventedNode: Sendable {
  private let channel: any Channel
  private let store = Store()

  /// What it answers.
  enum Said {
    /// What is stored.
    case own
    case bytes([UInt8])
    /// Nothing; the bytes come on the same connection with the reply to the next command.
    case late([UInt8])
  }

  typealias Answer = @Sendable ([String]) -> Said

  fileprivate final class Store: Sendable {
    let values = Mutex<[String: [UInt8]]>([:])
    let answer = Mutex<Answer>({ _ in .own })
  }

  init() throws {
    let store = store
    channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Replying(store))
        }
      }
      .bind(host: "127.0.0.1", port: 0).wait()
  }

  deinit { channel.close(promise: nil) }

  var address: NodeAddress { NodeAddress(host: "127.0.0.1", port: channel.localAddress!.port!) }

  subscript(key: String) -> [UInt8]? {
    get { store.values.withLock { $0[key] } }
    set { store.values.withLock { $0[key] = newValue } }
  }

  var keys: [String] { store.values.withLock { Array($0.keys) } }

  func answer(_ answer: @escaping Answer) { store.answer.withLock { $0 = answer } }

  /// A link to it alone.
  func link(patience: Duration = .seconds(30)) throws -> ClusterLink {
    try ClusterLink([address], credentials: nil, patience: patience)
  }
}

extension InventedNode {
  static func bulk(_ value: [UInt8]?) -> [UInt8] {
    value.map { Array("$\($0.count)\r\n".utf8) + $0 + Array("\r\n".utf8) } ?? Array("$-1\r\n".utf8)
  }
}

extension InventedNode.Store {
  fileprivate func reply(to words: [String], _ raw: [[UInt8]]) -> [UInt8] {
    values.withLock { values in
      switch words[0] {
      case "CLUSTER": return Array("-ERR This instance has cluster support disabled\r\n".utf8)
      case "GET": return InventedNode.bulk(values[words[1]])
      case "MGET":
        return Array("*\(words.count - 1)\r\n".utf8)
          + words.dropFirst().flatMap { InventedNode.bulk(values[$0]) }
      case "SET":
        values[words[1]] = raw[2]
        return Array("+OK\r\n".utf8)
      case "UNLINK", "DEL": return Array(":\(values.removeValue(forKey: words[1]) == nil ? 0 : 1)\r\n".utf8)
      case "ROLE": return Array("*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n".utf8)
      case "SCAN":
        return Array("*2\r\n$1\r\n0\r\n*\(values.count)\r\n".utf8)
          + values.keys.flatMap { InventedNode.bulk(Array($0.utf8)) }
      case "EVAL":
        if words[1].contains("'SET'") { values[words[4]] = raw[6] }
        if words[1].contains("'DEL'") { values[words[3]] = nil }
        return Array(":1\r\n".utf8)
      default: return Array("-ERR unknown command\r\n".utf8)
      }
    }
  }
}

private final class Replying: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer
  private let store: InventedNode.Store
  private var received: [UInt8] = []
  private var start = 0
  private var owed: [UInt8] = []

  init(_ store: InventedNode.Store) { self.store = store }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received += Array(buffer: unwrapInboundIn(data))
    var output: [UInt8] = []
    while let words = next() {
      let texts = words.map { String(decoding: $0, as: UTF8.self) }
      switch store.answer.withLock({ $0 })(texts) {
      case .own:
        output += owed + store.reply(to: texts, words)
        owed = []
      case .bytes(let bytes):
        output += owed + bytes
        owed = []
      case .late(let bytes): owed += bytes
      }
    }
    received.removeFirst(start)
    start = 0
    guard !output.isEmpty else { return }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: output)), promise: nil)
  }

  /// The words of the next command that has come whole.
  private func next() -> [[UInt8]]? {
    var position = start
    func number() -> Int? {
      guard let end = received[position...].firstIndex(of: 13), end + 1 < received.count else { return nil }
      defer { position = end + 2 }
      return Int(String(decoding: received[(position + 1)..<end], as: UTF8.self))
    }
    guard position < received.count, let count = number() else { return nil }
    var words: [[UInt8]] = []
    for _ in 0..<count {
      guard position < received.count, let length = number(), position + length + 2 <= received.count else {
        return nil
      }
      words.append(Array(received[position..<(position + length)]))
      position += length + 2
    }
    start = position
    return words
  }
}
