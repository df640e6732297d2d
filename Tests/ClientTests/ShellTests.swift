// The parts of the interactive shell that decide: words, remembered lines, completions, ends of replies.

import Console
import Foundation
import Testing

@testable import Client

@Suite("The shell")
struct ShellTests {
  @Test(
    "cuts lines into words as sh does",
    arguments: [
      ("check flickr:1", ["check", "flickr:1"]),
      ("  check\t a  b ", ["check", "a", "b"]),
      ("check 'a b' \"c d\"", ["check", "a b", "c d"]),
      ("check https://example.org/a?b=1&c=2#d", ["check", "https://example.org/a?b=1&c=2#d"]),
      ("check a\\ b 'c\\d' \"e\\\"f\\g\"", ["check", "a b", "c\\d", "e\"f\\g"]),
      ("set note=''", ["set", "note="]), ("check ''", ["check", ""]),
      ("# check a", []), ("   ", []), ("", []),
    ])
  func words(_ line: String, _ words: [String]) throws {
    #expect(try ShellWords.parse(line) == words)
  }

  @Test("refuses a quote that is not closed", arguments: ["check 'a", "check \"a\\\"", "'"])
  func openQuote(_ line: String) {
    #expect(throws: Trouble.self) { try ShellWords.parse(line) }
  }

  @Test("completes the last name of a list, and none twice")
  func listCompletion() {
    let names = ["megaface", "pipa", "pubfig"]
    #expect(DatasetNames.completions(of: "p", among: names) == ["pipa", "pubfig"])
    #expect(DatasetNames.completions(of: "", among: names) == names)
    #expect(DatasetNames.completions(of: "pipa,", among: names) == ["pipa,megaface", "pipa,pubfig"])
    #expect(DatasetNames.completions(of: "pipa,pi", among: names) == [])
  }

  @Test("is quick and silent where there is no daemon")
  func noDaemon() {
    #expect(DatasetNames.ask("/nonexistent/whichset.sock") == [])
  }

  @Test("gives up a daemon that does not answer")
  func deafDaemon() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "w-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("s").path
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listener) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // The path is shorter than the field, and the structure is whole.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
    let isBound = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(isBound == 0 && listen(listener, 4) == 0)
    let start = ContinuousClock.now
    #expect(DatasetNames.ask(path, within: .milliseconds(50)) == [])
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test("remembers lines in a file of its owner, bounded, and none that begins with a space")
  func history() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "w-\(UUID().uuidString.prefix(8))")
    defer { try? FileManager.default.removeItem(at: folder) }
    let history = ShellHistory(path: folder.path + "/whichset/history")
    #expect(try history.load() == [])
    try history.append("check flickr:1")
    try history.append("datasets")
    #expect(try history.load() == ["check flickr:1", "datasets"])
    let attributes = try FileManager.default.attributesOfItem(atPath: history.path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(ShellHistory.keeps("check a") && !ShellHistory.keeps(" check a") && !ShellHistory.keeps(""))
    for number in 2..<2 * ShellHistory.linesMax { try history.append("line \(number)") }
    let last = "line \(2 * ShellHistory.linesMax - 1)"
    #expect(try history.load().count == ShellHistory.linesMax)
    let text = try String(contentsOfFile: history.path, encoding: .utf8)
    #expect(text.split(separator: "\n").count == ShellHistory.linesMax && text.hasSuffix(last + "\n"))
    try history.clear()
    try history.clear()
    #expect(try history.load() == [])
  }

  @Test("knows where a reply ends, and what it amounts to")
  func replyEnds() {
    func status(_ lines: [String]) -> Int32? {
      var progress = ReplyProgress()
      for (index, line) in lines.enumerated()
      where progress.take(line.utf8.span) != (index == lines.count - 1) {
        return nil
      }
      return progress.exitStatus
    }
    #expect(status(["PONG"]) == 0)
    #expect(status(["HIT a,b"]) == 0)
    #expect(status(["MISS"]) == 1)
    #expect(status(["ERR VERB CLIENT no such verb"]) == 2)
    #expect(status(["OK 2 a=b", "MISS", "ERR"]) == 0)
    #expect(status(["OK 0"]) == 0)
    #expect(status(["MORE 1", "OK 5", "MORE 0 done=1", "END 1"]) == 0)
    #expect(status(["MORE 1", "x", "ERR BUSY RETRY later"]) == 2)
  }

  @Test(
    "sends no request that would wait for a body",
    arguments: ["", "  ", "MCHECK 2", "rows 1 1 5", "COMMIT blocks=1 lists=1", "BACKUP", "restore force=1"])
  func bodies(_ line: String) {
    #expect(throws: Trouble.self) { try RawConversation.check(line) }
  }

  @Test(
    "sends any other line",
    arguments: ["PING", "@t CHECK flickr:1", "COMMIT blocks=0", "BACKUP confirm=1", "nonsense"])
  func others(_ line: String) throws { try RawConversation.check(line) }
}
