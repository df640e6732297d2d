// The formats that are JSON: which fields of a record each reads, and the row it makes of them.

import ByteText

/// Turns JSON records into rows.
struct JSONRows {
  private let format: ListFormat

  init(format: ListFormat) { self.format = format }

  /// Where the records are, and their fields, in the order in which `append` expects them.
  var shape: JSONShape {
    switch format {
    case .flickrCropping: JSONShape(place: .elements, fields: [.init("url"), .init("flickr_photo_id")])
    case .ffhq: JSONShape(place: .values, fields: [.init("metadata.photo_url")])
    default:
      JSONShape(
        place: .member("images"), fields: [.init("flickr_url"), .init("coco_url"), .init("id")])
    }
  }

  /// Appends the row of a record, its end not included.
  func append(_ fields: [JSONRecords.Field], to output: inout [UInt8]) -> RowOutcome {
    if fields.contains(where: \.isCut) { return .rejected(.tooLong) }
    switch format {
    case .ffhq:
      // `image.file_md5` is that of a picture made from the photo, not of the photo: no key of it.
      let address = fields[0].text
      return RowText.begin(address.span, to: &output)
    case .flickrCropping: return Self.appendCropping(fields[0].text, photo: fields[1].text, to: &output)
    default:
      return Self.appendCOCO(
        flickr: fields[0].text, coco: fields[1].text, id: fields[2].text, to: &output)
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

  /// COCO: `images[]` with `flickr_url`, `coco_url`, `id`.
  private static func appendCOCO(
    flickr: [UInt8], coco: [UInt8], id: [UInt8], to output: inout [UInt8]
  ) -> RowOutcome {
    guard id.isEmpty || id.span.isDecimal else { return .rejected(.columns("id is no number")) }
    let address = flickr.isEmpty ? coco : flickr
    guard !address.isEmpty else {
      guard !id.isEmpty else { return .rejected(.noIdentifier("neither flickr_url nor coco_url nor id")) }
      RowText.begin("coco:", id.span, to: &output)
      return .row
    }
    let outcome = RowText.begin(address.span, to: &output)
    guard case .row = outcome else { return outcome }
    RowText.addKey("coco", id.span, to: &output)
    if !flickr.isEmpty { RowText.addKey("url", coco.span, to: &output) }
    return outcome
  }
}
