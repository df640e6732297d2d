// Lookups of hashes as CIRCL's hashlookup has them (https://www.circl.lu/services/hashlookup/), so that its clients can ask
// this service. A hash of a kind that no list has is neither known nor unknown: 422.

import ByteText
import Client
import Console
import DaemonClient
import Identifiers
import NIOHTTP1
import WireProtocol

/// The kinds of hashes.
enum HashKind: String, CaseIterable, Sendable {
  case md5, sha1, sha256

  var namespace: Namespace {
    switch self {
    case .md5: .md5
    case .sha1: .sha1
    case .sha256: .sha256
    }
  }

  var digits: Int {
    switch self {
    case .md5: 32
    case .sha1: 40
    case .sha256: 64
    }
  }

  /// The name in answers.
  var title: String {
    switch self {
    case .md5: "MD5"
    case .sha1: "SHA-1"
    case .sha256: "SHA-256"
    }
  }

  /// The key of a hash; nil where it is none.
  func key(_ hash: String) -> [UInt8]? {
    guard hash.utf8.count == digits, hash.utf8.allSatisfy(ASCII.isHex) else { return nil }
    return Array("\(rawValue):\(hash.lowercased())".utf8)
  }
}

extension HTTPService {
  func lookUp(_ kind: HashKind, _ hash: String, _ headers: HTTPHeaders) async throws -> Response {
    _ = try form(headers, [.json])
    guard let key = kind.key(hash) else { throw Self.malformed(kind) }
    var identifiers = IdentifierBatch()
    identifiers.append(key.span)
    let (reply, facts) = try await checkTogether(identifiers, known: knownFacts)
    guard let slugs = try Self.found(try reply.checked().lines, facts)[0] else {
      var problem = Problem(
        .notFound, "No list of this index has this hash. Only identical files have the same one.")
      problem.members = ["message": "Non existing \(kind.title)", "coverage": facts.coverage]
      throw problem
    }
    return Self.json(Self.record(kind, hash, slugs) + ["coverage": facts.coverage], .never)
  }

  func lookUpAll(_ kind: HashKind, _ exchange: inout Exchange) async throws -> Response {
    let headers = exchange.head.headers
    guard MediaType(contentType: headers.first(name: "content-type") ?? "") == .json else {
      throw Problem.unsupportedType([.json])
    }
    _ = try form(headers, [.json])
    guard let hashes = HashList.parse(try await exchange.wholeBody()) else {
      throw Problem(
        .badRequest, "The body is a JSON object whose only member, hashes, is an array of strings.")
    }
    guard hashes.count <= limits.bulkHashesMax else {
      throw Problem(.payloadTooLarge, "A bulk lookup has at most \(limits.bulkHashesMax) hashes.")
    }
    var identifiers = IdentifierBatch()
    for hash in hashes {
      guard let key = kind.key(hash) else { throw Self.malformed(kind) }
      identifiers.append(key.span)
    }
    let (reply, facts) = try await checkTogether(identifiers, known: knownFacts)
    let found = try Self.found(try reply.checked().lines, facts)
    let records = zip(hashes, found).compactMap { hash, slugs in slugs.map { Self.record(kind, hash, $0) } }
    var body: [UInt8] = []
    JSON.append(records.content, to: &body)
    body.append(UInt8(ascii: "\n"))
    var response = Response(.json, body, .never)
    response.headers.add(name: "Whichset-Index", value: facts.version)
    return response
  }

  /// What the index can be asked.
  func information(_ headers: HTTPHeaders) async throws -> Response {
    _ = try form(headers, [.json])
    let facts = try await facts()
    let kinds = HashKind.allCases.map { kind -> (String, any FieldValue) in
      ("stat:\(kind.title)", facts.index.datasets.reduce(0) { $0 + ($1.keys[kind.namespace] ?? 0) })
    }
    let version: Record = ["hashlookup-version": "whichset \(ProgramVersion.text)"]
    return Self.json(version + Record(kinds) + ["coverage": facts.coverage], .ifUnchanged).conditional(
      headers)
  }

  private static func malformed(_ kind: HashKind) -> Problem {
    var problem = Problem(.badRequest, "\(kind.title) has \(kind.digits) hexadecimal digits.")
    problem.members = [
      "message": "\(kind.title) value incorrect, expecting \(kind.digits) hexadecimal digits"
    ]
    return problem
  }

  /// The datasets of each hash; nil for one that is in none.
  private static func found(_ lines: [[UInt8]], _ facts: IndexFacts) throws -> [[String]?] {
    try lines.map { line in
      let answer = CheckAnswer(line.span)
      switch answer.verdict {
      case .hit:
        return String(decoding: line[answer.detail], as: UTF8.self).split(separator: ",").map(String.init)
      case .miss: return nil
      case .refused(.unsearchable):
        var problem = Problem(
          .unprocessableEntity,
          "No list of this index has hashes of this kind, so that none can be found: neither known nor unknown."
        )
        problem.members = ["error": Refusal.unsearchable.name, "coverage": facts.coverage]
        throw problem
      case .refused, .malformed: throw DaemonFailure(text: "the hash could not be looked up")
      }
    }
  }

  private static func record(_ kind: HashKind, _ hash: String, _ slugs: [String]) -> Record {
    [kind.title: hash.uppercased(), "datasets": slugs, "source": slugs.joined(separator: ",")]
  }
}

/// The body of a bulk lookup: `{"hashes": [...]}`.
enum HashList {
  /// The hashes; nil where it is anything else.
  static func parse(_ body: [UInt8]) -> [String]? {
    guard let open = body.firstIndex(of: UInt8(ascii: "[")),
      let close = body.lastIndex(of: UInt8(ascii: "]")),
      open < close, words(body[..<open]) == ["{", "\"hashes\"", ":"], words(body[(close + 1)...]) == ["}"]
    else { return nil }
    let array = body[open...close]
    var strings = JSONStrings(bytesMax: 64)
    var hashes: [String] = []
    do throws(JSONStrings.Malformed) {
      try strings.take(array.span) { hashes.append(String($0)) }
    } catch {
      return nil
    }
    return strings.isOver ? hashes : nil
  }

  /// Braces, colons and what stands between them and spaces.
  private static func words(_ bytes: ArraySlice<UInt8>) -> [String] {
    var words: [String] = []
    var isOpen = false
    for byte in bytes {
      let character = String(UnicodeScalar(byte))
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D: isOpen = false
      case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: ":"):
        words.append(character)
        isOpen = false
      default:
        if isOpen { words[words.count - 1] += character } else { words.append(character) }
        isOpen = true
      }
    }
    return words
  }
}
