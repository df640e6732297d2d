// Facts in order, `key TAB slug`, as part files: a line a key, `key TAB slug,slug`, so many keys a file.

import ByteText
import Console
import Glibc
import Digests
import Platform

struct KeyParts: ~Copyable {
  /// A part file that is on the disk.
  struct File {
    let name: String
    let first: String
    let last: String
    let keys: Int
    let bytes: Int
    let sha256: String
  }

  private let folder: String
  private let partKeys: Int
  private var descriptor = Descriptor.none
  private var digest = RunningDigest()
  private var bytes: [UInt8] = []
  private var byteCount = 0
  private var keysOfPart = 0
  private var firstOfPart = ""
  /// The row at hand; empty before the first and after the last one.
  private var row: [UInt8] = []
  /// The key of the last row.
  private var lastKey: [UInt8] = []

  private(set) var files: [File] = []
  private(set) var keyCount = 0
  private(set) var membershipCount = 0
  private(set) var keysOfDatasets: [String: Int] = [:]
  private(set) var keysOfNamespaces: [String: Int] = [:]

  private static let writtenAtOnce = 1 << 20

  init(folder: String, partKeys: Int) {
    self.folder = folder
    self.partKeys = partKeys
  }

  /// Takes the next fact.
  mutating func take(_ line: Span<UInt8>) throws(Trouble) {
    guard let tab = line.firstIndex(of: UInt8(ascii: "\t")) else {
      throw Trouble("cannot sort the keys: sort wrote what it was not given")
    }
    let key = line.extracting(0..<tab)
    let slug = line.extracting((tab + 1)..<line.count)
    if isPresent(key) {
      row.append(UInt8(ascii: ","))
    } else {
      try endRow()
      try beginRow(key)
      row.append(UInt8(ascii: "\t"))
    }
    row.append(slug)
    membershipCount += 1
    keysOfDatasets[String(slug), default: 0] += 1
  }

  /// Puts all that came on the disk.
  mutating func end() throws(Trouble) {
    try endRow()
    try endPart()
  }

  private func isPresent(_ key: Span<UInt8>) -> Bool {
    !row.isEmpty && key.equals(lastKey)
  }

  private mutating func beginRow(_ key: Span<UInt8>) throws(Trouble) {
    if keysOfPart == partKeys { try endPart() }
    if keysOfPart == 0 { try beginPart(key) }
    row.append(key)
    lastKey.removeAll(keepingCapacity: true)
    lastKey.append(key)
    keysOfPart += 1
    keyCount += 1
    keysOfNamespaces[String(key.extracting(0..<(key.firstIndex(of: UInt8(ascii: ":")) ?? 0))), default: 0] +=
      1
  }

  private mutating func endRow() throws(Trouble) {
    guard !row.isEmpty else { return }
    row.append(UInt8(ascii: "\n"))
    bytes += row
    row.removeAll(keepingCapacity: true)
    if bytes.count >= Self.writtenAtOnce { try write() }
  }

  private mutating func beginPart(_ key: Span<UInt8>) throws(Trouble) {
    guard files.count < KeyExportLimits.partsMax else {
      throw Trouble(
        "the keys need more than \(KeyExportLimits.partsMax) part files. Give --part-keys a greater number")
    }
    descriptor = try Descriptor.writing("\(folder)/\(name)")
    digest = RunningDigest()
    byteCount = 0
    firstOfPart = String(key)
  }

  private mutating func endPart() throws(Trouble) {
    guard keysOfPart > 0 else { return }
    let last = String(lastKey.span)
    try write()
    try Trouble.wrapping("cannot write \(folder)/\(name)", try descriptor.sync())
    files.append(
      File(
        name: name, first: firstOfPart, last: last, keys: keysOfPart, bytes: byteCount,
        sha256: digest.hexadecimal()))
    keysOfPart = 0
    descriptor = .none
  }

  /// The file at hand.
  private var name: String {
    let number = String(files.count + 1)
    return "part-\(String(repeating: "0", count: 4 - number.count))\(number).tsv"
  }

  private mutating func write() throws(Trouble) {
    var written: [UInt8] = []
    swap(&written, &bytes)
    try Trouble.wrapping("cannot write \(folder)/\(name)", try descriptor.writeAll(written.span))
    digest.update(written.span)
    byteCount += written.count
    written.removeAll(keepingCapacity: true)
    swap(&written, &bytes)
  }
}
