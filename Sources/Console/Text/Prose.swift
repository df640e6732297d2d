// Running text for people: sentences filled into lines of a width, beside a column of labels.

package struct Prose: Sendable {
  /// Columns of a line.
  package let width: Int

  /// The columns of labels and of what stands under them.
  private static let indent = 2
  private static let labelColumns = 14

  /// Lines of at most `width` columns; below 40 and above 100 they would be hard to read.
  package init(width: Int) { self.width = min(max(width, 40), 100) }

  /// A paragraph: each line starts with `indent` spaces, the first with `first` instead, where it is given.
  package func paragraph(_ text: String, indent: Int = 0, first: String? = nil) -> String {
    let margin = String(repeating: " ", count: indent)
    var lines = ""
    var line = first ?? margin
    var isEmpty = true
    for word in text.shown.split(separator: " ") {
      if !isEmpty, line.count + 1 + word.count > width {
        lines += line + "\n"
        line = margin
        isEmpty = true
      }
      line += isEmpty ? String(word) : " " + word
      isEmpty = false
    }
    return lines + line + "\n"
  }

  /// A paragraph behind a label.
  package func labelled(_ label: String, _ text: String, style: TextStyle) -> String {
    let margin = String(repeating: " ", count: Self.indent)
    let padding = String(repeating: " ", count: max(1, Self.labelColumns - label.count))
    let whole = paragraph(text, indent: Self.indent + Self.labelColumns, first: margin + label + padding)
    // Marks have no width, so the label is marked when the lines stand.
    return margin + style.mark(label, .heading) + whole.dropFirst(Self.indent + label.count)
  }

  /// A paragraph that starts with a marked phrase, which must be shorter than a line.
  package func marked(_ phrase: String, _ role: TextStyle.Role, _ rest: String, style: TextStyle) -> String {
    style.mark(phrase, role) + paragraph(phrase + rest).dropFirst(phrase.count)
  }

  /// An item of a list.
  package func item(_ text: String) -> String {
    let margin = String(repeating: " ", count: Self.indent)
    return paragraph(text, indent: Self.indent + 2, first: margin + "- ")
  }

  /// Words parted as in a sentence: `a, b and c`.
  package static func list(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + last
  }
}
