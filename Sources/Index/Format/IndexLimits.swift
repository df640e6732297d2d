// Every bound of the index, in one place. Those that a test wants to reach quickly can be set lower.

/// Bounds of an index.
package struct IndexLimits: Sendable {
  /// Datasets that exist at one time.
  package var datasetsMax = 16_384
  /// Dataset sets that a namespace distinguishes at one time.
  package var datasetSetsMax = 1 << 24
  /// Bytes of address space that the map reserves; no memory and no disk until used.
  package var mapBytes = 256 << 30
  /// Bytes that must stay free on the disk: writes are refused before this reserve is touched.
  package var diskReserveBytes = 256 << 20
  /// Bytes of memory for staged rows, those of all open loads together, before they are written to a run.
  package var stagingMemoryBytes = 256 << 20
  /// How long staged rows stay in memory only, at most, while more are coming: what a crash costs is sent again.
  package var undurableSeconds = 30
  /// The same of a list whose size is not known, so that it may come from a pipe: a client can keep only so much of it.
  package var undurablePipeSeconds = 5
  /// Bytes of memory for the keys of one spool, and for sorting them, before they are written to a run.
  package var spoolMemoryBytes = 32 << 20
  /// Cores that turn the rows of a block into keys at the same time.
  package var stagingLanes = 1
  /// Bytes put into one write transaction of a large merge before it is committed. LMDB spills large
  /// transactions, and leaks on it (ITS#9155); this is about 32,000 dirty pages.
  package var transactionBytes = 128 << 20
  /// Threads that merge at a time what is written as a new generation.
  package var mergeThreads = 1
  /// Keys of a part that one of them takes, as far as keys spread; a merge of fewer is done as one part.
  package var mergedPartKeys = 1 << 20
  /// Bytes of rows, blocks and listings that are read for a part, likewise.
  package var mergedPartBytes = 16 << 20
  /// Bytes of memory for pieces of runs that they read: fewer threads merge where each has too many runs to read.
  package var mergedPiecesBytes = 32 << 20
  /// Bytes of finished blocks that wait for the writer.
  package var mergedAheadBytes = 32 << 20
  /// Bytes of blocks and listings that one transaction may edit in place, as the namespace has them on average: a change that
  /// touches more writes the namespace as a new generation instead. They are 32,768 dirty pages.
  package var editedBytesMax = 128 << 20
  /// Touched keys up to which an erasure edits blocks in place.
  package var editedKeysMax = 1 << 16
  /// Staged rows of a namespace up to which a load goes into its young level.
  package var youngRowsMax = 1 << 17
  /// Rows that go there however few keys the namespace has; beyond these, a load of more than a fourth of its keys rewrites it.
  package var youngRowsAlways = 1 << 12
  /// The share of a namespace's keys, one in so many, beyond which its young level is folded into its blocks.
  package var youngShare = 16
  /// Stored bytes of a young level beyond which it is folded. A load rewrites most of its blocks if they are few.
  package var youngBytes = 4 << 20
  /// Stored bytes of a young level beyond which a load rewrites the namespace, which folds it.
  package var youngBytesMax = 32 << 20
  /// Blocks that one step of folding rewrites.
  package var foldedBlocks = 64
  /// Uncompressed bytes of one part of a block's listings.
  package var listingPartBytes = 128 << 10
  /// Uncompressed bytes of a block's listings beyond which the block is split, where it has two keys or more.
  package var listingBlockBytes = 1 << 20
  /// Blocks whose pages one step maps: some milliseconds from memory, some tenths of a second from a disk.
  package var warmedBlocks = 4_096
  /// Keys that are erased because of one given key, itself included: a key that names more images is none of one image.
  package var erasedKeysMax = 1_001
  /// Names of one account that are erased with it.
  package var erasedNamesMax = 64
  /// Keys that an index suppresses.
  package var suppressionsMax = 1 << 22
  /// Other indexes whose suppressions an index takes.
  package var keyringsMax = 16
  /// Keys that an index takes as suppressed by others.
  package var importedSuppressionsMax = 1 << 22
  /// Receipts of erasures that an index keeps: the last ones.
  package var receiptsMax = 1_000
  /// Entries of an old generation that one transaction deletes.
  package var sweptEntries = 20_000

  /// Dataset numbers that exist at all. A number is 15 bits of a token, and is not used again before the last
  /// trace of its old dataset is gone.
  static let datasetNumbers = 1 << 15
  /// The record of a dataset is no longer, whatever its lists and fields: more is damage, which is not read.
  static let recordBytesMax = 64 << 20
  /// Records of sets that may be missing in a row: a set whose number is further off has a wrong number.
  static let missingSetsMax = 1 << 10
  /// Uncompressed bytes that a part of the listings may say that it has: more is damage. A part has at most
  /// `listingPartBytes`, or a single entry, whose texts come from one line of the protocol.
  static let listingPartBytesMax = 1 << 20
  /// Leading bits by which the parts of a merge may differ: beyond 4,096 parts, they grow.
  static let mergedPartBitsMax = 12
  /// Runs of a spool that are merged at a time; each is an open file and a piece of it in memory.
  static let spoolRunsMax = 64
  /// Bytes of a block. An LMDB value of at most 4,080 bytes takes exactly one overflow page of 4,096.
  package static let blockBytes = 4_080

  /// Bytes that a block is padded to. LMDB keeps values of up to 2,038 bytes inside leaf pages, which move when a
  /// neighbour changes; a longer one has an overflow page of its own, which stays where it is while the block
  /// stands, and so can be pointed at from the fence directory.
  static let blockBytesMin = 2_048

  /// The standing bounds.
  package init() {}

  /// How many of a namespace's blocks an erasure may touch and still edit them in place. It may be all of them: it leaves
  /// most of a block as it is, and so costs less than to write the block again.
  ///
  /// - Parameter byteCount: of all its blocks and listings.
  func editedBlocks(of blockCount: Int, byteCount: Int) -> Int {
    min(blockCount, editedBytesMax / max(1, byteCount / max(1, blockCount)))
  }
}
