// A publication in place of a daemon: it answers the requests of `check` and `xref` as a daemon with the same index would,
// so that these commands need not know whom they ask.

import ByteText
package import Console
import DaemonClient
import Identifiers
package import Publishing
import WireProtocol

package final class PublishedIndex: Responder {
  private var publication: Publication
  private var keys = IdentifierParser()
  private var key: [UInt8] = []
  private var digester = Digester()

  package init(_ publication: Publication) throws(Trouble) {
    guard publication.manifest.rules == ruleVersion else {
      throw Trouble(
        "the publication's keys were made by version \(publication.manifest.rules) of the rules, and this program has "
          + "version \(ruleVersion): an image could be missed")
    }
    self.publication = publication
  }

  package func answer(_ requests: Span<UInt8>, to replies: inout [UInt8]) throws(Trouble) {
    var offset = 0
    while offset < requests.count {
      let line = requests.extracting(Self.nextLine(of: requests, at: &offset))
      if line.equals(StatsRequest().line.utf8.map { $0 }) {
        let manifest = publication.manifest
        replies.append("OK 2\n")
        for (name, count) in [
          (StatsRequest.Line.datasets, manifest.datasets.count), (StatsRequest.Line.images, manifest.images),
        ] {
          replies.append("\(name)\t\(count)\n")
        }
      } else if let rest = Self.arguments(of: CheckRequest.name, line) {
        try lookUp([rest], of: line, to: &replies)
      } else if let rest = Self.arguments(of: CheckManyRequest.name, line),
        let count = Decimal.parse(line.extracting(rest))
      {
        replies.append("OK \(count)\n")
        var lines: [Range<Int>] = []
        while lines.count < count { lines.append(Self.nextLine(of: requests, at: &offset)) }
        try lookUp(lines, of: requests, to: &replies)
      } else {
        throw Trouble("a publication answers whichset check only")
      }
    }
  }

  private static func nextLine(of requests: Span<UInt8>, at offset: inout Int) -> Range<Int> {
    let end = requests.firstIndex(of: UInt8(ascii: "\n"), from: offset) ?? requests.count
    defer { offset = end + 1 }
    return min(offset, end)..<end
  }

  /// Where the arguments of a request of this name are.
  private static func arguments(of name: String, _ line: Span<UInt8>) -> Range<Int>? {
    let start = Array("\(name) ".utf8)
    return line.starts(with: start) ? start.count..<line.count : nil
  }

  private enum Question {
    case digest(Namespace)
    case refused(String)
  }

  /// Answers identifiers, a line each.
  private func lookUp(_ ranges: [Range<Int>], of lines: Span<UInt8>, to replies: inout [UInt8])
    throws(Trouble)
  {
    var questions: [Question] = []
    var digests: [KeyDigest] = []
    for range in ranges {
      let identification = keys.parse(lines.extracting(range))
      switch identification {
      case .integer(let namespace, _), .text(let namespace):
        key.removeAll(keepingCapacity: true)
        KeyReader.append(identification, of: keys, to: &key)
        digests.append(digester.key(key.span))
        questions.append(.digest(namespace))
      case .unresolvable(let reason): questions.append(.refused("UNRESOLVABLE CLIENT \(reason.message)"))
      case .invalid(let reason): questions.append(.refused("IDENTIFIER CLIENT \(reason.message)"))
      }
    }
    var found = try publication.datasets(of: digests)[...]
    for question in questions {
      switch question {
      case .refused(let error): replies.append("ERR \(error)\n")
      case .digest(let namespace):
        if let slugs = found.removeFirst() {
          replies.append("HIT ")
          replies += slugs
          replies.append("\n")
        } else if namespace.isOptional, publication.hasNone(of: namespace.name) {
          replies.append("ERR UNSEARCHABLE CLIENT \(Namespace.unsearchableReason(namespace))\n")
        } else {
          replies.append("MISS\n")
        }
      }
    }
  }
}
