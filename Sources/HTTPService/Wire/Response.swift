// A whole answer, as a value: what is sent, and the header fields that all answers have.

import Digests
import NIOHTTP1

struct Response: Sendable {
  var status = HTTPResponseStatus.ok
  var headers: HTTPHeaders = [:]
  var body: [UInt8] = []

  /// How a cache may keep it.
  enum Keeping: Sendable {
    /// Not at all: it says what somebody asked.
    case never
    /// It has to ask each time whether it is still true.
    case ifUnchanged

    var header: String {
      switch self {
      case .never: "no-store"
      case .ifUnchanged: "no-cache"
      }
    }
  }

  init(_ type: MediaType, _ body: [UInt8], _ keeping: Keeping) {
    self.body = body
    headers.add(name: "Content-Type", value: type.header)
    headers.add(name: "Cache-Control", value: keeping.header)
  }

  init(_ problem: Problem) {
    self.init(.problem, problem.body, .never)
    status = problem.status
    for (name, value) in problem.headers { headers.add(name: name, value: value) }
  }

  /// With a tag of its content, by which a client can ask whether it has changed; without the content where it has not.
  func conditional(_ request: HTTPHeaders) -> Response {
    var digest = RunningDigest(.sha256)
    digest.update(body.span)
    let tag = "\"\(digest.hexadecimal().prefix(32))\""
    var response = self
    response.headers.add(name: "ETag", value: tag)
    let known = request[canonicalForm: "if-none-match"]
    guard known.contains("*") || known.contains(where: { $0 == tag || $0 == "W/" + tag }) else {
      return response
    }
    response.status = .notModified
    response.headers.remove(name: "Content-Type")
    response.body = []
    return response
  }
}

extension HTTPHeaders {
  /// What every answer says to a browser: nothing from elsewhere, no guess at types, no trace at other sites.
  static let ofAllAnswers: [(name: String, value: String)] = [
    (
      "Content-Security-Policy",
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
        + "base-uri 'none'; frame-ancestors 'none'"
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
  ]
}
