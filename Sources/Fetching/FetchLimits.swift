// Every bound of fetching over HTTP (docs/published.md).

package struct FetchLimits: Sendable {
  package static let standard = FetchLimits()

  /// Files that are fetched at the same time.
  package var transfersMax = 16
  /// Connections to one server; with HTTP/2 one carries all transfers.
  package var connectionsMax = 8
  package var redirectsMax = 3
  /// Bytes of all headers of one file, those of redirects included.
  package var headerBytesMax = 64 << 10
  /// Seconds until a connection, with its encryption, stands.
  package var connectSeconds = 10
  /// Seconds for which a transfer may be slower than `bytesPerSecondMin`.
  package var stallSeconds = 15
  package var bytesPerSecondMin = 256
  /// How long to wait before each further try, where the failure may pass.
  package var pauses: [Duration] = [.milliseconds(250), .seconds(1)]

  /// Seconds that a file may take, and one more for each 32 KiB that it may have.
  package var wholeSeconds = 60

  /// Seconds that a file of at most `bytesMax` bytes may take.
  func wholeSeconds(bytesMax: Int) -> Int { wholeSeconds + bytesMax / (32 << 10) }
}
