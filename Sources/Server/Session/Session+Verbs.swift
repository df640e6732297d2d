// The verbs that are answered at once from the snapshot, and those that only become a job. Cold paths: Strings
// are fine here.

internal import Identifiers
internal import Index
internal import WireProtocol

extension Session {
  /// Performs a request; `offset` is where its line starts in `input`.
  mutating func perform(
    _ request: RequestLine, _ input: Span<UInt8>, at offset: Int, _ context: inout SessionContext
  ) {
    let tag = (request.tag.lowerBound + offset)..<(request.tag.upperBound + offset)
    let rest = (request.arguments.lowerBound + offset)..<(request.arguments.upperBound + offset)
    if request.verb == .check {
      addIdentifier(input, rest, tag: tag, &context)
      return
    }
    flush(input, &context)
    let tagStart = output.count
    let jobsBefore = jobs.count
    append(tag: input.extracting(tag))
    context.tally.verbs.append(request.verb)
    do throws(ProtocolError) {
      try answer(request.verb, input.extracting(rest), tagStart: tagStart, &context)
    } catch {
      append(error)
    }
    if case .identifiers = mode { identifiersBegin(input, behind: rest.upperBound) }
    // What has become a job, or awaits its lines or its body, is timed when it is done.
    if jobs.count == jobsBefore, case .lines = mode, request.verb != .checkMany {
      context.tally.answered.append(request.verb)
    }
  }

  private mutating func answer(
    _ verb: Verb, _ rest: Span<UInt8>, tagStart: Int, _ context: inout SessionContext
  ) throws(ProtocolError) {
    let refusal = verb.refusal(for: role)
    // What follows the line of a refused request has to be skipped, which its verb does.
    if let refusal, !verb.hasBody { throw refusal }
    switch verb {
    // Every role may.
    case .check: preconditionFailure("answered by the batch")
    case .hello: try answerHello(try Arguments(rest), context.programVersion)
    case .ping:
      try Arguments(rest).require(words: 0...0, fields: [])
      appendLine("PONG")
    case .checkMany: try answerCheckMany(rest)
    case .identify: try answerIdentify(rest, &context)
    case .datasets:
      try Arguments(rest).require(words: 0...0, fields: [])
      answerDatasets(context.takeSnapshot())
    case .dataset: try answerDataset(try Arguments(rest), context.takeSnapshot())
    case .stats:
      try Arguments(rest).require(words: 0...0, fields: [])
      delegate(.stats(context.figures), tagStart)
    case .metrics:
      try Arguments(rest).require(words: 0...0, fields: [])
      delegate(.metrics(context.figures), tagStart)
    case .health:
      try Arguments(rest).require(words: 0...0, fields: [])
      let lines = context.figures.health()
      appendLine("OK \(lines.count)")
      for line in lines { appendLine("\(line.name)\t\(line.isDegraded ? "degraded" : "ok")\t\(line.text)") }
    case .help:
      try Arguments(rest).require(words: 0...0, fields: [])
      appendLine("OK \(Verb.allCases.count) role=\(role.rawValue)")
      for verb in Verb.allCases { appendLine("\(verb.summary) [\(verb.role.rawValue)]") }
    case .quit:
      try Arguments(rest).require(words: 0...0, fields: [])
      appendLine("OK")
      close()
    case .get:
      // Safe: copied within the call.
      let identifier = unsafe rest.withUnsafeBufferPointer { unsafe Array($0) }
      delegate(.get(identifier), tagStart)
    case .overlap: try answerOverlap(try Arguments(rest), tagStart)
    case .list: try answerList(try Arguments(rest), tagStart)
    case .account: try answerAccount(rest, tagStart)
    case .loads:
      try Arguments(rest).require(words: 0...0, fields: [])
      delegate(.listLoads, tagStart)
    case .crossref: try answerCrossref(try Arguments(rest), tagStart)
    case .items: answerItems(rest, tagStart, refusal)
    case .tally: try answerTally(try Arguments(rest), tagStart)
    case .export:
      let arguments = try Arguments(rest)
      try arguments.require(words: 0...Int.max, fields: [])
      delegate(.export(try arguments.words.map { word throws(ProtocolError) in try slug(word) }), tagStart)
    case .reindex:
      let arguments = try Arguments(rest)
      try arguments.require(words: 0...1, fields: [])
      delegate(
        .reindex(try arguments.words.first.map { word throws(ProtocolError) in try slug(word) }), tagStart)
    case .reload:
      try Arguments(rest).require(words: 0...0, fields: [])
      delegate(.reload, tagStart)
    case .digest:
      try Arguments(rest).require(words: 0...0, fields: [])
      delegate(.digest, tagStart)
    case .backup: try answerBackup(try Arguments(rest), tagStart)
    case .restore: try answerRestore(try Arguments(rest), tagStart)
    case .verify:
      try Arguments(rest).require(words: 0...0, fields: [])
      delegate(.verify, tagStart)
    case .compact:
      try Arguments(rest).require(words: 0...0, fields: [])
      delegate(.compact, tagStart)
    case .remove: delegate(.remove(try slug(try Arguments(rest), fields: [])), tagStart)
    case .describe: try answerDescribe(try Arguments(rest), tagStart)
    case .ingest: try answerIngest(try Arguments(rest), tagStart)
    case .rows: answerRows(rest, tagStart, refusal)
    case .commit: try answerCommit(rest, tagStart, refusal)
    case .abort: try answerAbort(try Arguments(rest), tagStart)
    }
  }

