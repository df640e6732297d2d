// PROTOCOL.md is the contract: what it says of bounds, errors and verbs is what the code has, and nothing else.

import Foundation
import Index
import Testing

@testable import Server
@testable import WireProtocol

@Suite("the protocol's document")
struct DocumentTests {
  private static let text = try! String(
    contentsOf: Transcript.folder.appending(path: "PROTOCOL.md"), encoding: .utf8)

  /// The lines of a section, by the start of its heading.
  private static func section(_ heading: String) -> [Substring] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return Array(
      lines.drop { !$0.hasPrefix(heading) }.dropFirst().prefix { !$0.hasPrefix("## ") })
  }

  /// The cells of a section's table, its head and rule apart.
  private static func table(_ heading: String) -> [[String]] {
    section(heading).filter { $0.hasPrefix("|") }.dropFirst(2).map { row in
      row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  /// Numbers in a text, commas left out; `n MiB` counts as bytes.
  private static func numbers(_ text: String) -> [Int] {
    text.replacingOccurrences(of: ",", with: "").replacingOccurrences(of: "1 MiB", with: "\(1 << 20)")
      .split { !$0.isNumber }.compactMap { Int($0) }
  }

  @Test("gives the bounds that the code has")
  func bounds() {
    let options = DaemonOptions(dataPath: "", entrances: [], programVersion: "", end: { fatalError("\($0)") })
    let expected: [String: [Int]] = [
      "line": [ProtocolLimits.lineBytesMax],
      "tag": [ProtocolLimits.tagBytesMax],
      "slug": [ProtocolLimits.slugBytesMax],
      "`MCHECK`": [ProtocolLimits.checkManyMax],
      "lines of `GET`": [ProtocolLimits.getLinesMax, ProtocolLimits.getBytesMax],
      "`ROWS` body": [ProtocolLimits.bodyBytesMax, ProtocolLimits.bodyRowsMax],
      "`ROWS` under way on a connection": [ProtocolLimits.rowsUnderWayMax],
      "open loads": [ProtocolLimits.openLoadsMax],
      "connections": [options.connectionsMax],
      "share of one user": [options.userSharePercent],
      "disk for cross-references and accounts of one user": [options.userSpoolBytes],
      "replies waiting for a slow reader": [
        ProtocolLimits.outputPendingBytesMax, ProtocolLimits.stalledSecondsMax,
      ],
    ]
    var found: [String: [Int]] = [:]
    for row in Self.table("## 4.") where row.count == 2 { found[row[0]] = Self.numbers(row[1]) }
    for (what, numbers) in expected { #expect(found[what] == numbers, "\(what)") }
    for what in found.keys where expected[what] == nil {
      // Rows that were added to the document are compared with their limit here.
      #expect(Self.furtherBounds[what] == found[what], "\(what)")
    }
  }

  /// Bounds that the document may give beside those that it must.
  private static let furtherBounds: [String: [Int]] = [
    "verb": [ProtocolLimits.verbBytesMax], "source": [ProtocolLimits.sourceBytesMax],
    "identifiers of an `MCHECK` that see one snapshot": [ProtocolLimits.checkManySnapshotBytes],
    "field of `DESCRIBE`": [ProtocolLimits.catalogueValueBytesMax],
    "identifiers of `ERASE`": [ProtocolLimits.eraseMax, ProtocolLimits.eraseBytesMax],
    "reason of `UNSUPPRESS`": [ProtocolLimits.reasonBytesMax],
    "indexes whose suppressions are imported": [IndexLimits().keyringsMax],
    "suppressed keys of other indexes": [IndexLimits().importedSuppressionsMax],
    "lists of `COMMIT`": [ProtocolLimits.listsMax], "streamed replies under way": [ProtocolLimits.streamsMax],
    "part of a streamed reply": [ProtocolLimits.partBytes],
    "figure of a list of `COMMIT`": [ProtocolLimits.listFigureMax],
    "open cross-references": [ProtocolLimits.crossrefsMax],
    "labels of a cross-reference": [ProtocolLimits.labelsMax], "label": [ProtocolLimits.labelBytesMax],
    "names of an account": [ProtocolLimits.accountNamesMax],
    "lines of `VERIFY`": [ProtocolLimits.damagesMax],
    "backups, compactions, restorations under way": [ProtocolLimits.upkeepMax],
    "requests of care under way": [ProtocolLimits.careStreamsMax],
    "the same while much waits for all": [
      ProtocolLimits.outputScarceBytesMax, ProtocolLimits.stalledScarceSecondsMax,
    ],
    "replies waiting for all readers until then": [ProtocolLimits.outputPendingAllBytesMax],
    "snapshot of a streamed reply or a cross-reference": [ProtocolLimits.snapshotSecondsMax],
    "idle connection, load, cross-reference": [ProtocolLimits.idleSecondsMax],
    "kept for administrators": [ProtocolLimits.adminShare],
  ]

  @Test("of RESP gives the bounds that the code has, and every command")
  func resp() throws {
    let text = try String(contentsOf: Transcript.folder.appending(path: "RESP.md"), encoding: .utf8)
    let rows = text.split(separator: "\n").drop { $0 != "## 3. Bounds" }.filter { $0.hasPrefix("| ") }
    let bounds: [String: Int] = [
      "arguments of a command": RESPLimits.argumentsMax, "argument": RESPLimits.argumentBytesMax,
      "command": RESPLimits.commandBytesMax, "commands of a transaction": RESPLimits.transactionBytesMax,
      "name that `CLIENT` sets": RESPLimits.nameBytesMax,
    ]
    #expect(RESPLimits.argumentBytesMax == ProtocolLimits.lineBytesMax)
    for (what, bound) in bounds {
      let row = try #require(rows.first { $0.hasPrefix("| \(what) | ") }, "\(what)")
      #expect(Self.numbers(String(row)) == [bound], "\(what)")
    }
    for command in RESPCommand.allCases {
      #expect(text.contains("`\(command.spelling)".uppercased()), "\(command)")
    }
  }

  @Test("gives every bound that the code has")
  func allBounds() {
    let what = Self.table("## 4.").map { $0[0] }
    #expect(what.contains("field of `DESCRIBE`"))
  }

  @Test("lists the errors that the code has, with their faults")
  func errors() {
    var listed: [String: String] = [:]
    for row in Self.table("## 3.") {
      listed[row[0].trimmingCharacters(in: ["`"])] = row[1]
    }
    for code in ErrorCode.allCases {
      #expect(listed[code.rawValue] == code.fault.rawValue, "\(code)")
    }
    for code in listed.keys { #expect(ErrorCode(rawValue: code) != nil, "\(code)") }
  }

  @Test("has a section for every verb, and for no other")
  func verbs() {
    let headings = Self.section("## 2.").filter { $0.hasPrefix("### ") }.map {
      String($0.dropFirst(4).prefix { $0 != " " })
    }
    #expect(headings.count == Set(headings).count)
    for verb in Verb.allCases { #expect(headings.contains(verb.name), "\(verb)") }
    for heading in headings { #expect(Verb(heading.utf8.span) != nil, "\(heading)") }
  }

  @Test("gives each verb the role that it has")
  func roles() {
    for role in Role.allCases {
      let row = Self.section("## 1.").first { $0.hasPrefix("| `\(role.rawValue)` |") } ?? ""
      let listed = row.split(separator: "|").dropFirst().joined().split { !$0.isLetter }.map(String.init)
      #expect(Set(listed) == Set(Verb.allCases.filter { $0.role == role }.map(\.name)), "\(role)")
    }
  }

  @Test("lists the codes of rejected rows")
  func rejections() throws {
    let codes = Self.table("## 5.").map { $0[0].trimmingCharacters(in: ["`"]) }
    #expect(Set(codes) == ["identifier", "unresolvable", "field", "too-long"])
    let client = try BareDaemon().connect()
    _ = client.ask("INGEST parks source=s\n")
    let long = String(repeating: "a", count: ProtocolLimits.lineBytesMax + 1)
    let body = "1\nflic.kr/s/aHsjB7zNkE\nflickr:1\tx\n\(long)\n"
    let reply = client.ask("ROWS 1 4 \(body.utf8.count)\n\(body)")
    let given = reply.split(separator: "\n").dropFirst().map { String($0.split(separator: "\t")[1]) }
    #expect(given == codes)
  }

  @Test("names the fields that the daemon takes")
  func fields() throws {
    let client = try BareDaemon().connect()
    let section = Self.section("## 2.")
    let names = try #require(section.first { $0.hasPrefix("Names: `title") })
    for name in names.split(separator: "`")[1].split(separator: " ") {
      #expect(client.ask("DESCRIBE parks \(name)=x\n") == "OK\n", "\(name)")
    }
  }

  @Test("has transcripts for every verb and for every error that a client can provoke")
  func coverage() {
    var verbs: Set<String> = []
    var codes: Set<String> = []
    for transcript in Transcript.all {
      for section in transcript.sections {
        for line in section.input.split(separator: 0x0A) {
          let words = String(decoding: line, as: UTF8.self).split(separator: " ")
          for word in words.prefix(2) { verbs.insert(word.uppercased()) }
        }
        for case .bytes(let bytes) in section.expected {
          for line in bytes.split(separator: 0x0A) {
            let words = String(decoding: line, as: UTF8.self).split(separator: " ").drop { $0.hasPrefix("@") }
            if words.first == "ERR" { codes.insert(String(words[words.startIndex + 1])) }
          }
        }
      }
    }
    for verb in Verb.allCases { #expect(verbs.contains(verb.name), "\(verb)") }
    // These are the daemon's own: they need its sockets, its end, damaged data, or a cluster.
    let others: Set<ErrorCode> = [.connections, .corrupt, .internal, .cluster, .gateway]
    for code in ErrorCode.allCases where !others.contains(code) {
      #expect(codes.contains(code.rawValue), "\(code)")
    }
  }
}
