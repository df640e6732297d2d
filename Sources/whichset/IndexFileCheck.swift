// A look into the file of a backup, without a daemon: the one place of the client that sees storage. It is only read, and
// nothing is made beside it.

import Client
import Console
import Glibc
import Index
import IndexKeys
import Platform
import Synchronization
import WireProtocol

enum IndexFileCheck {
  /// Checks all that the file has stored; how far it is goes to `console`.
  ///
  /// - Parameter crashStatus: the exit status where LMDB crashes on the file.
  static func verify(
    _ path: String, console: ProgressConsole, onCrash crashStatus: Int32
  ) throws(Trouble) -> VerificationReport {
    try checkKind(path)
    Self.crashStatus.store(crashStatus, ordering: .relaxed)
    explainCrash(true)
    defer { explainCrash(false) }
    var verification: Verification?
    do throws(IndexError) {
      defer { console.clear() }
      let file = try IndexFile(path: path)
      var running = try Verification(file, spaces: KeySpace.all, texts: ListedTexts(secret: file.secret))
      defer { verification = running }
      while try running.step() {
        console.draw(phase: "verify", done: running.blocksDone, of: running.blocksTotal)
      }
    } catch {
      guard let what = error.foundDamage else { throw trouble(error, path) }
      return report(path, verification, further: [["", "", what, "what is behind cannot be read"]])
    }
    return report(path, verification, further: [])
  }

  /// Whether the file was written in an older format, which is all that can be told of it.
  static func isOlder(_ path: String) throws(Trouble) -> Bool {
    try checkKind(path)
    explainCrash(true)
    defer { explainCrash(false) }
    do throws(IndexError) { return try IndexFile(path: path).format < Index.formatVersion } catch {
      // What is wrong with it is found when it is verified.
      return false
    }
  }

  /// Refuses what is no file: opening a fifo would wait for somebody who writes to it.
  private static func checkKind(_ path: String) throws(Trouble) {
    var data = path
    if try FileKind.at(path, followsLinks: true) == .folder { data += "/" + IndexFile.dataFileName }
    guard let kind = try FileKind.at(data, followsLinks: true), kind != .regular else { return }
    throw Trouble("cannot read \(data): it \(kind.text), not a regular file")
  }

  private static func report(
    _ path: String, _ verification: Verification?, further: [[String]]
  ) -> VerificationReport {
    let found = verification?.damages.map { [$0.database, $0.place, $0.what, $0.effect] } ?? []
    var counts = VerifyRequest.End()
    if let counted = verification?.counts {
      (counts.datasets, counts.sets, counts.blocks) = (counted.datasets, counted.sets, counted.blocks)
      (counts.keys, counts.listings) = (counted.keys, counted.listings)
      (counts.remains, counts.damages) = (counted.remains, counted.damages)
    }
    counts.damages += further.count
    return VerificationReport(of: path, damages: found + further, counts: counts)
  }

  private static func trouble(_ error: IndexError, _ path: String) -> Trouble {
    switch error {
    case .inUse(let folder):
      Trouble("a daemon has \(folder) open. Have it verify its index: whichset verify, without a file")
    case .notAnIndex: Trouble("\(path) is no whichset index and no backup of one")
    case .newerFormat, .lmdb: Trouble("\(path): \(error)")
    default: Trouble("\(error)")
    }
  }

  private static let crashStatus = Atomic<Int32>(ExitStatus.trouble)

  /// LMDB trusts its own pages: where they are damaged, or the file gets shorter meanwhile, it may read what is not there.
  /// It is damage that is reported as such, by the status that the
  /// command has for that, only as long as a file is looked into.
  private static func explainCrash(_ isOn: Bool) {
    let signals = [SIGBUS, SIGSEGV, SIGABRT]
    guard isOn else { return Signals.restore(signals) }
    Signals.handle(signals) { _ in
      Signals.say(crashText)
      Interruption.removeDoomed()
      _exit(IndexFileCheck.crashStatus.load(ordering: .relaxed))
    }
  }
}

/// Constant, since a signal handler may not make it up.
private let crashText: StaticString =
  "whichset: the file is damaged so that LMDB cannot read it; restore another backup, or load the lists again\n"
