// The verbs of a load. All of them become jobs; what is decided here is whether they make sense at all.

internal import Index
internal import WireProtocol

extension Session {
  mutating func answerIngest(_ arguments: Arguments, _ tagStart: Int) throws(ProtocolError) {
    let slug = try slug(arguments, fields: ["mode", "source", "sha256", "name", "format", "bytes"])
    guard load == nil else {
      throw ProtocolError(.busy, "this connection has a load open; COMMIT or ABORT it first")
    }
    guard let mode = LoadMode(rawValue: try arguments.value("mode") ?? "create") else {
      throw ProtocolError(.syntax, "mode is create, append or replace")
    }
    let source = try arguments.value("source") ?? Self.freshSource()
    guard Arguments.isSource(source) else {
      throw ProtocolError(
        .syntax, "source has 1 to \(ProtocolLimits.sourceBytesMax) letters, digits, _ or -")
    }
    var manifest = LoadManifest(slug: slug, source: source, mode: mode)
    manifest.name = try arguments.value("name") ?? ""
    manifest.format = try arguments.value("format") ?? ""
    if let bytes = try arguments.value("bytes") {
      guard let count = Decimal.parse(bytes) else { throw ProtocolError(.syntax, "bytes is a number") }
      manifest.byteCount = count
    }
    manifest.sha256 = try sha256(arguments)
    delegate(.openLoad(manifest), tagStart)
  }

  /// `ROWS block rows bytes`. A body follows, whatever is answered, so only a line whose body cannot be told
  /// ends the connection.
  mutating func answerRows(_ rest: Span<UInt8>, _ tagStart: Int, _ forbidden: ProtocolError?) {
    let tag = Array(output[tagStart...])
    output.removeSubrange(tagStart...)
    guard let arguments = try? Arguments(rest), arguments.words.count == 3, arguments.fields.isEmpty,
      let block = Decimal.parse(arguments.words[0]), let rows = Decimal.parse(arguments.words[1]),
      let bytes = Decimal.parse(arguments.words[2])
    else {
      refuse(ProtocolError(.syntax, "ROWS takes a block's number, its rows and its bytes; closing"), tag)
      close()
      return
    }
    var refusal = forbidden ?? Self.boundRefusal(rows: rows, bytes: bytes)
    if refusal == nil, load == nil {
      refusal = ProtocolError(.load, "no load is open on this connection; INGEST opens one")
    }
    receive(Body(tag: tag, block: block, rows: rows, byteCount: bytes, refusal: refusal))
  }

  /// Why a body is too large; nil where it is not.
  static func boundRefusal(rows: Int, bytes: Int) -> ProtocolError? {
    guard bytes > ProtocolLimits.bodyBytesMax || rows > ProtocolLimits.bodyRowsMax else { return nil }
    return ProtocolError(
      .limit,
      "a block has at most \(ProtocolLimits.bodyRowsMax) rows and \(ProtocolLimits.bodyBytesMax) bytes")
  }

  /// Awaits a body.
  mutating func receive(_ body: Body) {
    mode = .body(body)
    if body.byteCount == 0 { endBody() }
  }

  /// Takes bytes of a body; returns how many.
  mutating func receiveBody(_ input: Span<UInt8>) -> Int {
    guard case .body(var body) = mode else { return 0 }
    // The array is handed over, not copied.
    mode = .lines
    let count = min(input.count, body.byteCount - body.received)
    if body.refusal == nil {
      if body.bytes.isEmpty { body.bytes.reserveCapacity(body.byteCount) }
      // Safe: copied within the call.
      unsafe input.extracting(0..<count).withUnsafeBufferPointer { unsafe body.bytes.append(contentsOf: $0) }
    }
    body.received += count
    let isWhole = body.received == body.byteCount
    mode = .body(body)
    if isWhole { endBody() }
    return count
  }

  private mutating func endBody() {
    guard case .body(let body) = mode else { return }
    mode = .lines
    if let refusal = body.refusal {
      refuse(refusal, body.tag)
    } else if let block = body.block, let load {
      submit(.stageRows(load, block: block, rows: body.rows, body: body.bytes), tag: body.tag)
    } else if body.block == nil {
      endItems(body)
    }
  }

  /// Answers a block with an error, in order behind the blocks before it.
  mutating func refuse(_ error: ProtocolError, _ tag: [UInt8]) {
    if isIdle {
      output.append(contentsOf: tag)
      append(error)
    } else {
      submit(.refuse(error), tag: tag)
    }
  }

