// Makes RESULTS.md and its charts from what a run found out.  bench-report FACTS RECORDS RESULTS.md
// FACTS has lines `name TAB value`; RECORDS has `section TAB case TAB subject TAB figure TAB value`, a line for each
// round. The charts are written beside the report.

internal import BenchmarkWork
internal import Glibc

@main struct ReportProgram {
  static func main() {
    runProgram { arguments in
      let factsPath = try arguments.word("the path of the facts")
      let recordsPath = try arguments.word("the path of the records")
      let reportPath = try arguments.word("the path of the report")
      try arguments.finish()

      let facts = try readText(factsPath).split(separator: "\n").map { line in
        let columns = line.split(separator: "\t", maxSplits: 1)
        guard columns.count == 2 else { throw UsageError("not a fact: \(line)") }
        return (name: columns[0], value: columns[1])
      }
      let records = try Records(readText(recordsPath))
      try write(Report(facts: facts, records: records).text, to: reportPath)
      let folder = reportPath.lastIndex(of: "/").map { String(reportPath[...$0]) } ?? ""
      for chart in Chart.all(records) { try write(chart.svg, to: folder + chart.fileName) }
    }
  }

  /// Writes a file. The C function is `open`.
  private static func write(_ text: String, to path: String) throws {
    // Safe: the path is NUL-terminated for the call.
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw SystemFailure("open \(path)", code: errno) }
    defer { close(descriptor) }
    try writeAll(Array(text.utf8), to: descriptor)
  }
}
