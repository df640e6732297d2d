// The lines that bench-load recorded, put together by what was measured.

internal import BenchmarkWork

/// What was measured: the peer and question, on so many connections, with batches of so many requests.
struct Case: Hashable {
  let label: String
  let connections: Int
  let depth: Int
}

/// The figures of one run, as `bench-load --record` writes them.
struct Record {
  let subject: Case
  let millionsPerSecond: Double
  let latencyMicroseconds: [Double]
  let serverMicroseconds: Double
  let generatorShare: Double

  /// Reads one line.
  init(_ line: Substring) throws(UsageError) {
    let columns = line.split(separator: "\t")
    let figures = columns.dropFirst(1).compactMap { Double($0) }
    guard columns.count == 9, figures.count == 8 else { throw UsageError("not a record: \(line)") }
    subject = Case(label: String(columns[0]), connections: Int(figures[0]), depth: Int(figures[1]))
    millionsPerSecond = figures[2]
    latencyMicroseconds = Array(figures[3...5])
    serverMicroseconds = figures[6]
    generatorShare = figures[7]
  }
}

/// All records of a run, in the order in which they were made.
struct Records {
  private let all: [Record]

  /// Reads what bench-load recorded.
  init(_ text: String) throws(UsageError) {
    var all: [Record] = []
    for line in text.split(separator: "\n") { all.append(try Record(line)) }
    self.all = all
  }

  /// The cases, each once, in the order of their first records.
  var cases: [Case] {
    var seen: Set<Case> = []
    return all.map(\.subject).filter { seen.insert($0).inserted }
  }

  /// One figure of a case in all its rounds.
  func rounds(_ subject: Case, _ figure: (Record) -> Double) -> [Double] {
    all.filter { $0.subject == subject }.map(figure)
  }
}
