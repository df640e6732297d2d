// The verbs that are answered at once from the snapshot, and those that only become a job. Cold paths: Strings
// are fine here.

internal import Identifiers
internal import Index
internal import WireProtocol

extension Session {
  /// Performs a request; `offset` is where its line starts in `input`.
  func perform(_ request: RequestLine, _ input: Span<UInt8>, at offset: Int) {
    let tag = (request.tag.lowerBound + offset)..<(request.tag.upperBound + offset)
    let rest = (request.arguments.lowerBound + offset)..<(request.arguments.upperBound + offset)
    if request.verb == .check {
      addIdentifier(input, rest, tag: tag)
      return
    }
    flush(input)
    let tagStart = output.count
    append(tag: input.extracting(tag))
    do throws(ProtocolError) {
      try answer(request.verb, input.extracting(rest), tagStart: tagStart)
    } catch {
      append(error)
    }
  }

  private func answer(_ verb: Verb, _ rest: Span<UInt8>, tagStart: Int) throws(ProtocolError) {
    switch verb {
    case .check: preconditionFailure("answered by the batch")
    case .hello: try answerHello(try Arguments(rest))
    case .ping:
      try Arguments(rest).require(words: 0...0, fields: [])
      appendLine("PONG")
    case .checkMany: try answerCheckMany(try Arguments(rest))
    case .identify: try answerIdentify(rest)
    case .datasets:
      try Arguments(rest).require(words: 0...0, fields: [])
      answerDatasets()
    case .dataset: try answerDataset(try Arguments(rest))
    case .stats:
      try Arguments(rest).require(words: 0...0, fields: [])
      answerStats()
    case .help:
      appendLine("OK \(Verb.allCases.count)")
      for verb in Verb.allCases { appendLine(verb.summary) }
    case .quit:
      appendLine("OK")
      close()
    case .get:
      guard rest.count > 0 else { throw ProtocolError(.syntax, "GET takes an identifier") }
      delegate(.get(unsafe rest.withUnsafeBufferPointer { unsafe Array($0) }), tagStart)  // safe: copied at once
    case .overlap:
      try Arguments(rest).require(words: 0...0, fields: [])
      delegate(.overlap, tagStart)
    case .loads:
      try Arguments(rest).require(words: 0...0, fields: [])
      delegate(.listLoads, tagStart)
    case .remove: delegate(.remove(try slug(try Arguments(rest), fields: [])), tagStart)
    case .describe: try answerDescribe(try Arguments(rest), tagStart)
    case .ingest: try answerIngest(try Arguments(rest), tagStart)
    case .rows: answerRows(rest, tagStart)
    case .commit: try answerCommit(try Arguments(rest), tagStart)
    case .abort: try answerAbort(try Arguments(rest), tagStart)
    }
  }

  /// Turns the request into a job: its tag goes back into the reply that the job will bring.
  func delegate(_ job: Job, _ tagStart: Int) {
    let tag = Array(output[tagStart...])
    output.removeSubrange(tagStart...)
    submit(job, tag: tag)
  }

  private func answerHello(_ arguments: Arguments) throws(ProtocolError) {
    try arguments.require(words: 1...1, fields: [])
    guard let version = Decimal.parse(arguments.words[0]) else {
      throw ProtocolError(.syntax, "HELLO takes the version of the protocol, a number")
    }
    guard version == ProtocolLimits.version else {
      throw ProtocolError(.version, "this daemon speaks version \(ProtocolLimits.version)")
    }
    appendLine("OK whichset protocol=\(ProtocolLimits.version) version=\(context.programVersion)")
  }

  private func answerCheckMany(_ arguments: Arguments) throws(ProtocolError) {
    // Nothing can be trusted behind a count that is not known: the identifiers would be taken for requests.
    guard (1...2).contains(arguments.words.count), arguments.fields.isEmpty,
      let count = Decimal.parse(arguments.words[0]),
      arguments.words.count == 1 || arguments.words[1].uppercased() == "COMPACT"
    else {
      close()
      throw ProtocolError(.syntax, "MCHECK takes a count and may take COMPACT; closing")
    }
    guard count <= ProtocolLimits.checkManyMax else {
      close()
      throw ProtocolError(.limit, "MCHECK takes at most \(ProtocolLimits.checkManyMax) identifiers; closing")
    }
    beginIdentifiers(count, compact: arguments.words.count == 2)
  }

  private func answerIdentify(_ rest: Span<UInt8>) throws(ProtocolError) {
    let identification = context.keys.parser.parse(rest)
    switch identification {
    case .invalid, .unresolvable:
      let answer = Self.answer(identification)
      throw ProtocolError(answer.code, answer.text)
    case .integer, .text:
      output.append(contentsOf: "OK ".utf8)
      context.keys.appendText(identification, to: &output)
      output.append(UInt8(ascii: "\n"))
    }
  }

