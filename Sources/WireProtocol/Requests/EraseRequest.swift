/// `ERASE n [account=1] [rehearse=1]`: takes images out of the index and keeps them out. `n` identifiers follow, one a line.

import ByteText
package struct EraseRequest: FollowedRequest {
  package static let name = "ERASE"
  package static let summary = "n [account=1] [rehearse=1] - erase the images of the n lines that follow"
  package static let role = Role.admin
  package static let follows = Following.lines

  package var count = 0
  /// The identifiers name accounts: all of their images are erased, and left out of later lists.
  package var isOfAccounts = false
  /// Only says what would be erased.
  package var isRehearsal = false
  package private(set) var identifiers: [[UInt8]] = []
  package private(set) var refusal: ProtocolError?
  private var byteCount = 0

  package init() {}

  package init(count: Int, isOfAccounts: Bool = false, isRehearsal: Bool = false) {
    self.count = count
    self.isOfAccounts = isOfAccounts
    self.isRehearsal = isRehearsal
  }

  package static var words: [WordOf<Self>] {
    [.number(\.count, "ERASE takes how many identifiers follow; closing")]
  }

  package static var fields: [FieldOf<Self>] {
    [.flag("account", \.isOfAccounts), .flag("rehearse", \.isRehearsal)]
  }

  /// Throws only where nobody knows how many lines follow.
  package init(parsing rest: Span<UInt8>) throws(ProtocolError) {
    let arguments = try Arguments(rest)
    guard arguments.words.count == 1, let count = Decimal.parse(arguments.words[0]) else {
      throw ProtocolError(.syntax, "ERASE takes how many identifiers follow; closing")
    }
    guard count <= ProtocolLimits.eraseMax else {
      throw ProtocolError(.limit, "ERASE takes at most \(ProtocolLimits.eraseMax) identifiers; closing")
    }
    do throws(ProtocolError) {
      try self.init(arguments)
    } catch {
      self.init()
      self.count = count
      refusal = error
    }
  }

  package var following: Int { count }

  /// Takes a line that follows; nil stands for one that is too long.
  package mutating func take(identifier: [UInt8]?) {
    guard refusal == nil else { return }
    guard let identifier else {
      refusal = ProtocolError(
        .line, "a line has at most \(ProtocolLimits.lineBytesMax) bytes; nothing was erased")
      return
    }
    byteCount += identifier.count
    identifiers.append(identifier)
    guard byteCount > ProtocolLimits.eraseBytesMax else { return }
    identifiers = []
    refusal = ProtocolError(
      .limit,
      "the identifiers of an ERASE have at most \(ProtocolLimits.eraseBytesMax) bytes; nothing was erased")
  }

  /// `OK n images= memberships= suppressed= [receipt=]`, and a line an identifier.
  package struct Reply: WholeReply, FieldRecord {
    /// Images and memberships that the index holds fewer.
    package var images = 0
    package var memberships = 0
    /// Keys that are suppressed and were not before.
    package var suppressed = 0
    /// The number of the erasure's receipt.
    package var receipt: Int?
    package var found: [Found] = []

    package init() {}

    package static var fields: [FieldOf<Self>] {
      [
        .number("images", \.images), .number("memberships", \.memberships),
        .number("suppressed", \.suppressed), .number("receipt", \.receipt),
      ]
    }

    package func append(to output: inout [UInt8]) {
      output.append(contentsOf: "OK \(found.count)".utf8)
      values.append(to: &output)
      output.append(UInt8(ascii: "\n"))
      for found in found { found.appendLine(to: &output) }
    }
  }

  /// What an identifier led to.
  package struct Found: FieldRecord, Equatable {
    /// `namespace:value`.
    package var key = ""
    /// Stands for the key in the list of what is suppressed. Not known in a rehearsal.
    package var digest: String?
    /// Keys that are erased because of it.
    package var keys = 0
    /// Those that had the key, or another one that goes with it.
    package var datasets: [String] = []

    package init() {}

    package static var fields: [FieldOf<Self>] {
      [
        .text("key", \.key), .text("digest", \.digest), .number("keys", \.keys),
        .slugs("datasets", \.datasets),
      ]
    }
  }
}
