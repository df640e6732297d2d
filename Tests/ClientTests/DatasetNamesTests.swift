// The names of datasets that a shell completes.

import Client
import Foundation
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
}
