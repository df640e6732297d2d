// What an answer covers: the datasets of the index and the version of their lists. It is asked for again when the index has
// changed, and an answer is given only with the facts of the index that it was looked up in.

import Catalogue
import Client
import Console
import DaemonClient
import Report
import WireProtocol

struct IndexFacts: Sendable {
  /// Names the lists that the index holds.
  let version: String
  /// The version of the identifier rules.
  let rules: String
  let index: IndexedDatasets
  let mark: IndexMark

  /// What a "no" covers.
  var coverage: Record {
    [
      "index": version, "rules": rules, "images": index.images, "datasets": index.datasets.map(\.slug),
    ]
  }
}

/// Tells one state of an index from another. Two are equal only where all lookups have the same outcome.
struct IndexMark: Equatable, Sendable {
  private let generation: Int
  private let lines: [[UInt8]]

  /// Requests whose replies make a mark.
  static func add(to batch: inout RequestBatch) {
    batch.add(StatsRequest())
    batch.add(DatasetsRequest())
  }

  static let replyCount = 2

  init(_ replies: ArraySlice<Reply>, generation: Int) throws(DaemonFailure) {
    self.generation = generation
    var lines: [[UInt8]] = []
    for reply in replies { lines += try reply.checked().lines.filter(Self.isOfIndex) }
    self.lines = lines
  }

  /// Whether a line changes with the index, and not with the daemon's work. Those of `DATASETS` have more than two columns.
  private static func isOfIndex(_ line: [UInt8]) -> Bool {
    let columns = ReplyText.columns(line.span)
    guard columns.count == 2 else { return true }
    return ofIndex.contains(columns[0]) || columns[0].hasPrefix("images.") || columns[0].hasPrefix("keys.")
  }

  private static let ofIndex: Set = [
    "images", "memberships", "datasets", "datasets.outdated", "accounts", "rows", "rejected", "keys",
    "suppressed", "sets",
    "rules", "version", "format", "loads.committed",
  ]
}

extension Daemon {
  /// The facts of the index as it is. `known` are returned where they still hold.
  func facts(_ known: IndexFacts?, catalogue: Catalogue) async throws(DaemonFailure) -> IndexFacts {
    for _ in 0..<HTTPLimits.attemptsMax {
      var batch = RequestBatch()
      IndexMark.add(to: &batch)
      let first = try await ask(batch)
      let mark = try IndexMark(first.replies[...], generation: first.generation)
      if let known, known.mark == mark { return known }

      let datasets = try first.replies[1].read(DatasetsRequest.self).records
      var details = RequestBatch()
      for dataset in datasets { details.add(DatasetRequest(dataset.slug)) }
      IndexMark.add(to: &details)
      let second = try await ask(details)
      let after = try IndexMark(second.replies.suffix(IndexMark.replyCount), generation: second.generation)
      guard mark == after else { continue }
      return try IndexFacts(
        statistics: try first.replies[0].read(StatsRequest.self),
        datasets: second.replies.dropLast(IndexMark.replyCount), catalogue: catalogue, mark: mark)
    }
    throw DaemonFailure(text: "the index changes too often to say what an answer covers")
  }
}

extension IndexFacts {
  fileprivate init(
    statistics: TableReply, datasets: ArraySlice<Reply>, catalogue: Catalogue, mark: IndexMark
  ) throws(DaemonFailure) {
    let statistics = NamedValues(statistics)
    var reports: [NamedValues] = []
    for reply in datasets { reports.append(NamedValues(try reply.read(DatasetRequest.self))) }
    do throws(Trouble) {
      version = try IndexVersion.text(reports)
      index = IndexedDatasets(
        datasets: try reports.map { (report) throws(Trouble) in try IndexedDataset(report) },
        images: try statistics.count(StatsRequest.Line.images), catalogue: catalogue)
    } catch {
      throw DaemonFailure(text: error.text)
    }
    rules = statistics[StatsRequest.Line.rules] ?? "-"
    self.mark = mark
  }
}

extension Reply {
  /// Throws what the daemon said if it refused.
  func checked() throws(DaemonFailure) -> Reply {
    do throws(Trouble) {
      return try accepted()
    } catch {
      throw DaemonFailure(text: error.text)
    }
  }

  /// The reply to a request, as its type.
  func read<Asked: Request>(_ request: Asked.Type) throws(DaemonFailure) -> Asked.Reply
  where Asked.Reply: ReadableReply {
    let accepted = try checked()
    do throws(Trouble) {
      return try Asked.Reply.read(accepted)
    } catch {
      throw DaemonFailure(text: error.text)
    }
  }
}
