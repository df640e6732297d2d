// Which dataset was made from which, laid out as a forest from left to right. A dataset stands under the first of those
// that it was made from; the others are said beside it. Circles, which a catalogue should not have, are cut.

struct LineageTree: Equatable {
  struct Node: Equatable {
    let slug: String
    /// Steps from a root.
    let depth: Int
    /// Its place from above, in halves of a row, so that a parent can stand between its children.
    var halfRow: Int
    /// The place of the node that it hangs on; nil for a root.
    let parent: Int?
    /// Further datasets that it was made from.
    let otherParents: [String]
  }

  /// The nodes, each behind its parent.
  private(set) var nodes: [Node] = []
  /// Rows that the layout takes.
  private(set) var rows = 0

  /// Lays out the datasets that were made from others, and those others, whether they are in the index or not.
  init(_ model: ReportModel) {
    let made =
      (model.datasets.map { (slug: $0.slug, derived: $0.derived) }
      + model.ancestors.map { (slug: $0.slug, derived: $0.derived) }).filter { !$0.derived.isEmpty }
    var children: [String: [String]] = [:]
    for dataset in made { children[dataset.derived[0], default: []].append(dataset.slug) }
    let others = Dictionary(
      made.map { ($0.slug, Array($0.derived.dropFirst())) }, uniquingKeysWith: { first, _ in first })
    let names = Set(made.flatMap { [$0.slug] + $0.derived.prefix(1) })
    let madeNames = Set(made.map(\.slug))
    var placed: Set<String> = []
    // Roots first; then whatever is left hangs on itself in a circle.
    for slug in names.filter({ !madeNames.contains($0) }).sorted() + names.sorted()
    where !placed.contains(slug) {
      place(slug, depth: 0, parent: nil, children, others, &placed)
    }
  }

  private mutating func place(
    _ slug: String, depth: Int, parent: Int?, _ children: [String: [String]], _ others: [String: [String]],
    _ placed: inout Set<String>
  ) {
    placed.insert(slug)
    let index = nodes.count
    nodes.append(
      Node(slug: slug, depth: depth, halfRow: rows * 2, parent: parent, otherParents: others[slug] ?? []))
    let first = nodes.count
    for child in (children[slug] ?? []).sorted() where !placed.contains(child) {
      place(child, depth: depth + 1, parent: index, children, others, &placed)
    }
    let own = nodes[first...].filter { $0.parent == index }
    if let top = own.first, let bottom = own.last {
      nodes[index].halfRow = (top.halfRow + bottom.halfRow) / 2
    } else {
      rows += 1
    }
  }
}
