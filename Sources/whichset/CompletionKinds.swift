// What a shell completes as values of options: names that only the daemon, or the catalogue, knows.

import ArgumentParser
import Catalogue
import Client
import DaemonClient
import WireProtocol

extension CompletionKind {
  /// Names of datasets of the index, separated by commas where there are several. The daemon is the one that the command
  /// line names by `--socket`, else the usual one.
  static let datasetNames = CompletionKind.custom { words, _, typed in
    let place = words.lastIndex(of: "--socket").map { $0 + 1 }
    let socket = place.flatMap { words.indices.contains($0) ? words[$0] : nil }
    return DatasetNames.completions(
      of: typed, among: DatasetNames.ask(SocketPath.resolve(option: socket, role: .read)))
  }

  /// Names of the catalogue's entries.
  static let catalogueNames = CompletionKind.custom { _, _, typed in
    let catalogue = try? CatalogueFiles.load(option: nil)
    return (catalogue?.entries.map(\.id) ?? []).filter { $0.hasPrefix(typed) }
  }
}
