// A program under test as a process of its own: started, signalled and waited for by its number, never for longer
// than a bound, and never left behind. What it says goes to files, so that no pipe can fill up and hold it.

import Foundation
import Synchronization
import TestSupport
import Testing

/// How a program ended.
enum ProgramEnd: Equatable, Sendable {
  case exited(Int32)
  case killed(Int32)
}

/// What a program did.
struct ProgramResult: Sendable {
  let end: ProgramEnd
  let output: String
  let errors: String

  /// The records of its output.
  var records: [[String]] { Table.records(output) }
}

/// A program that was started.
final class TestedProgram: Sendable {
  /// The process's number.
  let number: pid_t
  private let outputPath: String
  private let errorsPath: String
  private let ended = Mutex<ProgramEnd?>(nil)

  /// Starts a program. The corresponding C function is `posix_spawn`.
  ///
  /// - Parameters:
  ///   - folder: where what it says is kept.
  ///   - input: its standard input; nil for an empty one.
  ///   - output: its standard output; nil for a file.
  ///   - inherited: descriptors that it gets as 3 and so on.
  init(
    _ path: String, _ arguments: [String], folder: Workspace, environment: [String: String] = [:],
    input: Int32? = nil, output: Int32? = nil, inherited: [Int32] = []
  ) throws {
    let name = UUID().uuidString.prefix(8)
    outputPath = folder.path + "/\(name).out"
    errorsPath = folder.path + "/\(name).err"
    let nothing = try File.open("/dev/null", O_RDONLY)
    defer { close(nothing) }
    let outputFile = try File.open(outputPath, O_WRONLY | O_CREAT)
    defer { close(outputFile) }
    let errorsFile = try File.open(errorsPath, O_WRONLY | O_CREAT)
    defer { close(errorsFile) }
    // Out of the way of the numbers that they will have.
    let copies = inherited.map { fcntl($0, F_DUPFD_CLOEXEC, 100) }
    defer { for copy in copies { close(copy) } }
    number = try Self.spawn(
      path, arguments, environment: environment,
      descriptors: [input ?? nothing, output ?? outputFile, errorsFile] + copies)
  }

  deinit { kill() }

  /// Sends a signal, unless it has ended.
  func send(_ signal: Int32) {
    ended.withLock { if $0 == nil { Glibc.kill(number, signal) } }
  }

  /// Ends it at once and waits for that, which takes no more than a moment.
  func kill() {
    send(SIGKILL)
    ended.withLock { if $0 == nil { $0 = Self.collect(number, WUNTRACED) } }
  }

  /// How it ended; nil while it runs.
  var end: ProgramEnd? {
    ended.withLock { end in
      if end == nil { end = Self.collect(number, WNOHANG) }
      return end
    }
  }

  /// What it has said on standard output so far.
  var output: String { Self.text(outputPath) }
  /// What it has said on standard error so far.
  var errors: String { Self.text(errorsPath) }

  /// Waits for its end. One that takes longer is killed, and that is a failure.
  func result(
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> ProgramResult {
    if await !holds({ self.end != nil }) {
      Issue.record("process \(number) hangs: \(errors)", sourceLocation: sourceLocation)
      kill()
    }
    return ProgramResult(end: try #require(end), output: output, errors: errors)
  }

  private static func text(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }

  /// The corresponding C function is `waitpid`.
  private static func collect(_ number: pid_t, _ options: Int32) -> ProgramEnd? {
    var status: Int32 = 0
    // The call fills in the variable.
    guard unsafe waitpid(number, &status, options & WNOHANG) == number else { return nil }
    return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(status & 0x7F)
  }

  private static func spawn(
    _ path: String, _ arguments: [String], environment: [String: String], descriptors: [Int32]
  ) throws -> pid_t {
    var variables = ProcessInfo.processInfo.environment
    for name in ["WHICHSET_SOCKET", "XDG_RUNTIME_DIR", "NOTIFY_SOCKET", "LISTEN_PID"] {
      variables[name] = nil
    }
    variables.merge(environment) { $1 }
    variables["PATH"] = Programs.folder + ":" + (variables["PATH"] ?? "/usr/bin:/bin")
    let settings = variables.map { "\($0.key)=\($0.value)" }
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    var none = sigset_t()
    var number: pid_t = 0
    // Safe: each structure is made before it is used and destroyed after; the strings live until the return.
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    for (place, descriptor) in descriptors.enumerated() {
      unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(place))
    }
    // A program under test starts with the signals that a shell would give it.
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe sigaddset(&none, SIGPIPE)
    unsafe sigaddset(&none, SIGINT)
    unsafe posix_spawnattr_setsigdefault(&attributes, &none)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let code = unsafe withStrings([path] + arguments) { words in
      unsafe withStrings(settings) { settings in
        unsafe posix_spawn(&number, path, &actions, &attributes, words, settings)
      }
    }
    try #require(code == 0, "\(path) does not start")
    return number
  }
}

/// Lends C strings, ended by nil, for the time of a call.
@unsafe private func withStrings<Value>(
  _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Value
) -> Value {
  // Each copy is freed once, after the call.
  let copies = unsafe strings.map { unsafe strdup($0) } + [nil]
  defer { for index in strings.indices { unsafe free(copies[index]) } }
  return unsafe copies.withUnsafeBufferPointer { unsafe body($0.baseAddress!) }
}

/// Opens files that no other program inherits.
enum File {
  /// The corresponding C function is `open`.
  static func open(_ path: String, _ flags: Int32) throws -> Int32 {
    let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC, 0o600)  // the C string lives through the call
    try #require(descriptor >= 0, "cannot open \(path): \(errno)")
    return descriptor
  }
}
