// Every bound of this module in one place.

/// Bounds on what is taken for an identifier.
package struct IdentifierLimits {
  /// Longest identifier, in bytes, white space around it included: one line of the protocol.
  package static let inputBytesMax = 16_384
  /// Longest host name, in bytes, as DNS has it (RFC 1035, 2.3.4).
  package static let hostBytesMax = 253
  /// Longest label of a host name, in bytes (RFC 1035, 2.3.4).
  package static let hostLabelBytesMax = 63
  /// Most proxies and archives that are taken off around one URL.
  package static let unwrapDepthMax = 4
  /// Digits of a hash of YFCC100M.
  package static let yfccHashDigits = 16...32
}
