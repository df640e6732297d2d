// `whichset check --file`: each file's hashes are asked for, and answered together. Files are answered one by one, so that
// one that cannot be read keeps no other from its answer.

package import Console
package import DaemonClient
import WireProtocol

package struct PictureCheck: ~Copyable {
  private var daemon: DaemonLink
  private let show: Presentation
  private var covered = ""
  package private(set) var tally = Tally()

  /// What a miss does not say.
  package static let caution =
    "only identical bytes match: a resized, cropped or re-encoded copy of an image has other hashes"

  /// Text asks the daemon first what a miss covers.
  package init(_ daemon: consuming DaemonLink, _ show: Presentation) throws(Trouble) {
    self.daemon = daemon
    self.show = show
    guard show.format == .text else { return }
    let statistics = NamedValues(try self.daemon.ask(StatsRequest()))
    let datasets = Figures.counted(try statistics.count(StatsRequest.Line.datasets), "dataset")
    let images = Figures.counted(try statistics.count(StatsRequest.Line.images), "image")
    covered = "\(datasets) of this index (\(images))"
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
      show.append(unreadable(path, error), to: &output)
      return error
    }
    var found: [(key: String, datasets: [String])] = []
    for identifier in hashes.identifiers {
      let reply = try daemon.reply(to: CheckRequest(identifier))
      switch reply.status {
      case .hit(let slugs): found.append((identifier, slugs))
      case .miss: found.append((identifier, []))
      case .error(.unsearchable, _, _): break
      default: throw Trouble(ReplyText.notUnderstood(try reply.accepted().status))
      }
    }
    guard !found.isEmpty else {
      tally.refused += 1
      show.append(Self.unsearchable(path), to: &output)
      return nil
    }
    if found.contains(where: { !$0.datasets.isEmpty }) { tally.found += 1 } else { tally.missed += 1 }
    show.append(answer(path, found), to: &output)
    return nil
  }

  /// The answer where the index has hashes of none of the kinds.
  private static func unsearchable(_ path: String) -> Answer {
    let (refusal, reason) = (Refusal.unsearchable, "no list of this index has hashes of files")
    return Answer(
      [
        "input": path, "found": Content.none, "datasets": Content.none, "error": refusal.name,
        "message": reason,
      ], .these([[path, refusal.mark, Content.none]])
    ) { "\(path.shown): \($0.mark(refusal.phrase, .wrong)): \(reason)\n" }
  }

  private func answer(_ path: String, _ found: [(key: String, datasets: [String])]) -> Answer {
    let datasets = Set(found.flatMap(\.datasets)).sorted()
    let matched = found.filter { !$0.datasets.isEmpty }.map(\.key)
    func names(_ keys: [String]) -> String {
      keys.map { $0.prefix { $0 != ":" } }.joined(separator: ", ")
    }
    let (keys, covered) = (found.map(\.key), covered)
    return Answer(
      ["input": path, "found": !datasets.isEmpty, "datasets": datasets, "keys": keys, "matched": matched],
      .these(found.map { [path, $0.key, $0.datasets] })
    ) { style in
      guard !datasets.isEmpty else {
        return "\(path.shown): not found by \(names(keys)) in any of the \(covered)\n"
      }
      let heading = style.mark("in \(Figures.counted(datasets.count, "dataset"))", .found)
      return "\(path.shown): \(heading), by \(names(matched)): \(datasets.joined(separator: ", "))\n"
    }
  }

  private func unreadable(_ path: String, _ trouble: Trouble) -> Answer {
    Answer(
      ["input": path, "error": "unreadable", "message": trouble.text],
      .these([[path, "!unreadable", Content.none]])
    ) { "\(path.shown): \($0.mark("not read", .wrong)): \(trouble.text)\n" }
  }
}
