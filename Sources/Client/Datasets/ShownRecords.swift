// Replies that are a list of records with the same fields: datasets, overlaps, staged loads, settings.

package import Console
package import WireProtocol

package protocol ShownRecord: FieldRecord {
  /// What to say where there is no record.
  static var none: String { get }
  var shown: Record { get }
}

extension Answer {
  /// Records as a table; what the daemon does not know at the moment is `-` there.
  package static func records<Shown: ShownRecord>(_ records: [Shown]) -> Answer {
    table(records.map(\.shown), columns: Shown().shown.fields.map(\.name), none: Shown.none)
  }
}

extension DatasetCounts: ShownRecord {
  package static var none: String { "this index holds no dataset yet; see: whichset ingest --help" }

  package var shown: Record {
    ["dataset": slug, "images": images, "accounts": accounts, "rows": rows, "rejected": rejected]
  }
}

extension OverlapRequest.Pair: ShownRecord {
  package static var none: String { "no two datasets of this index share an image" }

  package var shown: Record { ["a": a, "b": b, "shared": shared] }
}

extension LoadsRequest.StagedLoad: ShownRecord {
  package static var none: String { "no load is staged" }

  package var shown: Record {
    [
      "load": load, "mode": mode ?? "-", "block": block, "rows": rows, "accepted": accepted,
      "rejected": rejected, "bytes": byteCount, "state": state,
    ]
  }
}

extension ReloadRequest.Setting: ShownRecord {
  package static var none: String { "the settings are as they were" }

  package var shown: Record {
    ["setting": name, "before": before, "now": now, "state": isApplied ? Self.applied : Self.restart]
  }
}

extension ReindexRequest.Dataset: ShownRecord {
  package static var none: String { "nothing to do: all keys were made by the present rules" }

  package var shown: Record { ["dataset": slug, "rows": rows, "kept": kept, "images": images] }
}
