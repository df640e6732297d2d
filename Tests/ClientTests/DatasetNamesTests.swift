// The names of datasets that a shell completes.

import Client
import Foundation
import Platform
import TestSupport
import Testing

@Suite("Completion of datasets")
struct DatasetNamesTests {
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
    let listener = try UnixAddress.listening(at: path)
    let start = ContinuousClock.now
    #expect(DatasetNames.ask(path, within: .milliseconds(50)) == [])
    #expect(ContinuousClock.now - start < .seconds(5))
    #expect(listener.raw >= 0)
  }
}
