// A program that is run for its answer. It is ended with its value, and does not outlive the thread that started it.

internal import CLinux
internal import Glibc

/// A running program, whose standard output is read. It has no standard input and no standard error.
package struct ChildProcess: ~Copyable {
  /// What it has said; reading does not wait.
  package let output: Descriptor
  /// 0 once it was waited for.
  private var number: pid_t

  package enum End: Equatable, Sendable {
    case exited(Int32)
    case killed(signal: Int32)
  }

  /// Starts a program with the environment of this one. The C functions are `socketpair` and `posix_spawn`.
  package init(_ path: String, _ arguments: [String]) throws(SystemFailure) {
    var ends: [Int32] = [-1, -1]
    // Safe: the call writes two descriptors.
    guard unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0
    else {
      throw SystemFailure("socketpair")
    }
    let output = Descriptor(owning: ends[0])
    try output.makeNonBlocking()
    let input = Descriptor(owning: ends[1])
    let nothing = try Descriptor(opening: "/dev/null", O_RDWR)
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    var signals = sigset_t()
    var number: pid_t = 0
    // Safe: each structure is made before it is used and destroyed after; the strings are freed once, after the call.
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    let words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
      unsafe words.forEach { unsafe free($0) }
    }
    for (place, descriptor) in [nothing.raw, input.raw, nothing.raw].enumerated() {
      unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(place))
    }
    // What this program blocks or handles is nothing to that one.
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe sigfillset(&signals)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let code = unsafe posix_spawn(&number, path, &actions, &attributes, words, environ)
    guard code == 0 else { throw SystemFailure("posix_spawn", path, code: code) }
    self.number = number
    self.output = output
  }

  deinit { if number > 0 { _ = Self.end(number) } }

  /// How it ended; one that runs on is killed.
  package mutating func end() -> End {
    defer { number = 0 }
    return Self.end(number)
  }

  /// The C functions are `kill` and `waitpid`.
  private static func end(_ number: pid_t) -> End {
    var status: Int32 = 0
    kill(number, SIGKILL)
    // Safe: the call fills in the variable.
    guard retrying({ unsafe waitpid(number, &status, 0) }) == number else { return .exited(-1) }
    return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: status & 0x7F)
  }

  /// From now on this process ends with the thread that started it. The C function is `prctl` with `PR_SET_PDEATHSIG`.
  package static func endWithParent() { whichset_end_with_parent() }
}
