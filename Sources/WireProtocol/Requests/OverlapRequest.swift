/// `OVERLAP [namespace=name]`: pairs of datasets and how many images they share.
package struct OverlapRequest: Request {
  package static let name = "OVERLAP"
  package static let summary = "[namespace=name] - pairs of datasets and how many images they share"
  package static let role = Role.read

  package var namespace: String?

  package init() {}

  package init(namespace: String?) { self.namespace = namespace }

  package static var fields: [FieldOf<Self>] { [.text("namespace", \.namespace)] }

  package typealias Reply = RecordsReply<Pair>

  /// Two datasets that share images; `a` comes before `b`.
  package struct Pair: FieldRecord, Equatable {
    package var a = ""
    package var b = ""
    package var shared = 0

    package init() {}

    package init(_ a: String, _ b: String, shared: Int) {
      self.a = a
      self.b = b
      self.shared = shared
    }

    package static var fields: [FieldOf<Self>] {
      [.text("a", \.a), .text("b", \.b), .number("shared", \.shared)]
    }
  }
}
