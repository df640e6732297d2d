// Published JSON lists, by the fields of their records.

import WireProtocol

/// A published JSON list, and what is read of it.
enum KnownJSON {
  /// How a list is read that is a known one; nil if it is none.
  static func find(_ samples: [JSONSample]) -> Detection? {
    for sample in samples {
      if let found = find(sample) { return found }
    }
    return nil
  }

  private static func find(_ sample: JSONSample) -> Detection? {
    func holdsURLs(_ path: String) -> Bool {
      sample.index(of: path).map { sample.columns[$0].holds(\.isURL) } ?? false
    }
    func holdsYFCCHashes(_ path: String) -> Bool {
      sample.index(of: path).map { sample.columns[$0].holds(\.mayBeYFCCHash) } ?? false
    }
    if sample.has("photoid", "downloadurl"), holdsURLs("downloadurl") {
      return table(
        .json, sample.place,
        ["identifier=downloadurl", "flickr=photoid", "nsid=uid", "yfcc-hash=hash", "yfcc-hash=key"],
        "its fields are those of YFCC100M")
    }
    switch sample.place {
    case .elements
    where holdsYFCCHashes("image_hash") && (sample.has("personality") || sample.has("dialog")):
      return table(
        .json, .elements, ["yfcc-hash=image_hash"],
        "records of Personality-Captions or Image-Chat, whose image_hash is YFCC100M's")
    case .elements where sample.has("url", "flickr_photo_id") && holdsURLs("url"):
      return rows(.flickrCropping, "a JSON array of objects with flickr_photo_id")
    case .elements where sample.has("url", "flickr_id", "coco_id", "image_id") && holdsURLs("url"):
      return table(
        .visualGenome, .elements, ["identifier=url", "flickr=flickr_id", "coco=coco_id"],
        "a JSON array of objects with flickr_id and coco_id")
    case .values where holdsURLs("metadata.photo_url"):
      return table(
        .ffhq, .values, ["identifier=metadata.photo_url"], "a JSON object of objects with metadata.photo_url")
    case .member(Array("images".utf8))
    where holdsURLs("flickr_url") || holdsURLs("coco_url") || sample.namesCOCO:
      return rows(.coco, "a JSON object whose images have flickr_url, coco_url or names of COCO")
    case .member(Array("images".utf8)) where sample.has("cocoid", "filename") && sample.isOfCOCO("filename"):
      return table(
        .coco, sample.place, ["coco=cocoid"], "a JSON object whose images have cocoid and names of COCO")
    case .elements where sample.columns.count == 1 && sample.columns[0].isMegaFacePath:
      return Detection(
        .megaface, "a JSON array of paths of MegaFace", json: JSONShape(.elements, [sample.fields[0]]))
    case .arrays where sample.index(of: "path").map { sample.columns[$0].isMegaFacePath } ?? false:
      return rows(.megaface, "a JSON object whose array path has paths of MegaFace")
    case .arrays where sample.columns.count == 1 && holdsURLs("image_urls"):
      // The other arrays begin behind what is looked at.
      return table(
        .json, .arrays, ["identifier=image_urls", "nsid=user_ids"],
        "array \"image_urls\" holds URLs: read as identifier; \"user_ids\" as nsid")
    default: return nil
    }
  }

  private static func rows(_ format: ListFormat, _ reason: String) -> Detection {
    Detection(format, reason, json: JSONRows.shape(of: format))
  }

  private static func table(
    _ format: ListFormat, _ place: JSONShape.Place, _ columns: [String], _ reason: String
  ) -> Detection {
    let pairs = columns.map { $0.split(separator: "=").map(String.init) }
    return Detection(
      format, reason, table: JSONSample.table(pairs.map { $0[0] }),
      json: JSONShape(place, pairs.map { JSONShape.field($0[1]) }))
  }
}

extension ColumnProfile {
  fileprivate var isMegaFacePath: Bool { MegaFaceRow.parts(of: Array(example.utf8).span) != nil }
}

extension JSONSample {
  /// Whether a field has names of COCO's files.
  fileprivate func isOfCOCO(_ path: String) -> Bool {
    index(of: path).map { columns[$0].example.hasPrefix("COCO_") } ?? false
  }

  /// Whether names of files and ids are those of COCO.
  fileprivate var namesCOCO: Bool {
    guard let name = index(of: "file_name"), let id = index(of: "id") else { return false }
    return JSONRows.isNamedByCOCO(Array(columns[name].example.utf8).span, id: Array(columns[id].example.utf8))
  }
}
