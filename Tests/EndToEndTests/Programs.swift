// Where the programs under test and the lists for them are. They are the ones of this very build: they lie beside
// the program that runs the tests.

import Foundation
import TestSupport

/// The programs under test.
enum Programs {
  static let folder = BuiltPrograms.folder

  /// The client.
  static let client = folder + "/whichset"
  /// The daemon.
  static let daemon = folder + "/whichsetd"
  /// The service over HTTP.
  static let http = folder + "/whichset-http"
}

/// Lists to be loaded.
enum Lists {
  /// The folder of this package.
  static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// The folder of the sample lists; all in them is invented.
  static let samples = package + "/Tests/Fixtures/lists"

  /// The folder of real lists and their true counts; nil where there is none.
  static let real: String? = {
    let named = ProcessInfo.processInfo.environment["WHICHSET_DATA"]
    let folder = named ?? package + "/../shared/data"
    return FileManager.default.fileExists(atPath: folder + "/expected/counts.tsv") ? folder : nil
  }()

  /// The records of a file of tab-separated values.
  static func table(_ path: String) throws -> [[String]] {
    Table.records(try String(contentsOfFile: path, encoding: .utf8))
  }
}

/// Tab-separated values.
enum Table {
  /// The records of a text, the header among them.
  static func records(_ text: String) -> [[String]] {
    text.split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }
}
