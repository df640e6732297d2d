// How `account` writes what is known of accounts.

import WireProtocol

/// Writes the answers of `account`.
package struct AccountRenderer: Sendable {
  private let format: OutputFormat
  private let style: TextStyle
  private let isSummary: Bool

  /// - Parameters:
  ///   - style: for text alone.
  ///   - isSummary: whether only what all accounts have together is written.
  package init(_ format: OutputFormat, style: TextStyle, isSummary: Bool) {
    self.format = format
    self.style = style
    self.isSummary = isSummary
  }

  /// Appends one image of the account that was asked for as `input`.
  func write(image: String, datasets: String, of input: Span<UInt8>, to output: inout [UInt8]) {
    switch format {
    case .text: output.append("\(image)  \(datasets)\n")
    case .tsv:
      output.append("image\t")
      TabSeparated.column(input, &output)
      output.append(UInt8(ascii: "\t"))
      TabSeparated.record([image, datasets], &output)
    case .json:
      var json = JSONWriter()
      json.open(.object, &output)
      json.name("input", &output)
      json.string(input, &output)
      json.text("image", image, &output)
      json.name("datasets", &output)
      json.open(.array, &output)
      for slug in datasets.split(separator: ",") { json.string(String(slug), &output) }
      json.close(.array, &output)
      json.close(.object, &output)
      output.append(UInt8(ascii: "\n"))
    }
  }

  /// Appends what is known of the account that was asked for as `input`.
  func write(_ answer: AccountAnswer, of input: Span<UInt8>, to output: inout [UInt8]) {
    guard !isSummary else { return }
    switch format {
    case .text: writeText(answer, input, &output)
    case .tsv:
      output.append("account\t")
      TabSeparated.column(input, &output)
      output.append(UInt8(ascii: "\t"))
      let names = answer.refusal.map { [$0.0.mark] } ?? answer.names
      let datasets = answer.datasets.map { "\($0.slug)=\($0.images)" }
      TabSeparated.record(
        [
          names.joined(separator: ","), String(answer.images), String(answer.memberships),
          datasets.isEmpty ? "-" : datasets.joined(separator: ","),
        ], &output)
    case .json: writeObject(answer, input, &output)
    }
  }

  private func writeText(_ answer: AccountAnswer, _ input: Span<UInt8>, _ output: inout [UInt8]) {
    TabSeparated.column(input, &output)
    if let (refusal, text) = answer.refusal {
      output.append(": \(style.mark(refusal.phrase, .wrong)): \(text)\n")
      return
    }
    let others = answer.names.dropFirst()
    if !others.isEmpty { output.append(" (also \(others.joined(separator: ", ")))") }
    guard !answer.datasets.isEmpty else {
      output.append(": no dataset of this index lists it\n")
      return
    }
    let heading = style.mark(Figures.counted(answer.images, "image"), .found)
    output.append(": \(heading), \(Figures.counted(answer.memberships, "membership"))\n")
    var table = Table(["DATASET", "IMAGES"], figures: [1])
    for (slug, images) in answer.datasets { table.add([slug, Figures.grouped(images)]) }
    table.write(style: style, indent: 2, to: &output)
  }

  private func writeObject(_ answer: AccountAnswer, _ input: Span<UInt8>, _ output: inout [UInt8]) {
    var json = JSONWriter()
    json.open(.object, &output)
    json.name("input", &output)
    json.string(input, &output)
    if let (refusal, text) = answer.refusal {
      json.text("error", refusal.name, &output)
      json.text("message", text, &output)
    } else {
      json.name("names", &output)
      json.open(.array, &output)
      for name in answer.names { json.string(name, &output) }
      json.close(.array, &output)
      json.number("images", answer.images, &output)
      json.number("memberships", answer.memberships, &output)
      json.name("datasets", &output)
      json.open(.array, &output)
      for (slug, images) in answer.datasets {
        json.open(.object, &output)
        json.text("dataset", slug, &output)
        json.number("images", images, &output)
        json.close(.object, &output)
      }
      json.close(.array, &output)
    }
    json.close(.object, &output)
    output.append(UInt8(ascii: "\n"))
  }

  /// Appends the counts of all accounts together.
  func write(_ report: CrossrefReport, _ tally: Tally, to output: inout [UInt8]) {
    if format == .text, !isSummary { output.append("\n") }
    report.counted(
      accounts: [
        ("accounts", tally.total), ("found", tally.found), ("missed", tally.missed),
        ("refused", tally.refused),
      ]
    ).write(format, style: style, to: &output)
  }
}
