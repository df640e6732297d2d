// Makes RESULTS.md and its charts from what a run found out.  bench-report FACTS RECORDS RESULTS.md
// FACTS has lines `name TAB value`; RECORDS has `section TAB case TAB subject TAB figure TAB value`, a line for each
// round. The charts are written beside the report.

internal import BenchmarkWork
internal import Glibc
internal import Platform

@main struct ReportProgram {
  static func main() {
    runProgram { arguments in
      let factsPath = try arguments.word("the path of the facts")
      let recordsPath = try arguments.word("the path of the records")
      let reportPath = try arguments.word("the path of the report")
      try arguments.finish()

      let facts = try text(of: factsPath).split(separator: "\n").map { line in
        let columns = line.split(separator: "\t", maxSplits: 1)
        guard columns.count == 2 else { throw UsageError("not a fact: \(line)") }
        return (name: columns[0], value: columns[1])
      }
      let records = try Records(text(of: recordsPath))
      try write(Report(facts: facts, records: records).text, to: reportPath)
      let folder = reportPath.lastIndex(of: "/").map { String(reportPath[...$0]) } ?? ""
      for chart in Chart.all(records) { try write(chart.svg, to: folder + chart.fileName) }
    }
  }

  private static func text(of path: String) throws -> String {
    String(decoding: try Descriptor(opening: path, O_RDONLY).readAll(bytesMax: 1 << 20), as: UTF8.self)
  }

  private static func write(_ text: String, to path: String) throws {
    try Descriptor(opening: path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644).writeAll(Array(text.utf8).span)
  }
}
