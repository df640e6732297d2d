/// `MCHECK n [COMPACT]`: `n` identifiers follow, one a line.

import ByteText
package struct CheckManyRequest: FollowedRequest {
  package static let name = "MCHECK"
  package static let summary = "n [COMPACT] - the same for the n lines that follow"
  package static let role = Role.read
  package static let counts = Counted.lookups
  package static let follows = Following.lines

  package var count = 0
  package var isCompact = false

  package init() {}

  package init(count: Int) { self.count = count }

  package init(parsing rest: Span<UInt8>) throws(ProtocolError) {
    guard let arguments = try? Arguments(rest), (1...2).contains(arguments.words.count),
      arguments.fields.isEmpty, let count = Decimal.parse(arguments.words[0]),
      arguments.words.count == 1 || arguments.words[1].uppercased() == "COMPACT"
    else { throw ProtocolError(.syntax, "MCHECK takes a count and may take COMPACT; closing") }
    guard count <= ProtocolLimits.checkManyMax else {
      throw ProtocolError(
        .limit, "MCHECK takes at most \(ProtocolLimits.checkManyMax) identifiers; closing")
    }
    self.count = count
    isCompact = arguments.words.count == 2
  }

  package func appendArguments(to line: inout [UInt8]) {
    line.append(contentsOf: " \(count)\(isCompact ? " COMPACT" : "")".utf8)
  }

  package var refusal: ProtocolError? { nil }
  package var following: Int { count }
}
