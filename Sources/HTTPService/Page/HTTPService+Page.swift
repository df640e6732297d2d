// The page for people, its answers, and the report.

import ByteText
import Client
import Console
import DaemonClient
import NIOHTTP1
import NIOPosix
import Platform
import Report
import WireProtocol

extension HTTPService {
  func page(_ headers: HTTPHeaders) throws(Problem) -> Response {
    _ = try form(headers, [.html])
    return Response(.html, CheckPage().bytes, .ifUnchanged).conditional(headers)
  }

  /// Answers the page's form. What is wrong with it is said on the page.
  func answerForm(_ exchange: inout Exchange) async throws -> Response {
    let headers = exchange.head.headers
    guard MediaType(contentType: headers.first(name: "content-type") ?? "") == .form else {
      throw Problem.unsupportedType([.form])
    }
    _ = try form(headers, [.html])
    var page = CheckPage()
    do {
      let fields = FormField.parse(try await exchange.wholeBody())
      guard let fields, fields.allSatisfy({ $0.name == "id" }) else {
        throw Problem(.badRequest, "The form could not be read.")
      }
      let ids = Self.lines(fields)
      page.text = ids.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
      guard ids.count <= limits.formIDsMax else {
        throw Problem(
          .payloadTooLarge, "This page takes at most \(Figures.grouped(limits.formIDsMax)) lines at a time.")
      }
      try await answer(ids, on: &page)
    } catch let problem as Problem {
      return Self.answer(page, problem)
    } catch let failure as DaemonFailure {
      return Self.answer(page, .unavailable("No answer can be given now: \(failure.text)."))
    }
    return Response(.html, page.bytes, .never)
  }

  private static func answer(_ page: CheckPage, _ problem: Problem) -> Response {
    var page = page
    page.problem = problem.detail
    var response = Response(.html, page.bytes, .never)
    response.status = problem.status
    for (name, value) in problem.headers { response.headers.add(name: name, value: value) }
    return response
  }

  /// The lines of all fields, those without anything in them left out.
  private static func lines(_ fields: [FormField]) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    for field in fields {
      var buffer = LineBuffer(lineBytesMax: HTTPLimits.identifierBytesMax)
      buffer.append(field.value, count: field.value.count)
      while let line = buffer.nextAtEnd() {
        let text = buffer.line(line)
        if !text.isBlankLine { lines.append(text.trimmingSpace().copied) }
      }
    }
    return lines
  }

  private func answer(_ ids: [[UInt8]], on page: inout CheckPage) async throws(DaemonFailure) {
    var identifiers = IdentifierBatch()
    for id in ids { identifiers.append(id.span) }
    // What people entered about a dataset changes no mark, and whom to write to has to be right.
    let (reply, facts) = try await checkTogether(identifiers, known: nil)
    let lines = try reply.checked().lines
    guard lines.count == ids.count else { throw DaemonFailure(text: "the daemon's reply is not understood") }
    var keys = KeyReader()
    for (id, line) in zip(ids, lines) {
      var key: [UInt8] = []
      let own = keys.append(keyOf: id.span, to: &key)
      page.answers.append(
        PageAnswer(
          input: String(decoding: id, as: UTF8.self),
          key: own == nil ? String(decoding: key, as: UTF8.self) : nil,
          outcome: try PageAnswer.Outcome(line, ownReason: own?.reason)))
    }
    page.facts = facts
  }

  // MARK: - The report

  /// The report that `whichset report` makes. Gathering it waits for the daemon, on a thread of its own.
  func report(_ headers: HTTPHeaders) async throws -> Response {
    _ = try form(headers, [.html])
    let (path, catalogue, patience) = (daemon.path, catalogue, limits.daemonTime)
    let gathered = try await NIOThreadPool.singleton.runIfActive { () -> Result<[UInt8], Trouble> in
      Result { () throws(Trouble) in
        var gathering = ReportGathering(try DaemonLink(path: path, patience: patience), catalogue: catalogue)
        let model = try gathering.model(
          title: "Which images are in which datasets", slugs: [], moment: WallClock.seconds)
        return ReportFormat.html.write(model)
      }
    }
    guard case .success(let bytes) = gathered else {
      throw Problem.unavailable("No report can be made now: the daemon does not answer.")
    }
    var response = Response(.html, bytes, .ifUnchanged)
    // Its style stands in the page itself.
    response.headers.add(
      name: "Content-Security-Policy",
      value: "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'")
    return response
  }
}

extension PageAnswer.Outcome {
  fileprivate init(_ line: [UInt8], ownReason: String?) throws(DaemonFailure) {
    let answer = CheckAnswer(line.span)
    let detail = String(decoding: line[answer.detail], as: UTF8.self)
    switch answer.verdict {
    case .hit: self = .found(detail.split(separator: ",").map(String.init))
    case .miss: self = .missed
    case .refused(let refusal): self = .refused(refusal, reason: ownReason ?? detail)
    case .malformed: throw DaemonFailure(text: "the daemon's reply is not understood")
    }
  }
}
