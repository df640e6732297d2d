// Keys rebuilt by newer rules: what one version of the program loaded, a later one makes right from the rows that the
// index keeps.

import Identifiers
import Index
import TestSupport
import Testing

@testable import Server

@Suite("reindexing")
struct ReindexTests {
  /// Rules before all of the families, and the present ones.
  private static let old = 0

  private static func load(_ rows: [String], into slug: String, _ client: BareClient, mode: String = "create")
  {
    let body = rows.map { $0 + "\n" }.joined()
    _ = client.ask("INGEST \(slug) source=s mode=\(mode) name=\(slug).txt\n")
    _ = client.ask("ROWS 1 \(rows.count) \(body.utf8.count)\n\(body)")
    let reply = client.ask("COMMIT blocks=1\n")
    #expect(reply.hasPrefix("OK rows=\(rows.count) accepted=\(rows.count) "), "\(reply)")
  }

  private static let sizes = [
    "https://i.pinimg.com/236x/ab/cd/ef/abcdef0123456789abcdef0123456789.jpg",
    "https://i.pinimg.com/564x/ab/cd/ef/abcdef0123456789abcdef0123456789.jpg",
  ]
  private static let further = [
    "https://live.staticflickr.com/65535/53000000001_0123456789_b.jpg\tnsid=10000001@N02",
    "https://www.flickr.com/photos/invented/53000000001/\tlisted=row 7",
    "https://example.org/one.jpg\tmd5=0123456789abcdef0123456789abcdef", "flickr:53000000002",
  ]

  /// A folder with two datasets, loaded by the old rules.
  private static func oldIndex() throws -> TemporaryFolder {
    let daemon = try BareDaemon(ruleVersion: old)
    let client = daemon.connect()
    load(sizes + further, into: "parks", client)
    load([sizes[0], "md5:0123456789abcdef0123456789abcdef"], into: "strangers", client)
    // To rules without families each URL is an image of its own.
    #expect(client.ask("CHECK \(sizes[0])\n") == "HIT parks,strangers\n")
    #expect(client.ask("DATASETS\n").hasPrefix("OK 2\nparks\t6\t1\t6\t0\nstrangers\t2\t0\t2\t0\n"))
    client.leave()
    return daemon.folder
  }

