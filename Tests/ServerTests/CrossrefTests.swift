// Cross-references, lists of images and accounts against models of them, and what they leave behind: nothing.

import Foundation
import Index
import TestSupport
import Testing
import WireProtocol

@testable import Server

@Suite("a cross-reference")
struct CrossrefTests {
  /// An index of some datasets that share photos and URLs.
  private static func daemon(_ limits: IndexLimits = .test) throws -> (
    BareDaemon, BareClient, [String: Set<String>]
  ) {
    let daemon = try BareDaemon(limits: limits)
    let client = daemon.connect()
    var datasets: [String: Set<String>] = [:]
    for (slug, step) in [("parks", 2), ("strangers", 3), ("crowds", 7)] {
      let rows = (1...900).filter { $0 % step == 0 }.map {
        $0 % 10 == 0 ? "url:example.org/\($0)" : "flickr:\($0)"
      }
      let body = rows.map { $0 + "\n" }.joined()
      _ = client.ask("INGEST \(slug) source=s\n")
      _ = client.ask("ROWS 1 \(rows.count) \(body.utf8.count)\n\(body)")
      #expect(client.ask("COMMIT blocks=1\n").hasPrefix("OK rows="))
      datasets[slug] = Set(rows)
    }
    return (daemon, client, datasets)
  }

  /// The lines and the end of a streamed reply.
  private static func reply(_ text: String) throws -> (lines: [String], end: String) {
    let lines = try ExportTests.lines(text).map(String.init)
    return (lines, String(text.split(separator: "\n").last ?? ""))
  }

  private static func items(_ rows: [String]) -> String {
    "ITEMS \(rows.count) \(rows.reduce(0) { $0 + $1.utf8.count + 1 })\n" + rows.map { $0 + "\n" }.joined()
  }

  /// What the counts of rows of identifier and label have to be.
  private static func model(
    _ rows: [(identifier: String, label: String)], _ datasets: [String: Set<String>]
  ) -> (lines: Set<String>, end: String) {
    let identifiers = Set(rows.map(\.identifier))
    let labels = Set(rows.map(\.label))
    func images(_ identifiers: Set<String>) -> (images: Int, memberships: Int) {
      let counts = identifiers.map { identifier in datasets.values.count { $0.contains(identifier) } }
      return (counts.count { $0 > 0 }, counts.reduce(0, +))
    }
    var lines: Set<String> = []
    for (slug, members) in datasets {
      lines.insert("dataset\t\(slug)\t\(identifiers.intersection(members).count)")
    }
    for label in labels {
      let own = Set(rows.filter { $0.label == label }.map(\.identifier))
      let found = images(own)
      lines.insert("label\t\(label)\t\(own.count)\t\(found.images)\t\(found.memberships)\t0")
      for (slug, members) in datasets where !own.isDisjoint(with: members) {
        lines.insert("cell\t\(slug)\t\(label)\t\(own.intersection(members).count)")
      }
    }
    let found = images(identifiers)
    let end =
      "rows=\(rows.count) invalid=0 unresolvable=0 duplicates=\(rows.count - identifiers.count) identifiers=\(identifiers.count)"
      + " images=\(found.images) unmatched=\(identifiers.count - found.images) unsearchable=0 memberships=\(found.memberships)"
    return (lines, end)
  }

  @Test(
    "counts as a model does, in memory, in runs, and where runs are merged",
    arguments: [32 << 20, 1 << 13, 0])
  func counts(spoolMemoryBytes: Int) throws {
    var limits = IndexLimits.test
    limits.spoolMemoryBytes = spoolMemoryBytes
    let (daemon, client, datasets) = try Self.daemon(limits)
    var random = SeededGenerator(state: 7)
    var rows: [(identifier: String, label: String)] = []
    #expect(client.ask("XREF matches=1\n") == "OK\n")
    // With no memory at all each block is a run: enough of them to be merged twice.
    for _ in 0..<140 {
      let block = (0..<Int.random(in: 0...40, using: &random)).map { _ in
        let number = Int.random(in: 1...1_000, using: &random)
        return (
          identifier: number % 10 == 0 ? "url:example.org/\(number)" : "flickr:\(number)",
          label: ["", "DE", "FR", "US"].randomElement(using: &random)!
        )
      }
      rows += block
      let lines = client.ask(
        Self.items(block.map { $0.identifier + ($0.label.isEmpty ? "" : "\tlabel=\($0.label)") })
      ).split(separator: "\n").map(String.init)
      let matches = block.enumerated().compactMap { index, row in
        let found = datasets.filter { $0.value.contains(row.identifier) }.keys.sorted()
        return found.isEmpty ? nil : "\(index + 1)\t\(found.joined(separator: ","))"
      }
      #expect(lines == ["OK \(matches.count)"] + matches)
    }
    let (lines, end) = try Self.reply(client.ask("TALLY\n"))
    let expected = Self.model(rows, datasets)
    #expect(Set(lines) == expected.lines)
    #expect(lines.count == expected.lines.count)
    #expect(end == "END \(lines.count) \(expected.end)")
    #expect(try Self.names(in: "\(daemon.folder.path)/staging").isEmpty)
  }

