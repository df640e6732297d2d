// A publication or a cluster in place of a daemon: it answers the requests of `check` and `xref` as a daemon with the same index would,
// so that these commands need not know whom they ask.

import ByteText
package import Console
import DaemonClient
import Identifiers
import Platform
import Publishing
import WireProtocol

package final class PublishedIndex<Source: AskedIndex>: Responder {
  private var source: Source
  private var keys = IdentifierParser()
  private var key: [UInt8] = []
  private var digester = Digester()
  private var crossref: PublishedCrossref?

  package init(_ source: Source) throws(Trouble) {
    guard source.rules == ruleVersion else {
      throw Trouble(
        "the \(Source.kind)'s keys were made by version \(source.rules) of the rules, and this program has "
          + "version \(ruleVersion): an image could be missed")
    }
    self.source = source
  }

  package func answer(_ requests: Span<UInt8>, to replies: inout [UInt8]) throws(Trouble) {
    var offset = 0
    while offset < requests.count {
      let line = requests.extracting(Self.nextLine(of: requests, at: &offset))
      let space = line.firstIndex(of: UInt8(ascii: " ")) ?? line.count
      let rest = line.extracting(min(space + 1, line.count)..<line.count)
      switch ReplyText.string(line.extracting(0..<space)) {
      case StatsRequest.name: appendCoverage(to: &replies)
      case CheckRequest.name: try lookUp([rest.indices], of: rest, to: &replies)
      case CheckManyRequest.name:
        let request = try Self.parsed { () throws(ProtocolError) in try CheckManyRequest(parsing: rest) }
        replies.append("OK \(request.count)\n")
        var lines: [Range<Int>] = []
        while lines.count < request.count { lines.append(Self.nextLine(of: requests, at: &offset)) }
        try lookUp(lines, of: requests, to: &replies)
      case CrossrefRequest.name:
        let request = try Self.parsed { () throws(ProtocolError) in try CrossrefRequest(parsing: rest) }
        crossref = PublishedCrossref(
          givesMatches: request.givesMatches, folder: ProcessEnvironment.value("TMPDIR") ?? "/tmp")
        replies.append("OK\n")
      case ItemsRequest.name:
        let request = try Self.parsed { () throws(ProtocolError) in try ItemsRequest(parsing: rest) }
        guard crossref != nil, request.byteCount <= requests.count - offset else { throw Self.unknown }
        let body = requests.extracting(offset..<(offset + request.byteCount))
        offset += request.byteCount
        try crossref?.take(body, &source, to: &replies)
      case TallyRequest.name:
        guard let crossref = crossref.take() else { throw Self.unknown }
        try crossref.finish(&source, to: &replies)
      default: throw Self.unknown
      }
    }
  }

  private static var unknown: Trouble { Trouble("a \(Source.kind) answers whichset check and xref only") }

  private static func parsed<Request>(_ body: () throws(ProtocolError) -> Request) throws(Trouble) -> Request
  {
    do throws(ProtocolError) { return try body() } catch { throw Trouble(error.text) }
  }

  /// What a miss covers.
  private func appendCoverage(to replies: inout [UInt8]) {
    replies.append("OK 2\n\(StatsRequest.Line.datasets)\t\(source.datasetCount)\n")
    replies.append("\(StatsRequest.Line.images)\t\(source.images)\n")
  }

  private static func nextLine(of requests: Span<UInt8>, at offset: inout Int) -> Range<Int> {
    let end = requests.firstIndex(of: UInt8(ascii: "\n"), from: offset) ?? requests.count
    defer { offset = end + 1 }
    return min(offset, end)..<end
  }

  /// Answers identifiers, a line each.
  private func lookUp(_ ranges: [Range<Int>], of lines: Span<UInt8>, to replies: inout [UInt8])
    throws(Trouble)
  {
    /// Namespaces, or why there is no key.
    var questions: [Result<Namespace, Refused>] = []
    var asked: [AskedKey] = []
    for range in ranges {
      let identification = keys.parse(lines.extracting(range))
      switch identification {
      case .integer(let namespace, _), .text(let namespace):
        key.removeAll(keepingCapacity: true)
        KeyReader.append(identification, by: keys, to: &key)
        asked.append(AskedKey(identification, namespace, text: key.span, source, &digester))
        questions.append(.success(namespace))
      case .unresolvable(let reason):
        questions.append(.failure(Refused(text: "UNRESOLVABLE CLIENT \(reason.message)")))
      case .invalid(let reason):
        questions.append(.failure(Refused(text: "IDENTIFIER CLIENT \(reason.message)")))
      }
    }
    var found = try source.datasets(of: asked, isPinned: false)[...]
    for question in questions {
      switch question {
      case .failure(let error): replies.append("ERR \(error.text)\n")
      case .success(let namespace):
        if let slugs = found.removeFirst() {
          replies.append("HIT ")
          replies += slugs
          replies.append("\n")
        } else if namespace.isOptional, source.hasNone(of: namespace.name) {
          replies.append("ERR UNSEARCHABLE CLIENT \(Namespace.unsearchableReason(namespace))\n")
        } else {
          replies.append("MISS\n")
        }
      }
    }
  }
}

private struct Refused: Error {
  let text: String
}
