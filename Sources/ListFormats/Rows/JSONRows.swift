// The formats that are JSON and no plain table: which fields of a record each reads, and the row it makes of them.

import ByteText

/// Turns JSON records into rows.
enum JSONRows {
  /// Where the records of a format are, and their fields, in the order in which `append` expects them; nil for a format
  /// without rows of its own.
  static func shape(of format: ListFormat) -> JSONShape? {
    switch format {
    case .flickrCropping:
      JSONShape(.elements, ["url", "flickr_photo_id"].map(JSONShape.field))
    case .coco:
      JSONShape(
        .member(Array("images".utf8)),
        ["flickr_url", "coco_url", "id", "file_name", "open_images_id"].map(JSONShape.field))
    case .megaface: JSONShape(.arrays, [JSONShape.field("path")])
    default: nil
    }
  }

  /// Appends the row of a record, its end not included.
  static func append(_ fields: [[UInt8]], as format: ListFormat, to output: inout [UInt8]) -> RowOutcome {
    let first = fields[0]
    return switch format {
    case .flickrCropping: appendCropping(first, photo: fields[1], to: &output)
    case .megaface: MegaFaceRow.append(first.span, to: &output)
    default: appendCOCO(fields, to: &output)
    }
  }

  /// Flickr cropping: `{url, flickr_photo_id, crop}`.
  private static func appendCropping(
    _ address: [UInt8], photo: [UInt8], to output: inout [UInt8]
  ) -> RowOutcome {
    guard photo.isEmpty || photo.span.isDecimal else {
      return .rejected(.columns("flickr_photo_id is no number"))
    }
    guard !address.isEmpty else {
      guard !photo.isEmpty else { return .rejected(.noIdentifier("neither url nor flickr_photo_id")) }
      RowText.begin("flickr:", photo.span, to: &output)
      return .row
    }
    let outcome = RowText.begin(address.span, to: &output)
    if case .row = outcome, !address.span.contains(photo.span) {
      RowText.addKey("flickr", photo.span, to: &output)
    }
    return outcome
  }

  /// COCO, and the many datasets that have taken over its format: `images[]` with `flickr_url`, `coco_url`, `id`. The id is
  /// COCO's own only where URL or name of the file say so.
  private static func appendCOCO(_ fields: [[UInt8]], to output: inout [UInt8]) -> RowOutcome {
    let (flickr, address, id) = (fields[0], fields[1], fields[2])
    let (name, openImages) = (fields[3], fields[4])
    let isCOCO =
      address.isEmpty
      ? isNamedByCOCO(name.span, id: id) : isCOCOHost(address.span) && isNamedByCOCO(address.span, id: id)
    let hasOpenImages = openImages.count == 16 && openImages.span.hexadecimalEnd(from: 0) == 16
    let first = flickr.isEmpty ? address : flickr
    if !first.isEmpty {
      let outcome = RowText.begin(first.span, to: &output)
      guard case .row = outcome else { return outcome }
    } else if isCOCO {
      RowText.begin("coco:", id.span, to: &output)
    } else if hasOpenImages {
      RowText.begin("openimages:", openImages.span, to: &output)
    } else {
      return .rejected(.noIdentifier("neither flickr_url nor coco_url, and the id may be of any dataset"))
    }
    if isCOCO, !first.isEmpty { RowText.addKey("coco", id.span, to: &output) }
    if hasOpenImages, !first.isEmpty { RowText.addKey("openimages", openImages.span, to: &output) }
    if !flickr.isEmpty { RowText.addKey("url", address.span, to: &output) }
    return .row
  }

  /// Whether a path ends in `[COCO_<split>_]<id in twelve digits>.jpg`.
  static func isNamedByCOCO(_ path: Span<UInt8>, id: [UInt8]) -> Bool {
    let start = path.lastIndex(of: UInt8(ascii: "/"), before: path.count).map { $0 + 1 } ?? 0
    let digits = path.lastIndex(of: UInt8(ascii: "_"), before: path.count).map { max(start, $0 + 1) } ?? start
    guard id.span.isDecimal, digits == start || path.hasPrefix("COCO_", at: start),
      path.digitsEnd(from: digits) == digits + 12, path.extracting(digits + 12..<path.count).equals(".jpg")
    else { return false }
    var number = digits
    while number < digits + 12, path[number] == UInt8(ascii: "0") { number += 1 }
    return path.extracting(number..<digits + 12).equals(id)
  }

  private static func isCOCOHost(_ address: Span<UInt8>) -> Bool {
    ["://images.cocodataset.org/", "://mscoco.org/", "://msvocds.blob.core.windows.net/"].contains {
      address.contains($0.utf8.span)
    }
  }
}
