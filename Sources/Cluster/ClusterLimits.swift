// Every bound of an index in a cluster (docs/cluster.md).

package enum ClusterLimits {
  /// Slots of a cluster, fixed by Redis Cluster.
  package static let slotCount = 16_384
  /// Nodes that may be named to begin with.
  package static let seedsMax = 64
  /// Nodes that a cluster may have: what Redis recommends as the most.
  package static let nodesMax = 1_000

  /// Commands that are under way at the same time.
  package static let commandsAtOnce = 8_192
  /// Bytes of commands that are under way at the same time; a longer one goes alone.
  package static let bytesAtOnce = 8 << 20

  /// How long connecting to a node may take, and how long a node may be silent while an answer is awaited.
  package static let nodePatience = Duration.seconds(2)
  /// How long commands are tried again, while nodes fail and slots move. A failover takes about
  /// `cluster-node-timeout` and a second or two.
  package static let patience = Duration.seconds(20)
  /// The same for a gateway, whose clients can try again themselves: others wait for the answers of the same batch.
  package static let gatewayPatience = Duration.seconds(3)
  /// How long replicas may take to confirm what was written.
  package static let replicaPatience = Duration.seconds(10)
  /// How long a publisher that says nothing more keeps others out.
  package static let lockPatience = Duration.seconds(60)

  /// Slots that buckets are in: few enough for the buckets of a batch to share commands, and enough for some fifty
  /// masters to have about as many each.
  static let tagCount = 256
  /// Buckets that one command reads.
  static let bucketsPerCommand = 64

  /// Rows that a bucket has on average, at most, until there are as many buckets as there may be. Few, so that a
  /// lookup moves few bytes; more would cost less memory.
  package static let meanRowsMax = 96
  /// Rows of one bucket: dozens of times the average, which only chosen keys would reach.
  package static let bucketRowsMax = 4_096
  /// Bits that number the buckets of one section.
  package static let bucketBitsMax = 24
  /// Buckets of a generation, whose numbers have seven hexadecimal digits.
  package static let bucketsMax = 1 << 28

  /// Different sets of datasets.
  package static let setsMax = 1 << 20
  package static let manifestBytesMax = 64 << 20
  /// What a generation knows of its datasets. The longest part is the pairs of datasets that share images.
  package static let factsBytesMax = 64 << 20
  /// The file with the user and the password.
  package static let credentialBytesMax = 4_096
  /// Keys that a node lists at a time while old generations are removed.
  static let scanCount = 1_000

  /// How many bits number the buckets of a section with so many keys.
  package static func bits(keys: Int) -> Int {
    var bits = 0
    while bits < bucketBitsMax, keys > meanRowsMax << bits { bits += 1 }
    return bits
  }
}
