// What the addresses of the service do. Nothing that is asked is logged or kept.

package import Catalogue
import Client
import Console
import DaemonClient
import NIOCore
import NIOHTTP1
import Synchronization
import WireProtocol

package final class HTTPService: Sendable {
  let limits: HTTPLimits
  let daemon: Daemon
  let catalogue: Catalogue
  private let allowedOrigin: String?
  private let lastFacts = Mutex<IndexFacts?>(nil)

  /// - Parameter allowedOrigin: from which site scripts may read answers, or `*`; nil for none.
  package init(
    daemon: Daemon, catalogue: Catalogue, allowedOrigin: String? = nil, limits: HTTPLimits = HTTPLimits()
  ) {
    self.daemon = daemon
    self.catalogue = catalogue
    self.allowedOrigin = allowedOrigin
    self.limits = limits
  }

  /// Answers the requests of a connection, one after the other.
  func serve(_ connection: HTTPServer.Connection, isServed: Bool) async {
    // A connection that fails has nobody left to say it to; nothing of it is logged.
    try? await connection.executeThenClose { inbound, outbound in
      var parts = inbound.makeAsyncIterator()
      while case .head(let head) = try await parts.next() {
        var exchange = Exchange(
          head, parts, outbound, limits: limits, furtherHeaders: originHeaders, keepsAlive: isServed)
        try await answer(&exchange, isServed: isServed)
        guard exchange.keepsAlive else { return }
        parts = exchange.rest()
      }
    }
  }

  private var originHeaders: [(name: String, value: String)] {
    guard let allowedOrigin else { return [] }
    return [("Access-Control-Allow-Origin", allowedOrigin), ("Vary", "Origin")]
  }

  private func answer(_ exchange: inout Exchange, isServed: Bool) async throws {
    do {
      do {
        guard isServed else { throw Problem.unavailable("Too many connections are open.") }
        try await dispatch(&exchange)
      } catch let failure as DaemonFailure {
        throw Problem.unavailable("No answer can be given now: \(failure.text).")
      }
    } catch let problem as Problem {
      // An answer that has begun is cut off, so that it cannot be taken for a whole one.
      guard !exchange.hasBegun else { throw problem }
      try await exchange.send(Response(problem))
    }
  }

  private func dispatch(_ exchange: inout Exchange) async throws {
    let head = exchange.head
    try check(head)
    guard let target = RequestTarget(head.uri) else {
      throw Problem(.badRequest, "The target is no path, or an escape in it is wrong.")
    }
    guard let route = Route(target.path) else { throw Problem.notFound }
    guard route.methods.contains(head.method) else { throw Problem.notAllowed(route.methods) }
    if head.method == .OPTIONS { return try await exchange.send(options(route)) }
    switch route {
    case .page where head.method == .POST: try await exchange.send(try await answerForm(&exchange))
    case .page: try await exchange.send(try page(head.headers))
    case .styleSheet:
      try await exchange.send(Response(.css, CheckPage.styleSheet, .ifUnchanged).conditional(head.headers))
    case .script:
      try await exchange.send(Response(.script, CheckPage.script, .ifUnchanged).conditional(head.headers))
    case .report: try await exchange.send(try await report(head.headers))
    case .check where head.method == .POST: try await checkBody(&exchange)
    case .check: try await exchange.send(try await checkQuery(target, head.headers))
    case .datasets: try await exchange.send(try await datasets(head.headers))
    case .dataset(let slug): try await exchange.send(try await dataset(slug, head.headers))
    case .metrics: try await exchange.send(try await metrics(head.headers))
    case .health: try await exchange.send(try await health(head.headers))
    case .lookup(let kind, let hash): try await exchange.send(try await lookUp(kind, hash, head.headers))
    case .bulk(let kind): try await exchange.send(try await lookUpAll(kind, &exchange))
    case .information: try await exchange.send(try await information(head.headers))
    case .description:
      _ = try form(head.headers, [.openAPI, .json])
      let document = Response(.openAPI, PackageResources.openapi_json, .ifUnchanged)
      try await exchange.send(document.conditional(head.headers))
    }
  }

  private func check(_ head: HTTPRequestHead) throws(Problem) {
    guard head.uri.utf8.count <= limits.targetBytesMax else {
      throw Problem(
        .uriTooLong, "The target has at most \(limits.targetBytesMax) bytes. POST takes more identifiers.")
    }
    let headerBytes = head.headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
    guard headerBytes <= limits.headerBytesMax, head.headers.count <= limits.headerFieldsMax else {
      throw Problem(
        .requestHeaderFieldsTooLarge,
        "A request has at most \(limits.headerFieldsMax) header fields of \(limits.headerBytesMax) bytes together."
      )
    }
    guard head.version == .http1_0 || head.headers[canonicalForm: "host"].count == 1 else {
      throw Problem(.badRequest, "A request has one Host field.")
    }
  }

  private func options(_ route: Route) -> Response {
    var response = Response(.text, [], .never)
    response.status = .noContent
    response.headers.remove(name: "Content-Type")
    let methods = route.methods.map(\.rawValue).joined(separator: ", ")
    response.headers.add(name: "Allow", value: methods)
    if allowedOrigin != nil {
      response.headers.add(name: "Access-Control-Allow-Methods", value: methods)
      response.headers.add(name: "Access-Control-Allow-Headers", value: "Accept, Content-Type, If-None-Match")
      response.headers.add(name: "Access-Control-Max-Age", value: "86400")
    }
    return response
  }

  /// The form that a request accepts.
  func form(_ headers: HTTPHeaders, _ offers: [MediaType]) throws(Problem) -> MediaType {
    guard let type = MediaType.preferred(headers["accept"], among: offers) else {
      throw Problem.notAcceptable(offers)
    }
    return type
  }

  /// What the index held when it was last asked.
  var knownFacts: IndexFacts? { lastFacts.withLock { $0 } }

  /// What the index holds now.
  ///
  /// - Parameter isFresh: whether what people entered about datasets has to be that of now, too.
  func facts(isFresh: Bool = false) async throws(DaemonFailure) -> IndexFacts {
    let facts = try await daemon.facts(isFresh ? nil : knownFacts, catalogue: catalogue)
    lastFacts.withLock { $0 = facts }
    return facts
  }
}

