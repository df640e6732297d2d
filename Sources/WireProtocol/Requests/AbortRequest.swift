/// `ABORT [load]`: drops the open load of the connection, or a staged load by its name.
package struct AbortRequest: Request {
  package static let name = "ABORT"
  package static let summary = "[load] - drop a load"
  package static let role = Role.load

  package var load: String?

  package init() {}

  package init(_ load: String) { self.load = load }

  package static var words: [WordOf<Self>] { [.text(\.load)] }
}
