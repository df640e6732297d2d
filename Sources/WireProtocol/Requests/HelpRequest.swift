/// `HELP`: all verbs, each with its role.
package struct HelpRequest: Request {
  package static let name = "HELP"
  package static let summary = "- this list"
  package static let role = Role.read

  package init() {}

  package typealias Reply = TextReply

  /// The field that names the role of the connection.
  package static let roleField = "role"
}
