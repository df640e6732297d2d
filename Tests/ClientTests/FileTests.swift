// Files that the client writes: what stands at a name decides what may be done with it.

import Console
import Foundation
import Platform
import Testing

@testable import Client

@Suite("Files that are written")
struct FileTests {
  /// A folder that goes with the value.
  final class FileFolder {
    let path = NSTemporaryDirectory() + "w-\(UUID().uuidString.prefix(8))"
    init() throws {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
    func file(_ name: String) -> String { "\(path)/\(name)" }
    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    func write(_ name: String, _ text: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
    }
    func text(_ name: String) throws -> String { try String(contentsOfFile: file(name), encoding: .utf8) }
    func link(_ name: String, to target: String) throws {
      try FileManager.default.createSymbolicLink(atPath: file(name), withDestinationPath: target)
    }
    func fifo(_ name: String) throws {
      try #require(unsafe mkfifo(file(name), 0o600) == 0)  // the C string lives through the call
    }
  }

  private func write(_ text: String, to path: String) throws(Trouble) {
    try WholeFile.write(path) { descriptor throws(Trouble) in
      var output = LineOutput(descriptor)
      output.queue.storage.append(text)
      try output.writeAll()
    }
  }

  @Test("are replaced as a whole, behind a link too, which stays")
  func replaced() throws {
    let folder = try FileFolder()
    try write("a", to: folder.file("file"))
    try folder.link("link", to: "file")
    try write("b", to: folder.file("link"))
    #expect(try folder.text("file") == "b")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("link")) == "file")
    #expect(throws: Trouble.self) {
      try WholeFile.write(folder.file("file")) { _ throws(Trouble) in throw Trouble("no") }
    }
    #expect(try folder.text("file") == "b")
    #expect(try folder.names() == ["file", "link"])
  }

  @Test("go through no link that lies at a foreseeable name")
  func foreseen() throws {
    let folder = try FileFolder()
    try folder.write("victim", "mine")
    try folder.link("file.part", to: "victim")
    try write("a", to: folder.file("file"))
    #expect(try folder.text("victim") == "mine")
    #expect(try folder.text("file") == "a")
  }

  @Test("leave a fifo and a device where they are, and go into them")
  func streams() throws {
    let folder = try FileFolder()
    try folder.fifo("fifo")
    let reader = Descriptor(owning: unsafe open(folder.file("fifo"), O_RDONLY | O_NONBLOCK))
    try write("a", to: folder.file("fifo"))
    var bytes = [UInt8](repeating: 0, count: 8)
    let transfer = reader.read(into: &bytes)
    #expect(transfer == .bytes(1))
    #expect(try FileKind.at(folder.file("fifo"), followsLinks: false) == .fifo)
    try folder.link("null", to: "/dev/null")
    try write("a", to: folder.file("null"))
    #expect(try FileKind.at(folder.file("null"), followsLinks: true) == .characterDevice)
  }

  @Test("take no folder's place, nor that of a link to nothing")
  func refused() throws {
    let folder = try FileFolder()
    try folder.link("dangling", to: "nothing")
    #expect(throws: Trouble.self) { try write("a", to: folder.path) }
    #expect(throws: Trouble.self) { try write("a", to: folder.file("dangling")) }
    #expect(try folder.names() == ["dangling"])
  }

  @Test(
    "are no backup in the place of what is no regular file, or of a daemon's own", arguments: [true, false])
  func backups(_ replaces: Bool) throws {
    let folder = try FileFolder()
    try folder.fifo("fifo")
    try folder.write("b.mdb", "old")
    try folder.link("link", to: "b.mdb")
    try folder.write("data.mdb", "index")
    func refuses(_ name: String) -> Bool {
      do throws(Trouble) {
        _ = try BackupFile(folder.file(name), replaces: replaces)
        return false
      } catch { return true }
    }
    #expect(refuses("fifo") && refuses("link"))
    #expect(refuses("b.mdb") == !replaces && refuses("data.mdb") == !replaces)
    try folder.write("whichset.lock", "")
    #expect(refuses("data.mdb") && refuses("last-backup") && refuses("whichset.lock") && refuses("lock.mdb"))
    #expect(!refuses("other.mdb"))
    #expect(try folder.names() == ["b.mdb", "data.mdb", "fifo", "link", "whichset.lock"])
  }

  @Test("are read only where they are regular, without waiting", .timeLimit(.minutes(1)))
  func regular() throws {
    let folder = try FileFolder()
    try folder.fifo("fifo")
    try folder.write("file", "a")
    func opens(_ path: String) throws -> Bool {
      guard let file = try Descriptor.regular(path, O_RDONLY, "cannot read it") else { return false }
      return file.raw >= 0
    }
    #expect(try opens(folder.file("file")))
    #expect(try !opens(folder.file("none")))
    #expect(throws: Trouble.self) { try opens(folder.file("fifo")) }
    #expect(throws: Trouble.self) { try opens(folder.path) }
  }
}
