// Why settings were not reloaded.

internal import WireProtocol

/// Settings that cannot be used.
package struct ReloadFailure: Error, CustomStringConvertible {
  /// One line: where, what is wrong, what is allowed.
  package let description: String

  package init(_ description: String) { self.description = description }
}

extension ReloadFailure {
  /// The failure as a part of a line of the protocol: a file may have any bytes in it.
  var line: String {
    var text: [UInt8] = []
    Escapes.append(description, to: &text, keepingSpaces: true)
    return String(decoding: text, as: UTF8.self)
  }
}
