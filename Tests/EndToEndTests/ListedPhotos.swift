// Reads the photos of the sample lists in the plainest way, by patterns, as an opinion that owes nothing to the
// code under test.

import Foundation

/// The photos that a list names.
enum ListedPhotos {
  /// Where the photo's number stands in a row of a dataset's list.
  private static func pattern(_ dataset: String) -> String {
    switch dataset {
    case "megaface": #"(?m)/(\d+)_\d+\.jpg$"#
    case "pipa": #"(?m)^\S+ (\d+) "#
    case "adience": #"(?m)^\S+\t(\d+)_[0-9a-f]+_o\.jpg\t"#
    case "nuswide": #"(?m)^images/\d+_(\d+)[_.]"#
    case "yfcc100m": #"(?m)^(?:\d+\t)?(\d+)\t\d+@N\d\d\t"#
    default: #"\.com(?:/\d+)+/(\d+)_"#
    }
  }

  /// Pairs of a photo's number and the dataset.
  static func read(_ dataset: String, _ files: [String]) throws -> [(String, String)] {
    let expression = try NSRegularExpression(pattern: pattern(dataset))
    return try files.flatMap { file in
      let text = try String(contentsOfFile: file, encoding: .utf8)
      let whole = NSRange(text.startIndex..., in: text)
      return expression.matches(in: text, range: whole).compactMap { match in
        Range(match.range(at: 1), in: text).map { (String(text[$0]), dataset) }
      }
    }
  }
}