  /// Turns the request into a job: its tag goes back into the reply that the job will bring.
  mutating func delegate(_ job: Job, _ tagStart: Int) {
    let tag = Array(output[tagStart...])
    output.removeSubrange(tagStart...)
    submit(job, tag: tag)
  }

  private mutating func answerHello(_ arguments: Arguments, _ programVersion: String) throws(ProtocolError) {
    try arguments.require(words: 1...1, fields: [])
    guard let version = Decimal.parse(arguments.words[0]) else {
      throw ProtocolError(.syntax, "HELLO takes the version of the protocol, a number")
    }
    guard version == ProtocolLimits.version else {
      throw ProtocolError(.version, "this daemon speaks version \(ProtocolLimits.version)")
    }
    appendLine("OK whichset protocol=\(ProtocolLimits.version) version=\(programVersion)")
  }

  private mutating func answerCheckMany(_ rest: Span<UInt8>) throws(ProtocolError) {
    // Nothing can be trusted behind a count that is not known: the identifiers would be taken for requests.
    guard let arguments = try? Arguments(rest), (1...2).contains(arguments.words.count),
      arguments.fields.isEmpty, let count = Decimal.parse(arguments.words[0]),
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

  private mutating func answerIdentify(_ rest: Span<UInt8>, _ context: inout SessionContext)
    throws(ProtocolError)
  {
    let identification = context.keys.parser.parse(rest)
    if let error = ProtocolError(identification) { throw error }
    output.append(contentsOf: "OK ".utf8)
    context.keys.appendText(identification, to: &output)
    output.append(UInt8(ascii: "\n"))
  }

  private mutating func answerDatasets(_ snapshot: Snapshot) {
    appendLine("OK \(snapshot.datasets.count)")
    for dataset in snapshot.datasets.values.sorted(by: { $0.slug < $1.slug }) {
      let counts = snapshot.counts.datasets[dataset.number] ?? IndexCounts.Dataset()
      appendLine(
        "\(dataset.slug)\t\(counts.images)\t\(counts.accounts)\t\(dataset.rows)\t\(dataset.rejected)")
    }
  }

  private mutating func answerDataset(_ arguments: Arguments, _ snapshot: Snapshot) throws(ProtocolError) {
    let slug = try slug(arguments, fields: [])
    guard let dataset = snapshot.dataset(slug) else {
      throw snapshot.noDataset(slug)
    }
    let counts = snapshot.counts.datasets[dataset.number] ?? IndexCounts.Dataset()
    var lines = [
      ("slug", slug), ("images", "\(counts.images)"), ("accounts", "\(counts.accounts)"),
      ("rows", "\(dataset.rows)"), ("rejected", "\(dataset.rejected)"),
    ]
    for namespace in Namespace.allCases {
      guard let keys = counts.keys[namespace.rawValue], keys > 0 else { continue }
      lines.append(("keys.\(namespace.name)", "\(keys)"))
    }
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
        ("\(prefix).rules", "\(list.ruleVersion)"),
      ]
    }
    appendTable(lines)
  }

  private mutating func appendTable(_ lines: [(String, String)]) { ReplyTable.append(lines, to: &output) }

  private mutating func answerDescribe(_ arguments: Arguments, _ tagStart: Int) throws(ProtocolError) {
    let slug = try slug(arguments, fields: Self.catalogueFields)
    guard !arguments.fields.isEmpty else { throw ProtocolError(.syntax, "DESCRIBE takes at least one field") }
    var fields: [String: String] = [:]
    for name in arguments.fields.map(\.name) {
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
    return try slug(arguments.words[0])
  }

  /// A word that is a dataset's slug.
  func slug(_ word: String) throws(ProtocolError) -> String {
    guard Arguments.isSlug(word) else {
      throw ProtocolError(
        .dataset,
        "a dataset's name has 1 to \(ProtocolLimits.slugBytesMax) of a-z, 0-9, _ and -, and starts with a letter or digit"
      )
    }
    return word
  }

  private static let catalogueFields = Set(CatalogueField.allCases.map(\.rawValue))
}
