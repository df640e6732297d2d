// An invented index and an invented catalogue, for what is written about them.

import Catalogue
@testable import Client
import Console
import DaemonClient
import Foundation
import WireProtocol

/// Invented datasets.
enum Invented {
  static let catalogueText = """
    dataset: strangers
    title: Strangers in the Park
    year: 2016
    institution: Park University; Bench Institute
    country: NZ; GB
    images: 1200
    identities: 300
    kinds: flickr; cctv
    purpose: recognition of strollers
    licence: for walks only
    status: withdrawn 2019-06
    derived: everybody
    users: Alpha Vision (CN, commercial); Beta Defence (US, military, cites it); Gamma
    funders: Society of Ducks (NZ)
    sources: Park Gazette 2020; from memory (people)
    confidence: high; identities low; licence medium

    dataset: everybody
    title: Everybody
    derived: internet

    dataset: internet
    title: The Internet
    images: 5000000

    dataset: portraits
    title: Portraits from Strangers
    derived: strangers
    confidence: medium
    """

  static func dataset(_ lines: [String]) throws -> IndexedDataset {
    try IndexedDataset(
      NamedValues(Reply(status: .lines(count: lines.count, fields: []), lines: lines.map { Array($0.utf8) })))
  }

  /// Three datasets: one in the catalogue with two list versions, one that is only in the index, one of file names.
  static func index() throws -> IndexedDatasets {
    let digest = String(repeating: "0123456789abcdef", count: 4)
    return IndexedDatasets(
      datasets: [
        try dataset([
          "slug\tframes", "images\t9", "rows\t9", "keys.file\t9", "list.1.name\tframes.txt", "list.1.rows\t9",
          "list.1.loaded\t1500000000",
        ]),
        try dataset([
          "slug\townalbum", "images\t3", "rows\t3", "keys.flickr\t3", "field.title\tOur Own Album",
          "field.contact\tthe curator", "list.1.rows\t3", "list.1.loaded\t1600000000",
        ]),
        try dataset([
          "slug\tstrangers", "images\t600", "accounts\t7", "rows\t650", "keys.flickr\t600", "keys.nsid\t7",
          "field.licence\tnone", "list.1.name\tone.txt", "list.1.sha256\t\(digest)", "list.1.rows\t400",
          "list.1.loaded\t1500000000", "list.2.name\ttwo.txt", "list.2.sha256\tff", "list.2.rows\t250",
          "list.2.loaded\t1600000000",
        ]),
      ], images: 610, catalogue: try Catalogue(catalogueText, file: "invented"))
  }

  static func listing(_ line: String) throws -> Listing {
    guard let listing = Listing(line.utf8.span) else { throw Trouble("no listing: \(line)") }
    return listing
  }

  /// What a writer makes of matches.
  static func written<Writer: MatchWriter & ~Copyable>(_ writer: consuming Writer, _ matches: [Match])
    -> String
  {
    var output: [UInt8] = []
    writer.begin(&output)
    for match in matches { writer.write(match, to: &output) }
    writer.end(&output)
    return String(decoding: output, as: UTF8.self)
  }
}

/// Texts that are to be written word by word, in Tests/Fixtures/texts.
enum GoldenText {
  static func contents(_ name: String) throws -> String {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: tests.appending(path: "Fixtures/texts/\(name).txt"), encoding: .utf8)
  }
}
