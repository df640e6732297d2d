// `GET /check`: a few identifiers, with what the answers cover. `POST /check`: any number of them.

import ByteText
import Client
import Console
import DaemonClient
import NIOHTTP1
import WireProtocol

extension HTTPService {
  private static let forms: [MediaType] = [.json, .jsonLines, .tabSeparated]

  func checkQuery(_ target: RequestTarget, _ headers: HTTPHeaders) async throws -> Response {
    let type = try form(headers, Self.forms)
    let ids = target.query.filter { $0.name == "id" }.map(\.value)
    guard !ids.isEmpty, ids.count == target.query.count else {
      throw Problem(.badRequest, "Ask with id=, once for each identifier: /check?id=flickr:99100000001")
    }
    guard ids.count <= limits.idsMax else {
      throw Problem(
        .payloadTooLarge, "A GET asks for at most \(limits.idsMax) identifiers. POST takes any number.")
    }
    var batch = IdentifierBatch()
    for id in ids { batch.append(id.span) }
    let (reply, facts) = try await checkTogether(batch, known: knownFacts)
    var frame = AnswerFrame(type)
    var body: [UInt8] = []
    frame.append(try batch.lines(reply, frame.format), to: &body)
    frame.appendEnd(facts.coverage, to: &body)
    return Response(type, body, .never).conditional(headers)
  }

  /// The answers to some identifiers, and the facts of the very index that they were looked up in.
  ///
  /// - Parameter known: facts that may still hold.
  func checkTogether(
    _ identifiers: IdentifierBatch, known: IndexFacts?
  ) async throws(DaemonFailure) -> (Reply, IndexFacts) {
    var known = known
    for _ in 0..<HTTPLimits.attemptsMax {
      let facts: IndexFacts
      if let given = known.take() { facts = given } else { facts = try await self.facts(isFresh: true) }
      var batch = RequestBatch()
      identifiers.add(to: &batch)
      IndexMark.add(to: &batch)
      let answered = try await daemon.ask(batch)
      let mark = try IndexMark(answered.replies.dropFirst(), generation: answered.generation)
      if mark == facts.mark { return (answered.replies[0], facts) }
    }
    throw DaemonFailure(text: "the index changes too often to say what an answer covers")
  }

  /// Answers a body of any length. Answers are held back until the body has ended, since few programs read while they write.
  /// When too many are held, they are sent as they come; then no more of the body is read while they wait for the client.
  func checkBody(_ exchange: inout Exchange) async throws {
    let headers = exchange.head.headers
    guard let given = MediaType(contentType: headers.first(name: "content-type") ?? MediaType.text.rawValue),
      var reader = IdentifierReader(given)
    else { throw Problem.unsupportedType(IdentifierReader.types) }
    let type = try form(headers, given == .json ? Self.forms : [.tabSeparated, .json, .jsonLines])
    let before = try await facts()
    var frame = AnswerFrame(type)
    var output: [UInt8] = []
    var isOver = false
    while !isOver {
      var batches: [IdentifierBatch] = []
      if let piece = try await exchange.next() {
        try reader.take(piece, into: &batches)
      } else {
        try reader.end(into: &batches)
        isOver = true
      }
      for batch in batches {
        var request = RequestBatch()
        batch.add(to: &request)
        let replies = try await daemon.ask(request).replies
        frame.append(try batch.lines(replies[0], frame.format), to: &output)
        guard output.count > limits.heldBytesMax || exchange.hasBegun else { continue }
        if !exchange.hasBegun { try await exchange.begin(.ok, Response(type, [], .never).headers) }
        try await exchange.send(output)
        output.removeAll(keepingCapacity: true)
      }
    }
    let after = try await facts()
    frame.appendEnd(before.coverage + ["changed": before.mark != after.mark], to: &output)
    guard exchange.hasBegun else { return try await exchange.send(Response(type, output, .never)) }
    try await exchange.send(output)
    try await exchange.end()
  }
}

/// Identifiers out of a body, in whatever pieces it comes.
struct IdentifierReader {
  static let types: [MediaType] = [.text, .json]

  private enum Form {
    case lines(LineBuffer)
    case array(JSONStrings)
  }

  private var form: Form

  /// Nil for a type that holds no identifiers.
  init?(_ type: MediaType) {
    switch type {
    case .text: form = .lines(LineBuffer(lineBytesMax: HTTPLimits.identifierBytesMax))
    case .json: form = .array(JSONStrings(bytesMax: HTTPLimits.identifierBytesMax))
    default: return nil
    }
  }

  mutating func take(_ piece: [UInt8], into batches: inout [IdentifierBatch]) throws(Problem) {
    switch form {
    case .lines(var lines):
      lines.append(piece, count: piece.count)
      while let line = lines.next() { Self.add(lines.line(line), skipsEmpty: true, &batches) }
      form = .lines(lines)
    case .array(var array):
      do throws(JSONStrings.Malformed) {
        try array.take(piece.span) { Self.add($0, skipsEmpty: false, &batches) }
      } catch {
        throw Self.malformed
      }
      form = .array(array)
    }
  }

  mutating func end(into batches: inout [IdentifierBatch]) throws(Problem) {
    switch form {
    case .lines(var lines):
      if let line = lines.nextAtEnd() { Self.add(lines.line(line), skipsEmpty: true, &batches) }
    case .array(let array): guard array.isOver else { throw Self.malformed }
    }
  }

  private static let malformed = Problem(.badRequest, "The body is no JSON array of strings.")

  private static func add(_ input: Span<UInt8>, skipsEmpty: Bool, _ batches: inout [IdentifierBatch]) {
    if skipsEmpty, input.isBlankLine { return }
    if batches.last?.isFull ?? true { batches.append(IdentifierBatch()) }
    batches[batches.count - 1].append(input)
  }
}
