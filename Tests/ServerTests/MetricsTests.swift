// METRICS is text that other programs parse: its grammar is checked by its invariants. promtool and prometheus_client
// parse it too, which is tried by hand.

import Foundation
import Identifiers
import Testing

@testable import Server
@testable import WireProtocol

@Suite("METRICS")
struct MetricsTests {
  /// A sample of the text.
  private struct Sample {
    let name: String
    let labels: [(name: String, value: String)]
    let value: Double
  }

  /// A family of the text.
  private struct Family {
    let name: String
    let type: String
    var unit: String?
    var help: String?
    var samples: [Sample] = []
  }

  private struct Malformed: Error, CustomStringConvertible { let description: String }

  /// Parses what the daemon may write: no comments but TYPE, UNIT, HELP and EOF, samples behind their family's TYPE.
  private static func families(_ lines: [String]) throws -> [Family] {
    guard lines.last == "# EOF" else { throw Malformed(description: "no EOF at the end") }
    var families: [Family] = []
    for line in lines.dropLast() {
      let words = line.split(separator: " ", maxSplits: 3).map(String.init)
      if words[0] == "#" {
        guard words.count == 4 else { throw Malformed(description: line) }
        switch words[1] {
        case "TYPE":
          guard !families.contains(where: { $0.name == words[2] }) else {
            throw Malformed(description: "twice: \(line)")
          }
          families.append(Family(name: words[2], type: words[3]))
        case "UNIT" where families.last?.name == words[2]: families[families.count - 1].unit = words[3]
        case "HELP" where families.last?.name == words[2]: families[families.count - 1].help = words[3]
        default: throw Malformed(description: line)
        }
        continue
      }
      guard let match = line.wholeMatch(of: /([a-z_]+)(?:\{(.*)\})? (\S+)/), let value = Double(match.3),
        !families.isEmpty
      else { throw Malformed(description: line) }
      let labels = try (match.2.map(String.init) ?? "").split(separator: ",").map { label in
        guard let parts = label.wholeMatch(of: /([a-z]+)="([A-Za-z0-9_.+-]*)"/) else {
          throw Malformed(description: "a label of \(line)")
        }
        return (String(parts.1), String(parts.2))
      }
      families[families.count - 1].samples.append(
        Sample(name: String(match.1), labels: labels, value: value))
    }
    return families
  }

  private static func text(_ daemon: BareDaemon) -> [String] {
    let lines = daemon.connect().ask("METRICS\n").split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.first == "OK \(lines.count - 2)")
    return lines.dropFirst().dropLast().map(String.init)
  }

  @Test("is OpenMetrics: families in one piece with TYPE and HELP, names that fit, no sample twice, EOF")
  func grammar() throws {
    let daemon = try BareDaemon()
    _ = daemon.connect().ask("CHECK flickr:1\nGET flickr:1\nPING\n")
    let families = try Self.families(Self.text(daemon))
    let suffixes: [String: Set<String>] = [
      "counter": ["_total"], "gauge": [""], "info": ["_info"], "histogram": ["_bucket", "_count", "_sum"],
    ]
    for family in families {
      #expect(family.help?.last == ".", "\(family.name)")
      #expect(family.name.hasPrefix("whichset_"))
      if let unit = family.unit { #expect(family.name.hasSuffix("_\(unit)")) }
      #expect(!family.samples.isEmpty, "\(family.name)")
      var seen: Set<String> = []
      for sample in family.samples {
        let suffix = String(sample.name.dropFirst(family.name.count))
        #expect(
          sample.name.hasPrefix(family.name) && suffixes[family.type]?.contains(suffix) == true, "\(sample)")
        #expect(seen.insert("\(sample.name)\(sample.labels)").inserted, "\(sample) is there twice")
        #expect(Set(sample.labels.map(\.name)).count == sample.labels.count)
        #expect(sample.value >= 0)
      }
    }
  }

  @Test("has histograms whose buckets are cumulative, end in +Inf, and agree with their counts")
  func histograms() throws {
    let daemon = try BareDaemon()
    _ = daemon.connect().ask("CHECK flickr:1\nCHECK flickr:2\nGET flickr:1\n")
    let family = try #require(
      try Self.families(Self.text(daemon)).first { $0.name == "whichset_request_duration_seconds" })
    let verbs = Set(family.samples.map { $0.labels[0].value })
    // Only those that were asked; METRICS itself is not done yet.
    #expect(verbs == ["CHECK", "GET"])
    for verb in verbs {
      let samples = family.samples.filter { $0.labels[0].value == verb }
      let buckets = samples.filter { $0.name.hasSuffix("_bucket") }
      let bounds = buckets.map { $0.labels[1].value == "+Inf" ? .infinity : Double($0.labels[1].value)! }
      #expect(bounds == bounds.sorted() && bounds.last == .infinity && bounds.count == DurationBounds.count)
      #expect(buckets.map(\.value) == buckets.map(\.value).sorted())
      let count = samples.first { $0.name.hasSuffix("_count") }?.value
      #expect(count == buckets.last?.value && count == (verb == "CHECK" ? 2 : 1))
      #expect(samples.first { $0.name.hasSuffix("_sum") }!.value > 0)
    }
  }

  @Test("has no label value that a client could choose")
  func labels() throws {
    let daemon = try BareDaemon()
    _ = daemon.connect().ask(
      "CHECK flickr:424242\nGET zyx\nZYX\nDATASET zyx\nABORT zyx.zyx\nINGEST zyx source=zyx\nROWS 1 1 9\nflickr:1\n"
        + "COMMIT blocks=1\nDESCRIBE zyx title=zyx\n@zyx PING\nXREF\nITEMS 1 20\nflickr:1\tlabel=zyx1\nTALLY\n"
    )
    let allowed = Set(
      Verb.allCases.map(\.name) + ErrorCode.allCases.map(\.rawValue) + Namespace.allCases.map(\.name)
        + ReactorFigures.outcomes + ["accepted", "rejected"])
    let text = Self.text(daemon)
    for line in text { #expect(!line.lowercased().contains("zyx") && !line.contains("424242"), "\(line)") }
    for sample in try Self.families(text).flatMap(\.samples) where sample.name != "whichset_build_info" {
      for label in sample.labels where label.name != "le" {
        #expect(allowed.contains(label.value), "\(label)")
      }
    }
  }

  @Test(
    "has the families that MONITORING.md has, with their types, and those of backups and erasures after one")
  func document() throws {
    let text = try String(
      contentsOf: Transcript.folder.deletingLastPathComponent().appending(path: "MONITORING.md"),
      encoding: .utf8)
    let section = text.components(separatedBy: "\n## Figures")[1].components(separatedBy: "\n## ")[0]
    var documented: [String: String] = [:]
    for match in section.matches(of: /\n\| `([a-z_]+)` \| ([a-z]+) \|/) {
      documented["whichset_" + match.1] = String(match.2)
    }
    let families = try Self.families(Self.text(try BareDaemon()))
    for family in families where family.type != "histogram" {
      #expect(documented[family.name] == family.type, "\(family.name)")
    }
    let names = Set(families.map(\.name))
    for name in documented.keys
    where !name.contains("_backup_") && !name.contains("_erasure_") && !name.contains("_cluster_") {
      #expect(names.contains(name), "\(name)")
    }
  }
}
