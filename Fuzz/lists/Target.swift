// Any bytes as a published list, in a format that the input itself chooses or that is to be recognised. Nothing may
// trap, and the rows may not depend on where a block ends.

internal import CFuzz
internal import Glibc
internal import ListFormats

/// A file in memory that holds the list at hand. The C function is `memfd_create`.
private let file = unsafe memfd_create("list", 0)

/// Called by libFuzzer with each input. The bytes are lent for the call. The first one chooses the format.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard count > 1, let bytes = unsafe bytes else { return 0 }
  // Safe: libFuzzer lends `count` bytes for the call, and runs on one thread.
  let choice = Int(unsafe bytes[0])
  guard ftruncate(file, 0) == 0, unsafe pwrite(file, bytes + 1, count - 1, 0) == count - 1 else {
    fatalError("no room for a list in memory")
  }
  let formats = ListFormat.allCases
  let format = choice < formats.count ? formats[choice] : nil
  let whole = rows(format, rowsMax: 65_536)
  let parts = rows(format, rowsMax: 1 + choice % 3)
  if whole != parts { fatalError("blocks of other sizes give other rows") }
  return 0
}

/// The rows of the list in wire form and their lines, or why it cannot be read.
private func rows(_ format: ListFormat?, rowsMax: Int) -> Result<RowsAndLines, ReadFailure> {
  lseek(file, 0, SEEK_SET)
  var options = ListOptions()
  options.filePrefix = "fuzz"
  if format == .csv || format == .tsv {
    options.columns = ["identifier=1", "md5=2", "listed=3"].compactMap { ListColumn(argument: $0) }
  }
  var found = RowsAndLines()
  do throws(ListError) {
    var reader = try ListReader(name: "list", descriptor: file, format: format, options: options)
    var block = RowBlock()
    while try reader.fill(&block, rowsMax: rowsMax, bytesMax: 1 << 20) {
      precondition(block.rows <= rowsMax && block.bytes.count { $0 == 0x0A } == block.rows)
      found.bytes += block.bytes
      found.lines += block.lines
      block.removeAll(keepingCapacity: true)
    }
    return .success(found)
  } catch {
    return .failure(ReadFailure(description: "\(error)"))
  }
}

private struct RowsAndLines: Equatable {
  var bytes: [UInt8] = []
  var lines: [UInt64] = []
}

private struct ReadFailure: Error, Equatable {
  let description: String
}
