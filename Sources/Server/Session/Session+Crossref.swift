// The verbs of a cross-reference. All of them become jobs; what is decided here is whether they make sense at all.

internal import Index
internal import WireProtocol

extension Session {
  mutating func answerCrossref(_ arguments: Arguments, _ tagStart: Int) throws(ProtocolError) {
    try arguments.require(words: 0...0, fields: ["matches"])
    let givesMatches = try arguments.flag("matches")
    guard crossref == nil else {
      throw ProtocolError(.busy, "this connection has a cross-reference open; TALLY ends it")
    }
    delegate(.openCrossref(givesMatches: givesMatches), tagStart)
  }

  /// `ITEMS rows bytes`. A body follows, whatever is answered, so only a line whose body cannot be told ends the
  /// connection.
  mutating func answerItems(_ rest: Span<UInt8>, _ tagStart: Int, _ forbidden: ProtocolError?) {
    let tag = Array(output[tagStart...])
    output.removeSubrange(tagStart...)
    guard let arguments = try? Arguments(rest), arguments.words.count == 2, arguments.fields.isEmpty,
      let rows = Decimal.parse(arguments.words[0]), let bytes = Decimal.parse(arguments.words[1])
    else {
      refuse(ProtocolError(.syntax, "ITEMS takes its rows and its bytes; closing"), tag)
      close()
      return
    }
    var refusal = forbidden ?? Self.boundRefusal(rows: rows, bytes: bytes)
    if refusal == nil, crossref == nil { refusal = Self.noCrossref }
    receive(Body(tag: tag, block: nil, rows: rows, byteCount: bytes, refusal: refusal))
  }

  /// A block has come whole.
  mutating func endItems(_ body: Body) {
    if let crossref {
      submit(.crossrefItems(crossref, rows: body.rows, body: body.bytes), tag: body.tag)
    } else {
      // A block before it was the end of the cross-reference while this one was still coming.
      refuse(Self.noCrossref, body.tag)
    }
  }

  private static var noCrossref: ProtocolError {
    ProtocolError(.load, "no cross-reference is open on this connection; XREF opens one")
  }

  mutating func answerTally(_ arguments: Arguments, _ tagStart: Int) throws(ProtocolError) {
    try arguments.require(words: 0...0, fields: [])
    guard let open = crossref else {
      throw Self.noCrossref
    }
    crossref = nil
    delegate(.tally(open), tagStart)
  }
}

extension Arguments {
  /// Whether a field is there that may only be 1.
  func flag(_ name: String) throws(ProtocolError) -> Bool {
    guard let value = try value(name) else { return false }
    guard value == "1" else { throw ProtocolError(.syntax, "\(name) can only be 1") }
    return true
  }
}