// MARK: - What the daemon says of itself and of its index

extension HTTPService {
  private func datasets(_ headers: HTTPHeaders) async throws -> Response {
    _ = try form(headers, [.json])
    let facts = try await facts(isFresh: true)
    let records = facts.index.datasets.map { dataset -> Record in
      [
        "dataset": dataset.slug, "images": dataset.images, "accounts": dataset.accounts, "rows": dataset.rows,
        "title": facts.index.entry(dataset.slug)[.title],
      ]
    }
    return Self.json(["datasets": records, "coverage": facts.coverage], .ifUnchanged).conditional(headers)
  }

  private func dataset(_ slug: String, _ headers: HTTPHeaders) async throws -> Response {
    _ = try form(headers, [.json])
    let unknown = Problem(
      .notFound, "The index has no dataset of this name. /datasets has those that it has.")
    guard Slug.isValid(slug) else { throw unknown }
    let reply = try await daemon.ask(DatasetRequest(slug))
    if case .error(.dataset, _, _) = reply.status { throw unknown }
    let values = NamedValues(try reply.read(DatasetRequest.self))
    var catalogue = catalogue
    catalogue.enter(slug, fields: values.fields)
    let entry = catalogue.entry(slug) ?? CatalogueEntry(id: slug)
    return Self.json(values.record + entry.facts(in: catalogue), .ifUnchanged).conditional(headers)
  }

  private func metrics(_ headers: HTTPHeaders) async throws -> Response {
    _ = try form(headers, [.openMetrics])
    let lines = try await daemon.ask(MetricsRequest()).read(MetricsRequest.self).lines
    return Response(.openMetrics, Array((lines.joined(separator: "\n") + "\n").utf8), .never)
  }

  private func health(_ headers: HTTPHeaders) async throws -> Response {
    _ = try form(headers, [.json])
    let subjects = try await daemon.ask(HealthRequest()).read(HealthRequest.self).records
    let records = subjects.map { ["name": $0.name, "state": $0.state, "text": $0.text] as Record }
    let isDegraded = subjects.contains(where: \.isDegraded)
    return Self.json(
      [
        "status": isDegraded ? HealthRequest.Subject.degraded : HealthRequest.Subject.ok, "subjects": records,
      ], .never)
  }

  static func json(_ record: Record, _ keeping: Response.Keeping) -> Response {
    var body: [UInt8] = []
    JSON.append(record, to: &body)
    body.append(UInt8(ascii: "\n"))
    return Response(.json, body, keeping)
  }
}
