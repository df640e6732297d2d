// Why a request is refused (RFC 9457). What was asked for is never repeated in it.

import Console
import NIOHTTP1

struct Problem: Error, Sendable {
  let status: HTTPResponseStatus
  /// What is wrong and, where there is something, what to do.
  let detail: String
  var headers: [(name: String, value: String)] = []
  /// Further members.
  var members: Record = [:]

  init(_ status: HTTPResponseStatus, _ detail: String) {
    self.status = status
    self.detail = detail
  }

  /// Seconds after which it is worth to try again.
  static let retrySeconds = 5

  static func unavailable(_ detail: String) -> Problem {
    var problem = Problem(.serviceUnavailable, detail)
    problem.headers = [("Retry-After", "\(retrySeconds)")]
    return problem
  }

  static func notAllowed(_ methods: [HTTPMethod]) -> Problem {
    var problem = Problem(.methodNotAllowed, "This address has other methods.")
    problem.headers = [("Allow", methods.map(\.rawValue).joined(separator: ", "))]
    return problem
  }

  static func notAcceptable(_ offers: [MediaType]) -> Problem {
    Problem(
      .notAcceptable, "The answer can have these types: \(offers.map(\.rawValue).joined(separator: ", ")).")
  }

  static func unsupportedType(_ types: [MediaType]) -> Problem {
    Problem(
      .unsupportedMediaType,
      "The body can have these types: \(types.map(\.rawValue).joined(separator: ", ")).")
  }

  static let notFound = Problem(
    .notFound, "There is nothing at this address. /openapi.json describes what there is.")

  var body: [UInt8] {
    let problem: Record = ["title": status.reasonPhrase, "status": Int(status.code), "detail": detail]
    var bytes: [UInt8] = []
    JSON.append(problem + members, to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }
}
