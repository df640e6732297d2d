// The two ways in which the shell gets its lines: from a person at a terminal, and from a pipe or a file.

import CEdit
import Client
import Console
import DaemonClient
import Glibc
import Synchronization
import WireProtocol

/// Carries out lines; keeps the connection of `raw` open between them.
struct ShellSession: ~Copyable {
  private var conversation: RawConversation?
  /// What the socket of the conversation is for.
  private var role = Role.read
  private let hasInput: Bool

  /// - Parameter hasInput: whether commands may read standard input.
  init(hasInput: Bool) { self.hasInput = hasInput }

  /// Carries out a line.
  ///
  /// - Returns: its exit status; nil where it asks to leave or says nothing.
  mutating func carryOut(_ line: ShellLine) -> Int32? {
    do throws(Trouble) {
      switch line {
      case .blank, .leave: return nil
      case .help: try Program.print(Array(ShellLine.helpText.utf8))
      case .forget:
        // Also what earlier shells have remembered, where this one does not.
        if let history = ShellHistory.usual() {
          try history.clear()
          Program.note("removed \(history.path)")
        } else {
          Program.note("nothing is remembered")
        }
      case .command(let words): return try CommandRunner.run(words, hasInput: hasInput)
      case .raw(let request): return try send(request)
      }
      return ExitStatus.found
    } catch {
      Program.note(error.text)
      return ExitStatus.trouble
    }
  }

  private mutating func send(_ request: String) throws(Trouble) -> Int32 {
    try RawConversation.check(request)
    let needed = RawConversation.role(of: request)
    var current: RawConversation
    if let open = conversation.take(), role >= needed {
      current = open
    } else {
      role = needed
      current = try RawConversation(path: SocketPath.resolve(option: nil, role: needed))
    }
    let end = try current.ask(request, isInterrupted: { Keyboard.takeInterrupt() }) { line throws(Trouble) in
      var answer: [UInt8] = []
      answer.append(line)
      answer.append(UInt8(ascii: "\n"))
      try Program.print(answer)
    }
    if end.isOpen { conversation = consume current }
    return end.status
  }
}

/// Ctrl-C while the shell itself waits.
enum Keyboard {
  private static let isInterrupted = Atomic<Bool>(false)

  /// From now on SIGINT is only noted. The corresponding C function is `sigaction`; calls that wait are not resumed.
  static func catchInterrupt() {
    var action = sigaction()
    // The handler does nothing but store a flag.
    unsafe action.__sigaction_handler.sa_handler = { _ in
      Keyboard.isInterrupted.store(true, ordering: .relaxed)
    }
    unsafe sigaction(SIGINT, &action, nil)  // `action` outlives the call
  }

  /// Whether Ctrl-C has come since the last time.
  static func takeInterrupt() -> Bool { isInterrupted.exchange(false, ordering: .relaxed) }
}

/// Lines of a person, with editing, history and completion by libedit.
struct InteractiveShell: ~Copyable {
  private var session: ShellSession
  private let history: ShellHistory?
  /// Whether it was told that the history cannot be read or written.
  private var isHistoryTroubleTold = false
  private static let prompt = "whichset> "

  /// - Parameter history: where lines are remembered; nil for nowhere.
  init(history: ShellHistory?) {
    self.history = history
    session = ShellSession(hasInput: true)
  }

  /// Reads lines until the person leaves.
  mutating func run() {
    Keyboard.catchInterrupt()
    _ = unsafe setlocale(LC_CTYPE, "")  // the C string lives through the call
    unsafe whichset_prepare_lines(ShellCompletion.complete, Int32(ShellHistory.linesMax))
    remember()
    while true {
      // libedit gives a C string that is ours to free, NULL at the end and after a signal.
      guard let typed = unsafe readline(Self.prompt) else {
        if Keyboard.takeInterrupt() {
          try? Program.print(Array("\n".utf8))
          continue
        }
        try? Program.print(Array("\n".utf8))
        return
      }
      let text = unsafe String(cString: typed)
      unsafe free(typed)
      keep(text)
      do throws(Trouble) {
        let line = try ShellLine(text)
        if line == .leave { return }
        // The terminal has shown ^C, and the prompt needs a line of its own.
        if session.carryOut(line) ?? 0 > CommandRunner.signalled { try Program.print(Array("\n".utf8)) }
      } catch {
        Program.note(error.text)
      }
      // That a command was ended is no wish about the next line.
      _ = Keyboard.takeInterrupt()
    }
  }

  private mutating func remember() {
    guard let history else { return }
    do throws(Trouble) {
      for line in try history.load() { unsafe add_history(line) }  // the C string lives through the call
    } catch {
      tell(error)
    }
  }

  private mutating func tell(_ trouble: Trouble) {
    if !isHistoryTroubleTold { Program.note(trouble.text) }
    isHistoryTroubleTold = true
  }

  private mutating func keep(_ text: String) {
    guard ShellHistory.keeps(text) else { return }
    _ = unsafe add_history(text)  // the C string lives through the call
    do throws(Trouble) { try history?.append(text) } catch { tell(error) }
  }
}

/// Lines of a pipe or a file.
struct ShellScript: ~Copyable {
  private var session = ShellSession(hasInput: false)
  private var buffer = LineBuffer(lineBytesMax: Self.lineBytesMax)
  private let input: Descriptor
  private var status: Int32?

  /// No command is longer; an identifier is shorter yet.
  private static let lineBytesMax = 1 << 20

  init(_ input: consuming Descriptor) { self.input = input }

  /// Carries out all lines.
  ///
  /// - Returns: the first status that is trouble, else 0 where something was found, else 1.
  mutating func run() throws(Trouble) -> Int32 {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      var hasEnded = false
      switch input.read(into: &chunk) {
      case .bytes(0): hasEnded = true
      case .bytes(let count): buffer.append(chunk, count: count)
      case .wouldBlock: wait()
      case .failed(let code): throw Trouble("cannot read standard input", code: code)
      }
      while let range = hasEnded ? buffer.nextAtEnd() : buffer.next() {
        if try carryOut(ReplyText.string(buffer.line(range))) { return status ?? ExitStatus.found }
      }
      if hasEnded { return status ?? ExitStatus.found }
    }
  }

  /// Returns whether it asks to leave.
  private mutating func carryOut(_ text: String) throws(Trouble) -> Bool {
    do throws(Trouble) {
      let line = try ShellLine(text)
      if line == .leave { return true }
      if let result = session.carryOut(line) { status = Self.join(status, result) }
    } catch {
      Program.note(error.text)
      status = Self.join(status, ExitStatus.trouble)
    }
    return false
  }

  /// The status of commands together.
  private static func join(_ earlier: Int32?, _ later: Int32) -> Int32 {
    guard let earlier else { return later }
    if earlier > ExitStatus.nothingFound { return earlier }
    return later > ExitStatus.nothingFound ? later : min(earlier, later)
  }

  private func wait() {
    var entries = [Poll.entry(input.raw, POLLIN)]
    _ = Poll.wait(&entries, milliseconds: -1)
  }
}
