// How fast a list becomes rows in wire form: what the client does before anything is sent.

internal import BenchmarkWork
internal import ByteText
internal import Glibc
internal import Identifiers
internal import ListFormats
internal import Platform
internal import WireProtocol

/// Reads the list once, once more against the clock of the processor, which what else runs does not change much, and once
/// to see that all rows are good ones and which keys they give. Prints `M rows/s`, `MB/s`, and `keys NAMESPACE` for each namespace, a line each: `figure TAB value`.
func measureList(format name: String, path: String, rows expected: Int) throws {
  guard let format = ListFormat(rawValue: name) else { throw UsageError("no such format: \(name)") }
  let file = try Descriptor(opening: path, O_RDONLY)
  _ = try read(format, path, file.raw) { _ in }
  let start = processorSeconds
  let timed = try read(format, path, file.raw) { _ in }
  let seconds = processorSeconds - start
  var keys = KeyCounts()
  let checked = try read(format, path, file.raw) { block in
    let bytes = block.bytes.span
    var start = 0
    while let end = bytes.firstIndex(of: UInt8(ascii: "\n"), from: start) {
      let row = bytes.extracting(start..<end)
      guard row.count > 0, row[0] != UInt8(ascii: "!") else { throw UsageError("\(path): a row is rejected") }
      keys.add(row)
      start = end + 1
    }
  }
  guard checked.rows == expected else {
    throw UsageError("\(path): \(checked.rows) rows instead of \(expected)")
  }
  print("M rows/s\t\(fixed(Double(timed.rows) / seconds / 1e6, 3))")
  print("MB/s\t\(fixed(Double(timed.bytes) / seconds / 1e6, 0))")
  for (namespace, distinct) in keys.distinct { print("keys \(namespace)\t\(distinct)") }
}

/// Seconds that the processor has worked for this program. The C function is `clock_gettime`.
private var processorSeconds: Double {
  var time = timespec()
  // Safe: the call writes the time, which lives here.
  unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// The distinct keys of rows in wire form.
private struct KeyCounts: ~Copyable {
  private var parser = IdentifierParser()
  private var texts: [String: Set<[UInt8]>] = [:]
  private var integers: [String: Set<UInt64>] = [:]

  /// By namespace, most first.
  var distinct: [(namespace: String, count: Int)] {
    (texts.map { ($0.key, $0.value.count) } + integers.map { ($0.key, $0.value.count) })
      .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
  }

  mutating func add(_ row: Span<UInt8>) {
    var columns = ColumnScanner()
    guard let first = columns.next(in: row) else { return }
    add(parser.parse(row.extracting(first)))
    while let column = columns.next(in: row) {
      let field = row.extracting(column)
      guard let equals = field.firstIndex(of: UInt8(ascii: "=")),
        let namespace = Namespace(name: field.extracting(0..<equals)),
        let value = Escapes.unescape(field.extracting((equals + 1)..<field.count))
      else { continue }
      add(parser.parse(value.span, as: namespace))
    }
  }

  private mutating func add(_ identification: Identification) {
    switch identification {
    case .integer(let namespace, let value): integers[namespace.name, default: []].insert(value)
    case .text(let namespace):
      let text = parser.text.copied
      texts[namespace.name, default: []].insert(text)
    case .unresolvable, .invalid: break
    }
  }
}

private func read(
  _ format: ListFormat, _ path: String, _ descriptor: Int32, _ body: (RowBlock) throws -> Void
) throws -> (rows: Int, bytes: UInt64) {
  lseek(descriptor, 0, SEEK_SET)
  var options = ListOptions()
  options.filePrefix = "bench"
  var reader = try ListReader(name: path, descriptor: descriptor, format: format, options: options)
  var block = RowBlock()
  var rows = 0
  while try reader.fill(&block, rowsMax: 65_536, bytesMax: 1 << 20) {
    rows += block.rows
    try body(block)
    block.removeAll(keepingCapacity: true)
  }
  return (rows, reader.bytesRead)
}
