// The formats in which lists of images are published, by the names that the command line gives them. How a
// row of each is read stands in Rows/, how a list is recognised in Detection/.

/// A published list format. The raw value is its name on the command line.
package enum ListFormat: String, CaseIterable, Sendable {
  case plain
  case megaface
  case pipa
  case openImagesFaces = "openimages-faces"
  case adience
  case nusWide = "nuswide"
  case yfcc100m
  case coco
  case flickrCropping = "flickr-cropping"

  /// One line that says what such a list looks like.
  package var summary: String {
    switch self {
    case .plain: "one identifier a line, '#' comments, optional TAB name=value fields"
    case .megaface: "one path a line: <account>_identity_<n>/<photo>_<n>.jpg"
    case .pipa: "album, photo, box, identity and subset, parted by spaces"
    case .openImagesFaces: "CSV without header: URL and a face box"
    case .adience: "TSV with header: user_id, original_image, ..."
    case .nusWide: "images/<index>_<photo>[_<secret>_m].jpg and labels, parted by spaces"
    case .yfcc100m: "TSV without header, 23 columns, or with a line number before and a hash after them"
    case .coco: "one JSON object whose images have flickr_url, id and coco_url"
    case .flickrCropping: "a JSON array of objects with url, flickr_photo_id and crop"
    }
  }

  /// How records of the format are told apart.
  var layout: ListLayout {
    switch self {
    case .coco, .flickrCropping: .json
    default: .lines
    }
  }
}

/// How a list is cut into records.
enum ListLayout {
  case lines
  case json
}
