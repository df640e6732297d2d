/// `QUIT`: closes after all earlier replies.
package struct QuitRequest: Request {
  package static let name = "QUIT"
  package static let summary = "- close after all earlier replies"
  package static let role = Role.read

  package init() {}
}
