// `DIGEST`: one figure a dataset for all that it holds, the same in every index that holds the same, whatever its
// secret, its numbers of datasets, the order of its loads and the layout of its blocks. A dataset's digest is the sum
// of the digests of its rows; a row is hashed as `slug TAB row`, the row with its key in front.

internal import Index
internal import WireProtocol

extension DigestRequest: StreamHandler {
  typealias Thread = QueryThread

  func source(on thread: QueryThread, _ held: inout Holdings) -> DigestSource {
    DigestSource(thread.index.snapshot, ruleVersion: thread.ruleVersion)
  }
}

/// Makes the reply to `DIGEST`.
final class DigestSource: ReplySource {
  typealias Thread = QueryThread
  private var walk: ListingWalk
  private var rows: RowVisitor<DigestSink>
  private var pace: WalkPace

  private struct DigestSink: RowSink {
    struct Dataset {
      let slug: String
      let prefix: [UInt8]
      var digest = ContentDigest()
      var rows = 0

      mutating func count(_ row: ContentDigest) {
        digest.add(row)
        rows += 1
      }
    }

    private(set) var datasets: [Dataset] = []
    /// Where in `datasets` a number's dataset is.
    private var places: [Int]
    private var record: [UInt8] = []

    init(_ records: [Int: DatasetRecord]) {
      places = Array(repeating: 0, count: (records.keys.max() ?? 0) + 1)
      for record in records.values.sorted(by: { $0.slug < $1.slug }) {
        places[record.number] = datasets.count
        datasets.append(Dataset(slug: record.slug, prefix: Array("\(record.slug)\t".utf8)))
      }
    }

    mutating func take(_ row: inout ListedRow, of dataset: Int) {
      record.removeAll(keepingCapacity: true)
      let place = places[dataset]
      record += datasets[place].prefix
      row.appendCanonical(to: &record)
      let digest = ContentDigest(of: record.span)
      datasets[place].count(digest)
    }
  }

  init(_ snapshot: Snapshot, ruleVersion: Int) {
    walk = ListingWalk(snapshot, dataset: nil)
    rows = RowVisitor(DigestSink(snapshot.datasets), secret: snapshot.secret, ruleVersion: ruleVersion)
    pace = WalkPace()
  }

  func step(_ part: inout ReplyPart, on thread: QueryThread) throws -> Bool {
    var budget = StepBudget()
    guard try walk.run(&rows, &budget) == .ended else {
      pace.tell(walk, in: &part)
      return true
    }
    var whole = ContentDigest()
    for dataset in rows.sink.datasets {
      part.append(
        DigestRequest.Dataset(
          slug: dataset.slug, rows: dataset.rows, digest: dataset.digest.hexadecimal))
      whole.add(dataset.digest)
    }
    part.fields = DigestRequest.End(digest: whole.hexadecimal).values
    return false
  }
}
