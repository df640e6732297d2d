// What a gateway finds in a cluster: the newest generation, and errors where it cannot tell.

import Cluster
import Console
import Identifiers
import Publishing
import Server
import TestSupport
import Testing
import WireProtocol

@testable import Gateway

@Suite("A gateway's index")
struct GatewayReaderTests {
  private let node: InventedNode
  private let gateway: ClusterGateway
  private let reader: any DistantReader
  private let watcher: any DistantWatcher

  init() throws {
    node = try InventedNode()
    gateway = ClusterGateway([node.address], credentials: nil)
    (reader, watcher) = (gateway.makeReader(), gateway.makeWatcher())
  }

  private static let all: [DistantKey] = (UInt64(1)...2_000).map { .integer(.flickr, $0) }

  /// Publishes the ids of a dataset.
  @discardableResult
  private func publish(
    _ slug: String, _ values: ClosedRange<UInt64>, now: Int, rules: Int = ruleVersion
  ) throws -> String {
    let folder = try TemporaryFolder()
    let gathering = GenerationGathering(folder: folder.path)
    try gathering.begin(dataset: slug)
    for value in values {
      try gathering.add(value, namespace: Namespace.flickr.rawValue, isPrimary: true)
    }
    var facts = GenerationFacts(publisher: "index.example")
    facts.add("DATASETS", [Array("\(slug)\t\(values.count)\t0\t\(values.count)\t0".utf8)])
    facts.add("STATS", [Array("images\t\(values.count)".utf8)])
    return try GenerationWriter(try node.link()).write(
      gathering, facts: facts, rules: rules, now: now, name: { Namespace(rawValue: $0)?.name ?? "" }
    ).generation
  }

  private func counts(_ slug: String) -> (hits: Int, misses: Int, failures: Int) {
    var counts = (hits: 0, misses: 0, failures: 0)
    for answer in reader.answers(to: Self.all, in: nil) {
      switch answer {
      case .hit(let slugs):
        counts.hits += 1
        #expect(slugs == Array(slug.utf8)[...])
      case .miss: counts.misses += 1
      case .failed(let error):
        counts.failures += 1
        #expect(error.code == .cluster)
      case .unsearchable: Issue.record("an id is searchable")
      }
    }
    return counts
  }

  @Test("answers nothing until there is a generation, then from it")
  func first() throws {
    #expect(counts("parks") == (0, 0, 2_000))
    watcher.look()
    #expect(gateway.status.trouble?.contains("nothing was published") == true)
    #expect(counts("parks") == (0, 0, 2_000))
    #expect(throws: ProtocolError.self) { _ = try gateway.reply(to: "DATASETS") }
    let generation = try publish("parks", 1...1_500, now: 10)
    watcher.look()
    #expect(gateway.status.trouble == nil && gateway.status.generation == generation)
    #expect(gateway.status.publisher == "index.example" && gateway.status.publishedAt == 10)
    #expect(gateway.status.nodes.map(\.failure) == [nil])
    #expect(counts("parks") == (1_500, 500, 0))
    #expect(try gateway.reply(to: "DATASETS")?.lines == Array("parks\t1500\t0\t1500\t0\n".utf8)[...])
    #expect(try gateway.reply(to: "OVERLAP") == nil)
    // A hash could not be found even if the image is there.
    let others: [DistantKey] = [
      .text(.md5, Array("md5:0123456789abcdef0123456789abcdef".utf8)),
      .text(.url, Array("url:example.org/a.jpg".utf8)),
    ]
    #expect(reader.answers(to: others, in: nil) == [.unsearchable, .miss])
  }

  @Test("sees a newer generation by itself where the former one was removed")
  func newer() throws {
    try publish("parks", 1...1_500, now: 10)
    watcher.look()
    #expect(counts("parks") == (1_500, 500, 0))
    let second = try publish("strangers", 1_001...2_000, now: 11)
    #expect(counts("strangers") == (1_000, 1_000, 0))
    #expect(gateway.status.generation == second)
  }

  @Test("answers all of a list from one generation, or none of it")
  func pinned() throws {
    #expect(throws: ProtocolError.self) { _ = try gateway.state() }
    try publish("parks", 1...1_500, now: 10)
    watcher.look()
    let former = try gateway.state()
    #expect(reader.answers(to: Self.all, in: former).filter { $0 != .miss }.count == 1_500)
    let digest = gateway.digest(of: Array("url:example.org/a.jpg".utf8).span)
    let text = DistantKey.digest(.url, high: digest.high, low: digest.low)
    #expect(reader.answers(to: [text], in: former) == [.miss])
    try publish("strangers", 1_001...2_000, now: 11)
    let failed = reader.answers(to: Self.all, in: former)
    #expect(
      failed.allSatisfy {
        if case .failed(let error) = $0 { error.code == .cluster } else { false }
      })
    watcher.look()
    let newer = try gateway.state()
    #expect(reader.answers(to: Self.all, in: newer).filter { $0 != .miss }.count == 1_000)
    #expect(counts("strangers") == (1_000, 1_000, 0))
  }

  @Test("does not go back to an older generation")
  func older() throws {
    try publish("parks", 1...10, now: 10)
    let former = Dictionary(uniqueKeysWithValues: node.keys.map { ($0, node[$0]) })
    let second = try publish("strangers", 1...20, now: 11)
    watcher.look()
    for (key, value) in former { node[key] = value }
    watcher.look()
    #expect(gateway.status.generation == second)
    #expect(gateway.status.trouble?.contains("published before") == true)
    #expect(counts("strangers") == (20, 1_980, 0))
  }

  @Test("refuses the keys of a bucket that is lost, and no others")
  func lost() throws {
    try publish("parks", 1...1_500, now: 10)
    watcher.look()
    let bucket = try #require(node.keys.filter { $0.contains(":{03}:") }.first)
    node[bucket] = nil
    let missing = counts("parks")
    #expect(missing.failures > 0 && missing.failures < 500 && missing.hits > 1_000)
    #expect(missing.hits + missing.misses + missing.failures == 2_000)
    node[bucket] = [1, 2, 3]
    #expect(counts("parks") == missing)
  }

  @Test("refuses at once what was out of reach, until the watcher sees it again")
  func silent() throws {
    try publish("parks", 1...1_500, now: 10)
    watcher.look()
    node.answer { $0[0] == "MGET" ? .bytes(Array("-LOADING it\r\n".utf8)) : .own }
    #expect(counts("parks") == (0, 0, 2_000))
    let began = ContinuousClock.now
    #expect(counts("parks") == (0, 0, 2_000))
    #expect(.now - began < ClusterLimits.gatewayPatience)
    node.answer { _ in .own }
    #expect(counts("parks") == (0, 0, 2_000))
    watcher.look()
    #expect(counts("parks") == (1_500, 500, 0))
  }

  @Test("does not answer from keys that other rules have made")
  func rules() throws {
    try publish("parks", 1...10, now: 10, rules: ruleVersion + 1)
    watcher.look()
    #expect(gateway.status.generation == nil && gateway.status.trouble?.contains("rules") == true)
    #expect(counts("parks") == (0, 0, 2_000))
  }
}
