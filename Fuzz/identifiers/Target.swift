// Any bytes as an identifier. Not only must nothing trap: a key's own text must give the same key again, the long
// way must agree with the short one, and a parser may not grow with what it has seen before.

internal import CFuzz

import ByteText
@testable import Identifiers

/// One parser for all inputs, as a reactor has: what one input leaves behind must not show in the next.
nonisolated(unsafe) private var parser = IdentifierParser()

/// Called by libFuzzer with each input. The bytes are lent for the call.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // Safe: libFuzzer lends `count` bytes for the call, and runs on one thread.
  let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
  unsafe check(input, &parser)
  return 0
}

/// Checks everything that holds for all inputs.
private func check(_ input: [UInt8], _ parser: inout IdentifierParser) {
  let first = parser.parse(input.span)
  let text = copy(parser.text)
  guard let key = canonicalText(first, text) else {
    expect(text.isEmpty, "what is no text key has no text")
    checkMemory(input, &parser)
    return
  }
  expect(parser.parse(key.span) == first && copy(parser.text) == text, "a key's own text gives another key")

  var fresh = IdentifierParser()
  expect(fresh.parse(input.span) == first && copy(fresh.text) == text, "a used parser gives another key")
  var thorough = IdentifierParser()
  let trimmed = input.span.trimmingSpace()
  expect(
    thorough.parseFully(trimmed) == first && copy(thorough.text) == text, "the shortcut gives another key")
  checkMemory(input, &parser)
}

/// An input that was seen before leaves no more memory in use than before.
private func checkMemory(_ input: [UInt8], _ parser: inout IdentifierParser) {
  _ = parser.parse(input.span)
  let before = __sanitizer_get_current_allocated_bytes()
  for _ in 0..<3 { _ = parser.parse(input.span) }
  expect(__sanitizer_get_current_allocated_bytes() <= before, "the parser grows")
}

/// `namespace:value`, or nil where there is no key.
private func canonicalText(_ identification: Identification, _ text: [UInt8]) -> [UInt8]? {
  switch identification {
  case .integer(let namespace, let value):
    var bytes = Array("\(namespace.name):".utf8)
    NamespaceValue.append(value, of: namespace, to: &bytes)
    return bytes
  case .text(let namespace):
    expect(!text.isEmpty, "a text key without text")
    return Array("\(namespace.name):".utf8) + text
  case .unresolvable, .invalid: return nil
  }
}

private func copy(_ span: Span<UInt8>) -> [UInt8] { span.indices.map { span[$0] } }

/// A precondition whose message is shown in optimised code as well.
private func expect(_ condition: Bool, _ message: String) {
  if !condition { fatalError(message) }
}
