// The formats in which lists of images are published, by the names that the command line gives them. How a
// row of each is read stands in Rows/, how a list is recognised in Detection/.

/// A published list format. The raw value is its name on the command line.
package enum ListFormat: String, CaseIterable, Sendable {
  case plain
  case megaface
  case pipa
  case openImagesFaces = "openimages-faces"
  case openImages = "openimages"
  case adience
  case nusWide = "nuswide"
  case yfcc100m
  case coco
  case flickrCropping = "flickr-cropping"
  case ffhq
  case vggFace = "vggface"
  case pubFig = "pubfig"
  case faceScrub = "facescrub"
  case imdbFace = "imdb-face"
  case imdbWiki = "imdb-wiki"
  case msCeleb = "ms-celeb"
  case flickrCaptions = "flickr30k"
  case files
  case frames
  case visualGenome = "visual-genome"
  case hashes
  case csv
  case tsv
  case json

  /// One line that says what such a list looks like.
  package var summary: String {
    switch self {
    case .plain: "one identifier a line, '#' comments, optional TAB name=value fields"
    case .megaface:
      "MegaFace: paths <account>_identity_<n>/<photo>_<n>.jpg or <xxx>/<account>/<photo>_<n>.jpg"
    case .pipa: "album, photo, box, identity and subset, separated by spaces"
    case .openImagesFaces: "CSV without header: URL and a face box"
    case .openImages: "the image list of Open Images: CSV with ImageID, OriginalURL, OriginalMD5, ..."
    case .adience: "TSV with header: user_id, original_image, ..."
    case .nusWide:
      "images/<index>_<photo>[_<secret>_m].jpg and labels, <word>\\<index>_<photo>.jpg, or its list of URLs"
    case .yfcc100m: "TSV without header, 23 columns, or with a line number before and a hash after them"
    case .coco: "one JSON object whose images have flickr_url, id and coco_url"
    case .flickrCropping: "a JSON array of objects with url, flickr_photo_id and crop"
    case .ffhq: "one JSON object of objects with metadata.photo_url"
    case .vggFace: "VGGFace v1, a file a person: number, URL, box, pose, score, curation, separated by spaces"
    case .pubFig: "TSV with '#' header lines: person, imagenum, url, rect, md5sum"
    case .faceScrub: "TSV with header: name, image_id, face_id, url, bbox, sha256"
    case .imdbFace: "CSV with header: name, index, image, rect, height width, url"
    case .imdbWiki: "paths <nn>/nm<person>_rm<image>_<dates>.jpg"
    case .msCeleb: "MS-Celeb-1M: TSV of entity, rank, image URL, page URL, face, rectangle, picture"
    case .flickrCaptions: "Flickr30k and Flickr8k: <photo>[_<secret>.jpg][#<n>], then perhaps a caption"
    case .files: "file names of images, a line each (LFW, CelebA, VGGFace2, WIDER FACE)"
    case .frames: "frames of a video: \"<name>\": (<boxes>);"
    case .visualGenome: "Visual Genome: a JSON array of objects with url, flickr_id and coco_id"
    case .hashes: "what md5sum, sha1sum, sha256sum, md5deep and the like write: a hash and a file name a line"
    case .csv: "a table with columns that are named on the command line, by the header or by what they hold"
    case .tsv: "the same, with TABs"
    case .json: "JSON of records: an array, an object of objects, a line each, or parallel arrays"
    }
  }

  /// Whether rows are `file:<dataset>/<name>`, which needs the dataset's name.
  var needsFilePrefix: Bool { self == .files || self == .frames }

  /// Whether a line over its bound is read as far as that, since what follows need not be whole: a picture, or a
  /// description.
  var readsCutLines: Bool { self == .msCeleb || self == .yfcc100m }

  /// Bytes of a line that are read. YFCC100M has descriptions of any length in front of the URLs.
  var lineBytesMax: Int { self == .yfcc100m ? ListLimits.longLineBytesMax : ListLimits.recordBytesMax }
}
