// Slots, redirections and addresses, as Redis Cluster's specification has them.

import Console
import Testing

@testable import Cluster

@Suite("Slots of a cluster")
struct SlotTests {
  @Test(
    "are those of the specification",
    arguments: [
      ("123456789", 0x31C3 % 16_384), ("foo", 12_182), ("{user1000}.following", 3_443),
      ("user1000", 3_443), ("foo{}{bar}", 8_363), ("foo{{bar}}zap", 4_015), ("{bar", 4_015),
      ("foo{bar}{zap}", 5_061),
    ])
  func slots(_ key: String, _ slot: Int) { #expect(Slot.of(key) == slot) }

  @Test("of a bucket are those of its key")
  func buckets() {
    let keys = GenerationKeys(0x0123_4567_89AB_CDEF)
    for number in [0, 1, 255, 70_000, ClusterLimits.bucketsMax - 1] {
      #expect(GenerationKeys.slot(ofBucket: number) == Slot.of(keys.bucket(number)))
    }
    #expect(keys.bucket(255) == "whichset:0123456789abcdef:{ff}:00000ff")
    #expect(Slot.of(GenerationKeys.head) == Slot.of(GenerationKeys.lock))
  }

  private static let node = NodeAddress(host: "10.0.0.1", port: 7_000)

  @Test(
    "lead to other nodes",
    arguments: [
      (
        "MOVED 3999 127.0.0.1:6381",
        Redirection.moved(slot: 3_999, NodeAddress(host: "127.0.0.1", port: 6_381))
      ),
      ("MOVED 16383 :6381", .moved(slot: 16_383, NodeAddress(host: "10.0.0.1", port: 6_381))),
      ("MOVED 1 2001:db8::1:6381", .moved(slot: 1, NodeAddress(host: "2001:db8::1", port: 6_381))),
      ("ASK 3999 127.0.0.1:6381", .ask(NodeAddress(host: "127.0.0.1", port: 6_381))),
      ("TRYAGAIN Multiple keys request during rehashing of slot", .later),
      ("CLUSTERDOWN The cluster is down", .later),
      ("LOADING Redis is loading the dataset in memory", .later), ("MOVED 16384 127.0.0.1:6381", .refused),
      ("MOVED 3999", .refused), ("MOVED 3999 127.0.0.1:0", .refused), ("ASK 1 127.0.0.1:65536", .refused),
      ("NOPERM this user has no permissions", .refused), ("", .refused),
    ])
  func redirections(_ error: String, _ redirection: Redirection) {
    #expect(Redirection(error, from: Self.node) == redirection)
  }

  @Test("are read from a node that may not know its own name; nonsense is not")
  func ranges() {
    func entry(_ first: Int, _ last: Int, _ host: Reply, replicas: Int = 0) -> Reply {
      let node = Reply.list([host, .integer(7_001), .bytes(Array("id".utf8))])
      return .list([.integer(first), .integer(last), node] + [Reply](repeating: node, count: replicas))
    }
    let named = Reply.bytes(Array("10.0.0.9".utf8))
    #expect(
      SlotRange.list(
        .list([entry(0, 8_191, named, replicas: 2), entry(8_192, 16_383, .none)]), from: Self.node)
        == [
          SlotRange(slots: 0...8_191, master: NodeAddress(host: "10.0.0.9", port: 7_001)),
          SlotRange(slots: 8_192...16_383, master: NodeAddress(host: "10.0.0.1", port: 7_001)),
        ])
    #expect(SlotRange.list(.list([entry(0, 16_384, named)]), from: Self.node) == nil)
    #expect(SlotRange.list(.list([entry(5, 4, named)]), from: Self.node) == nil)
    #expect(SlotRange.list(.list([.integer(1)]), from: Self.node) == nil)
    #expect(SlotRange.list(.status("OK"), from: Self.node) == nil)
  }

  @Test("need no port nor scheme in an address; TLS and passwords are refused with what to do")
  func addresses() throws {
    #expect(
      try NodeAddress.list("redis://a:1,b,[2001:db8::1]:3,[::1]") == [
        NodeAddress(host: "a", port: 1), NodeAddress(host: "b", port: 6_379),
        NodeAddress(host: "2001:db8::1", port: 3), NodeAddress(host: "::1", port: 6_379),
      ])
    for (text, advice) in [
      ("rediss://a:1", "stunnel"), ("redis://user:secret@a:1", "--cluster-auth"), ("", "host:port"),
      ("redis://a:1,,b", "host:port"), ("a:0", "host:port"), ("a:65536", "host:port"), ("a:1/0", "host:port"),
      ([String](repeating: "a", count: 65).joined(separator: ","), "at most 64"),
    ] {
      let trouble = #expect(throws: Trouble.self) { try NodeAddress.list(text) }
      #expect(trouble?.text.contains(advice) == true && trouble?.text.contains("secret") == false, "\(text)")
    }
    #expect(try NodeAddress.list([String](repeating: "a", count: 64).joined(separator: ",")).count == 64)
  }

  @Test("are asked as a user of a file")
  func credentials() {
    #expect(ClusterCredentials(Array("ann:a:b\n".utf8))?.command == Command.bytes(["AUTH", "ann", "a:b"]))
    #expect(ClusterCredentials(Array("secret".utf8))?.command == Command.bytes(["AUTH", "secret"]))
    for text in ["", "\n", "ann:", "ann:a\nbob:b\n", "a\u{1}"] {
      #expect(ClusterCredentials(Array(text.utf8)) == nil)
    }
  }
}
