// Tells the JSON formats apart by names that stand near the beginning of the list.

import ByteText

/// Recognises JSON lists.
enum JSONDetection {
  /// The format of a list that begins with a bracket; nil if it does not, or is none of the known.
  static func detect(_ prefix: Span<UInt8>) -> Detection? {
    guard let begin = firstByte(of: prefix) else { return nil }
    switch begin {
    case UInt8(ascii: "[") where has("\"flickr_photo_id\"", prefix):
      return Detection(format: .flickrCropping, reason: "a JSON array of objects with flickr_photo_id")
    case UInt8(ascii: "{") where has("\"photo_url\"", prefix):
      return Detection(format: .ffhq, reason: "a JSON object of objects with photo_url")
    case UInt8(ascii: "{") where has("\"images\"", prefix) || has("\"annotations\"", prefix):
      return Detection(format: .coco, reason: "a JSON object with images or annotations")
    default: return nil
    }
  }

  /// Whether these bytes begin with a bracket of JSON.
  static func isJSON(_ prefix: Span<UInt8>) -> Bool {
    let begin = firstByte(of: prefix)
    return begin == UInt8(ascii: "{") || begin == UInt8(ascii: "[")
  }

  private static func firstByte(of prefix: Span<UInt8>) -> UInt8? {
    for index in prefix.indices where prefix[index] > 0x20 { return prefix[index] }
    return nil
  }

  private static func has(_ literal: String, _ prefix: Span<UInt8>) -> Bool {
    prefix.contains(literal.utf8.span)
  }
}
