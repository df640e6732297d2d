// `whichset publish-cluster`, and the options of commands that can ask what it writes.

import ArgumentParser
import Client
import Cluster
import Console
import DaemonClient

struct PublishCluster: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish-cluster",
    abstract: "Write the index to a cluster of Redis servers, for askers on any machine.",
    usage: """
      whichset publish-cluster [--cluster-auth <file>] <nodes>
      """,
    discussion: """
      whichset check --cluster and xref --cluster then answer as the daemon does, from any machine that reaches the \
      cluster. The nodes are Redis or Valkey in cluster mode, or one server without it; name one or more of them.

      The new generation is written beside the former one, read back, confirmed by a replica of each master, and then \
      made visible at once. Then the former one is removed, and with it what was erased meanwhile. What ends the \
      command before leaves the former generation. Who can write to the cluster can change the answers: there is no \
      signature. docs/cluster.md has the format, users of an ACL, TLS, and what happens when nodes fail.

      EXAMPLES
        whichset publish-cluster redis://10.0.0.1:6379,10.0.0.2:6379
        whichset check --cluster redis://10.0.0.1:6379 flickr:53000000001
        whichset publish-cluster --cluster-auth secret redis://10.0.0.1:6379

      EXIT STATUS: 0 published, 2 trouble.
      """)

  @Option(
    help: ArgumentHelp("A file with user:password for the cluster.", valueName: "file"), completion: .file())
  var clusterAuth: String?

  @OptionGroup var daemon: DaemonOptions

  @Argument(help: ArgumentHelp("Nodes of the cluster: redis://host:port,host:port.", valueName: "nodes"))
  var nodes: String

  func run() throws {
    try Program.run { () throws(Trouble) in
      let link = try ClusterOptions.link(nodes, credentials: clusterAuth)
      let outcome = try ClusterRun(link).run(try daemon.connect())
      try Program.print(
        """
        published \(Figures.counted(outcome.images, "image")) of \(Figures.counted(outcome.datasets, "dataset")), \
        \(Figures.counted(outcome.keys, "key")), as generation \(outcome.generation): \
        \(Figures.counted(outcome.buckets, "bucket")) of \(Figures.bytes(outcome.bucketBytes)) on \
        \(Figures.counted(outcome.masters, "master")), \(Figures.grouped(outcome.removed)) former keys removed
        """)
      if outcome.mastersWithoutReplica > 0 {
        let count = Figures.counted(outcome.mastersWithoutReplica, "master")
        Program.note("\(count) without a replica: if its node is lost, publish again")
      }
      return ExitStatus.found
    }
  }
}

struct ClusterOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Ask this cluster instead of a daemon (whichset publish-cluster).", valueName: "nodes"))
  var cluster: String?

  @Option(
    help: ArgumentHelp("A file with user:password for the cluster.", valueName: "file"), completion: .file())
  var clusterAuth: String?

  func validate() throws {
    guard clusterAuth == nil || cluster != nil else {
      throw ValidationError("--cluster-auth is for --cluster.")
    }
  }

  static func link(_ nodes: String, credentials path: String?) throws(Trouble) -> ClusterLink {
    let addresses = try NodeAddress.list(nodes)
    return try ClusterLink(
      addresses,
      credentials: try path.map { path throws(Trouble) in try ClusterCredentials(file: path) })
  }

  /// What answers in place of a daemon; nil where none was chosen.
  func connect() throws(Trouble) -> DaemonLink? {
    guard let cluster else { return nil }
    let link = try Self.link(cluster, credentials: clusterAuth)
    return DaemonLink(answeredBy: try PublishedIndex(try ClusterIndex(link)))
  }
}
