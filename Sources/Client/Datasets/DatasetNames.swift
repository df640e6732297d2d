// The names of the datasets of an index, for completing words: asked for quickly, and without a word where that
// fails, since somebody is in the middle of typing.

import Console
import DaemonClient
import WireProtocol

package enum DatasetNames {
  package static let patience = Duration.milliseconds(250)

  package static func ask(_ path: String, within patience: Duration = patience) -> [String] {
    do throws(Trouble) {
      var daemon = try DaemonLink(path: path, patience: patience)
      return try daemon.ask(DatasetsRequest()).records.map(\.slug)
    } catch {
      return []
    }
  }

  /// What a list of names, separated by commas, may become: its last name completed, and none twice.
  package static func completions(of list: String, among names: [String]) -> [String] {
    let parts = list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let before = parts.dropLast()
    let prefix = before.map { $0 + "," }.joined()
    return names.filter { $0.hasPrefix(parts.last ?? "") && !before.contains($0) }.map { prefix + $0 }
  }
}
