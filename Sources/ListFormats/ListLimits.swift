// Every bound of this target, in one place: reading a list takes the same memory whatever its size.

import WireProtocol

/// The bounds of reading lists.
enum ListLimits {
  /// Bytes of a line, a CSV record or a JSON string that is read; longer ones become rejected rows.
  static let recordBytesMax = ProtocolLimits.lineBytesMax
  /// Bytes of a line in formats that have long texts beside what identifies the image; well below `windowBytes`.
  static let longLineBytesMax = 128 * 1024
  /// Bytes of the list that are held at once. Several lines fit, whatever their length.
  static let windowBytes = 256 * 1024
  /// Bytes at the beginning of a list by which it is recognised.
  static let prefixBytes = 128 * 1024
  /// Rows at the beginning of a list by which it is recognised.
  static let prefixRows = 1_000
  /// Bytes of a character, however it is written.
  static let characterBytesMax = 16
  /// Columns of a table.
  static let columnsMax = 4_096
  /// Nesting of JSON.
  static let nestingMax = 64
  /// Different names of ignored fields that are counted one by one.
  static let ignoredNamesMax = 32
  /// Bytes of the name of an ignored field.
  static let ignoredNameBytesMax = 64
}
