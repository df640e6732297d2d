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
    help: "For csv and tsv: whether the first row is a header (default: yes, unless all columns are numbers)."
  )
  var header: Bool?

  func validate() throws {
    guard listFormat == "auto" || ListFormat(rawValue: listFormat) != nil else {
      let names = ListFormat.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("No list format \(listFormat). There are auto, \(names).")
    }
  }

  /// Nil for `auto`.
  var format: ListFormat? { ListFormat(rawValue: listFormat) }
}

/// How a list with labels is read.
struct LabelledListOptions: ParsableArguments {
  @OptionGroup var list: ListFormatOptions

  @Option(
    help: ArgumentHelp(
      "For csv and tsv: what to read from which column, by its name or its number from 1. The target is "
        + "identifier, label, or a namespace (flickr, md5...). May be given several times.",
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
    var options = ListOptions()
    options.columns = column
    options.hasHeader = list.header
    options.readsLabels = true
    options.filePrefix = "dataset"
    return options
  }
}
