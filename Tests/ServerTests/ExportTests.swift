// What an index holds, as rows again: an export that is loaded into another index makes the same index.

import Identifiers
import Index
import TestSupport
import Testing

@testable import Server

@Suite("an export")
struct ExportTests {
  /// Loads blocks of rows.
  private static func load(
    _ rows: [String], into slug: String, mode: String = "create", _ client: BareClient
  ) {
    _ = client.ask("INGEST \(slug) source=s mode=\(mode)\n")
    var block = 0
    for start in stride(from: 0, to: rows.count, by: 5_000) {
      block += 1
      let part = rows[start..<min(start + 5_000, rows.count)]
      let body = part.map { $0 + "\n" }.joined()
      let reply = client.ask("ROWS \(block) \(part.count) \(body.utf8.count)\n\(body)")
      #expect(reply.hasPrefix("OK 0 block=\(block) "), "\(reply.prefix(200))")
    }
    let reply = client.ask("COMMIT blocks=\(block)\n")
    #expect(reply.hasPrefix("OK rows="), "\(reply)")
  }

  /// The lines of a streamed reply, by what its parts say.
  static func lines(_ reply: String) throws -> [Substring] {
    var rest = reply.split(separator: "\n", omittingEmptySubsequences: false)[...]
    var lines: [Substring] = []
    while let status = rest.popFirst() {
      let words = status.split(separator: " ")
      if words.first == "END" {
        #expect(Int(words[1]) == lines.count)
        #expect(rest == [""])
        return lines
      }
      try #require(words.first == "MORE", "\(status)")
      let count = try #require(Int(words[1]))
      lines += rest.prefix(count)
      rest = rest.dropFirst(count)
    }
    Issue.record("the reply has no end")
    return lines
  }

  /// The rows of each dataset.
  private static func rows(_ client: BareClient) throws -> [(slug: String, rows: [String])] {
    var datasets: [(slug: String, rows: [String])] = []
    for line in try lines(client.ask("EXPORT\n")) {
      if line.hasPrefix("# dataset: ") {
        datasets.append((String(line.dropFirst(11)), []))
      } else if line.hasPrefix("# rows: ") {
        #expect(Int(line.dropFirst(8)) == datasets.last?.rows.count)
      } else if !line.hasPrefix("#") {
        datasets[datasets.count - 1].rows.append(String(line))
      }
    }
    return datasets
  }

  private static func figures(_ client: BareClient) -> [String] {
    let names = ["images", "memberships", "accounts", "keys"]
    return client.ask("STATS\n").split(separator: "\n").map(String.init).filter { line in
      names.contains { line.hasPrefix($0 + "\t") || line.hasPrefix($0 + ".") }
    } + [client.ask("OVERLAP\n")]
  }

