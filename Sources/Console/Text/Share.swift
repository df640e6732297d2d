// A part of a whole as people read it.

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
}
