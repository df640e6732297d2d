// Any bytes as each of the things that the HTTP service reads itself: the target of a request, a form, the types that it
// accepts, the tags that it knows, and bodies of identifiers and of hashes. Nothing may trap, what was read and is written
// again is read as the same, and a body gives the same identifiers however it is cut.

internal import DaemonClient
@testable internal import HTTPService
internal import NIOHTTP1

/// Called by libFuzzer with each input. The bytes are lent for the call. The first one chooses what is read, the second one
/// how a body is cut.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard count > 2 else { return 0 }
  // Safe: libFuzzer lends `count` bytes for the call, and runs on one thread.
  let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
  let rest = Array(input[2...])
  switch input[0] % 6 {
  case 0: readTarget(String(decoding: rest, as: UTF8.self))
  case 1: readForm(rest)
  case 2: readAccept(String(decoding: rest, as: UTF8.self))
  case 3: readTags(String(decoding: rest, as: UTF8.self))
  case 4: readHashes(rest)
  default: for type in IdentifierReader.types { readIdentifiers(rest, type, pieceBytes: Int(input[1]) + 1) }
  }
  return 0
}

/// Every byte as an escape.
private func encoded(_ bytes: some Sequence<UInt8>) -> String {
  bytes.reduce(into: "") { text, byte in
    let digits = String(byte, radix: 16)
    text += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
  }
}

private func encoded(_ fields: [FormField]) -> String {
  fields.map { "\(encoded($0.name.utf8))=\(encoded($0.value))" }.joined(separator: "&")
}

private func readTarget(_ text: String) {
  guard let target = RequestTarget(text) else { return }
  _ = Route(target.path)
  let path = target.path.isEmpty ? "/" : target.path.map { "/" + encoded($0.utf8) }.joined()
  guard RequestTarget("\(path)?\(encoded(target.query))") == target else {
    fatalError("\(target) is another target when it is written again")
  }
}

private func readForm(_ body: [UInt8]) {
  guard let fields = FormField.parse(body) else { return }
  // A part without a name and a value is one, but not one that can be written without its sign.
  guard FormField.parse(Array(encoded(fields).utf8)) == fields else {
    fatalError("\(fields) are other fields when they are written again")
  }
}

private func readAccept(_ text: String) {
  let offers: [MediaType] = [.json, .jsonLines, .tabSeparated]
  if let type = MediaType.preferred([text], among: offers), !offers.contains(type) {
    fatalError("\(type) was not offered")
  }
  // Whatever else is accepted, one of them is.
  guard MediaType.preferred([text, "*/*"], among: offers) != nil || text.lowercased().contains("q") else {
    fatalError("everything is accepted, and nothing fits")
  }
  _ = MediaType(contentType: text)
}

private func readTags(_ text: String) {
  let answer = Response(.json, Array("{}\n".utf8), .ifUnchanged)
  let tag = answer.conditional([:]).headers["etag"][0]
  let conditional = answer.conditional(["If-None-Match": text])
  guard (conditional.status == .notModified) == conditional.body.isEmpty else {
    fatalError("an answer with status \(conditional.status) has \(conditional.body.count) bytes")
  }
  guard conditional.status != .notModified || text.contains(tag) || text.contains("*") else {
    fatalError("a client that knows nothing is not answered")
  }
  guard answer.conditional(["If-None-Match": tag]).status == .notModified else {
    fatalError("an answer does not know its own tag")
  }
}

private func readHashes(_ body: [UInt8]) {
  guard let hashes = HashList.parse(body) else { return }
  let array = hashes.map { hash in
    "\"" + hash.utf16.map { unit in "\\u" + String("000" + String(unit, radix: 16)).suffix(4) }.joined()
      + "\""
  }
  // Of a string that is longer than any hash, only the beginning is kept, which may end in the middle of a character.
  guard hashes.allSatisfy({ $0.utf8.count < 64 }) else { return }
  guard HashList.parse(Array("{\"hashes\":[\(array.joined(separator: ","))]}".utf8)) == hashes else {
    fatalError("\(hashes) are other hashes when they are written again")
  }
}

private func readIdentifiers(_ body: [UInt8], _ type: MediaType, pieceBytes: Int) {
  let (whole, cut) = (identifiers(body, type, body.count), identifiers(body, type, pieceBytes))
  guard whole == cut else {
    fatalError(
      "cut after every \(pieceBytes) bytes, \(String(describing: whole)) become \(String(describing: cut))")
  }
}

/// The identifiers of a body that comes in pieces; nil if it is refused.
private func identifiers(_ body: [UInt8], _ type: MediaType, _ pieceBytes: Int) -> [[UInt8]]? {
  guard var reader = IdentifierReader(type) else { return nil }
  var batches: [IdentifierBatch] = []
  do throws(Problem) {
    var rest = body[...]
    while !rest.isEmpty {
      try reader.take(Array(rest.prefix(pieceBytes)), into: &batches)
      rest = rest.dropFirst(pieceBytes)
    }
    try reader.end(into: &batches)
  } catch {
    return nil
  }
  return batches.flatMap { batch -> [[UInt8]] in
    guard !batch.isEmpty, batch.count <= HTTPLimits.batchIDsMax else {
      fatalError("a batch of \(batch.count)")
    }
    var inputs = batch.inputs
    return (0..<batch.count).map { _ in
      let input = copy(inputs.first)
      inputs.removeFirst()
      return input
    }
  }
}

private func copy(_ bytes: Span<UInt8>) -> [UInt8] { bytes.indices.map { bytes[$0] } }
