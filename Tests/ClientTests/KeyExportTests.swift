// What an export by key refuses: keys that nobody could ask for by the rules of this program.

import Client
import Console
import Foundation
import Identifiers
import TestSupport
import Testing

@Suite("an export by key refuses", .serialized)
struct KeyExportTests {
  /// Exports what a daemon says in reply; returns why that failed, and whether the folder is there.
  private static func refusal(_ lines: [String]) throws -> (text: String?, hasFolder: Bool) {
    let daemon = try FakeDaemon([
      { peer in
        peer.expect("EXPORT")
        peer.send("MORE \(lines.count)\n" + lines.map { $0 + "\n" }.joined())
        peer.send("END \(lines.count) rows=1 datasets=1\n")
      }
    ])
    let folder = try TemporaryFolder()
    let export = KeyExport(slugs: [], folder: folder.path + "/keys", partKeys: 10) { _ in "" }
    var text: String?
    do throws(Trouble) { _ = try export.run(socket: daemon.path) } catch { text = error.text }
    daemon.finish()
    return (text, try !FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  private static func lines(rules: Int = ruleVersion, row: String, rows: Int = 1) -> [String] {
    [
      "# whichset export 1", "# dataset: parks",
      "# list: name=l\tformat=plain\tsha256=\tbytes=0\trows=1\trejected=0\timages=1\tmemberships=1\tloaded=1\trules=\(rules)",
      row, "# rows: \(rows)", "# datasets: 1",
    ]
  }

  @Test("keys that older or newer rules made", arguments: [ruleVersion - 1, ruleVersion + 1])
  func otherRules(_ rules: Int) throws {
    let (text, hasFolder) = try Self.refusal(Self.lines(rules: rules, row: "flickr:99100000001"))
    #expect(text?.contains("keys of parks were made by rules \(rules)") == true, "\(text ?? "-")")
    #expect(!hasFolder)
  }

  @Test("a row without a key by the present rules")
  func refusedRow() throws {
    let (text, hasFolder) = try Self.refusal(Self.lines(row: "flickr:0"))
    #expect(text?.contains("a row of parks has no key by the present rules") == true, "\(text ?? "-")")
    #expect(!hasFolder)
  }

  @Test("a dataset with another number of rows than it should have")
  func lostRow() throws {
    let (text, hasFolder) = try Self.refusal(Self.lines(row: "flickr:99100000001", rows: 2))
    #expect(text == "the daemon's export is not whole")
    #expect(!hasFolder)
  }

  @Test("nothing else")
  func whole() throws {
    let (text, hasFolder) = try Self.refusal(Self.lines(row: "flickr:99100000001"))
    #expect(text == nil)
    #expect(hasFolder)
  }
}
