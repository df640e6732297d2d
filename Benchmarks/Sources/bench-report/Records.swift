// What a run found out, a figure of a round each, put together by what was measured.

internal import BenchmarkWork

/// All records of a run, in the order in which they were made.
struct Records {
  /// What a figure is about: `subject` was asked `subcase` in a section.
  struct Place: Hashable {
    let section: String
    let subcase: String
    let subject: String
    let figure: String
  }

  private var values: [Place: [String]] = [:]
  private var places: [Place] = []

  /// Reads what `Benchmarks/run` wrote.
  init(_ text: String) throws(UsageError) {
    for line in text.split(separator: "\n") {
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard columns.count == 5 else { throw UsageError("not a record: \(line)") }
      let place = Place(section: columns[0], subcase: columns[1], subject: columns[2], figure: columns[3])
      if values[place] == nil { places.append(place) }
      values[place, default: []].append(columns[4])
    }
  }

  /// The cases of a section, each once, in the order of their first records.
  func cases(_ section: String) -> [String] {
    unique(places.filter { $0.section == section }.map(\.subcase))
  }

  /// Who was asked in a case.
  func subjects(_ section: String, _ subcase: String) -> [String] {
    unique(places.filter { $0.section == section && $0.subcase == subcase }.map(\.subject))
  }

  /// One figure of all rounds.
  func rounds(_ section: String, _ subcase: String, _ subject: String, _ figure: String) -> Rounds? {
    let place = Place(section: section, subcase: subcase, subject: subject, figure: figure)
    return Rounds((values[place] ?? []).compactMap { Double($0) })
  }

  /// What a record says that is no number.
  func text(_ section: String, _ subcase: String, _ figure: String) -> String? {
    values[Place(section: section, subcase: subcase, subject: "whichset", figure: figure)]?.first
  }

  /// The figures of a case that begin with a word, without it.
  func figures(_ section: String, _ subcase: String, beginning word: String) -> [String] {
    unique(places.filter { $0.section == section && $0.subcase == subcase }.map(\.figure))
      .filter { $0.hasPrefix(word + " ") }.map { String($0.dropFirst(word.count + 1)) }
  }

  private func unique(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    return texts.filter { seen.insert($0).inserted }
  }
}
