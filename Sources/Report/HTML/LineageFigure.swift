// The drawing of the lineage: names, and lines between them.

import Console

/// The lineage from left to right.
struct LineageFigure {
  let tree: LineageTree
  private let model: ReportModel

  private static let rowHeight = 48
  private static let gap = 36
  private static let nameCharactersMax = 30

  init(_ model: ReportModel) {
    self.model = model
    tree = LineageTree(model)
  }

  var drawing: Drawing {
    let widths = columnWidths
    var lefts = [0]
    for width in widths { lefts.append((lefts.last ?? 0) + width + Self.gap) }
    let width = max(1, (lefts.last ?? 0) - Self.gap)
    let height = max(1, tree.rows * Self.rowHeight)
    return Drawing(
      title: "Which dataset was made from which",
      description: "A tree from left to right with \(tree.nodes.count) datasets.", width: width,
      height: height
    ) { markup in
      for node in tree.nodes {
        if let parent = node.parent { edge(from: tree.nodes[parent], to: node, lefts, &markup) }
      }
      for node in tree.nodes {
        markup.newLine()
        write(node, left: lefts[node.depth], &markup)
      }
    }
  }

  /// The widest text of each column in pixels; a character of the sans-serif faces takes at most about 7 at 13 pixels. The
  /// texts cover the lines behind them, so that a wider face does no harm.
  private var columnWidths: [Int] {
    var widths: [Int] = []
    for node in tree.nodes {
      if node.depth == widths.count { widths.append(0) }
      widths[node.depth] = max(widths[node.depth], 7 * max(name(node).count, note(node).count) + 8)
    }
    return widths
  }

  private func name(_ node: LineageTree.Node) -> String {
    model.name(node.slug).shortened(Self.nameCharactersMax)
  }

  private func dataset(_ node: LineageTree.Node) -> ReportDataset? {
    model.datasets.first { $0.slug == node.slug }
  }

  private func note(_ node: LineageTree.Node) -> String {
    var parts: [String] = []
    if let dataset = dataset(node) {
      if let year = dataset.year { parts.append(year) }
      parts.append("\(Figures.counted(dataset.images, "image")) in this index")
    } else if let ancestor = model.ancestors.first(where: { $0.slug == node.slug }) {
      if let year = ancestor.year { parts.append(year) }
      parts.append(Sentences.place(ancestor))
    }
    if !node.otherParents.isEmpty {
      parts.append("also from " + node.otherParents.map(model.name).joined(separator: ", "))
    }
    return parts.joined(separator: " · ").shortened(48)
  }

  private func write(_ node: LineageTree.Node, left: Int, _ markup: inout MarkupWriter) {
    let middle = Self.middle(node)
    markup.element(
      "text",
      ["class": dataset(node) == nil ? "halo absent" : "halo", "x": String(left), "y": String(middle - 2)],
      text: name(node))
    markup.element(
      "text", ["class": "halo muted", "x": String(left), "y": String(middle + 14)], text: note(node))
  }

  private func edge(
    from parent: LineageTree.Node, to node: LineageTree.Node, _ lefts: [Int], _ markup: inout MarkupWriter
  ) {
    let start = lefts[parent.depth] + 7 * max(name(parent).count, note(parent).count) + 6
    let bend = lefts[node.depth] - Self.gap / 2
    markup.element(
      "path",
      [
        "class": "edge",
        "d": "M\(start),\(Self.middle(parent)) H\(bend) V\(Self.middle(node)) H\(lefts[node.depth] - 6)",
      ]
    ) { _ in }
  }

  private static func middle(_ node: LineageTree.Node) -> Int {
    node.halfRow * rowHeight / 2 + rowHeight / 2 - 2
  }
}
