// What the daemon says last when a signal ends it. LMDB maps its data file and trusts its pages: where they are damaged, it
// may read what is not there, or stop itself.

internal import Glibc

enum CrashNotice {
  /// From now on, signals of a crash say on standard error what may be wrong.
  ///
  /// A SIGBUS is a page that the data file does not have, or that the disk does not give. While the index is opened, any
  /// other crash is damage of the file as well; later it may also be a fault of the program, and the signal takes its
  /// course.
  static func explain(isOpening: Bool) {
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = { _ in
      say(lostPagesText)
      _exit(EX_DATAERR)
    }
    install(action, for: [SIGBUS])
    if isOpening {
      unsafe action.__sigaction_handler.sa_handler = { _ in
        say(damagedFileText)
        _exit(EX_DATAERR)
      }
    } else {
      unsafe action.__sigaction_handler.sa_handler = { signal in
        say(deathText)
        _ = raise(signal)
      }
      action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | Int32(SA_NODEFER)
    }
    install(action, for: [SIGSEGV, SIGILL, SIGABRT, SIGFPE, SIGTRAP])
  }

  private static func install(_ action: sigaction, for signals: [Int32]) {
    var action = action
    for signal in signals { _ = unsafe sigaction(signal, &action, nil) }  // safe: the call copies the struct
  }
}

/// Calls only what a signal handler may call (signal-safety(7)).
private func say(_ text: StaticString) {
  text.withUTF8Buffer { _ = unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

// Constants, since a signal handler may not make them up.

private let damagedFileText: StaticString =
  "whichsetd: the index's data file is damaged so that it cannot be read; restore a backup or load the lists again\n"

private let deathText: StaticString =
  "whichsetd: ended by a signal: the data file is damaged (stop the daemon and try whichset verify FILE), or the program has a fault\n"

private let lostPagesText: StaticString =
  "whichsetd: a page of the index cannot be read: its data file was cut off, or the disk fails; restore a backup or load the lists again\n"
