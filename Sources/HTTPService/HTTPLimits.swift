// Every bound of the HTTP service, in one place. docs/http.md quotes these values; a test compares the two.

import Client
import NIOCore
import WireProtocol

package struct HTTPLimits: Sendable {
  /// Bytes of a request's target.
  package var targetBytesMax = 8_192
  /// Bytes of the names and values of a request's header fields.
  package var headerBytesMax = 16_384
  package var headerFieldsMax = 100
  /// Values of `id` in a `GET /check`.
  package var idsMax = 100
  /// Bytes of a body that is read as a whole: a form, or the hashes of a bulk lookup.
  package var wholeBodyBytesMax = 1 << 20
  /// Identifiers of a form.
  package var formIDsMax = 1_000
  /// Hashes of a bulk lookup.
  package var bulkHashesMax = 10_000
  /// Bytes of the answers to a body that are held back until it has ended.
  package var heldBytesMax = 8 << 20
  /// Connections that are served; requests on further ones are refused.
  package var connectionsMax = 256
  /// How long a connection may be open without a request.
  package var idleTime = Duration.seconds(60)
  /// How long the head of a request may take from its first byte.
  package var headTime = Duration.seconds(10)
  /// How long a request may go on while nothing moves in either direction.
  package var stalledTime = Duration.seconds(30)
  /// How long a request may take as a whole.
  package var requestTime = Duration.seconds(3_600)
  /// How long the daemon may take for a reply.
  package var daemonTime = Duration.seconds(10)
  /// How long requests that are in progress may take when the program is to stop.
  package var stopTime = Duration.seconds(5)

  /// Bytes of an identifier; a longer one is answered as invalid.
  package static let identifierBytesMax = RequestIdentifier.bytesMax
  /// Identifiers, and their bytes, that are asked for at a time.
  static let batchIDsMax = 512
  static let batchBytesMax = 256 << 10
  /// Bytes of an answer that wait for a slow reader before no more of its request is read.
  static let outputPendingBytesMax = 1 << 20
  /// Bytes of a head for which the decoder has room; it cannot tell what is too long in a longer one.
  static let decodedHeadBytesMax = 64 << 10
  /// How often an answer is tried again that the index changed under.
  static let attemptsMax = 4

  package init() {}
}
