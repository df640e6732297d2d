// Every bound of RESP connections, in one place. protocol/RESP.md quotes these figures; a test compares the two.

enum RESPLimits {
  /// Arguments of a command, its name included.
  static let argumentsMax = 1_024
  /// Bytes of one argument: an identifier is as long as in the line protocol.
  static let argumentBytesMax = 16_384
  /// Bytes of a command, lengths and line ends included. A connection keeps as much of an unfinished one.
  static let commandBytesMax = 65_536
  /// Bytes of the commands between `MULTI` and `EXEC`.
  static let transactionBytesMax = 65_536
  /// Bytes of a name that `CLIENT` sets.
  static let nameBytesMax = 255
}
