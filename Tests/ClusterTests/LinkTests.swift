// Replies belong to their commands, whatever has gone wrong with those before.

import Console
import Testing

@testable import Cluster

@Suite("A link to a cluster")
struct LinkTests {
  /// The node answers each GET with the name of its key.
  private static func echo(_ words: [String]) -> InventedNode.Said {
    words[0] == "GET" ? .bytes(InventedNode.bulk(Array(words[1].utf8))) : .own
  }

  private static func expectOwnReplies(_ link: ClusterLink, _ keys: [String] = ["d", "e"]) throws {
    for key in keys { #expect(try link.ask(key, ["GET", key]) == .bytes(Array(key.utf8))) }
  }

  private static func run(_ link: ClusterLink, _ keys: [String], take: (Int, Reply) throws(Trouble) -> Void)
    throws
  {
    try link.run(
      keys.count, slot: { _ in 0 }, append: { $1 += Command.bytes(["GET", keys[$0]]) }, take: take)
  }

  @Test("leaves no replies to the next command where a node refuses one of several")
  func refused() throws {
    let node = try InventedNode()
    node.answer { $0 == ["GET", "a"] ? .bytes(Array("-NOPERM no\r\n".utf8)) : Self.echo($0) }
    let link = try node.link()
    #expect(throws: Trouble.self) { try Self.run(link, ["a", "b", "c"]) { _, _ in } }
    try Self.expectOwnReplies(link)
  }

  @Test("leaves none where a reply was not what was wanted")
  func unwanted() throws {
    let node = try InventedNode()
    node.answer(Self.echo)
    let link = try node.link()
    #expect(throws: Trouble("unwanted")) {
      try Self.run(link, ["a", "b", "c"]) { (_, _) throws(Trouble) in throw Trouble("unwanted") }
    }
    try Self.expectOwnReplies(link)
  }

  @Test("leaves none where a command has timed out and its reply comes later")
  func late() throws {
    let node = try InventedNode()
    node.answer { words in
      words == ["GET", "a"] || words == ["GET", "b"]
        ? .late(InventedNode.bulk(Array("late".utf8))) : Self.echo(words)
    }
    let patience = Duration.seconds(5)
    let link = try node.link(patience: patience)
    var replies = 0
    let began = ContinuousClock.now
    #expect(throws: Trouble.self) { try Self.run(link, ["a", "b"]) { _, _ in replies += 1 } }
    #expect(replies == 0 && .now - began >= patience)
    try Self.expectOwnReplies(link)
  }

  @Test("says which nodes do not answer")
  func states() throws {
    let node = try InventedNode()
    let link = try node.link()
    #expect(try link.states().map(\.failure) == [nil])
  }
}
