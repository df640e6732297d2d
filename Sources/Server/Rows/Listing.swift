// What a dataset listed for a key, as bytes that the index keeps and does not look into: under a row's primary
// key the form as listed and the row's other keys, under each other key a link to the primary one (`ListingLink`).
//
//   listing: 0, varint place of the id in the form plus one (0: not in it), varint length, form without the id,
//            varint length, canonical value where the form does not give it, then for each further key:
//            namespace (1), varint length, value
//
// A static URL holds the photo's id, which is the key itself; leaving it out saves a third of what is left after
// compression. A row that lists no more than an integer key has no listing at all, or, beside others of its dataset, an
// empty one.

internal import ByteText
internal import Identifiers
internal import Index
internal import IndexKeys
internal import WireProtocol

struct Listing {
  struct Field: Equatable {
    let namespace: Namespace
    let value: [UInt8]
  }

  var form: [UInt8]
  /// The canonical value of the primary key, where it is a text that the form does not give.
  var canonical: [UInt8]
  var fields: [Field]

  init(form: [UInt8], canonical: [UInt8], fields: [Field]) {
    self.form = form
    self.canonical = canonical
    self.fields = fields
  }

  /// The payload; `id` is the decimal text of an integer key, empty for others.
  func encoded(id: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    Self.appendForm(form.span, id: id.span, to: &output)
    Varint.append(canonical.count, to: &output)
    output += canonical
    for field in fields {
      output.append(field.namespace.rawValue)
      Varint.append(field.value.count, to: &output)
      output += field.value
    }
    return output
  }

  /// Appends the payload of a row that has no further keys, without making a `Listing`.
  static func append(form: Span<UInt8>, id: borrowing Latest<UInt8>, to output: inout Latest<UInt8>) {
    appendForm(form, id: id.span, to: &output.all)
    Varint.append(0, to: &output.all)
  }

  /// The longest form whose numbers take a byte each.
  static let shortFormBytesMax = 126

  /// Stages an image whose short form is `front`, the key's id, `back`, without a copy in between: what `append` gives, where
  /// the id is nowhere else in `front`.
  static func stage(
    _ key: StoredKey, of namespace: Namespace, front: Span<UInt8>, back: Span<UInt8>,
    into lane: inout StagingLane
  ) {
    let head: InlineArray<3, UInt8> = [
      PayloadMark.row, UInt8(front.count + 1), UInt8(front.count + back.count),
    ]
    let tail: InlineArray<1, UInt8> = [0]
    lane.append(
      key, space: namespace.rawValue, isPrimary: true,
      parts: StagedPayload(head.span, front, back, tail.span))
  }

  private static func appendForm(_ form: Span<UInt8>, id: Span<UInt8>, to output: inout [UInt8]) {
    let place = form.firstPlace(of: id)
    output.append(PayloadMark.row)
    Varint.append(place.map { $0 + 1 } ?? 0, to: &output)
    Varint.append(place == nil ? form.count : form.count - id.count, to: &output)
    output.append(form.extracting(0..<(place ?? form.count)))
    if let place { output.append(form.extracting((place + id.count)...)) }
  }

  /// Undoes `encoded`; nil for a link or a damaged payload.
  init?(_ payload: [UInt8], id: [UInt8]) {
    guard payload.first == PayloadMark.row else { return nil }
    var reader = PayloadReader(bytes: payload, offset: 1)
    guard let place = reader.number(), let form = reader.string(), let canonical = reader.string() else {
      return nil
    }
    self.form = form
    if place > 0 {
      guard place - 1 <= form.count else { return nil }
      self.form.insert(contentsOf: id, at: place - 1)
    }
    self.canonical = canonical
    fields = []
    while !reader.isAtEnd {
      guard let number = reader.byte(), let namespace = Namespace(rawValue: number),
        let value = reader.string()
      else { return nil }
      fields.append(Field(namespace: namespace, value: value))
    }
  }

}

private struct PayloadReader {
  let bytes: [UInt8]
  var offset: Int

  var isAtEnd: Bool { offset >= bytes.count }

  mutating func byte() -> UInt8? {
    guard offset < bytes.count else { return nil }
    offset += 1
    return bytes[offset - 1]
  }

  mutating func number() -> Int? {
    var next = offset
    defer { offset = next }
    return Varint.read(bytes.span, at: &next)
  }

  mutating func string() -> [UInt8]? {
    guard let count = number(), count <= bytes.count - offset else { return nil }
    offset += count
    return Array(bytes[(offset - count)..<offset])
  }
}