  /// Loads an export of `client` into an index of its own, in an order of its own, and compares.
  private static func compare(_ client: BareClient) throws {
    let copy = try BareDaemon().connect()
    let datasets = try rows(client)
    for dataset in datasets.reversed() where !dataset.rows.isEmpty {
      load(dataset.rows.reversed(), into: dataset.slug, copy)
    }
    #expect(try lines(copy.ask("DIGEST\n")) == lines(client.ask("DIGEST\n")))
    #expect(figures(copy) == figures(client))
    let again = try rows(copy)
    #expect(again.map(\.slug) == datasets.map(\.slug))
    for (left, right) in zip(again, datasets) { #expect(left.rows.sorted() == right.rows.sorted()) }
  }

  /// Rows of every kind, from pieces that a seed chooses.
  private static func row(_ random: inout SeededGenerator) -> String {
    let number = Int.random(in: 1...400, using: &random)
    let identifier = [
      "flickr:\(number)", "https://live.staticflickr.com/65535/\(number)_0123456789_b.jpg",
      "https://example.org/\(number)/two words.jpg", "url:example.org/\(number)",
      "nsid:1000\(number + 1000)@N02",
      "flickr-set:\(number)", "md5:0123456789abcdef0123456789abc\(number + 100)",
      "file:parks/ä \(number).jpg",
      "openimages:0123456789abc\(number + 100)", "coco:\(number)",
      "HTTP://Example.ORG/%7e\(number)?q=%2541#f",
      "imdb:MV5BMTc\(number)@@", "flickr-user:somebody\(number)", "  example.org/blank\(number)  ",
    ].randomElement(using: &random)!
    var row = identifier
    let fields = [
      "nsid=1000\(number + 1001)@N02", "md5=0123456789ABCDEF0123456789ABC\(number % 7 + 100)",
      "flickr=\(number)",
      "flickr=\(number % 20 + 1)", "url=example.org/\(number)", "coco=\(number % 30 + 1)",
      "flickr-set=\(number % 5 + 1)", "listed=row\\t\(number)\\\\", "listed=", "listed=flickr:\(number)",
      "listed=#\(number)", "listed=!x", "listed=https://example.org/\(number)",
      "url=https://Example.org:80/a b",
      "listed= example.org/\(number) ", "listed=\\x00\\n", "flickr-user=10000001@N02",
    ]
    for _ in 0..<[0, 0, 1, 2, 3].randomElement(using: &random)! {
      row += "\t" + fields.randomElement(using: &random)!
    }
    return row
  }

  @Test("of rows of every kind makes the same index again", arguments: [1, 2, 3] as [UInt64])
  func everyKind(seed: UInt64) throws {
    var random = SeededGenerator(state: seed)
    let client = try BareDaemon().connect()
    let slugs = ["ants", "bees", "cats"]
    for slug in slugs {
      Self.load((0..<1_500).map { _ in Self.row(&random) }, into: slug, client)
    }
    try Self.compare(client)
    // A removed dataset, a replaced and a longer list: what they leave in blocks and listings is in no export.
    #expect(client.ask("REMOVE bees\n").hasPrefix("OK "))
    try Self.compare(client)
    Self.load((0..<700).map { _ in Self.row(&random) }, into: "ants", mode: "replace", client)
    Self.load((0..<300).map { _ in Self.row(&random) }, into: "cats", mode: "append", client)
    try Self.compare(client)
    Self.load((0..<200).map { _ in Self.row(&random) }, into: "bees", client)
    try Self.compare(client)
  }

  @Test("of rows that keep their order of fields is the list itself")
  func sameRows() throws {
    let rows = [
      "HTTP://Example.org/pictures/two words.jpg\tflickr=53000000003",
      "coco:7\tmd5=0123456789abcdef0123456789abcdef",
      "flickr:1", "flickr:2\tnsid=10000001@N02\tlisted=somewhere/2_0.jpg",
      "https://live.staticflickr.com/65535/53000000001_0123456789_b.jpg\tnsid=10000001@N02",
      "md5:0123456789abcdef0123456789abcdef\turl=example.org/one.jpg", "nsid:10000004@N02",
      "url:example.org/two.jpg\tlisted=#2",
    ]
    let client = try BareDaemon().connect()
    Self.load(rows, into: "parks", client)
    #expect(try Self.rows(client)[0].rows.sorted() == rows.sorted())
  }

  @Test("of more rows than a part holds comes in parts, of listings of one key as well")
  func parts() throws {
    let client = try BareDaemon().connect()
    Self.load(
      (0..<20_000).map { "flickr:\($0 + 1)\tnsid=10000001@N02\tlisted=identity/\($0)_0123456789.jpg" },
      into: "parks", client)
    Self.load(
      (0..<9_000).map { "flickr:7\tlisted=a row of the same photo, number \($0)" }, into: "zoo", client)
    let reply = client.ask("EXPORT\n")
    #expect(reply.split(separator: "\n").count { $0.hasPrefix("MORE ") } > 8)
    #expect(try Self.lines(reply).filter { !$0.hasPrefix("#") }.count == 29_000)
    try Self.compare(client)
  }

  @Test("makes no part before the last one is taken, and answers others meanwhile")
  func slowReader() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    Self.load(
      (0..<20_000).map { "flickr:\($0 + 1)\tlisted=identity/\($0)_0123456789.jpg" }, into: "parks", client)
    let slow = daemon.connect()
    slow.isReading = false
    slow.send("EXPORT\nPING\n")
    slow.settle()
    let made = slow.output.count
    #expect(made > 0 && made < 512 << 10)
    #expect(client.ask("GET flickr:1\n").hasPrefix("OK 1\n"))
    Self.load(["flickr:50000"], into: "zoo", client)
    #expect(client.ask("CHECK flickr:50000\n") == "HIT zoo\n")
    slow.settle()
    #expect(slow.output.count == made)
    // The reader goes on: the reply shows the index as it was.
    slow.isReading = true
    let reply = slow.ask("")
    #expect(reply.hasSuffix("\nPONG\n"))
    #expect(try Self.lines(String(reply.dropLast(5))).filter { !$0.hasPrefix("#") }.count == 20_000)
    #expect(daemon.streams.value == 0)
  }

  @Test("is refused where too many are under way, and not any more when one has gone")
  func bound() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    Self.load(
      (0..<20_000).map { "flickr:\($0 + 1)\tlisted=identity/\($0)_0123456789.jpg" }, into: "parks", client)
    let readers = (0..<16).map { _ in
      let reader = daemon.connect()
      reader.isReading = false
      reader.send("EXPORT\n")
      reader.settle()
      return reader
    }
    #expect(daemon.streams.value == 16)
    #expect(client.ask("EXPORT\n").hasPrefix("ERR BUSY RETRY "))
    #expect(client.ask("REINDEX parks\n").hasPrefix("ERR BUSY RETRY "))
    readers[3].leaveUnheard()
    #expect(daemon.streams.value == 15)
    #expect(client.ask("EXPORT parks\n").hasPrefix("MORE "))
    for reader in readers where reader !== readers[3] { reader.leaveUnheard() }
    #expect(daemon.streams.value == 0)
  }
}
