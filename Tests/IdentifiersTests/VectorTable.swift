// How the tables of the other tests are checked: one line an identifier, with the key that it must give or
// the code of the reason why it has none. All ids are invented.

import Testing

@testable import Identifiers

/// An identifier and what it must give: a key, `!CODE` for a refusal, `?CODE` for a link that only the
/// network can resolve.
typealias Vector = (input: String, expected: String)

/// What an identifier gives, in the notation of a `Vector`.
func identify(_ input: String, with parser: inout IdentifierParser) -> String {
  switch parser.key(input) {
  case .success(let key): key.description
  case .failure(.invalid(let reason)): "!" + reason.code
  case .failure(.unresolvable(let reason)): "?" + reason.code
  }
}

func identify(_ input: String) -> String {
  var parser = IdentifierParser()
  return identify(input, with: &parser)
}

/// Checks each vector, and that each key gives itself when it is given again.
func check(_ vectors: [Vector], sourceLocation: SourceLocation = #_sourceLocation) {
  var parser = IdentifierParser()
  for (input, expected) in vectors {
    let found = identify(input, with: &parser)
    #expect(found == expected, "\(input)", sourceLocation: sourceLocation)
    if !found.hasPrefix("!"), !found.hasPrefix("?") {
      #expect(identify(found, with: &parser) == found, "again: \(found)", sourceLocation: sourceLocation)
    }
  }
}

/// Checks that canonical URLs are their own keys.
func unchanged(_ urls: [String], sourceLocation: SourceLocation = #_sourceLocation) {
  check(urls.map { ("https://" + $0, "url:" + $0) }, sourceLocation: sourceLocation)
}
