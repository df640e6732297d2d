// The first two pages of a data file, damaged in each way, and their seals.

import Foundation
@testable import LMDB
import TestSupport
import Testing

@Suite("A commit's page") struct MetaPageTests {
  private static let options = EnvironmentOptions(mapSizeBytes: 1 << 20)

  @Test("is sealed with each commit, and every flipped bit of a commit's number is seen")
  func numbers() throws {
    let folder = try TemporaryFolder()
    for last in 1...9 {
      do {
        let environment = try Environment(path: folder.path, options: Self.options)
        try commit(last, in: environment)
        #expect(try environment.info().lastTransactionID == last)
      }
      let pages = try Self.pages(of: folder)
      #expect(pages.allSatisfy { MetaPage($0).isSealed })
      #expect(Self.damage(pages) == nil)
      for page in 0...1 {
        for bit in 0..<64 {
          #expect(Self.damage(pages, page: page, byte: 144, bit: bit) != nil, "\(page), \(bit)")
        }
      }
    }
  }

  @Test("is seen to be damaged wherever it is the newest")
  func newest() throws {
    let folder = try TemporaryFolder()
    for number in 1...4 { try commit(number, in: try Environment(path: folder.path, options: Self.options)) }
    let pages = try Self.pages(of: folder)
    for bit in 0..<(136 * 8) {
      var damaged = pages
      damaged[0][16 + bit / 8] ^= 1 << UInt8(bit % 8)
      let page = MetaPage(damaged[0])
      #expect(Self.damage(damaged) != nil || !page.isLMDB, "bit \(bit)")
      // Nothing is read of the older one but its number.
      damaged = pages
      damaged[1][16 + bit / 8] ^= 1 << UInt8(bit % 8)
      if bit / 8 < 128 { #expect(Self.damage(damaged) == nil, "bit \(bit)") }
    }
  }

  @Test("may have the seal of the commit before, or none, and gets its own when it is opened")
  func unsealed() throws {
    let folder = try TemporaryFolder()
    for number in 1...2 { try commit(number, in: try Environment(path: folder.path, options: Self.options)) }
    let before = try Self.pages(of: folder)
    for number in 3...4 { try commit(number, in: try Environment(path: folder.path, options: Self.options)) }
    let sealed = try Self.pages(of: folder)
    for seals in [before, before.map { _ in [UInt8](repeating: 0, count: MetaPage.byteCount) }] {
      let unsealed = zip(sealed, seals).map { $0[..<MetaPage.sealOffset] + $1[MetaPage.sealOffset...] }
      #expect(Self.damage(unsealed.map(Array.init)) == nil)
      try Self.write(unsealed.map(Array.init), to: folder)
      _ = try Environment(path: folder.path, options: Self.options)
      #expect(try Self.pages(of: folder) == sealed)
    }
  }

  @Test("is not sealed by a transaction without changes, nor where the file is only read")
  func untouched() throws {
    let folder = try TemporaryFolder()
    try commit(1, in: try Environment(path: folder.path, options: Self.options))
    var pages = try Self.pages(of: folder)
    do {
      let environment = try Environment(path: folder.path, options: Self.options)
      try environment.write().commit()
      #expect(try Self.pages(of: folder) == pages)
    }
    for page in 0...1 {
      pages[page].replaceSubrange(MetaPage.sealOffset..., with: repeatElement(0, count: 144))
    }
    try Self.write(pages, to: folder)
    _ = try Environment(path: folder.path, options: EnvironmentOptions(mapSizeBytes: 1 << 20, readOnly: true))
    #expect(try Self.pages(of: folder) == pages)
  }

  private func commit(_ number: Int, in environment: Environment) throws {
    var transaction = try environment.write()
    let database = try transaction.create("d")
    try transaction.put("key", "\(number)", in: database)
    try transaction.commit()
  }

  private static func damage(_ pages: [[UInt8]]) -> String? {
    MetaPage.damage(MetaPage(pages[0]), MetaPage(pages[1]))
  }

  private static func damage(_ pages: [[UInt8]], page: Int, byte: Int, bit: Int) -> String? {
    var pages = pages
    pages[page][byte + bit / 8] ^= 1 << UInt8(bit % 8)
    return damage(pages)
  }

  private static func pages(of folder: borrowing TemporaryFolder) throws -> [[UInt8]] {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: folder.dataFile)))
    return (0...1).map { Array(bytes[(4_096 * $0)..<(4_096 * $0 + MetaPage.byteCount)]) }
  }

  private static func write(_ pages: [[UInt8]], to folder: borrowing TemporaryFolder) throws {
    let file = try FileHandle(forUpdating: URL(filePath: folder.dataFile))
    for (number, page) in pages.enumerated() {
      try file.seek(toOffset: UInt64(4_096 * number))
      try file.write(contentsOf: page)
    }
    try file.close()
  }
}
