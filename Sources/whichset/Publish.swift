// `whichset publish`, and the options of commands that can ask what it writes.

import ArgumentParser
import Client
import Console
import DaemonClient
import Fetching
import Platform
import Publishing

struct Publish: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the index as signed files for any web server.",
    usage: """
      whichset publish --key <file> <folder>
      """,
    discussion: """
      Who copies or serves the folder gives everybody the index to ask: whichset check --published finds an image in \
      it without a daemon, and the server learns a part of a hash that about a thousand keys share. Every answer, \
      a miss too, is verified against the signature. docs/published.md has the format, and what it hides and what not.

      When the folder is published to again, only files with other contents are written, and what the index no \
      longer has is removed. The former publication can be asked until the new one is whole. The same index gives \
      the same files; only head, which is signed, has the time.

      The key is one of Ed25519. ssh-keygen signs with it, or with an agent's if <file> is its public key.

      EXAMPLES
        ssh-keygen -t ed25519 -f publisher
        whichset publish --key publisher /srv/index
        whichset check --published /srv/index --key publisher.pub flickr:53000000001
        whichset check --published https://example.org --key publisher.pub - < ids

      EXIT STATUS: 0 published, 2 trouble; then the former publication stays.
      """)

  @Option(help: ArgumentHelp("The key that signs.", valueName: "file"), completion: .file())
  var key: String

  @OptionGroup var daemon: DaemonOptions

  @Argument(
    help: ArgumentHelp("Where the publication is written.", valueName: "folder"), completion: .directory)
  var folder: String

  func run() throws {
    try Program.run { () throws(Trouble) in
      let outcome = try PublicationRun(folder: folder, key: key).run(try daemon.connect())
      try Program.print(
        """
        published \(Figures.counted(outcome.images, "image")) of \(Figures.counted(outcome.datasets, "dataset")), \
        \(Figures.counted(outcome.keys, "key")), as number \(outcome.head.sequence): \
        \(Figures.counted(outcome.files, "file")), \(Figures.grouped(outcome.filesWritten)) written, \
        \(Figures.grouped(outcome.filesRemoved)) removed
        """)
      return ExitStatus.found
    }
  }
}

/// What is asked: a daemon, a publication or a cluster.
struct PublishedOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Ask this publication instead of a daemon (whichset publish).", valueName: "folder|url"),
    completion: .directory)
  var published: String?

  @Option(
    help: ArgumentHelp(
      "The public key of who has signed it; may have several, a line each.", valueName: "file"),
    completion: .file())
  var key: String?

  @Option(help: ArgumentHelp("Refuse a publication that is older.", valueName: "days"))
  var maxAge: Int?

  @Flag(name: .customLong("no-cache"), help: "Keep no files that are fetched from a URL, and read none.")
  var avoidsCache = false

  @OptionGroup var cluster: ClusterOptions

  /// The option that names what is asked instead of a daemon; nil for a daemon.
  var chosen: String? { published != nil ? "--published" : cluster.cluster != nil ? "--cluster" : nil }

  func validate() throws {
    guard (published == nil) == (key == nil) else {
      throw ValidationError("--published needs --key, the file of the publisher's public key.")
    }
    guard published == nil || cluster.cluster == nil else {
      throw ValidationError("Give --published or --cluster, not both.")
    }
    guard maxAge == nil || published != nil else { throw ValidationError("--max-age is for --published.") }
    guard !avoidsCache || published.map(PublishedAddress.isAddress) == true else {
      throw ValidationError("--no-cache is for --published with a URL.")
    }
    guard (maxAge ?? 0) >= 0, (maxAge ?? 0) <= Self.maxAgeMax else {
      throw ValidationError("--max-age takes days, 0 to \(Self.maxAgeMax).")
    }
  }

  private static let maxAgeMax = 36_500

  /// Connects to what was chosen.
  func connect(else daemon: DaemonOptions) throws(Trouble) -> DaemonLink {
    guard let published, let key else {
      if let link = try cluster.connect() { return link }
      return try daemon.connect()
    }
    let trust = PublicationTrust(
      keys: try Signature.PublicKey.read(key), ageMax: maxAge.map { $0 * 86_400 },
      memory: try PublicationTrust.userMemory())
    return DaemonLink(
      answeredBy: try PublishedIndex(try Publication(try source(published), trust: trust)))
  }

  private func source(_ place: String) throws(Trouble) -> any PublicationSource {
    guard PublishedAddress.isAddress(place) else { return try PublishedFolder(place) }
    let site = try PublishedSite(place)
    guard !avoidsCache, let folder = PublicationCache.userFolder else { return site }
    return CachedPublication(site, PublicationCache(of: site.name, in: folder, note: Program.note))
  }
}