  private static func stats(_ client: BareClient) -> [String: String] {
    var stats: [String: String] = [:]
    for line in client.ask("STATS\n").split(separator: "\n").dropFirst() {
      let parts = line.split(separator: "\t")
      stats[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
    }
    return stats
  }

  @Test("makes two URLs of one image one image, with exact counts, and leaves other datasets alone")
  func oneDataset() throws {
    let folder = try Self.oldIndex()
    let client = try BareDaemon(in: folder).connect()
    #expect(Self.stats(client)["datasets.outdated"] == "2")
    #expect(client.ask("CHECK \(Self.sizes[1])\n") == "MISS\n")

    #expect(client.ask("REINDEX parks\n") == "MORE 1\nparks\t6\t0\t4\nEND 1\n")
    #expect(client.ask("CHECK \(Self.sizes[1])\n") == "HIT parks\n")
    #expect(client.ask("CHECK flickr:53000000001\n") == "HIT parks\n")
    #expect(client.ask("DATASETS\n") == "OK 2\nparks\t4\t1\t6\t0\nstrangers\t2\t0\t2\t0\n")
    let stats = Self.stats(client)
    #expect(stats["datasets.outdated"] == "1")
    // Four of parks; of strangers an URL that is found under its old key only, and a hash that parks has as well.
    #expect(stats["images"] == "6")
    #expect(stats["memberships"] == "6")
    #expect(client.ask("DATASET parks\n").contains("list.1.name\tparks.txt\n"))
    #expect(client.ask("DATASET parks\n").contains("list.1.rules\t\(ruleVersion)\n"))
    #expect(client.ask("DATASET strangers\n").contains("list.1.rules\t0\n"))
    #expect(client.ask("GET nsid:10000001@N02\n").hasPrefix("OK 1\nparks\tflickr:53000000001\thttps://live."))
    #expect(client.ask("LOADS\n") == "OK 0\n")
  }

  @Test("of all leaves what a load by the present rules would have made")
  func all() throws {
    let folder = try Self.oldIndex()
    let client = try BareDaemon(in: folder).connect()
    #expect(client.ask("REINDEX\n") == "MORE 1\nparks\t6\t0\t4\nMORE 1\nstrangers\t2\t0\t2\nEND 2\n")
    #expect(client.ask("REINDEX\n") == "END 0\n")
    let fresh = try BareDaemon().connect()
    Self.load(Self.sizes + Self.further, into: "parks", fresh)
    Self.load([Self.sizes[0], "md5:0123456789abcdef0123456789abcdef"], into: "strangers", fresh)
    // The row whose form is no identifier keeps the URL under which it was loaded, which names the photo now.
    #expect(client.ask("DIGEST\n") == fresh.ask("DIGEST\n"))
    #expect(client.ask("CHECK \(Self.sizes[1])\n") == "HIT parks,strangers\n")
    let names = ["images", "memberships", "accounts", "keys", "rows", "keys.flickr", "keys.url", "keys.md5"]
    let (found, expected) = (Self.stats(client), Self.stats(fresh))
    for name in names { #expect(found[name] == expected[name], "\(name)") }
    // And it is the same when the daemon starts again.
    client.leave()
  }

  @Test(
    "is of use also for rows that are only the address of a photo's file, which old rules take for any address"
  )
  func addresses() throws {
    let folder = try TemporaryFolder()
    let address = "https://live.staticflickr.com/65535/53000000003_0123456789_b.jpg"
    do {
      let client = try BareDaemon(in: folder, ruleVersion: Self.old).connect()
      Self.load([address], into: "parks", client)
      #expect(client.ask("CHECK flickr:53000000003\n") == "MISS\n")
      #expect(
        client.ask("XREF matches=1\nITEMS 1 \(address.utf8.count + 1)\n\(address)\n")
          == "OK\nOK 1\n1\tparks\n")
    }
    let client = try BareDaemon(in: folder).connect()
    #expect(client.ask("REINDEX\n") == "MORE 1\nparks\t1\t0\t1\nEND 1\n")
    #expect(client.ask("CHECK flickr:53000000003\n") == "HIT parks\n")
  }

  @Test("keeps rows that the present rules refuse, counts them, and finds them again")
  func refused() throws {
    let folder = try TemporaryFolder()
    do {
      let client = try BareDaemon(in: folder, ruleVersion: Self.old).connect()
      // A short link that only Flickr can resolve; rules without families take it for any URL.
      Self.load(
        ["https://flic.kr/s/aHsjB7zNkE\tmd5=0123456789abcdef0123456789abcdef", "flickr:1"], into: "parks",
        client)
    }
    let client = try BareDaemon(in: folder).connect()
    #expect(client.ask("REINDEX\n") == "MORE 1\nparks\t2\t1\t2\nEND 1\n")
    #expect(client.ask("CHECK md5:0123456789abcdef0123456789abcdef\n") == "HIT parks\n")
    #expect(client.ask("EXPORT\n").contains("\nflic.kr/s/") == false)
    #expect(client.ask("EXPORT\n").contains("https://flic.kr/s/aHsjB7zNkE"))
    #expect(Self.stats(client)["rows"] == "2")
    #expect(Self.stats(client)["images"] == "2")
  }

  @Test("leaves a dataset that is loaded into meanwhile as that load left it")
  func overtaken() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    Self.load(Self.further, into: "parks", client)
    client.send("REINDEX parks\n")
    // The first step opens the load.
    #expect(client.finishJob())
    let other = daemon.connect()
    #expect(other.ask("LOADS\n") == "OK 1\nparks.~reindex\t-\t-\t-\t-\t-\t-\topen\n")
    Self.load(["flickr:9"], into: "parks", other, mode: "append")
    #expect(client.ask("").hasPrefix("ERR BUSY RETRY "))
    #expect(client.ask("CHECK flickr:9\n") == "HIT parks\n")
    #expect(other.ask("LOADS\n") == "OK 0\n")
    #expect(client.ask("REINDEX parks\n") == "MORE 1\nparks\t5\t0\t4\nEND 1\n")
  }

  @Test("whose client leaves stays undone, and leaves nothing staged")
  func abandoned() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    Self.load(Self.further, into: "parks", client)
    let digest = client.ask("DIGEST\n")
    let other = daemon.connect()
    other.send("REINDEX parks\n")
    #expect(other.finishJob())
    other.leaveUnheard()
    #expect(client.ask("LOADS\n") == "OK 0\n")
    #expect(daemon.streams.value == 0)
    #expect(client.ask("DIGEST\n") == digest)
  }

  @Test("that was killed leaves staged rows that the next start removes")
  func leftovers() throws {
    let folder = try TemporaryFolder()
    do {
      let daemon = try BareDaemon(in: folder)
      let client = daemon.connect()
      Self.load(Self.further, into: "parks", client)
      client.send("REINDEX parks\n")
      #expect(client.finishJob())
      #expect(try daemon.index.stagedLoadNames() == ["parks.~reindex"])
      // Nothing more is done.
    }
    let again = try BareDaemon(in: folder)
    #expect(try again.index.stagedLoadNames().isEmpty)
  }
}
