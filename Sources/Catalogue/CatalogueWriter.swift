// An entry in the form of a catalogue file, to be corrected and put into one.

internal import WireProtocol

extension CatalogueEntry {
  /// The entry as a block of a catalogue file, its last line ended. Line ends inside of values, which only an index can
  /// have, become spaces.
  package var fileText: String {
    var text = "dataset: \(id)\n"
    for field in CatalogueField.allCases {
      guard let value = values[field] else { continue }
      let line = String(value.map { $0.isNewline ? " " : $0 })
      text += "\(field.rawValue): \(line)\n"
    }
    return text
  }
}
