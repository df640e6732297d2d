// `whichset check --file`: each file's hashes are asked for, and answered together. Files are answered one by one, so that
// one that cannot be read keeps no other from its answer.

import WireProtocol

/// Asks for files by their hashes.
package struct PictureCheck: ~Copyable {
  private var conversation: Conversation
  private let format: OutputFormat
  private let style: TextStyle
  private var datasets = 0
  private var images = 0
  /// What came of the files so far.
  package private(set) var tally = Tally()

  /// What a miss does not say.
  package static let caution =
    "only identical bytes match: a resized, cropped or re-encoded copy of an image has other hashes"

  /// A check over a conversation with the daemon; text asks it first what a miss covers.
  package init(
    _ conversation: consuming Conversation, format: OutputFormat, style: TextStyle
  ) throws(Trouble) {
    self.conversation = conversation
    self.format = format
    self.style = style
    guard format == .text else { return }
    let statistics = PairReport(try self.conversation.demand(RequestText.line(.stats)))
    datasets = statistics.number("datasets") ?? 0
    images = statistics.number("images") ?? 0
  }

  /// Appends the answer for a file.
  ///
  /// - Returns: why the file was not read, where it was not; its place in the output says that too.
  /// - Throws: where the daemon fails.
  package mutating func check(_ path: String, to output: inout [UInt8]) throws(Trouble) -> Trouble? {
    let hashes: PictureHashes
    do throws(Trouble) {
      hashes = try PictureHashes(ofFile: path)
    } catch {
      tally.refused += 1
      writeUnreadable(path, error, &output)
      return error
    }
    var answers: [(key: String, datasets: [String])] = []
    for identifier in hashes.identifiers {
      let reply = try conversation.demand("\(Verb.check.rawValue) \(identifier)")
      switch reply.status {
      case .hit(let slugs): answers.append((identifier, slugs))
      case .miss: answers.append((identifier, []))
      default: throw Trouble("the daemon's reply is not understood: \(reply.status)")
      }
    }
    if answers.contains(where: { !$0.datasets.isEmpty }) { tally.found += 1 } else { tally.missed += 1 }
    write(path, answers, &output)
    return nil
  }

  private func write(
    _ path: String, _ answers: [(key: String, datasets: [String])], _ output: inout [UInt8]
  ) {
    let datasets = Set(answers.flatMap(\.datasets)).sorted()
    switch format {
    case .tsv:
      for answer in answers {
        let list = answer.datasets.isEmpty ? "-" : answer.datasets.joined(separator: ",")
        TabSeparated.record([path, answer.key, list], &output)
      }
    case .json:
      var json = JSONWriter()
      json.open(.object, &output)
      json.name("input", &output)
      json.string(path, &output)
      json.name("found", &output)
      json.bool(!datasets.isEmpty, &output)
      json.strings("datasets", datasets, &output)
      json.strings("keys", answers.map(\.key), &output)
      json.strings("matched", answers.filter { !$0.datasets.isEmpty }.map(\.key), &output)
      json.close(.object, &output)
      output.append(UInt8(ascii: "\n"))
    case .text:
      TabSeparated.column(path.utf8.span, &output)
      let names = answers.map { String($0.key.prefix { $0 != ":" }) }
      if datasets.isEmpty {
        let covered =
          "\(Figures.counted(self.datasets, "dataset")) of this index (\(Figures.counted(images, "image")))"
        output.append(": not found by \(names.joined(separator: ", ")) in any of the \(covered)\n")
        return
      }
      let matched = zip(names, answers).filter { !$1.datasets.isEmpty }.map(\.0).joined(separator: ", ")
      let heading = style.mark("in \(Figures.counted(datasets.count, "dataset"))", .found)
      output.append(": \(heading), by \(matched): \(datasets.joined(separator: ", "))\n")
    }
  }

  private func writeUnreadable(_ path: String, _ trouble: Trouble, _ output: inout [UInt8]) {
    switch format {
    case .tsv: TabSeparated.record([path, "!unreadable", "-"], &output)
    case .json:
      var json = JSONWriter()
      json.open(.object, &output)
      for (name, value) in [("input", path), ("error", "unreadable"), ("message", trouble.text)] {
        json.name(name, &output)
        json.string(value, &output)
      }
      json.close(.object, &output)
      output.append(UInt8(ascii: "\n"))
    case .text:
      TabSeparated.column(path.utf8.span, &output)
      output.append(": \(style.mark("not read", .wrong)): \(trouble.text)\n")
    }
  }
}

extension JSONWriter {
  /// A member that is an array of strings.
  mutating func strings(_ name: String, _ values: [String], _ output: inout [UInt8]) {
    self.name(name, &output)
    open(.array, &output)
    for value in values { string(value, &output) }
    close(.array, &output)
  }
}
