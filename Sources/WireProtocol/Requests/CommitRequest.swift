/// `COMMIT blocks=<k> [sha256=<hex>] [lists=<n>]`: makes the load visible in one step. `n` lines follow, a list each.

import ByteText
package struct CommitRequest: FollowedRequest {
  package static let name = "COMMIT"
  package static let summary = "blocks=n [sha256=hex] [lists=n] - make the load visible in one step"
  package static let role = Role.load
  package static let follows = Following.lines

  /// The number of the last block.
  package var blocks: Int?
  /// Empty for the digest that the load was opened with.
  package var sha256 = ""
  /// Lists that are recorded in place of the load's own.
  package var lists: [ListDescription] = []
  package private(set) var refusal: ProtocolError?
  private var listCount: Int?

  package init() {}

  /// - Parameter lists: each as its fields, which are sent as they are.
  package init(blocks: Int, sha256: String, listCount: Int) {
    self.blocks = blocks
    self.sha256 = sha256
    self.listCount = listCount > 0 ? listCount : nil
  }

  package static let listsField = "lists"

  package static var fields: [FieldOf<Self>] {
    [
      .number("blocks", \.blocks), .sha256("sha256", \.sha256), .number(listsField, \.listCount),
    ]
  }

  /// Throws only where nobody knows how many lines follow.
  package init(parsing rest: Span<UInt8>) throws(ProtocolError) {
    let arguments = try Arguments(rest)
    let count = try arguments.value(Self.listsField).map { Decimal.parse($0) } ?? 0
    guard let count, count <= ProtocolLimits.listsMax else {
      throw count == nil
        ? ProtocolError(.syntax, "lists= is a number; closing")
        : ProtocolError(.limit, "a load has at most \(ProtocolLimits.listsMax) lists; closing")
    }
    do throws(ProtocolError) {
      try self.init(arguments)
    } catch {
      self.init()
      refusal = error
    }
    listCount = count
  }

  package func check() throws(ProtocolError) {
    guard blocks != nil else {
      throw ProtocolError(.syntax, "COMMIT takes blocks=, the number of the last block")
    }
  }

  package var following: Int { listCount ?? 0 }

  /// Takes a line that follows; nil stands for one that is too long.
  package mutating func take(_ list: ListDescription?) {
    guard refusal == nil else { return }
    if let list {
      lists.append(list)
    } else {
      refusal = ProtocolError(
        .syntax,
        "a list is name=value and so on: \(ListDescription.givenNames.joined(separator: ", "))")
    }
  }

  package typealias Reply = LoadCounts
}

/// What is known of a list that was loaded.
package struct ListDescription: FieldRecord, Equatable {
  package var name = ""
  package var format = ""
  package var sha256 = ""
  package var byteCount = 0
  package var rows = 0
  package var rejected = 0
  /// Images and memberships that were new in the index.
  package var images = 0
  package var memberships = 0
  /// When it became visible, in seconds since 1970, UTC.
  package var loadedAt = 0
  /// The version of the rules by which its keys were made.
  package var rules = 0

  package init() {}

  private static let rulesField = "rules"
  /// Those that a client can give in a `COMMIT`; all keys are made by the present rules.
  package static var givenNames: [String] { fields.map(\.name).filter { $0 != rulesField } }

  /// Those that tell lists apart: all but what came of loading them.
  package static var identifyingNames: ArraySlice<String> { givenNames.prefix(6) }

  package static var fields: [FieldOf<Self>] {
    [
      .text("name", \.name), .text("format", \.format), .text("sha256", \.sha256),
      .number("bytes", \.byteCount), .number("rows", \.rows), .number("rejected", \.rejected),
      .number("images", \.images), .number("memberships", \.memberships), .number("loaded", \.loadedAt),
      .number(rulesField, \.rules),
    ]
  }

  /// Reads a line of a `COMMIT`: fields, none of which has to be there. The rules are those of another index, and are
  /// left out. Nil where it is no such line.
  package init?(line: Span<UInt8>) {
    guard let given = FieldLine.parse(line) else { return nil }
    self.init()
    for value in given where value.name != Self.rulesField {
      guard let field = Self.fields.first(where: { $0.name == value.name }),
        (try? field.set(&self, value.value)) != nil
      else { return nil }
    }
    let figures = [byteCount, rows, rejected, images, memberships, loadedAt]
    guard figures.allSatisfy({ $0 <= ProtocolLimits.listFigureMax }) else { return nil }
  }
}
