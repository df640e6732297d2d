// How many rows of a list may be rejected before a load is given up: a list in another format than it is taken for
// loses nearly all of its rows, and must leave nothing behind.

import ByteText
package import Console
import WireProtocol

package struct RejectLimit: Equatable, Sendable, CustomStringConvertible {
  private enum Bound: Equatable, Sendable {
    case rows(Int)
    case share(hundredthsOfPercent: Int)
  }

  /// Rows that must have been read before a share means anything; a list that ends before is judged at its end.
  package static let shareRowsMin = 1_000

  /// More than half of the rows, in lists of at least `shareRowsMin`: such a list is in another format.
  package static let usual = RejectLimit(bound: .share(hundredthsOfPercent: 5_000), judgesShortLists: false)

  private let bound: Bound
  private let judgesShortLists: Bool

  private init(bound: Bound, judgesShortLists: Bool) {
    self.bound = bound
    self.judgesShortLists = judgesShortLists
  }

  /// Reads a number of rows, `100`, or a share, `5%` or `0.25%`; nil if it is neither, or above 100 %.
  package init?(argument: String) {
    guard argument.hasSuffix("%") else {
      guard let rows = Decimal.parse(argument) else { return nil }
      self.init(bound: .rows(rows), judgesShortLists: true)
      return
    }
    let parts = argument.dropLast().split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let whole = Decimal.parse(String(first)), whole <= 100 else { return nil }
    var hundredths = whole * 100
    if parts.count == 2 {
      guard (1...2).contains(parts[1].utf8.count), let fraction = Decimal.parse(String(parts[1])) else {
        return nil
      }
      hundredths += parts[1].utf8.count == 1 ? fraction * 10 : fraction
    }
    guard hundredths <= 10_000 else { return nil }
    self.init(bound: .share(hundredthsOfPercent: hundredths), judgesShortLists: true)
  }

  /// Whether a load is to be given up.
  ///
  /// - Parameters:
  ///   - rows: the list's rows so far, the rejected ones among them.
  ///   - isWhole: whether these are all of the list's rows.
  package func isExceeded(rows: Int, rejected: Int, isWhole: Bool) -> Bool {
    switch bound {
    case .rows(let most): return rejected > most
    case .share(let hundredths):
      guard rows >= Self.shareRowsMin || (isWhole && judgesShortLists) else { return false }
      return rejected * 10_000 > rows * hundredths
    }
  }

  /// What it allows: `100 rows`, `5 %`.
  package var description: String {
    switch bound {
    case .rows(let most): Figures.counted(most, "row")
    case .share(let hundredths):
      "\(hundredths % 100 == 0 ? String(hundredths / 100) : Figures.fixed(Double(hundredths) / 100, decimals: 2)) %"
    }
  }

  /// Why a load was given up.
  package func complaint(rows: Int, rejected: Int) -> Trouble {
    Trouble(
      "given up, and nothing is loaded: \(Figures.grouped(rejected)) of \(Figures.counted(rows, "row")) rejected, where "
        + "--max-rejects allows \(self). --dry-run shows how the list is read; --list-format names another format"
    )
  }
}
