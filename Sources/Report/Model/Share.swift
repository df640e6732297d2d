// A part of a whole as people read it.

import Console

package enum Share {
  /// `3.5 %`; `<0.1 %` and `>99.9 %` where rounding would say none or all. Empty where there is no whole.
  package static func text(_ part: Int, of whole: Int) -> String {
    guard whole > 0 else { return "" }
    if part <= 0 { return "0 %" }
    if part == whole { return "100 %" }
    let percent = 100 * Double(part) / Double(whole)
    if percent < 0.1 { return "<0.1 %" }
    if percent > 99.9, part < whole { return ">99.9 %" }
    return Figures.fixed(percent, decimals: 1) + " %"
  }

  /// The share as a percentage with three decimals, at most 100, for lengths in SVG: `3.512%`.
  package static func length(_ part: Int, of whole: Int) -> String {
    guard whole > 0, part > 0 else { return "0%" }
    return Figures.fixed(min(100, 100 * Double(part) / Double(whole)), decimals: 3) + "%"
  }
}
