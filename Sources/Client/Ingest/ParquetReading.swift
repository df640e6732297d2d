// Parquet lists: DuckDB writes them as CSV into a pipe. The list is its standard input, so that no name of a file is a
// part of its command.

import Console
import Platform

struct ParquetReading: ~Copyable {
  private static let signature = Array("PAR1".utf8)

  /// What DuckDB is asked for. `-init` leaves out the settings of the user, which could change the output.
  private static let arguments = [
    "-init", "/dev/null", "-c",
    "copy (from read_parquet('/dev/stdin')) to '/dev/stdout' (format csv, header, use_tmp_file false)",
  ]

  private var process: PipedProgram
  private let name: String

  /// Starts DuckDB.
  ///
  /// - Returns: nil if the list is no file of Parquet, which has its signature at both ends, or if there is no `duckdb`: the
  ///   reader of lists then says what to do.
  init?(_ list: borrowing Descriptor, name: String) throws(Trouble) {
    let what = "cannot read \(name)"
    let status = try Trouble.wrapping(what, try list.status())
    guard status.kind == .regular, status.byteCount > 2 * Self.signature.count else { return nil }
    for position in [0, status.byteCount - Self.signature.count] {
      var bytes = [UInt8](repeating: 0, count: Self.signature.count)
      _ = try Trouble.wrapping(what, try list.read(bytes.count, at: position, into: &bytes))
      guard bytes == Self.signature else { return nil }
    }
    guard
      let process = try Trouble.wrapping(what, try PipedProgram.start("duckdb", Self.arguments, input: list))
    else { return nil }
    self.process = process
    self.name = name
  }

  /// The CSV.
  var output: Int32 { process.output.raw }

  /// Throws unless DuckDB has written all of the list.
  mutating func end() throws(Trouble) {
    switch try Trouble.wrapping("cannot wait for duckdb", try process.end()) {
    case .exited(0): return
    case .exited(let status): throw Trouble("cannot read \(name): duckdb failed with exit status \(status)")
    case .killed(let signal): throw Trouble("cannot read \(name): duckdb was ended by signal \(signal)")
    }
  }
}
