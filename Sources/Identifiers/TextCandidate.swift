// Whether a piece of running text is meant as an identifier. Where somebody asks for one key, anything that can be one is
// taken; in running text `and/or.html` would then be a URL. So a URL without a scheme counts here only if it begins
// with `www.`, or its host is one that a rule knows, or has a number or an account of Flickr.

import ByteText

extension IdentifierParser {
  /// The result for a piece of text that was found in running text; `invalid` where it is not meant as an identifier.
  package mutating func parse(found piece: Span<UInt8>) -> Identification {
    let result = parse(piece)
    guard case .text(.url) = result, IdentifierForm(piece) == .url, URLAuthority.scheme(of: piece).start == 0,
      !piece.hasPrefix("www.", anyCase: true), hosts.rule(for: url) == nil
    else { return result }
    return .invalid(.plainWord)
  }
}
