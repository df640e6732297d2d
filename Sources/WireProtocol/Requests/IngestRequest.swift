/// `INGEST slug [name=value ...]`: opens a load or goes on with it.
package struct IngestRequest: Request {
  package static let name = "INGEST"
  package static let summary = "slug [name=value ...] - open a load or go on with it"
  package static let role = Role.load

  /// What a load does with the lists that a dataset has.
  package enum Mode: String, Sendable {
    case create
    case append
    case replace
  }

  package var slug = ""
  package var mode = Mode.create
  /// Names the load, so that it can be resumed; without it the daemon makes a name up.
  package var source: String?
  package var listName = ""
  package var format = ""
  package var byteCount: Int?
  package var sha256 = ""

  package init() {}

  package static var words: [WordOf<Self>] { [.slug(\.slug)] }

  package static var fields: [FieldOf<Self>] {
    [
      FieldOf("mode", text: { $0.mode.rawValue }) { request, value throws(ProtocolError) in
        guard let mode = Mode(rawValue: value) else {
          throw ProtocolError(.syntax, "mode is create, append or replace")
        }
        request.mode = mode
      },
      FieldOf("source", text: { $0.source }) { request, value throws(ProtocolError) in
        guard LoadName.isSource(value) else {
          throw ProtocolError(
            .syntax, "source has 1 to \(ProtocolLimits.sourceBytesMax) letters, digits, _ or -")
        }
        request.source = value
      },
      .text("name", \.listName), .text("format", \.format), .number("bytes", \.byteCount),
      .sha256("sha256", \.sha256),
    ]
  }

  package enum Reply: WholeReply {
    case opened(OpenedLoad)
    /// The dataset has this list: the counts are those of its load.
    case unchanged(LoadCounts)

    package func append(to output: inout [UInt8]) {
      switch self {
      case .opened(let load): load.append(to: &output)
      case .unchanged(let counts): counts.append(to: &output)
      }
    }

    package init?(_ value: (String) -> String?) {
      if let load = OpenedLoad(value) {
        self = .opened(load)
      } else if let counts = LoadCounts(value), counts.isUnchanged {
        self = .unchanged(counts)
      } else {
        return nil
      }
    }
  }
}

/// A load that is open: blocks 1 to `block`, which hold the first `rows` rows of the list, are durable.
package struct OpenedLoad: FieldReply, Equatable {
  package var load = ""
  package var block = 0
  package var rows = 0
  package var accepted = 0
  package var rejected = 0

  package init() {}

  package static var fields: [FieldOf<Self>] {
    [
      FieldOf("load", isRequired: true, text: { $0.load }) { reply, value in reply.load = value },
      .number("block", \.block), .number("rows", \.rows), .number("accepted", \.accepted),
      .number("rejected", \.rejected),
    ]
  }
}

package struct LoadCounts: FieldReply, Equatable {
  /// Whether the dataset had this list already.
  package var isUnchanged = false
  package var rows = 0
  package var accepted = 0
  package var rejected = 0
  /// Images and memberships that the index did not have before.
  package var images = 0
  package var memberships = 0
  /// Images of which rows were left out, since they are suppressed; nil for none.
  package var suppressed: Int?

  package init() {}

  package static var fields: [FieldOf<Self>] {
    [
      .flag("unchanged", \.isUnchanged), .number("rows", \.rows), .number("accepted", \.accepted),
      .number("rejected", \.rejected), .number("images", \.images), .number("memberships", \.memberships),
      .number("suppressed", \.suppressed),
    ]
  }
}
