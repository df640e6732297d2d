// A data file from elsewhere is opened and checked by a process of its own: LMDB trusts the pages of a file, and a damaged
// one can end the process that maps it. That process is this program again; it says on its standard output how far it is, and at last
// what it found.

internal import Glibc
internal import Index
internal import IndexKeys
internal import Platform
internal import WireProtocol

/// The process that inspects.
package enum FileInspection {
  /// Inspects a file and ends. Started by `InspectingProcess`.
  ///
  /// - Parameter path: of the file.
  package static func run(_ path: String) {
    ChildProcess.endWithParent()
    say(verdict(on: path).line)
  }

  private static func verdict(on path: String) -> Verdict {
    do throws(IndexError) {
      // A backup of an earlier version is one of this version before it is looked at.
      _ = try IndexUpgrade(path: path, spaces: KeySpace.all, program: ProgramVersion.text) {
        say("\($0) \($1)")
      }
      let file = try IndexFile(path: path)
      var verification = try Verification(
        file, spaces: KeySpace.all, texts: ListedTexts(secret: file.secret))
      var told = ContinuousClock.now
      while try verification.step() {
        guard .now - told > .milliseconds(100) else { continue }
        told = .now
        say("\(verification.blocksDone) \(verification.blocksTotal)")
      }
      let damages = verification.counts.damages
      return damages == 0 ? .sound : .unfit("the backup has \(damages) damages")
    } catch {
      return error.isOfFile
        ? .unfit("what was handed over cannot be restored: \(error.ofFile)") : .failed("\(error)")
    }
  }

  private static func say(_ line: String) {
    // A daemon that no longer reads has ended this process, or is about to.
    try? Descriptor(borrowing: STDOUT_FILENO).writeAll(Array("\(line)\n".utf8).span)
  }

  enum Verdict: Equatable {
    case sound
    /// The file is at fault.
    case unfit(String)
    /// It could not be inspected.
    case failed(String)

    var line: String {
      switch self {
      case .sound: "sound"
      case .unfit(let reason): "unfit \(reason)"
      case .failed(let reason): "failed \(reason)"
      }
    }

    init?(_ line: Substring) {
      let words = line.split(separator: " ", maxSplits: 1)
      let reason = words.count > 1 ? String(words[1]) : ""
      switch words.first {
      case "sound": self = .sound
      case "unfit": self = .unfit(reason)
      case "failed": self = .failed(reason)
      default: return nil
      }
    }
  }
}

/// An inspection, as the daemon sees it. Used by one thread at a time.
final class InspectingProcess {
  private var process: ChildProcess
  private var said = ""
  /// Blocks that were checked, of how many.
  private(set) var done = 0
  private(set) var total = 0

  /// - Parameter program: the daemon's own.
  init(_ path: String, by program: String) throws(SystemFailure) {
    let nothing = try Descriptor(opening: "/dev/null", O_RDWR)
    let process = try ChildProcess.start(program, ["--inspect", path], input: nothing, errors: nothing)
    guard let process else { throw SystemFailure("posix_spawnp", program, code: ENOENT) }
    self.process = process
  }

  /// Waits a little for what it says; returns the verdict when there is one.
  func step() -> FileInspection.Verdict? {
    var buffer = [UInt8](repeating: 0, count: 4_096)
    guard Poll.wait(for: process.output.raw, POLLIN, milliseconds: Self.stepMilliseconds) else { return nil }
    switch process.output.read(into: &buffer) {
    case .bytes(let count) where count > 0:
      said += String(decoding: buffer[..<count], as: UTF8.self)
      return takeLines()
    case .wouldBlock: return nil
    case .bytes: return ending()
    case .failed(let code):
      return .failed("what checks the backup cannot be read: \(SystemFailure.reason(code))")
    }
  }

  private static let stepMilliseconds: Int32 = 50

  private func takeLines() -> FileInspection.Verdict? {
    while let end = said.firstIndex(of: "\n") {
      let line = said[..<end]
      if let verdict = FileInspection.Verdict(line) { return verdict }
      let numbers = line.split(separator: " ").compactMap { Int($0) }
      if numbers.count == 2 { (done, total) = (numbers[0], numbers[1]) }
      said.removeSubrange(...end)
    }
    return nil
  }

  /// What to make of a process that ended without a verdict.
  private func ending() -> FileInspection.Verdict {
    switch try? process.end() {
    case nil: .failed("the process that checked the backup cannot be waited for")
    case .killed(SIGKILL): .failed("the process that checked the backup was killed")
    case .killed(let signal): .unfit("the backup is damaged so that it cannot be read (signal \(signal))")
    case .exited(EX_DATAERR): .unfit("the backup is damaged so that it cannot be read")
    case .exited(let status): .failed("the process that checked the backup ended with status \(status)")
    }
  }
}

extension IndexError {
  /// Whether what is wrong is wrong with a file that was opened, not with the system.
  fileprivate var isOfFile: Bool {
    switch self {
    // What LMDB says of a copy that was just written is the file's doing.
    case .notAnIndex, .newerFormat, .corrupt, .lmdb: true
    default: false
    }
  }

  /// What is wrong with it, without the path of a copy.
  fileprivate var ofFile: String {
    switch self {
    case .notAnIndex: "it is no whichset index"
    case .corrupt(let what): what
    case .lmdb: "LMDB cannot read it"
    default: description
    }
  }
}