  private func answerDatasets() {
    let snapshot = context.snapshot
    appendLine("OK \(snapshot.datasets.count)")
    for dataset in snapshot.datasets.values.sorted(by: { $0.slug < $1.slug }) {
      let counts = snapshot.counts.datasets[dataset.number] ?? IndexCounts.Dataset()
      appendLine(
        "\(dataset.slug)\t\(counts.images)\t\(counts.accounts)\t\(dataset.rows)\t\(dataset.rejected)")
    }
  }

  private func answerDataset(_ arguments: Arguments) throws(ProtocolError) {
    let slug = try slug(arguments, fields: [])
    let snapshot = context.snapshot
    guard let dataset = snapshot.dataset(slug) else {
      throw ProtocolError(.dataset, "no dataset named \(slug)")
    }
    let counts = snapshot.counts.datasets[dataset.number] ?? IndexCounts.Dataset()
    var lines = [
      ("slug", slug), ("images", "\(counts.images)"), ("accounts", "\(counts.accounts)"),
      ("rows", "\(dataset.rows)"), ("rejected", "\(dataset.rejected)"),
    ]
    for (name, value) in dataset.fields.sorted(by: { $0.key < $1.key }) {
      lines.append(("field.\(name)", value))
    }
    for (index, list) in dataset.lists.enumerated() {
      let prefix = "list.\(index + 1)"
      lines += [
        ("\(prefix).name", list.name), ("\(prefix).format", list.format), ("\(prefix).sha256", list.sha256),
        ("\(prefix).bytes", "\(list.byteCount)"), ("\(prefix).rows", "\(list.rows)"),
        ("\(prefix).rejected", "\(list.rejected)"), ("\(prefix).images", "\(list.imagesNew)"),
        ("\(prefix).memberships", "\(list.membershipsNew)"), ("\(prefix).loaded", "\(list.loadedAt)"),
      ]
    }
    appendTable(lines)
  }

  private func answerStats() {
    let snapshot = context.snapshot
    let counts = snapshot.counts
    var lines = [
      ("images", "\(counts.images)"), ("memberships", "\(counts.memberships)"),
      ("datasets", "\(snapshot.datasets.count)"), ("accounts", "\(counts.accounts)"),
      ("rows", "\(snapshot.datasets.values.reduce(0) { $0 + $1.rows })"),
      ("rejected", "\(snapshot.datasets.values.reduce(0) { $0 + $1.rejected })"), ("keys", "\(counts.keys)"),
      ("sets", "\(snapshot.datasetSetCount)"),
    ]
    for namespace in Namespace.allCases {
      guard let space = counts.spaces[namespace.rawValue], space.keys > 0 else { continue }
      if space.images > 0 { lines.append(("images.\(namespace.name)", "\(space.images)")) }
      lines.append(("keys.\(namespace.name)", "\(space.keys)"))
    }
    for figure in context.figures.figures { lines.append((figure.name, figure.value)) }
    appendTable(lines)
  }

  private func appendTable(_ lines: [(String, String)]) {
    appendLine("OK \(lines.count)")
    for (name, value) in lines {
      output.append(contentsOf: name.utf8)
      output.append(UInt8(ascii: "\t"))
      Escapes.append(value, to: &output, keepingSpaces: true)
      output.append(UInt8(ascii: "\n"))
    }
  }

  private func answerDescribe(_ arguments: Arguments, _ tagStart: Int) throws(ProtocolError) {
    let slug = try slug(arguments, fields: Self.catalogueFields)
    guard !arguments.fields.isEmpty else { throw ProtocolError(.syntax, "DESCRIBE takes at least one field") }
    var fields: [String: String] = [:]
    for name in Set(arguments.fields.map(\.name)) {
      guard let value = try arguments.value(name) else { continue }
      guard value.utf8.count <= ProtocolLimits.catalogueValueBytesMax else {
        throw ProtocolError(.limit, "a field has at most \(ProtocolLimits.catalogueValueBytesMax) bytes")
      }
      fields[name] = value
    }
    delegate(.describe(slug, fields), tagStart)
  }

  /// The one word of a request that takes a dataset's slug.
  func slug(_ arguments: Arguments, fields: Set<String>) throws(ProtocolError) -> String {
    try arguments.require(words: 1...1, fields: fields)
    guard Arguments.isSlug(arguments.words[0]) else {
      throw ProtocolError(
        .dataset,
        "a dataset's name has 1 to \(ProtocolLimits.slugBytesMax) of a-z, 0-9, _ and -, and starts with a letter or digit"
      )
    }
    return arguments.words[0]
  }

  private static let catalogueFields: Set<String> = [
    "title", "year", "institution", "country", "images", "identities", "kinds", "purpose", "licence",
    "status",
    "derived", "users", "contact", "url", "note",
  ]
}
