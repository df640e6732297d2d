// Makes RESULTS.md from what a run left behind.  bench-report FACTS RECORDS
// FACTS has lines `name TAB value`, RECORDS those of `bench-load --record`.

internal import BenchmarkWork

@main struct ReportProgram {
  static func main() {
    runProgram { arguments in
      let factsPath = try arguments.word("the path of the facts")
      let recordsPath = try arguments.word("the path of the records")
      try arguments.finish()

      let facts = try readText(factsPath).split(separator: "\n").map { line in
        let columns = line.split(separator: "\t", maxSplits: 1)
        guard columns.count == 2 else { throw UsageError("not a fact: \(line)") }
        return (name: columns[0], value: columns[1])
      }
      let report = Report(facts: facts, records: try Records(readText(recordsPath)))
      print(report.text, terminator: "")
    }
  }
}
