// How fast a list becomes rows in wire form: what the client does before anything is sent.

internal import BenchmarkWork
internal import Glibc
internal import ListFormats
internal import Platform

/// Reads the list once to see that all rows are good ones, and once more against the clock. Prints `M rows/s` and
/// `MB/s`, a line each: `figure TAB value`.
func measureList(format name: String, path: String, rows expected: Int) throws {
  guard let format = ListFormat(rawValue: name) else { throw UsageError("no such format: \(name)") }
  let file = try Descriptor(opening: path, O_RDONLY)
  let checked = try read(format, path, file.raw) { block in
    var previous = UInt8(ascii: "\n")
    for byte in block.bytes {
      if previous == UInt8(ascii: "\n"), byte == UInt8(ascii: "!") {
        throw UsageError("\(path): a row is rejected")
      }
      previous = byte
    }
  }
  guard checked.rows == expected else {
    throw UsageError("\(path): \(checked.rows) rows instead of \(expected)")
  }
  let start = ContinuousClock.now
  let timed = try read(format, path, file.raw) { _ in }
  let seconds = (ContinuousClock.now - start) / .seconds(1)
  print("M rows/s\t\(fixed(Double(timed.rows) / seconds / 1e6, 3))")
  print("MB/s\t\(fixed(Double(timed.bytes) / seconds / 1e6, 0))")
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
