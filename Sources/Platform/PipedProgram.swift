// Another program, whose standard output is read. It gets a list of arguments, so no shell reads them, and a file as its
// standard input. Standard error is this program's own.

internal import Glibc

package struct PipedProgram: ~Copyable {
  /// How a program ended.
  package enum End: Equatable, Sendable {
    case exited(Int32)
    case killed(signal: Int32)
  }

  /// The reading end of its standard output.
  package let output: Descriptor
  private let id: pid_t
  private var hasEnded = false

  /// Starts the program of that name in `PATH`. The C function is `posix_spawnp`.
  ///
  /// - Returns: nil if there is no such program.
  package static func start(
    _ name: String, _ arguments: [String], input: borrowing Descriptor
  ) throws(SystemFailure) -> PipedProgram? {
    var ends: [Int32] = [-1, -1]
    // Safe: the array has room for the two descriptors.
    guard unsafe pipe(&ends) == 0 else { throw SystemFailure("pipe") }
    let output = Descriptor(owning: ends[0])
    let writing = Descriptor(owning: ends[1])
    for end in ends {
      guard fcntl(end, F_SETFD, FD_CLOEXEC) == 0 else { throw SystemFailure("fcntl") }
    }
    // Safe: the actions are made before they are used and destroyed once; the C strings are copies that are freed once
    // and live for the call, as does the array that points to them and ends with a null pointer.
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, input.raw, STDIN_FILENO)
    unsafe posix_spawn_file_actions_adddup2(&actions, writing.raw, STDOUT_FILENO)
    var words = unsafe ([name] + arguments).map { unsafe strdup($0) } + [nil]
    defer { unsafe words.forEach { unsafe free($0) } }
    var id = pid_t()
    let code = unsafe posix_spawnp(&id, name, &actions, nil, &words, environ)
    if code == ENOENT { return nil }
    guard code == 0 else { throw SystemFailure("posix_spawnp", name, code: code) }
    return PipedProgram(output: output, id: id)
  }

  private init(output: consuming Descriptor, id: pid_t) {
    self.output = output
    self.id = id
  }

  /// Waits for its end; only what has closed its output ends by itself. The C function is `waitpid`.
  package mutating func end() throws(SystemFailure) -> End {
    hasEnded = true
    return try Self.wait(for: id)
  }

  deinit {
    guard !hasEnded else { return }
    kill(id, SIGTERM)
    _ = try? Self.wait(for: id)
  }

  private static func wait(for id: pid_t) throws(SystemFailure) -> End {
    var status: Int32 = 0
    // Safe: the call writes the status, which lives here.
    guard retrying({ unsafe waitpid(id, &status, 0) }) == id else { throw SystemFailure("waitpid") }
    let signal = status & 0x7F
    return signal == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: signal)
  }
}
