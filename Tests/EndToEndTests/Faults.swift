// Calls that fail in a running daemon: a library that is preloaded into it (Tests/Fixtures/faults/faults.c) and is told by a
// shared file which call is to fail.

import Foundation
import Testing

/// What can fail, by the numbers that the library knows.
enum FailingCall: Int32, CaseIterable, Sendable {
  case open = 1
  case write, sync, rename, mkdir, unlink, read
  /// The write of LMDB's first two pages, the last step of a commit.
  case meta
  case thread
  /// Of a file of the data folder into memory.
  case map
  case accept
}

/// The faults of one daemon at a time.
final class Faults: Sendable {
  private let workspace: Workspace
  private let control: String
  private let log: String
  private let library: String

  /// The library, built once by the compiler that there is; nil where there is none.
  static let library: String? = {
    let path = "\(FileManager.default.temporaryDirectory.path)/whichset-faults-\(getpid()).so"
    for compiler in ["/usr/bin/cc", "/usr/bin/clang", "/opt/swift/usr/bin/clang"]
    where FileManager.default.isExecutableFile(atPath: compiler) {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: compiler)
      process.arguments = [
        "-shared", "-fPIC", "-O1", "-o", path, Lists.package + "/Tests/Fixtures/faults/faults.c", "-ldl",
      ]
      guard (try? process.run()) != nil else { continue }
      process.waitUntilExit()
      if process.terminationStatus == 0 { return path }
    }
    return nil
  }()

  init(in workspace: Workspace) throws {
    self.workspace = workspace
    library = try #require(Self.library)
    control = try workspace.write("faults.control", [UInt8](repeating: 0, count: 24))
    log = try workspace.write("faults.log", "")
  }

  /// The environment that preloads the library into a daemon on the folder `data`.
  func environment(data: String = "data") -> [String: String] {
    [
      "LD_PRELOAD": library, "FAULTS_FOLDER": workspace.file(data), "FAULTS_CONTROL": control,
      "FAULTS_LOG": log,
    ]
  }

  /// From now on the `nth` call and those behind it fail, `count` in all.
  func arm(_ call: FailingCall, nth: Int, count: Int = 1, error: Int32) throws {
    try set([call.rawValue, Int32(nth), Int32(count), error, 0, 0])
  }

  /// From now on none fails. Returns how many did.
  @discardableResult
  func disarm() throws -> Int {
    let failed = try values()[5]
    try set([0, 0, 0, 0, 0, 0])
    return Int(failed)
  }

  /// The lines that were written down since the last time: what happened, and to which path below the workspace.
  func events() throws -> [(what: String, path: String)] {
    let events = try Lists.table(log).map { ($0[0], String($0[1].dropFirst(workspace.path.count + 1))) }
    try FileHandle(forWritingTo: URL(fileURLWithPath: log)).truncate(atOffset: 0)
    return events
  }

  private func values() throws -> [Int32] {
    let bytes = [UInt8](try #require(FileManager.default.contents(atPath: control)))
    return (0..<6).map { place in
      (0..<4).reduce(0) { $0 | Int32(bytes[4 * place + $1]) << (8 * Int32($1)) }
    }
  }

  /// In place: the daemon has the file mapped.
  private func set(_ values: [Int32]) throws {
    let bytes = values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: control))
    try file.write(contentsOf: Data(bytes))
    try file.close()
  }
}
