// What is wrong with stored data, as people are told it. Which checks there are is in `Verification`.

/// Something that is wrong in the stored data.
package struct Damage: Equatable, Sendable {
  /// The sub-database that it is in.
  package let database: String
  /// Where in it: a key, in hexadecimal where it is no text; empty where that cannot be told.
  package let place: String
  /// What is wrong.
  package let what: String
  /// What it means for whoever asks.
  package let effect: String

  /// Describes a damage.
  init(_ database: String, _ place: String = "", _ what: String, effect: String) {
    self.database = database
    self.place = place
    self.what = what
    self.effect = effect
  }

  /// The leading bytes of an LMDB key, enough to find it again.
  static func place(_ key: RawSpan) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in key.extracting(first: placeBytes).copied {
      text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Bytes of a fence with a second half, and of the number of a part.
  private static let placeBytes = 18
}

/// What a verification found in sound data, and how much is damaged.
package struct VerifiedCounts: Equatable, Sendable {
  /// Datasets with a record.
  package var datasets = 0
  /// Sets of datasets with a record.
  package var sets = 0
  /// Blocks of keys.
  package var blocks = 0
  /// Keys in the blocks, those included that are in no dataset any more.
  package var keys = 0
  /// Entries of the listings, those included of datasets that were removed.
  package var listings = 0
  /// Keys and entries that removed datasets have left behind.
  package var remains = 0
  /// Damages, those included that are not told one by one.
  package var damages = 0

  /// Nothing yet.
  package init() {}

  /// All of it as names and values.
  package var figures: [(name: String, value: Int)] {
    [
      ("datasets", datasets), ("sets", sets), ("blocks", blocks), ("keys", keys), ("listings", listings),
      ("remains", remains), ("damages", damages),
    ]
  }
}
