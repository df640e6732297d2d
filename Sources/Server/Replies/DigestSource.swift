// `DIGEST`: one figure a dataset for all that it holds, the same in every index that holds the same, whatever its
// secret, its numbers of datasets, the order of its loads and the layout of its blocks. A dataset's digest is the sum
// of the digests of its rows; a row is hashed as `slug TAB row`, the row with its key in front.

internal import Index
internal import WireProtocol

/// Makes the reply to `DIGEST`.
final class DigestSource: ReplySource {
  let place = Job.Place.queries
  private var walk: ListingWalk
  private var rows: RowVisitor<DigestSink>
  private var pace: WalkPace

  /// Adds up the digests of rows.
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

  func step(_ part: inout ReplyPart, writer: IndexWriter?) throws -> Bool {
    var budget = StepBudget()
    guard try walk.run(&rows, &budget) == .ended else {
      pace.tell(walk, in: &part)
      return true
    }
    var whole = ContentDigest()
    for dataset in rows.sink.datasets {
      part.append("\(dataset.slug)\t\(dataset.rows)\t\(dataset.digest.hexadecimal)")
      whole.add(dataset.digest)
    }
    part.field("digest", whole.hexadecimal)
    return false
  }
}

/// Tells now and then how far a walk is.
struct WalkPace {
  private var told = 0
  /// Blocks between two tellings.
  private static let blocks = 1_024

  /// Adds how many blocks are done, of how many, where it is time to.
  mutating func tell(_ walk: ListingWalk, in part: inout ReplyPart) {
    guard walk.blocksDone - told >= Self.blocks else { return }
    told = walk.blocksDone
    part.field("done", walk.blocksDone)
    part.field("of", walk.blocksTotal)
  }
}
