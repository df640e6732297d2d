// What the daemon says last when a signal ends it. LMDB maps its data file and trusts its pages: where they are damaged, it
// may read what is not there, or stop itself.

internal import Glibc
internal import Platform

enum CrashNotice {
  /// From now on, signals of a crash say on standard error what may be wrong.
  ///
  /// A SIGBUS is a page that the data file does not have, or that the disk does not give. While the index is opened, any
  /// other crash is damage of the file as well; later it may also be a fault of the program, and the signal takes its
  /// course.
  static func explain(isOpening: Bool) {
    Signals.handle([SIGBUS]) { _ in
      Signals.say(lostPagesText)
      _exit(EX_DATAERR)
    }
    let others = [SIGSEGV, SIGILL, SIGABRT, SIGFPE, SIGTRAP]
    if isOpening {
      Signals.handle(others) { _ in
        Signals.say(damagedFileText)
        _exit(EX_DATAERR)
      }
    } else {
      Signals.handle(others, isLast: true) { signal in
        Signals.say(deathText)
        raise(signal)
      }
    }
  }
}

// Constants, since a signal handler may not make them up.

private let damagedFileText: StaticString =
  "whichsetd: the index's data file is damaged so that it cannot be read; restore a backup or load the lists again\n"

private let deathText: StaticString =
  "whichsetd: ended by a signal: the data file is damaged (stop the daemon and try whichset verify FILE), or the program has a fault\n"

private let lostPagesText: StaticString =
  "whichsetd: a page of the index cannot be read: its data file was cut off, or the disk fails; restore a backup or load the lists again\n"
