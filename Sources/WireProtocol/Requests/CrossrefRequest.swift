/// `XREF [matches=1]`: opens a cross-reference on the connection.
package struct CrossrefRequest: Request {
  package static let name = "XREF"
  package static let summary = "[matches=1] - open a cross-reference"
  package static let role = Role.read

  /// Whether the reply to a block tells which of its rows are in some dataset.
  package var givesMatches = false

  package init() {}

  package init(givesMatches: Bool) { self.givesMatches = givesMatches }

  package static var fields: [FieldOf<Self>] { [.flag("matches", \.givesMatches)] }
}
