// A look into the file of a backup, without a daemon: the one place of the client that sees storage. It is only read, and
// nothing is made beside it.

import Client
import Glibc
import Index
import IndexKeys

/// Checks an index's data file.
enum IndexFileCheck {
  /// Checks all that the file has stored; how far it is goes to `console`.
  static func verify(_ path: String, console: IngestConsole) throws(Trouble) -> VerificationReport {
    explainCrash(true)
    defer { explainCrash(false) }
    do throws(IndexError) {
      defer { console.clear() }
      var verification = try Verification(try IndexFile(path: path), spaces: KeySpace.all)
      while try verification.step() {
        console.draw(phase: "verify", done: verification.blocksDone, of: verification.blocksTotal)
      }
      return VerificationReport(
        of: path, damages: verification.damages.map { [$0.database, $0.place, $0.what, $0.effect] },
        counts: verification.counts.figures)
    } catch { throw trouble(error, path) }
  }

  private static func trouble(_ error: IndexError, _ path: String) -> Trouble {
    switch error {
    case .inUse(let folder):
      Trouble("a daemon has \(folder) open. Have it verify its index: whichset verify, without a file")
    case .notAnIndex: Trouble("\(path) is no whichset index and no backup of one")
    case .corrupt(let what): Trouble("\(path) is damaged: \(what)")
    case .newerFormat, .lmdb: Trouble("\(path): \(error)")
    default: Trouble("\(error)")
    }
  }

  /// LMDB trusts its own pages: where they are damaged, or the file gets shorter meanwhile, it may read what is not there.
  /// It is damage that is told as such, by the status of damage, only as long as a file is looked into.
  private static func explainCrash(_ isOn: Bool) {
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler =
      isOn
      ? { _ in
        // Only calls that are allowed in a signal handler.
        crashText.withUTF8Buffer { _ = unsafe write(2, $0.baseAddress, $0.count) }
        Interruption.removeDoomed()
        _exit(ExitStatus.nothingFound)
      } : SIG_DFL
    // Safe: the calls copy the struct.
    for signal in [SIGBUS, SIGSEGV, SIGABRT] { _ = unsafe sigaction(signal, &action, nil) }
  }
}

/// Constant, since a signal handler may not make it up.
private let crashText: StaticString =
  "whichset: the file is damaged so that LMDB cannot read it; restore another backup, or load the lists again\n"
