// Walks see keys and entries; what is wanted nearly always are rows. This tells which rows a key stands for: one an
// entry that is no link, and one of the key alone where a dataset listed it so (`KeyRows`).

internal import Index

protocol RowSink: ~Copyable {
  /// Takes a row that `dataset` lists.
  mutating func take(_ row: inout ListedRow, of dataset: Int) throws(IndexError)
}

/// Which datasets have a row that says no more than a key, judged by their entries for it. It has an entry of its own, an
/// empty one, only beside others of the dataset; and in indexes of older programs, none beside links.
struct KeyRows {
  /// Datasets with a row of the key, and those with a link of it; nearly always one.
  private var listed: [Int] = []
  private var linked: [Int] = []

  /// Notes an entry; those of a dataset come one behind the other.
  mutating func note(_ payload: ArraySlice<UInt8>, of dataset: Int) {
    if payload.isEmpty || ListedRow.isRow(payload) {
      if listed.last != dataset { listed.append(dataset) }
    } else if linked.last != dataset {
      linked.append(dataset)
    }
  }

  /// Whether a dataset that has the key, and all of whose entries were noted, has such a row without an entry. A key that
  /// rows only link to is no row, unless it is the primary key of one that says no more.
  func hasUnlistedRow(_ token: DatasetToken) -> Bool {
    !listed.contains(token.dataset) && (token.isPrimary || !linked.contains(token.dataset))
  }

  /// Forgets all entries.
  mutating func removeAll() {
    listed.removeAll(keepingCapacity: true)
    linked.removeAll(keepingCapacity: true)
  }
}

/// Makes rows of what a walk shows.
struct RowVisitor<Sink: RowSink & ~Copyable>: ListingVisitor, ~Copyable {
  var sink: Sink
  private var row: ListedRow
  /// Of the present key.
  private var keyRows = KeyRows()

  init(_ sink: consuming Sink, secret: IndexSecret, ruleVersion: Int) {
    self.sink = sink
    row = ListedRow(secret: secret, ruleVersion: ruleVersion)
  }

  mutating func visit(_ payload: ArraySlice<UInt8>, of dataset: Int, key: StoredKey, in space: KeySpace)
    throws(IndexError)
  {
    keyRows.note(payload, of: dataset)
    if payload.isEmpty {
      try row.read(key, in: space)
    } else if ListedRow.isRow(payload) {
      try row.read(payload, of: key, in: space)
    } else {
      return
    }
    try sink.take(&row, of: dataset)
  }

  mutating func leave(_ key: StoredKey, in space: KeySpace, datasets: [DatasetToken]) throws(IndexError) {
    for token in datasets where keyRows.hasUnlistedRow(token) {
      try row.read(key, in: space)
      try sink.take(&row, of: token.dataset)
    }
    keyRows.removeAll()
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
