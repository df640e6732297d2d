// Where input lines come from: the command line, or a descriptor. Blank lines are skipped, since they ask
// nothing.

package import Console
import DaemonClient
package import Platform
import ListFormats
import WireProtocol

/// Arguments, or a stream of lines.
package struct LineInput: ~Copyable {
  private var arguments = InputQueue()
  private var isArgumentOut = false
  private var buffer: LineBuffer
  private var chunk: [UInt8]
  private let stream: Descriptor
  private let name: String
  private var streamEnded: Bool
  /// Where rows come from instead of the stream's bytes.
  private var list: FileBlocks?
  /// Whether the first bytes were looked at, which say how the stream is written.
  private var hasBegun = false
  /// The stream without its compression, and in UTF-8, if it has another form.
  private var plain: PlainStream?

  /// Each argument is a line, whatever bytes it holds.
  package init(arguments: [String]) {
    for argument in arguments { self.arguments.append(argument.utf8.span) }
    buffer = LineBuffer(lineBytesMax: 0)
    stream = .none
    name = ""
    chunk = []
    streamEnded = true
  }

  /// Lines of a stream; `name` is for messages.
  ///
  /// - Parameter separator: what ends a line.
  package init(stream: consuming Descriptor, name: String, separator: UInt8 = UInt8(ascii: "\n")) {
    buffer = LineBuffer(lineBytesMax: ProtocolLimits.lineBytesMax, separator: separator)
    self.stream = consume stream
    self.name = name
    chunk = [UInt8](repeating: 0, count: 65_536)
    streamEnded = false
  }

  package init(list: FileBlocks) throws(Trouble) {
    // What can always be read: a list is read a block at a time, however long that takes.
    self.init(stream: try .reading("/dev/null"), name: "the list")
    self.list = list
  }

  /// What to poll for more; nil where nothing more is to be read.
  package var descriptorToPoll: Int32? { streamEnded ? nil : stream.raw }

  /// Whether nothing more can come; true only once `next` has found nothing.
  package var hasEnded: Bool { streamEnded && !buffer.hasPartialLine && arguments.count == 0 }

  package enum Line: Equatable {
    case argument
    /// A range of the buffer.
    case buffered(Range<Int>)
  }

  /// Takes the next line that is not blank; nil where none is here yet.
  package mutating func next() -> Line? {
    if isArgumentOut { arguments.removeFirst() }
    isArgumentOut = false
    while arguments.count > 0 {
      if !arguments.first.isBlankLine {
        isArgumentOut = true
        return .argument
      }
      arguments.removeFirst()
    }
    while let range = streamEnded ? buffer.nextAtEnd() : buffer.next() {
      if !buffer.line(range).isBlankLine { return .buffered(range) }
    }
    return nil
  }

  /// The bytes of the line that `next` returned last; good until `next` or `read`.
  @_lifetime(borrow self)
  package func bytes(of line: Line) -> Span<UInt8> {
    guard case .buffered(let range) = line else { return arguments.first }
    return buffer.line(range)
  }

  /// Reads once; does nothing where reading would have to wait and the stream says so.
  package mutating func read() throws(Trouble) {
    guard !streamEnded else { return }
    if list != nil {
      guard let block = try list?.next() else {
        streamEnded = true
        return
      }
      buffer.append(block.bytes, count: block.bytes.count)
      return
    }
    guard plain == nil else { return try readPlain() }
    switch stream.read(into: &chunk) {
    case .bytes(0): streamEnded = true
    case .bytes(let count):
      if !hasBegun, PlainStream.isNeeded(for: chunk.span.extracting(0..<count)) { return try begin(count) }
      hasBegun = true
      buffer.append(chunk, count: count)
    case .wouldBlock: break
    case .failed(let code): throw Trouble("cannot read \(name)", code: code)
    }
  }

  private mutating func begin(_ count: Int) throws(Trouble) {
    hasBegun = true
    do throws(ListError) {
      plain = try PlainStream(name: name, descriptor: stream.raw, beginning: Array(chunk[..<count]))
    } catch {
      throw Trouble("cannot read \(error)")
    }
    try readPlain()
  }

  private mutating func readPlain() throws(Trouble) {
    do throws(ListError) {
      let count = try plain?.read(into: &chunk) ?? 0
      streamEnded = count == 0
      buffer.append(chunk, count: count)
    } catch {
      throw Trouble("cannot read \(error)")
    }
  }
}

extension Span where Element == UInt8 {
  /// Whether a line of input has nothing in it.
  package var isBlankLine: Bool {
    for index in indices where self[index] != 0x20 && self[index] != 0x09 && self[index] != 0x0D {
      return false
    }
    return true
  }
}
