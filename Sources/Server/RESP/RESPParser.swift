// Commands out of bytes: arrays of bulk strings, as Redis clients send them. The same bytes give the same commands
// however they are split. Of an unfinished command the parser only remembers how far it has looked, so that a command
// that comes byte by byte costs no more than twice what it costs at once.

internal import ByteText

/// Where the arguments of a command are. Room for as many as the bound allows is allocated once.
@safe struct RESPArguments: ~Copyable {
  private(set) var count = 0
  private let starts: UnsafeMutablePointer<Int32>
  private let ends: UnsafeMutablePointer<Int32>

  init() {
    // Safe: of trivial type, and freed in deinit. `append` initialises what is read.
    unsafe starts = .allocate(capacity: RESPLimits.argumentsMax)
    unsafe ends = .allocate(capacity: RESPLimits.argumentsMax)
  }

  deinit {
    // Safe: only this value owns them.
    unsafe starts.deallocate()
    unsafe ends.deallocate()
  }

  @inline(__always)
  subscript(place: Int) -> Range<Int> {
    precondition(place >= 0 && place < count)
    // Safe: below the count. The end is never before the start.
    return unsafe Range(uncheckedBounds: (Int(starts[place]), Int(ends[place])))
  }

  /// All of them from `first` on, in an array of their own.
  func copied(from first: Int) -> ArraySlice<Range<Int>> { ArraySlice((first..<count).map { self[$0] }) }

  @inline(__always)
  mutating func removeAll() { count = 0 }

  @inline(__always)
  mutating func append(_ start: Int, _ end: Int) {
    precondition(count < RESPLimits.argumentsMax && start <= end)
    // Safe: within the room.
    unsafe starts[count] = Int32(truncatingIfNeeded: start)
    unsafe ends[count] = Int32(truncatingIfNeeded: end)
    count &+= 1
  }
}

struct RESPParser {
  /// Bytes of the unfinished command that were looked at.
  private var seen = 0
  /// Its arguments that are still to come.
  private var left = 0

  /// The connection cannot go on: where the next command begins is unknown. The texts begin as those of Redis do.
  struct Malformed: Error, Equatable {
    let text: String

    init(_ text: String) { self.text = "Protocol error: " + text }
  }

  /// Takes the next command of `input`, which begins at `start`.
  ///
  /// - Parameter arguments: becomes where its arguments are; none for an empty command.
  /// - Returns: where it ends; `nil` if it has not come whole. Then `start` has to be the same place in what is
  ///   offered next.
  mutating func next(
    _ input: Span<UInt8>, from start: Int, into arguments: inout RESPArguments
  ) throws(Malformed) -> Int? {
    arguments.removeAll()
    let isContinued = seen > 0
    var (position, left) = (start &+ seen, self.left)
    if !isContinued {
      guard input[start] == UInt8(ascii: "*") else { throw Self.expected("*", not: input[start]) }
      guard let header = try Self.length(input, after: start, "multibulk") else { return nil }
      guard header.value <= RESPLimits.argumentsMax else {
        throw Malformed(
          "invalid multibulk length; a command has at most \(RESPLimits.argumentsMax) arguments")
      }
      (left, position) = (header.value, header.end)
    }
    while left > 0, position < input.count {
      guard input[position] == UInt8(ascii: "$") else { throw Self.expected("$", not: input[position]) }
      guard let header = try Self.length(input, after: position, "bulk") else { break }
      guard header.value >= 0, header.value <= RESPLimits.argumentBytesMax else {
        throw Malformed("invalid bulk length; an argument has at most \(RESPLimits.argumentBytesMax) bytes")
      }
      let end = header.end &+ header.value
      guard end &+ 2 &- start <= RESPLimits.commandBytesMax else {
        throw Malformed("invalid bulk length; a command has at most \(RESPLimits.commandBytesMax) bytes")
      }
      guard end &+ 2 <= input.count else { break }
      guard input[end] == UInt8(ascii: "\r"), input[end &+ 1] == UInt8(ascii: "\n") else {
        throw Malformed("expected CRLF behind a bulk string")
      }
      arguments.append(header.end, end)
      position = end &+ 2
      left &-= 1
    }
    guard left <= 0 else {
      (seen, self.left) = (position - start, left)
      return nil
    }
    seen = 0
    // The ranges of earlier pieces were not kept; now all of it is there.
    return isContinued ? try next(input, from: start, into: &arguments) : position
  }

  /// Digits of a length, and the sign of a multibulk length below zero, which Redis ignores like an empty one.
  private static let digitsMax = 7

  /// The length that follows the byte at `mark`, and where its line ends; `nil` if the line has not come whole.
  @inline(__always)
  private static func length(
    _ input: Span<UInt8>, after mark: Int, _ what: StaticString
  ) throws(Malformed) -> (value: Int, end: Int)? {
    // Nearly all lengths have a digit or two, and something behind them.
    if mark &+ 4 < input.count, ASCII.isDigit(input[mark &+ 1]) {
      let (first, second) = (input[mark &+ 1] &- 0x30, input[mark &+ 2])
      if second == UInt8(ascii: "\r"), input[mark &+ 3] == UInt8(ascii: "\n") {
        return (Int(first), mark &+ 4)
      }
      if ASCII.isDigit(second), input[mark &+ 3] == UInt8(ascii: "\r"), input[mark &+ 4] == UInt8(ascii: "\n")
      {
        return (Int(first) &* 10 &+ Int(second &- 0x30), mark &+ 5)
      }
    }
    return try anyLength(input, after: mark, what)
  }

  @inline(never)
  private static func anyLength(
    _ input: Span<UInt8>, after mark: Int, _ what: StaticString
  ) throws(Malformed) -> (value: Int, end: Int)? {
    var position = mark + 1
    let isNegative = position < input.count && input[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    let first = position
    var value = 0
    while position < input.count, ASCII.isDigit(input[position]) {
      value = value &* 10 &+ Int(input[position] &- 0x30)
      position += 1
      guard position - first <= digitsMax else { throw invalid(what) }
    }
    guard position < input.count else { return nil }
    guard position > first, input[position] == UInt8(ascii: "\r") else { throw invalid(what) }
    guard position + 1 < input.count else { return nil }
    guard input[position + 1] == UInt8(ascii: "\n") else { throw invalid(what) }
    return (isNegative ? -value : value, position + 2)
  }

  @inline(never)
  private static func invalid(_ what: StaticString) -> Malformed { Malformed("invalid \(what) length") }

  @inline(never)
  private static func expected(_ mark: Character, not byte: UInt8) -> Malformed {
    let shown = ASCII.isControl(byte) || byte > 0x7F ? "\\x\(hexadecimal(byte))" : String(UnicodeScalar(byte))
    return Malformed("expected '\(mark)', got '\(shown)'")
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    var digits: [UInt8] = []
    Hexadecimal.append(UInt64(byte), digits: 2, to: &digits)
    return String(decoding: digits, as: UTF8.self)
  }
}
