// Measures parts of the project inside one process, on one thread, without sockets.

internal import BenchmarkWork

@main struct Inside {
  static let usage = """
    bench-inside identifiers COUNT      parses each kind of identifier COUNT times
    bench-inside list FORMAT FILE ROWS  reads a list that has ROWS good rows
    bench-inside lookups COUNT          answers COUNT requests of each kind, for scripts/count-instructions
    """

  static func main() {
    runProgram { arguments in
      switch try arguments.word("a kind of measurement\n\(usage)") {
      case "identifiers":
        let count = try number(&arguments)
        try arguments.finish()
        try measureIdentifiers(count: count)
      case "list":
        let format = try arguments.word("FORMAT\n\(usage)")
        let path = try arguments.word("FILE\n\(usage)")
        let rows = try number(&arguments)
        try arguments.finish()
        try measureList(format: format, path: path, rows: rows)
      case "lookups":
        let count = try number(&arguments)
        try arguments.finish()
        try answerLookups(count: count)
      case let other: throw UsageError("no such measurement: \(other)\n\(usage)")
      }
    }
  }

  private static func number(_ arguments: inout Arguments) throws -> Int {
    let text = try arguments.word("a number\n\(usage)")
    guard let number = Int(text), number > 0 else { throw UsageError("not a number above 0: \(text)") }
    return number
  }
}
