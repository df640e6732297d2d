// Every bound of the protocol, in one place. PROTOCOL.md quotes these figures; a test compares the two.

/// The bounds of protocol version 1.
package enum ProtocolLimits {
  /// The version that `HELLO` names.
  package static let version = 1
  /// Bytes of a line, its LF and a CR before it not counted.
  package static let lineBytesMax = 16_384
  /// Bytes of a request tag, the `@` not counted.
  package static let tagBytesMax = 32
  /// Bytes of a verb.
  package static let verbBytesMax = 16
  /// Bytes of a dataset's slug.
  package static let slugBytesMax = 63
  /// Bytes of the `source` that names a load.
  package static let sourceBytesMax = 64
  /// Identifiers of one `MCHECK`.
  package static let checkManyMax = 1_000_000
  /// Bytes of identifiers, their line ends included, up to which an `MCHECK` sees one snapshot however it arrives.
  package static let checkManySnapshotBytes = 65_536
  /// Lines of one `GET` reply.
  package static let getLinesMax = 10_000
  /// Bytes of these lines, their LFs included: four hundred for each of them, where a line of a URL has about a hundred.
  package static let getBytesMax = 4 << 20
  /// Bytes of one `ROWS` body.
  package static let bodyBytesMax = 1 << 20
  /// Rows of one `ROWS` body.
  package static let bodyRowsMax = 65_536
  /// `ROWS` requests of one connection that wait for their reply.
  package static let rowsUnderWayMax = 8
  /// Loads that are open on some connection.
  package static let openLoadsMax = 16
  /// Bytes of one catalogue field's value.
  package static let catalogueValueBytesMax = 4_096
  /// Lists that one `COMMIT` records.
  package static let listsMax = 4_096
  /// A figure of a list that `COMMIT` records: small enough that no sum of them overflows.
  package static let listFigureMax = 1 << 40
  /// Identifiers of one `ERASE`, and their bytes.
  package static let eraseMax = 10_000
  package static let eraseBytesMax = 4 << 20
  /// Bytes of the reason of an `UNSUPPRESS`.
  package static let reasonBytesMax = 1_024
  /// Cross-references that are open on some connection.
  package static let crossrefsMax = 8
  /// Labels of one cross-reference, rows without one apart.
  package static let labelsMax = 1_024
  /// Bytes of a label.
  package static let labelBytesMax = 255
  /// Names of one account that are followed.
  package static let accountNamesMax = 1_024
  /// Backups, compactions and restorations under way at one time, together.
  package static let upkeepMax = 1
  /// Backups, verifications, compactions and restorations under way, beside all other streamed replies.
  package static let careStreamsMax = 4
  /// Damages that `VERIFY` tells one by one.
  package static let damagesMax = 1_000
  /// Streamed replies under way at one time.
  package static let streamsMax = 16
  /// One in so many connections, streamed replies, cross-references and open loads is kept for administrators.
  package static let adminShare = 8
  /// Seconds for which a streamed reply or a cross-reference may hold its snapshot, those of administrators apart.
  package static let snapshotSecondsMax = 3_600
  /// Seconds without a request after which an open load or cross-reference is let go, and after which a connection is
  /// closed while more than half of all connections are in use.
  package static let idleSecondsMax = 300
  /// Bytes of lines after which a part of a streamed reply ends, with its last line.
  package static let partBytes = 128 << 10
  /// Bytes of replies that wait for one reader before no more is read from it: the answers to half a million `CHECK`s.
  package static let outputPendingBytesMax = 16 << 20
  /// Bytes of replies that wait for all readers, from which on `outputScarceBytesMax` and `stalledScarceSecondsMax` hold.
  package static let outputPendingAllBytesMax = 128 << 20
  /// Bytes of replies that wait for one reader before no more is read from it, while much waits for all of them.
  package static let outputScarceBytesMax = 64 << 10
  /// Seconds without progress after which a slow reader is dropped, while much waits for all of them.
  package static let stalledScarceSecondsMax = 5
  /// Seconds without progress after which a slow reader is dropped; and for which an unfinished `MCHECK` may hold a
  /// snapshot that is not the newest any more.
  package static let stalledSecondsMax = 60
}