  @Test("tells the matches of a large block in the order of its rows, and takes addresses for their photos")
  func largeBlock() throws {
    var limits = IndexLimits.test
    limits.stagingLanes = 3
    let (_, client, datasets) = try Self.daemon(limits)
    #expect(client.ask("XREF matches=1\n") == "OK\n")
    var random = SeededGenerator(state: 8)
    var matches: [String] = []
    var invalid = 0
    let rows = (1...12_000).map { row in
      let number = Int.random(in: 10...1_000, using: &random)
      let identifier = number % 10 == 0 ? "url:example.org/\(number)" : "flickr:\(number)"
      let kind = Int.random(in: 0...3, using: &random)
      guard kind > 0 else {
        invalid += 1
        return "flickr:0\tlabel=x"
      }
      let found = datasets.filter { $0.value.contains(identifier) }.keys.sorted()
      if !found.isEmpty { matches.append("\(row)\t\(found.joined(separator: ","))") }
      guard number % 10 > 0, kind < 3 else { return identifier + "\tlisted=\(row)" }
      return kind == 1 ? identifier : "https://live.staticflickr.com/1/\(number)_0123456789_b.jpg"
    }
    let items = Self.items(rows)
    #expect(items.utf8.count > 3 * 16 << 10 && items.utf8.count < 1 << 20)
    let lines = client.ask(items).split(separator: "\n").map(String.init)
    #expect(lines == ["OK \(matches.count)"] + matches)
    let (_, end) = try Self.reply(client.ask("TALLY\n"))
    #expect(end.contains("rows=12000 invalid=\(invalid) "), "\(end)")
  }

  @Test("holds no more of a key than its labels, however often it comes")
  func repeatedKey() throws {
    var limits = IndexLimits.test
    limits.spoolMemoryBytes = 1 << 16
    let (_, client, _) = try Self.daemon(limits)
    #expect(client.ask("XREF\n") == "OK\n")
    let block = Self.items((0..<5_000).map { "flickr:2\tlabel=\($0 % 3)" })
    for _ in 0..<16 { #expect(client.ask(block) == "OK 0\n") }
    let (lines, end) = try Self.reply(client.ask("TALLY\n"))
    #expect(lines.contains("label\t0\t1\t1\t1\t0"))
    #expect(end.contains("rows=80000 ") && end.contains("identifiers=1 images=1 "), "\(end)")
  }

  @Test("tells counts in parts of a bounded size, however many labels and datasets there are")
  func manyCells() throws {
    let (_, client, _) = try Self.daemon(.test)
    #expect(client.ask("XREF\n") == "OK\n")
    let labels = (0..<ProtocolLimits.labelsMax).map { number in
      let text = String(number)
      return text + String(repeating: "x", count: ProtocolLimits.labelBytesMax - text.utf8.count)
    }
    #expect(client.ask(Self.items(labels.map { "flickr:2\tlabel=\($0)" })) == "OK 0\n")
    let text = client.ask("TALLY\n")
    #expect(try Self.reply(text).lines.count(where: { $0.hasPrefix("label\t") }) == labels.count)
    var parts: [Int] = []
    for line in text.split(separator: "\n") {
      if line.hasPrefix("MORE ") {
        parts.append(0)
      } else if !parts.isEmpty {
        parts[parts.count - 1] += line.utf8.count + 1
      }
    }
    let longest =
      "label\t\t1024\t1024\t1024\n".utf8.count + ProtocolLimits.labelBytesMax + ProtocolLimits.slugBytesMax
    #expect(parts.count > 3)
    #expect(parts.allSatisfy { $0 < ProtocolLimits.partBytes + longest }, "\(parts)")
  }

  @Test("takes all images of an account, however many, in parts of a bounded size")
  func largeAccount() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    _ = client.ask("INGEST parks source=s\n")
    // More links than a merge keeps of a key before it looks for those that came twice.
    for block in 1...3 {
      let rows = (1...25_000).map { "flickr:\(block * 100_000 + $0)\tnsid=10000001@N01\n" }
      let body = rows.joined()
      #expect(client.ask("ROWS \(block) \(rows.count) \(body.utf8.count)\n\(body)").hasPrefix("OK 0 "))
    }
    #expect(client.ask("COMMIT blocks=3\n").hasPrefix("OK rows=75000 "))
    let counts = try Self.reply(client.ask("ACCOUNT nsid:10000001@N01\n"))
    #expect(counts.lines == ["name\tnsid:10000001@N01", "dataset\tparks\t75000"])
    #expect(counts.end == "END 2 images=75000 memberships=75000")
    let images = try Self.reply(client.ask("ACCOUNT nsid:10000001@N01\timages=1\n")).lines
    #expect(images.count == 75_002)
    #expect(Set(images).count == 75_002)
    let list = try Self.reply(client.ask("LIST any=parks\n")).lines
    #expect(Set(list) == Set(images.filter { $0.hasPrefix("image\t") }.map { String($0.dropFirst(6)) }))
    // Each reply comes in parts of a bounded size.
    for request in ["ACCOUNT nsid:10000001@N01\timages=1\n", "LIST any=parks\n"] {
      let parts = client.ask(request).split(separator: "\n").filter { $0.hasPrefix("MORE ") }
      #expect(parts.count > 10)
      for part in parts {
        let count = try #require(Int(part.split(separator: " ")[1]))
        #expect(count < 8_192, "\(part)")
      }
    }
  }

