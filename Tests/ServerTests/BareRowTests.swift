// A row that says no more than its key is a row like others: beside rows and links of the same key it is still there, in
// whatever loads they come.

import Index
import TestSupport
import Testing

@testable import Server

@Suite("a row that says no more than its key")
struct BareRowTests {
  private static func load(_ rows: [String], into slug: String, mode: String, _ client: BareClient) {
    let body = rows.map { "\($0)\n" }.joined()
    _ = client.ask("INGEST \(slug) source=s mode=\(mode)\n")
    _ = client.ask("ROWS 1 \(rows.count) \(body.utf8.count)\n\(body)")
    let reply = client.ask("COMMIT blocks=1\n")
    #expect(reply.hasPrefix("OK rows=\(rows.count) accepted=\(rows.count) "), "\(reply)")
  }

  private static func export(_ slug: String, _ client: BareClient) throws -> [String] {
    try ExportTests.lines(client.ask("EXPORT \(slug)\n")).filter { !$0.hasPrefix("#") }.map(String.init)
  }

  private static func row(_ random: inout SeededGenerator) -> String {
    let number = Int.random(in: 1...60, using: &random)
    return [
      "flickr:\(number)", "https://www.flickr.com/photos/a/\(number)/",
      "flickr:\(number)\tcoco=\(number % 20 + 1)",
      "flickr-set:\(number % 20 + 1)", "flickr:\(number)\tflickr-set=\(number % 20 + 1)",
      "coco:\(number % 20 + 1)",
      "coco:\(number % 20 + 1)\tlisted=\(number).jpg", "flickr:\(number)\tnsid=1000\(number % 3 + 1_000)@N02",
    ].randomElement(using: &random)!
  }

  /// Loads that go into young levels, and loads that rewrite the blocks.
  private static func limits(young: Bool) -> IndexLimits {
    var limits = IndexLimits.test
    if !young { limits.youngRowsMax = 0 }
    return limits
  }

  @Test(
    "is in the export, the digest and the answer to GET, whatever the loads that it came in",
    arguments: 1...6 as ClosedRange<UInt64>, [true, false])
  func everyLoad(seed: UInt64, young: Bool) throws {
    var random = SeededGenerator(state: seed)
    let daemon = try BareDaemon(limits: Self.limits(young: young))
    let client = daemon.connect()
    var model: [String: Set<String>] = [:]
    for _ in 0..<9 {
      let slug = ["ants", "bees", "cats"].randomElement(using: &random)!
      let mode =
        model[slug] == nil ? "create" : ["append", "append", "replace"].randomElement(using: &random)!
      let rows = (0..<[1, 5, 60].randomElement(using: &random)!).map { _ in Self.row(&random) }
      Self.load(rows, into: slug, mode: mode, client)
      model[slug] = Set(rows).union(mode == "append" ? model[slug]! : [])
      for (slug, rows) in model {
        let exported = try Self.export(slug, client)
        let difference = Set(exported).symmetricDifference(rows).sorted()
        #expect(difference.isEmpty && exported.count == rows.count, "\(slug) after \(mode)")
      }
    }
    let copy = try BareDaemon(limits: Self.limits(young: !young)).connect()
    for (slug, rows) in model { Self.load(rows.sorted().reversed(), into: slug, mode: "create", copy) }
    #expect(try ExportTests.lines(copy.ask("DIGEST\n")) == ExportTests.lines(client.ask("DIGEST\n")))
    for number in 1...60 {
      let bare = "flickr:\(number)"
      let found = client.ask("GET \(bare)\n").split(separator: "\n").filter {
        $0.hasSuffix("\t\(bare)\t\(bare)")
      }
      #expect(found.map { String($0.prefix(4)) } == model.keys.sorted().filter { model[$0]!.contains(bare) })
      let set = "flickr-set:\(number % 20 + 1)"
      let sets = client.ask("GET \(set)\n").split(separator: "\n").filter { $0.hasSuffix("\t\(set)\t\(set)") }
      #expect(sets.map { String($0.prefix(4)) } == model.keys.sorted().filter { model[$0]!.contains(set) })
    }
    let verified = client.ask("VERIFY\n")
    #expect(verified.contains(" damages=0"), "\(verified)")
    // Keys rebuilt are of the same rows.
    let before = try ExportTests.lines(client.ask("DIGEST\n"))
    for slug in model.keys { #expect(client.ask("REINDEX \(slug)\n").contains("END 1")) }
    #expect(try ExportTests.lines(client.ask("DIGEST\n")) == before)
  }

  @Test("comes once however often it is listed, and costs nothing where it stands alone")
  func once() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    Self.load(["flickr:2", "flickr:2", "flickr:3"], into: "parks", mode: "create", client)
    let key = StoredKey(integer: 2)
    #expect(try daemon.index.snapshot.listings(of: key, space: 1, limit: 9).isEmpty)
    let url = "https://www.flickr.com/photos/a/2/"
    Self.load([url, "flickr:2", url], into: "parks", mode: "append", client)
    Self.load(["flickr:2"], into: "parks", mode: "append", client)
    #expect(try Self.export("parks", client).sorted() == ["flickr:2", "flickr:3", url])
    #expect(try daemon.index.snapshot.listings(of: key, space: 1, limit: 9).count == 2)
  }

  @Test("is reported by GET of a dataset whose other rows are cut off only where it is known")
  func cutOff() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    let rows = (0..<10_001).map { "flickr:7\tlisted=row \($0)" }
    for start in stride(from: 0, to: rows.count, by: 6_000) {
      Self.load(
        Array(rows[start..<min(rows.count, start + 6_000)]), into: "zoo",
        mode: start == 0 ? "create" : "append",
        client)
    }
    // Its entry is behind those that are read: that it has no row of the key alone is not to be seen.
    Self.load(["flickr:7\tlisted=other"], into: "ants", mode: "create", client)
    let reply = client.ask("GET flickr:7\n")
    #expect(reply.hasPrefix("OK 10000 truncated=1\n"))
    #expect(!reply.contains("\nants\tflickr:7\tflickr:7"))
  }
}