  mutating func answerCommit(_ rest: Span<UInt8>, _ tagStart: Int, _ forbidden: ProtocolError?)
    throws(ProtocolError)
  {
    let arguments = try Arguments(rest)
    try arguments.require(words: 0...0, fields: ["blocks", "sha256", "lists"])
    let lists = try arguments.value("lists").map { Decimal.parse($0) } ?? 0
    // Lines follow, whatever is answered, so only a request whose lines cannot be told ends the connection.
    guard let lists, lists <= ProtocolLimits.listsMax else {
      close()
      throw lists == nil
        ? ProtocolError(.syntax, "lists= is a number; closing")
        : ProtocolError(.limit, "a load has at most \(ProtocolLimits.listsMax) lists; closing")
    }
    let tag = Array(output[tagStart...])
    output.removeSubrange(tagStart...)
    var commit = PendingCommit(tag: tag, request: CommitRequest(blocks: 0), left: lists)
    do throws(ProtocolError) {
      if let forbidden { throw forbidden }
      guard load != nil else {
        throw ProtocolError(.load, "no load is open on this connection; INGEST opens one")
      }
      guard let blocks = try arguments.value("blocks").flatMap({ Decimal.parse($0) }) else {
        throw ProtocolError(.syntax, "COMMIT takes blocks=, the number of the last block")
      }
      commit.request.blocks = blocks
      commit.request.sha256 = try sha256(arguments)
    } catch {
      commit.refusal = error
    }
    proceed(commit)
  }

  /// Takes a line of a `COMMIT`; nil for one that is no list.
  mutating func addList(_ list: ListRecord?) {
    guard case .lists(var commit) = mode else { return }
    mode = .lines
    commit.left -= 1
    if commit.refusal == nil {
      if let list {
        commit.request.lists.append(list)
      } else {
        commit.refusal = ProtocolError(
          .syntax, "a list is name=value and so on: \(ListRecord.names.joined(separator: ", "))")
      }
    }
    proceed(commit)
  }

  private mutating func proceed(_ commit: PendingCommit) {
    if commit.left > 0 {
      mode = .lists(commit)
    } else if let refusal = commit.refusal {
      refuse(refusal, commit.tag)
    } else if let load {
      submit(.commit(load, commit.request), tag: commit.tag)
    }
  }

  mutating func answerAbort(_ arguments: Arguments, _ tagStart: Int) throws(ProtocolError) {
    try arguments.require(words: 0...1, fields: [])
    if let name = arguments.words.first, name != load?.identifier {
      let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
      guard parts.count == 2, Arguments.isSlug(parts[0]), Arguments.isSource(parts[1]) else {
        throw ProtocolError(.load, "no such load; LOADS lists them")
      }
      delegate(.abortStaged(name), tagStart)
    } else {
      guard let load else { throw ProtocolError(.load, "no load is open on this connection") }
      delegate(.abort(load), tagStart)
    }
  }

  private func sha256(_ arguments: Arguments) throws(ProtocolError) -> String {
    let digest = try arguments.value("sha256")?.lowercased() ?? ""
    let isHex = digest.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    guard digest.isEmpty || (digest.utf8.count == 64 && isHex) else {
      throw ProtocolError(.syntax, "sha256 has 64 hex digits")
    }
    return digest
  }

  /// A `COMMIT` whose lists are still coming.
  struct PendingCommit: Equatable {
    let tag: [UInt8]
    var request: CommitRequest
    var left: Int
    var refusal: ProtocolError?
  }

  private static func freshSource() -> String { String(UInt64.random(in: .min ... .max), radix: 16) }
}

extension ListRecord {
  /// What a client can say of a list.
  static var names: [String] { ListRecord().figures.map(\.name).filter { $0 != "source" && $0 != "rules" } }

  /// Reads a line of a `COMMIT`; nil where it is none. The version of rules that an export has is that of another
  /// index, and is left out.
  init?(_ line: Span<UInt8>) {
    self.init()
    guard let fields = FieldLine.parse(line) else { return nil }
    let texts: Set<String> = ["name", "format", "sha256"]
    for field in fields where field.name != "rules" {
      guard texts.contains(field.name) || Decimal.parse(field.value) ?? .max <= ProtocolLimits.listFigureMax
      else { return nil }
      guard Self.names.contains(field.name), set(field.name, field.value) else {
        return nil
      }
    }
  }
}
