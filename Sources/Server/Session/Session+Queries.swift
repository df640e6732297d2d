// The verbs that ask about datasets as sets and about accounts. All of them become jobs.

internal import Identifiers
internal import Index
internal import WireProtocol

extension Session {
  mutating func answerOverlap(_ arguments: Arguments, _ tagStart: Int) throws(ProtocolError) {
    try arguments.require(words: 0...0, fields: ["namespace"])
    delegate(.overlap(try arguments.namespace()), tagStart)
  }

  /// `LIST all=slug,slug any=... none=... namespace=name count=1`.
  mutating func answerList(_ arguments: Arguments, _ tagStart: Int) throws(ProtocolError) {
    try arguments.require(words: 0...0, fields: ["all", "any", "none", "namespace", "count"])
    var request = ImageListRequest()
    request.all = try slugs(arguments, "all")
    request.any = try slugs(arguments, "any")
    request.none = try slugs(arguments, "none")
    request.namespace = try arguments.namespace()
    request.countsOnly = try arguments.flag("count")
    delegate(.listImages(request), tagStart)
  }

  private func slugs(_ arguments: Arguments, _ name: String) throws(ProtocolError) -> [String] {
    guard let value = try arguments.value(name) else { return [] }
    return try value.split(separator: ",", omittingEmptySubsequences: false).map {
      word throws(ProtocolError) in
      try slug(String(word))
    }
  }

  /// `ACCOUNT identifier *( TAB name=value )`.
  mutating func answerAccount(_ rest: Span<UInt8>, _ tagStart: Int) throws(ProtocolError) {
    var request = AccountRequest()
    var columns = ColumnScanner()
    if let first = columns.next(in: rest) { request.identifier = rest.extracting(first).copied }
    var fields: [String: [UInt8]] = [:]
    while let column = columns.next(in: rest) {
      let field = rest.extracting(column)
      guard let equals = field.indices.first(where: { field[$0] == UInt8(ascii: "=") }),
        let value = Escapes.unescape(field.extracting((equals + 1)..<field.count)),
        fields.updateValue(
          value, forKey: String(decoding: field.extracting(0..<equals).copied, as: UTF8.self))
          == nil
      else { throw ProtocolError(.syntax, "behind the identifier are fields, name=value, parted by TABs") }
    }
    guard Set(fields.keys).isSubset(of: ["images", "label"]), fields["images"] ?? [0x31] == [0x31] else {
      throw ProtocolError(.syntax, "the fields of an account are images=1 and label")
    }
    request.listsImages = fields["images"] != nil
    request.label = fields["label"] ?? []
    guard crossref != nil || request.label.isEmpty else {
      throw ProtocolError(.load, "a label is for an open cross-reference; XREF opens one")
    }
    delegate(.account(request, crossref), tagStart)
  }
}

extension Arguments {
  /// The namespace that a field names; nil where it is not there.
  func namespace() throws(ProtocolError) -> Namespace? {
    guard let name = try value("namespace") else { return nil }
    guard let namespace = Namespace(name: name) else {
      let names = Namespace.allCases.map(\.name).joined(separator: " ")
      throw ProtocolError(.syntax, "no such namespace; there are \(names)")
    }
    return namespace
  }
}
