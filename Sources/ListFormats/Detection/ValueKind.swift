// What a value of a column looks like. Errs on the side of text, so that a column is not taken for one of identifiers.

import ByteText
import Identifiers
import WireProtocol

/// A kind of value.
enum ValueKind: Hashable, CaseIterable {
  case empty
  /// The URL of a photo of Flickr, of a file with the ending of an image, or any other.
  case photoURL, imageURL, otherURL
  /// `namespace:value`.
  case key
  /// Hexadecimal digits, or base64.
  case md5, sha1, sha256
  /// Hexadecimal digits, some fewer than an MD5 has: its bytes without zeros in front, as YFCC100M writes them.
  case yfccHash
  /// A Flickr account id.
  case account
  /// `<photo>_<secret>.jpg`, or another name of an image's file.
  case photoName, fileName
  case integer, number, text

  /// What a column of such values holds, for people.
  var plural: String {
    switch self {
    case .empty: "nothing"
    case .photoURL: "URLs of Flickr photos"
    case .imageURL: "URLs of images"
    case .otherURL: "URLs"
    case .key: "identifiers"
    case .md5: "MD5 hashes"
    case .sha1: "SHA-1 hashes"
    case .sha256: "SHA-256 hashes"
    case .yfccHash: "hashes in the form of YFCC100M"
    case .account: "Flickr accounts"
    case .photoName: "file names of Flickr photos"
    case .fileName: "file names"
    case .integer: "whole numbers"
    case .number: "numbers"
    case .text: "text"
    }
  }

  var isURL: Bool { self == .photoURL || self == .imageURL || self == .otherURL }

  /// Whether a value may be a hash of YFCC100M. One in three has as many digits as an MD5.
  var mayBeYFCCHash: Bool { self == .md5 || self == .yfccHash }

  /// The namespace of a hash of a file.
  var hash: String? {
    switch self {
    case .md5: "md5"
    case .sha1: "sha1"
    case .sha256: "sha256"
    default: nil
    }
  }
}

/// Tells kinds, and whether two values name the same image.
struct ValueReader: ~Copyable {
  private var parser = IdentifierParser()

  /// A value's kind, and what is equal for values with equal keys.
  mutating func read(_ value: Span<UInt8>) -> (kind: ValueKind, image: Int) {
    let value = value.trimmingBlanks()
    if value.isDecimal { return (.integer, 0) }
    if value.isEmpty || NoValue.matches(value) { return (.empty, 0) }
    if Self.isNumber(value) { return (.number, 0) }
    if let hash = Self.hash(value) { return (hash, 0) }
    if value.isAccount { return (.account, 0) }
    let isURL = IdentifierShape.isURL(value)
    if !isURL, PhotoName.photo(in: value) != nil { return (.photoName, 0) }
    guard isURL || IdentifierShape.hasNamespace(value), !URLTail.isJoined(value),
      !URLTail.follows(value, by: &parser)
    else {
      return (!isURL && Self.isFileName(value) ? .fileName : .text, 0)
    }
    switch parser.parse(value) {
    case .integer(let namespace, let number):
      return (!isURL ? .key : namespace == .flickr ? .photoURL : .imageURL, number.hashValue)
    case .text(let namespace):
      var image = Hasher()
      for index in parser.text.indices { image.combine(parser.text[index]) }
      guard isURL else { return (.key, image.finalize()) }
      if Self.isLicence(value) { return (.text, 0) }
      let isImage = namespace == .imdb || namespace == .url && IdentifierShape.endsInImage(url: value)
      return (isImage ? .imageURL : .otherURL, image.finalize())
    // A short link is one nevertheless.
    case .unresolvable: return (.otherURL, 0)
    case .invalid: return (Self.isFileName(value) ? .fileName : .text, 0)
    }
  }

  private static func isFileName(_ value: Span<UInt8>) -> Bool {
    FileNameRow.endsInImage(value) && FileNameRow.isName(value)
  }

  /// A decimal number, perhaps with sign, fraction and exponent.
  private static func isNumber(_ value: Span<UInt8>) -> Bool {
    var digits = 0
    for index in value.indices {
      switch value[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
      case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"): break
      case UInt8(ascii: "e"), UInt8(ascii: "E"): if digits == 0 { return false }
      default: return false
      }
    }
    return digits > 0
  }

  private static func hash(_ value: Span<UInt8>) -> ValueKind? {
    for (kind, bytesCount) in [(ValueKind.md5, 16), (.sha1, 20), (.sha256, 32)] {
      guard value.count == 2 * bytesCount || value.count == (bytesCount + 2) / 3 * 4 else { continue }
      // In base64 the padding shows that it is none by chance.
      if value.count != 2 * bytesCount, !value.endsInLiteral("=") { continue }
      var digits: [UInt8] = []
      HashText.append(value, bytesCount: bytesCount, to: &digits)
      if !digits.isEmpty { return kind }
    }
    // Fewer digits are as likely something else.
    return (25..<32).contains(value.count) && IdentifierParser.isYFCCHash(value) ? .yfccHash : nil
  }

  /// A licence's URL stands beside that of the image in many lists.
  private static func isLicence(_ value: Span<UInt8>) -> Bool {
    ["creativecommons.org/", "flickr.com/commons/usage", "usa.gov/"].contains { value.contains($0.utf8.span) }
  }
}

/// Words that stand for no value.
enum NoValue {
  static func matches(_ value: Span<UInt8>) -> Bool {
    guard value.count <= 4 else { return false }
    var word: [UInt8] = []
    for index in value.indices {
      word.append(value[index] >= 0x41 && value[index] <= 0x5A ? value[index] | 0x20 : value[index])
    }
    return words.contains(word)
  }

  private static let words = ["null", "none", "nan", "n/a", "na", "nil", "-", "-1", "0", "\\n"].map {
    Array($0.utf8)
  }
}
