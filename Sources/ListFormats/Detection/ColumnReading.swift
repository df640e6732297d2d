// Which columns are read as what, where nobody says so: by what they hold, and by their names where they hold what the
// name says. What could be read in two ways is not read.

import WireProtocol

/// The columns of a table, or the paths of JSON records, that identify the image.
struct ColumnReading {
  /// What is read from which column, from 0.
  let targets: [(target: String, column: Int)]
  /// One line for people.
  let reason: String

  /// Chooses columns; nil if none identifies the image, or it is not clear which one.
  ///
  /// - Parameter isJSON: whether the columns are fields, which have names and no numbers.
  init?(_ columns: [ColumnProfile], isJSON: Bool = false) {
    guard let image = Self.image(in: columns) else { return nil }
    var targets = [image]
    for (index, column) in columns.enumerated() where index != image.column {
      if let target = Self.further(column, columns),
        target == "identifier" || !targets.contains(where: { $0.target == target })
      {
        targets.append((target, index))
      }
    }
    self.targets = targets
    reason =
      targets.map { target, column in
        let profile = columns[column]
        return
          "\(Self.title(column, profile, isJSON: isJSON)) holds \(profile.kind.plural): read as \(target)"
      }.joined(separator: "; ") + Self.unread(columns, targets, isJSON: isJSON)
  }

  /// Words on columns of hashes that nobody says are those of the images' files.
  private static func unread(
    _ columns: [ColumnProfile], _ targets: [(target: String, column: Int)], isJSON: Bool
  ) -> String {
    columns.enumerated().filter { index, column in
      (column.kind.hash != nil || column.kind == .yfccHash) && !targets.contains { $0.column == index }
    }.map { index, column in
      "; \(title(index, column, isJSON: isJSON)) holds \(column.kind.plural), but it is not clear of what: not read"
    }.joined()
  }

  /// The column that becomes the row's identifier.
  private static func image(in columns: [ColumnProfile]) -> (target: String, column: Int)? {
    let urls = columns.indices.filter { columns[$0].holds(\.isURL) }
    if let named = ["url", "identifier"].lazy.compactMap({ name in only(named: name, columns) }).first {
      guard isIdentifier(columns[named]) else { return nil }
      // Where another column has images too, a page may be what is named url.
      let others = urls.filter { $0 != named && !columns[named].agrees(with: columns[$0]) }
      let isClear =
        columns[named].kind == .photoURL || others.allSatisfy { columns[$0].kind == .otherURL }
      return isClear ? ("identifier", named) : nil
    }
    if let first = urls.first(where: { columns[$0].kind != .otherURL }) {
      let isClear = urls.allSatisfy { $0 == first || columns[first].agrees(with: columns[$0]) }
      return isClear ? ("identifier", first) : nil
    }
    guard urls.isEmpty else { return nil }
    let keys = columns.indices.filter { columns[$0].kind == .key }
    if keys.count == 1 { return ("identifier", keys[0]) }
    let names = columns.indices.filter { columns[$0].kind == .photoName }
    if names.count == 1 { return ("flickr", names[0]) }
    if let photo = columns.firstIndex(where: isPhotoColumn) { return ("flickr", photo) }
    return hash(in: columns)
  }

  /// Hashes identify files: where the header calls them so, or names of files stand beside them.
  private static func hash(in columns: [ColumnProfile]) -> (target: String, column: Int)? {
    let hashes = columns.indices.filter { columns[$0].kind.hash != nil }
    guard let first = hashes.first, let target = columns[first].kind.hash else { return nil }
    let hasFiles = columns.contains { $0.kind == .fileName || $0.kind == .photoName }
    let algorithm = columns.first { word($0.name) == "algorithm" }?.example.lowercased()
    guard algorithm.map({ $0.filter { $0 != "-" } == target }) ?? true else { return nil }
    let saysOfWhat = hasFiles || columns.count == 1 || algorithm != nil
    let names = hashes.compactMap { word(columns[$0].name) }
    guard names.isEmpty else {
      return names.allSatisfy({ isHashName($0) || saysOfWhat && $0 == "hash" }) ? (target, first) : nil
    }
    let isClear = hashes.count == 1 || hasFiles && Set(hashes.map { columns[$0].kind }).count == hashes.count
    return isClear && (columns.count == 1 || hasFiles) ? (target, first) : nil
  }

  /// The one column with this name.
  private static func only(named name: String, _ columns: [ColumnProfile]) -> Int? {
    let found = columns.indices.filter { word(columns[$0].name) == name }
    return found.count == 1 ? found[0] : nil
  }

  private static func isIdentifier(_ column: ColumnProfile) -> Bool {
    column.holds { $0 == .key || $0.isURL || $0 == .account }
  }

