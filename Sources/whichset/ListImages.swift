// `whichset list`.

import ArgumentParser
import ByteText
import Client
import Console
import DaemonClient
import Platform
import WireProtocol

struct ListImages: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the images that are in some datasets and not in others.",
    usage: """
      whichset list [--all-of <slugs>] [--any-of <slugs>] [--not-in <slugs>]
                    [--namespace <name>] [--count] [--format <format>]
      """,
    discussion: """
      An image is listed if it is in all datasets of --all-of, in one at least of --any-of, and in none of --not-in; a \
      condition that is not given holds for all. Datasets are separated by commas. The order is the index's own. All that \
      is listed is one state of the index.

      With --format plain, an image a line, as whichset check reads them; with tsv, its datasets behind a TAB.

      EXAMPLES
        whichset list --all-of strangers,parks
        whichset list --any-of strangers,parks --not-in withdrawn --format tsv
        whichset list --all-of strangers --not-in parks --count

      EXIT STATUS: 0 there are such images, 1 there are none, 2 trouble.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case plain
    case tsv
  }

  @Option(
    help: ArgumentHelp("Datasets that must all have the image.", valueName: "slugs"),
    completion: .datasetNames) var allOf: String?
  @Option(
    help: ArgumentHelp("Datasets of which one must have it.", valueName: "slugs"), completion: .datasetNames)
  var anyOf: String?
  @Option(
    help: ArgumentHelp("Datasets of which none may have it.", valueName: "slugs"), completion: .datasetNames)
  var notIn: String?
  @Option(help: ArgumentHelp("Only keys of this namespace (flickr, url...).", valueName: "name"))
  var namespace: String?
  @Flag(help: "Write only how many there are.") var count = false
  @Option(help: "plain or tsv.") var format = Format.plain
  @OptionGroup var daemon: DaemonOptions

  func run() throws {
    try Program.run { () throws(Trouble) in
      var list = ListRequest()
      func slugs(_ text: String?) -> [String] {
        text?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
      }
      (list.all, list.any, list.none) = (slugs(allOf), slugs(anyOf), slugs(notIn))
      (list.namespace, list.countsOnly) = (namespace, count)
      var daemon = try daemon.connect()
      let isPlain = format == .plain
      let end = try daemon.stream(
        list, to: LineOutput(Descriptor(borrowing: Program.standardOutput)),
        line: { line, output in
          var columns = ColumnScanner()
          output.append(isPlain ? line.extracting(columns.next(in: line) ?? 0..<line.count) : line)
          output.append(UInt8(ascii: "\n"))
        })
      if count { try Program.print("\(end.images)") }
      return end.images > 0 ? ExitStatus.found : ExitStatus.nothingFound
    }
  }
}
