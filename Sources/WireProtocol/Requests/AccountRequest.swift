/// `ACCOUNT identifier [TAB images=1] [TAB label=text]`: an account's images by dataset.

import ByteText
package struct AccountRequest: Request {
  package static let name = "ACCOUNT"
  package static let summary = "identifier [TAB images=1] [TAB label=text] - an account's images by dataset"
  package static let role = Role.read
  package static let counts = Counted.query

  package static let imagesField = "images"
  package static let labelField = "label"

  package var identifier: [UInt8] = []
  /// Whether its images are listed one by one.
  package var listsImages = false
  /// The label under which its images go to an open cross-reference.
  package var label: [UInt8] = []

  package init() {}

  package init(parsing rest: Span<UInt8>) throws(ProtocolError) {
    var columns = ColumnScanner()
    if let first = columns.next(in: rest) { identifier = rest.extracting(first).copied }
    var values: [String: [UInt8]] = [:]
    while let column = columns.next(in: rest) {
      let field = rest.extracting(column)
      guard let equals = field.firstIndex(of: UInt8(ascii: "=")),
        let value = Escapes.unescape(field.extracting((equals + 1)..<field.count)),
        values.updateValue(
          value, forKey: String(decoding: field.extracting(0..<equals).copied, as: UTF8.self)) == nil
      else { throw ProtocolError(.syntax, "behind the identifier are fields, name=value, separated by TABs") }
    }
    guard Set(values.keys).isSubset(of: [Self.imagesField, Self.labelField]),
      values[Self.imagesField] ?? [0x31] == [0x31]
    else { throw ProtocolError(.syntax, "the fields of an account are images=1 and label") }
    listsImages = values[Self.imagesField] != nil
    label = values[Self.labelField] ?? []
  }

  package func appendArguments(to line: inout [UInt8]) {
    line += [UInt8(ascii: " ")] + identifier
    if listsImages { line.append(contentsOf: "\t\(Self.imagesField)=1".utf8) }
    guard !label.isEmpty else { return }
    line.append(contentsOf: "\t\(Self.labelField)=".utf8)
    Escapes.append(label.span, to: &line, keepingSpaces: true)
  }

  package typealias Reply = StreamedReply<End>

  /// The kinds of lines, by their first columns.
  package enum Line: String {
    case name
    case image
    case dataset
  }

  package struct End: FieldRecord {
    package var images = 0
    package var memberships = 0

    package init() {}

    package init(images: Int, memberships: Int) {
      self.images = images
      self.memberships = memberships
    }

    package static var fields: [FieldOf<Self>] {
      [.number("images", \.images), .number("memberships", \.memberships)]
    }
  }
}