  /// What a column beside the image's own gives.
  private static func further(_ column: ColumnProfile, _ columns: [ColumnProfile]) -> String? {
    if column.filled > 0, let target = word(column.name).flatMap(TableShape.defaultTarget) {
      switch target {
      // Of several identifiers the first that is there counts.
      case "identifier": return isIdentifier(column) ? target : nil
      case "flickr": return column.holds { $0 == .integer || $0 == .photoName } ? target : nil
      default: return target
      }
    }
    if isOpenImagesColumn(column) { return "openimages" }
    if let hash = column.kind.hash, columns.filter({ $0.kind == column.kind }).count == 1,
      word(column.name).map(isHashName) ?? (self.hash(in: columns) != nil)
    {
      return hash
    }
    if column.kind == .account, columns.filter({ $0.kind == .account }).count == 1 { return "nsid" }
    return isPhotoColumn(column) ? "flickr" : nil
  }

  /// Whether a column says that it holds ids of photos of Flickr, and may hold some.
  private static func isPhotoColumn(_ column: ColumnProfile) -> Bool {
    let name = word(column.name)
    if name == "flickr" { return column.holds { $0 == .integer } }
    return ["flickr_id", "flickrid", "flickr_photo_id", "flickr_image_id"].contains(name)
      && column.isPhotoNumber
  }

  private static func isOpenImagesColumn(_ column: ColumnProfile) -> Bool {
    let name = word(column.name)?.filter { $0 != "_" }
    return name == "openimagesid" && column.isOpenImagesId
  }

  /// Whether a column of this name has hashes of files. One called hash may have those of URLs, or YFCC100M's; one called
  /// phash or etag has others.
  private static func isHashName(_ name: String) -> Bool {
    let word = name.filter { $0.isLetter || $0.isNumber }
    let rest = ["md5", "sha1", "sha256"].first(where: word.hasPrefix).map { word.dropFirst($0.count) }
    return hashNames.contains(word) || rest.map { hashSuffixes.contains(String($0)) } ?? false
  }

  private static let hashNames: Set = ["checksum", "digest", "filehash"]
  private static let hashSuffixes: Set = ["", "sum", "hash", "hex", "digest", "checksum", "base64", "b64"]

  private static func word(_ name: String?) -> String? {
    // The last part of a path in JSON.
    name?.split(separator: ".").last.map { $0.lowercased() }
  }

  /// `column 2 "url"`, or `field "url"`.
  static func title(_ index: Int, _ column: ColumnProfile, isJSON: Bool) -> String {
    let name = column.name.map { " \"\($0)\"" } ?? ""
    return isJSON ? name.isEmpty ? "the text" : "field\(name)" : "column \(index + 1)\(name)"
  }
}

/// Why a list is not read: its columns, what each holds, and the words that would load it.
struct ColumnRefusal {
  let reason: String
  let hint: String

  init(_ columns: [ColumnProfile], in file: String, isJSON: Bool) {
    let shown = columns.enumerated().filter { $0.element.filled > 0 }.prefix(40)
    let lines = shown.map { index, column in
      "\n  \(ColumnReading.title(index, column, isJSON: isJSON)) holds \(column.kind.plural), such as \(column.example)"
    }
    // What may well be something else comes last.
    let likely = columns.enumerated().filter { $0.element.kind != .otherURL && $0.element.kind != .fileName }
    let others = columns.enumerated().filter { $0.element.kind == .otherURL || $0.element.kind == .fileName }
    // Hashes of another algorithm may have as many digits.
    let hasAlgorithm = columns.contains { $0.name?.lowercased() == "algorithm" }
    let candidates = (likely + others).filter { !hasAlgorithm || $0.element.kind.hash == nil }.compactMap {
      index, column in
      Self.target(of: column).map { target in
        "--column \(target)=\(ShellWord.quoted(column.name ?? String(index + 1)))"
      }
    }
    reason =
      candidates.isEmpty
      ? "no column identifies an image" : "it is not clear which column identifies the image"
    guard let first = candidates.first else {
      hint =
        "if one does, name it: --column identifier=NAME, or --column flickr=NAME; "
        + "whichset extract finds identifiers in any text" + lines.joined()
      return
    }
    let header = !isJSON && columns.allSatisfy { $0.name == nil } ? " --no-header" : ""
    hint =
      "name it: whichset ingest --dataset NAME\(header) \(first) \(ShellWord.quoted(file))"
      + (candidates.count > 1 ? " (or \(candidates.dropFirst().prefix(4).joined(separator: ", or ")))" : "")
      + lines.joined()
  }

  /// What a column may be read as by somebody who knows.
  private static func target(of column: ColumnProfile) -> String? {
    switch column.kind {
    case .photoURL, .imageURL, .otherURL, .key: "identifier"
    case .md5, .sha1, .sha256: column.kind.hash
    case .yfccHash: "yfcc-hash"
    case .photoName: "flickr"
    case .fileName: "file"
    case .integer where column.isPhotoNumber: "flickr"
    case .empty, .account, .integer, .number, .text: nil
    }
  }
}

/// Words of a command that is shown.
enum ShellWord {
  /// The word as a shell takes it.
  static func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy {
      $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 26 || "._-/=:@+".utf8.contains($0)
    }
    return isPlain && !word.isEmpty
      ? word
      : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
