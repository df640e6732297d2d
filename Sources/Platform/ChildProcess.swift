// Another program, whose standard output is read. It gets a list of arguments, so no shell reads them. It is ended with its
// value.

internal import CLinux
internal import Glibc

package struct ChildProcess: ~Copyable {
  /// How a program ended.
  package enum End: Equatable, Sendable {
    case exited(Int32)
    case killed(signal: Int32)
  }

  /// The reading end of its standard output.
  package let output: Descriptor
  private let number: pid_t
  private var hasEnded = false

  /// Starts a program with the environment of this one. The C function is `posix_spawnp`.
  ///
  /// - Parameters:
  ///   - program: its path, or its name in `PATH`.
  ///   - input: its standard input.
  ///   - errors: its standard error.
  /// - Returns: nil if there is no such program.
  package static func start(
    _ program: String, _ arguments: [String], input: borrowing Descriptor, errors: borrowing Descriptor
  ) throws(SystemFailure) -> ChildProcess? {
    var writing = Descriptor.none
    let output = try pipe(&writing)
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    var signals = sigset_t()
    var number = pid_t()
    // Safe: each structure is made before it is used and destroyed once; the C strings are copies that are freed once and
    // live for the call, as does the array that points to them and ends with a null pointer.
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    var words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
      unsafe words.forEach { unsafe free($0) }
    }
    unsafe posix_spawn_file_actions_adddup2(&actions, input.raw, STDIN_FILENO)
    unsafe posix_spawn_file_actions_adddup2(&actions, writing.raw, STDOUT_FILENO)
    unsafe posix_spawn_file_actions_adddup2(&actions, errors.raw, STDERR_FILENO)
    // What this program blocks is nothing to that one, and it ends when nobody reads.
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe sigaddset(&signals, SIGPIPE)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let code = unsafe posix_spawnp(&number, program, &actions, &attributes, &words, environ)
    if code == ENOENT { return nil }
    guard code == 0 else { throw SystemFailure("posix_spawnp", program, code: code) }
    return ChildProcess(output: output, number: number)
  }

  /// As `start`, and gives the writing end of the program's standard input.
  package static func startFilter(
    _ program: String, _ arguments: [String], input: inout Descriptor, errors: borrowing Descriptor
  ) throws(SystemFailure) -> ChildProcess? {
    let reading = try pipe(&input)
    return try start(program, arguments, input: reading, errors: errors)
  }

  /// A pipe: returns the reading end. The C function is `pipe2`.
  private static func pipe(_ writing: inout Descriptor) throws(SystemFailure) -> Descriptor {
    var ends: [Int32] = [-1, -1]
    // Safe: the array has room for the two descriptors.
    guard unsafe whichset_pipe(&ends) == 0 else { throw SystemFailure("pipe2") }
    writing = Descriptor(owning: ends[1])
    return Descriptor(owning: ends[0])
  }

  private init(output: consuming Descriptor, number: pid_t) {
    self.output = output
    self.number = number
  }

  deinit {
    guard !hasEnded else { return }
    kill(number, SIGKILL)
    _ = try? Self.wait(for: number)
  }

  /// Waits for its end; only what has closed its output ends by itself. The C function is `waitpid`.
  package mutating func end() throws(SystemFailure) -> End {
    hasEnded = true
    return try Self.wait(for: number)
  }

  private static func wait(for number: pid_t) throws(SystemFailure) -> End {
    var status: Int32 = 0
    // Safe: the call writes the status, which lives here.
    guard retrying({ unsafe waitpid(number, &status, 0) }) == number else { throw SystemFailure("waitpid") }
    let signal = status & 0x7F
    return signal == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: signal)
  }

  /// From now on this process ends with the thread that started it. The C function is `prctl` with `PR_SET_PDEATHSIG`.
  package static func endWithParent() { whichset_end_with_parent() }
}
