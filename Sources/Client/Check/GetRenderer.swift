// How `get` writes what the datasets list for an input.

import WireProtocol

/// Writes the answers of `get`.
package struct GetRenderer: ~Copyable {
  private let format: OutputFormat
  private let style: TextStyle
  private var keys = KeyReader()

  /// A renderer; `style` is for text alone.
  package init(_ format: OutputFormat, style: TextStyle) {
    self.format = format
    self.style = style
  }

  /// Writes the heading, where the format has one.
  package func begin(_ output: inout [UInt8]) {
    if format == .tsv { TabSeparated.record(["input", "dataset", "key", "listed", "fields"], &output) }
  }

  /// Appends the answer to the oldest of `inputs`.
  ///
  /// In TSV a miss is `input`, then `-` four times; a refused input has its mark in the column `key`.
  package mutating func write(_ answer: GetAnswer, inputs: InputQueue, to output: inout [UInt8]) {
    let input = inputs.first
    switch format {
    case .tsv: writeRecords(answer, input: input, &output)
    case .json: writeObject(answer, input: input, &output)
    case .text: writeText(answer, input: input, &output)
    }
  }

  private func writeRecords(_ answer: GetAnswer, input: Span<UInt8>, _ output: inout [UInt8]) {
    func record(_ dataset: String, _ key: String, _ listed: String, _ fields: [Arguments.Field]) {
      TabSeparated.column(input, &output)
      output.append(UInt8(ascii: "\t"))
      TabSeparated.record([dataset, key, listed], &output)
      output[output.count - 1] = UInt8(ascii: "\t")
      for (index, field) in fields.enumerated() {
        if index > 0 { output.append(UInt8(ascii: " ")) }
        output.append("\(field.name)=")
        Escapes.append(field.value, to: &output)
      }
      output.append(fields.isEmpty ? "-\n" : "\n")
    }
    switch answer {
    case .listings(let listings, _):
      for listing in listings { record(listing.dataset, listing.key, listing.listed, listing.fields) }
    case .miss: record("-", "-", "-", [])
    case .refused(let refusal, _): record("-", refusal.mark, "-", [])
    }
  }

  private mutating func writeObject(_ answer: GetAnswer, input: Span<UInt8>, _ output: inout [UInt8]) {
    var json = JSONWriter()
    json.open(.object, &output)
    json.name("input", &output)
    json.string(input, &output)
    var key: [UInt8] = []
    let own = keys.append(keyOf: input, to: &key)
    json.name("key", &output)
    if own == nil { json.string(key.span, &output) } else { json.literal("null", &output) }
    if case .refused(let refusal, let text) = answer {
      json.name("error", &output)
      json.string(refusal.name, &output)
      json.name("message", &output)
      json.string(own?.reason ?? text, &output)
    } else {
      var listings: [Listing] = []
      var isTruncated = false
      if case .listings(let found, let truncated) = answer { (listings, isTruncated) = (found, truncated) }
      json.name("found", &output)
      json.bool(!listings.isEmpty, &output)
      json.name("truncated", &output)
      json.bool(isTruncated, &output)
      json.name("listings", &output)
      json.open(.array, &output)
      for listing in listings { json.listing(listing, &output) }
      json.close(.array, &output)
    }
    json.close(.object, &output)
    output.append(UInt8(ascii: "\n"))
  }

  private mutating func writeText(_ answer: GetAnswer, input: Span<UInt8>, _ output: inout [UInt8]) {
    TabSeparated.column(input, &output)
    switch answer {
    case .listings(let listings, let isTruncated):
      let datasets = Set(listings.map(\.dataset)).count
      let heading = style.mark("in \(Figures.counted(datasets, "dataset"))", .found)
      output.append(": \(heading), \(Figures.counted(listings.count, "row"))\n")
      var table = Table(["DATASET", "KEY", "LISTED AS", "OTHER KEYS"])
      for listing in listings {
        let others = listing.fields.map { "\($0.name):\($0.value)" }.joined(separator: " ")
        table.add([listing.dataset, listing.key, listing.listed, others])
      }
      table.write(style: style, indent: 2, to: &output)
      if isTruncated { output.append("  ... and more: only the first rows are shown\n") }
    case .miss: output.append(": no dataset of this index lists it\n")
    case .refused(let refusal, let text):
      var key: [UInt8] = []
      let reason = keys.append(keyOf: input, to: &key)?.reason ?? text
      output.append(": \(style.mark(refusal.phrase, .wrong)): \(reason)\n")
    }
  }
}

extension JSONWriter {
  /// A listed row, as an object.
  mutating func listing(_ listing: Listing, _ output: inout [UInt8]) {
    open(.object, &output)
    for (name, value) in [("dataset", listing.dataset), ("key", listing.key), ("listed", listing.listed)] {
      self.name(name, &output)
      string(value, &output)
    }
    strings("keys", listing.fields.map { "\($0.name):\($0.value)" }, &output)
    close(.object, &output)
  }
}