  @Test("follows an account from name to name, up to a bound", arguments: [1_024, 1_025])
  func names(count: Int) throws {
    let client = try BareDaemon().connect()
    // A chain: each NSID has the alias of the one before it as well.
    let rows = (1..<count).map {
      "flickr:\($0)\tnsid=\(10_000_000 + $0 / 2)@N01\tflickr-user=name\(($0 + 1) / 2)\n"
    }
    let body = rows.joined()
    _ = client.ask("INGEST parks source=s\n")
    _ = client.ask("ROWS 1 \(rows.count) \(body.utf8.count)\n\(body)")
    #expect(client.ask("COMMIT blocks=1\n").hasPrefix("OK rows="))
    let reply = client.ask("ACCOUNT nsid:10000000@N01\n")
    if count > ProtocolLimits.accountNamesMax {
      #expect(reply.hasPrefix("ERR LIMIT CLIENT "), "\(reply.prefix(200))")
    } else {
      #expect(try Self.reply(reply).end == "END \(count + 1) images=\(count - 1) memberships=\(count - 1)")
    }
    #expect(client.ask("PING\n") == "PONG\n")
  }

  @Test("leaves nothing behind when its client goes, whatever it was doing")
  func gone() throws {
    var limits = IndexLimits.test
    limits.spoolMemoryBytes = 0
    let (daemon, _, _) = try Self.daemon(limits)
    let staging = "\(daemon.folder.path)/staging"
    let block = Self.items(["flickr:1"])
    // While blocks come; with a block under way; while it is opened; before the first step of the counts.
    let first = daemon.connect()
    #expect(first.ask("XREF\n" + block) == "OK\nOK 0\n")
    #expect(try Self.names(in: staging).count == 1)
    first.leave()
    #expect(try Self.names(in: staging).isEmpty)
    for text in ["XREF\n", "XREF\n" + block, "XREF\n" + block + "TALLY\n"] {
      let client = daemon.connect()
      client.send(text)
      client.leaveUnheard()
      #expect(try Self.names(in: staging).isEmpty, "\(text)")
    }
    // All permits are back.
    let clients = (0..<8).map { _ in daemon.connect() }
    for client in clients { #expect(client.ask("XREF\n") == "OK\n") }
    for client in clients { client.leave() }
  }

  @Test("that a crash left behind is gone at the next start, and is no load")
  func crash() throws {
    let folder = try TemporaryFolder()
    let staging = "\(folder.path)/staging"
    do {
      let daemon = try BareDaemon(in: folder)
      try FileManager.default.createDirectory(atPath: "\(staging)/~keys-7", withIntermediateDirectories: true)
      try Data("half a run".utf8).write(to: URL(filePath: "\(staging)/~keys-7/1.run"))
      #expect(daemon.connect().ask("LOADS\n") == "OK 0\n")
    }
    _ = try BareDaemon(in: folder)
    #expect(try Self.names(in: staging).isEmpty)
  }

  private static func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder)
  }
}
