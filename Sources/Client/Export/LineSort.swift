// Lines in the order of their bytes, each once, however many there are: sort(1) of the system, which has its own files
// for what does not fit in memory.

import ByteText
import Console
import DaemonClient
import Glibc
import Platform

struct LineSort: ~Copyable {
  private var input: Descriptor
  private var process: ChildProcess
  /// Bytes of a line; far more than a key and a slug have.
  private static let lineBytesMax = 1 << 20

  /// - Parameter scratch: the folder for its own files.
  init(scratch: String) throws(Trouble) {
    var input = Descriptor.none
    let process = try Trouble.wrapping(
      "cannot sort",
      try ChildProcess.startFilter(
        "env", ["LC_ALL=C", "sort", "--unique", "--buffer-size=512M", "--temporary-directory=\(scratch)"],
        input: &input, errors: Descriptor(borrowing: STDERR_FILENO)))
    guard let process else { throw Trouble("cannot sort: there is no program env") }
    self.process = process
    self.input = input
  }

  /// Has `feeding` write all lines, then gives them to `line` in order.
  mutating func run(
    feeding: (consuming Descriptor) throws(Trouble) -> Void, line: (Span<UInt8>) throws(Trouble) -> Void
  ) throws(Trouble) {
    do throws(Trouble) {
      var writing = Descriptor.none
      swap(&writing, &input)
      try feeding(writing)
    } catch {
      if hasEnded { try end() }
      throw error
    }
    try read(line)
    try end()
  }

  private func read(_ line: (Span<UInt8>) throws(Trouble) -> Void) throws(Trouble) {
    var lines = LineBuffer(lineBytesMax: Self.lineBytesMax)
    var chunk = [UInt8](repeating: 0, count: 1 << 17)
    while true {
      switch process.output.read(into: &chunk) {
      case .bytes(0): return
      case .bytes(let count): lines.append(chunk, count: count)
      case .wouldBlock: continue
      case .failed(let code): throw Trouble("cannot sort", code: code)
      }
      while let range = lines.next() { try line(lines.line(range)) }
      guard !lines.isDiscarding else { throw Trouble("cannot sort: a line is too long") }
    }
  }

  /// Whether it has ended, soon after its input was closed: then that may be why it took no more.
  private var hasEnded: Bool {
    var chunk: [UInt8] = [0]
    return Poll.wait(for: process.output.raw, POLLIN, milliseconds: 100)
      && process.output.read(into: &chunk) == .bytes(0)
  }

  private mutating func end() throws(Trouble) {
    switch try Trouble.wrapping("cannot wait for sort", try process.end()) {
    case .exited(0): return
    case .exited(let status): throw Trouble("cannot sort the keys: sort failed with exit status \(status)")
    case .killed(let signal): throw Trouble("cannot sort the keys: sort was ended by signal \(signal)")
    }
  }
}
