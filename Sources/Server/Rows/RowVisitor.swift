// Walks see keys and entries; what is wanted nearly always are rows. This tells which rows a key stands for: one an
// entry that is no link, and one of the key alone where a dataset listed no more than the key.

internal import Index

protocol RowSink: ~Copyable {
  /// Takes a row that `dataset` lists.
  mutating func take(_ row: inout ListedRow, of dataset: Int) throws(IndexError)
}

/// Makes rows of what a walk shows.
struct RowVisitor<Sink: RowSink & ~Copyable>: ListingVisitor, ~Copyable {
  var sink: Sink
  private var row: ListedRow
  /// Datasets with a row of the present key, and those with any entry; nearly always one.
  private var listed: [Int] = []
  private var linked: [Int] = []

  init(_ sink: consuming Sink, secret: IndexSecret, ruleVersion: Int) {
    self.sink = sink
    row = ListedRow(secret: secret, ruleVersion: ruleVersion)
  }

  mutating func visit(_ payload: ArraySlice<UInt8>, of dataset: Int, key: StoredKey, in space: KeySpace)
    throws(IndexError)
  {
    guard ListedRow.isRow(payload) else {
      if linked.last != dataset { linked.append(dataset) }
      return
    }
    if listed.last != dataset { listed.append(dataset) }
    try row.read(payload, of: key, in: space)
    try sink.take(&row, of: dataset)
  }

  mutating func leave(_ key: StoredKey, in space: KeySpace, datasets: [DatasetToken]) throws(IndexError) {
    for token in datasets where !listed.contains(token.dataset) {
      // A key that rows only link to is no row, unless it is the primary key of one that says no more.
      guard token.isPrimary || !linked.contains(token.dataset) else { continue }
      try row.read(key, in: space)
      try sink.take(&row, of: token.dataset)
    }
    listed.removeAll(keepingCapacity: true)
    linked.removeAll(keepingCapacity: true)
  }
}

/// How a run of a walk ended.
enum WalkProgress {
  /// There is more, for the next step of the reply.
  case paused
  case ended
}

/// What a step of a reply may still do. Counted in stored bytes that walks read, not timed, so that the same index gives
/// the same parts.
struct StepBudget {
  /// Some milliseconds' work.
  private var bytes = 64 << 10

  /// Whether it is time to let others have their turn.
  var isSpent: Bool { bytes <= 0 }

  mutating func spend(_ count: Int) { bytes -= count }
}

extension ListingWalk {
  /// Walks on until the budget is spent, or until `isEnough`.
  mutating func run<Visitor: ListingVisitor & ~Copyable>(
    _ visitor: inout Visitor, _ budget: inout StepBudget,
    until isEnough: (borrowing Visitor) -> Bool = { _ in false }
  ) throws(IndexError) -> WalkProgress {
    while true {
      let before = bytesRead
      guard try step(&visitor) else { return .ended }
      budget.spend(bytesRead - before)
      if budget.isSpent || isEnough(visitor) { return .paused }
    }
  }
}
