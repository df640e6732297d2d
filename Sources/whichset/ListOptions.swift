// How lists are read: options of the commands that take lists.

import ArgumentParser
import ListFormats

struct ListFormatOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The list's format, or auto to recognise it.", valueName: "name"),
    completion: .list(["auto"] + ListFormat.allCases.map(\.rawValue)))
  var listFormat = "auto"

  @Flag(
    inversion: .prefixedNo,
    help: "For tables: whether the first row is a header (default: as it looks, or as the columns are given)."
  )
  var header: Bool?

  @Option(
    help: ArgumentHelp(
      "For tables: tab, comma, semicolon, bar or spaces, or the character (default: as it looks).",
      valueName: "name"),
    completion: .list(Separator.allCases.map(\.rawValue)),
    transform: { argument in
      guard let separator = Separator(argument: argument) else {
        let names = Separator.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("A separator is one of \(names): \(argument)")
      }
      return separator
    })
  var separator: Separator?

  @Option(
    help: ArgumentHelp(
      "The encoding of the text, such as WINDOWS-1252 or SHIFT_JIS (default: as it looks).", valueName: "name"
    ))
  var encoding: String?

  func validate() throws {
    guard listFormat == "auto" || ListFormat(rawValue: listFormat) != nil else {
      let names = ListFormat.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("No list format \(listFormat). There are auto, \(names).")
    }
  }

  /// Nil for `auto`.
  var format: ListFormat? { ListFormat(rawValue: listFormat) }

  /// What the list is read by beside its format.
  func options(_ columns: [ListColumn]) -> ListOptions {
    var options = ListOptions()
    options.columns = columns
    options.hasHeader = header
    options.separator = separator
    options.encoding = encoding.map(TextEncoding.init)
    return options
  }
}

/// How a list with labels is read.
struct LabelledListOptions: ParsableArguments {
  @OptionGroup var list: ListFormatOptions

  @Option(
    help: ArgumentHelp(
      "For tables and JSON: what to read from which column, by its name or its number from 1, or from which field, "
        + "by its path (a.b). The target is identifier, label, or a namespace (flickr, md5...). May be given several times.",
      valueName: "target=column"),
    transform: { argument in
      guard let column = ListColumn(argument: argument, allowsLabel: true) else {
        throw ValidationError("A column is written target=column, as in url=3 or label=country: \(argument)")
      }
      return column
    })
  var column: [ListColumn] = []

  var format: ListFormat? { list.format }

  var options: ListOptions {
    var options = list.options(column)
    options.readsLabels = true
    options.filePrefix = "dataset"
    return options
  }
}
