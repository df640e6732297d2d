// A daemon that answers from an index elsewhere: the same lines, in the same order, however the bytes come, and nothing from
// the index in its own folder.

import ByteText
import Identifiers
import Synchronization
import Testing
import WireProtocol

@testable import Server

@Suite("a gateway")
struct GatewayTests {
  @Test("answers CHECK and MCHECK as another daemon does")
  func lookups() throws {
    let client = try BareDaemon(distant: InventedIndex()).connect(.read)
    #expect(client.ask("CHECK flickr:7\n") == "HIT parks,strangers\n")
    #expect(
      client.ask("@a CHECK flickr:8\n@b check https://example.org/one.jpg\r\n") == "@a MISS\n@b HIT parks\n")
    #expect(client.ask("CHECK flickr:9\n").hasPrefix("ERR CLUSTER RETRY the bucket"))
    #expect(client.ask("CHECK nonsense at all\n").hasPrefix("ERR IDENTIFIER CLIENT "))
    #expect(client.ask("CHECK https://flic.kr/s/aHsjEqU6Bc\n").hasPrefix("ERR UNRESOLVABLE CLIENT "))
    #expect(client.ask("CHECK nsid:10000001@N02\n").hasPrefix("ERR UNSEARCHABLE CLIENT "))
    let lines = client.ask("@m MCHECK 4\nflickr:7\n\nflickr:9\nflickr:8\n").split(separator: "\n")
    #expect(
      lines.count == 5 && lines[0] == "@m OK 4" && lines[1] == "HIT parks,strangers" && lines[4] == "MISS")
    #expect(lines[2].hasPrefix("ERR IDENTIFIER") && lines[3].hasPrefix("ERR CLUSTER RETRY "))
    let compact =
      "MCHECK 6 COMPACT\nflickr:7\nx y\nflickr:9\nflickr:8\nhttps://flic.kr/s/a\nnsid:1000001@N02\n"
    #expect(client.ask(compact) == "OK 1\n+!!-?~\n")
    #expect(client.ask("MCHECK 0\nMCHECK 0 COMPACT\nPING\n") == "OK 0\nOK 1\n\nPONG\n")
    #expect(client.ask("MCHECK 2 COMPACT\n\nnonsense at all\nPING\n") == "OK 1\n!!\nPONG\n")
  }

  @Test("keeps the order of replies, however the bytes are cut")
  func order() throws {
    let long = String(repeating: "x", count: ProtocolLimits.lineBytesMax + 1)
    let requests = """
      CHECK flickr:7
      CHECK flickr:8
      PING

      @t CHECK flickr:8
      \(long)
      IDENTIFY flickr:8
      CHECK nonsense at all
      NONSENSE
      MCHECK 3
      flickr:7
      \(long)
      flickr:8
      GET flickr:7
      CHECK flickr:7
      INGEST parks
      ROWS 1 1 9
      flickr:1
      DATASETS
      QUIT

      """
    let whole = try BareDaemon(distant: InventedIndex()).connect().ask(requests)
    let codes = whole.split(separator: "\n").map { line in
      line.hasPrefix("ERR ") ? String(line.split(separator: " ")[1]) : String(line)
    }
    #expect(
      codes == [
        "HIT parks,strangers", "MISS", "PONG", "@t MISS", "LINE", "OK flickr:8", "IDENTIFIER", "VERB", "OK 3",
        "HIT parks,strangers", "LINE", "MISS", "GATEWAY", "HIT parks,strangers", "GATEWAY", "GATEWAY", "OK 1",
        "parks\t1\t0\t1\t0", "OK",
      ])
    let bytes = Array(requests.utf8)
    for size in [1, 7, 100, 4_000] {
      let client = try BareDaemon(distant: InventedIndex()).connect()
      for start in stride(from: 0, to: bytes.count, by: size) {
        client.send(bytes[start..<min(start + size, bytes.count)])
        if start.isMultiple(of: 3) { client.settle() }
      }
      client.settle()
      #expect(client.text == whole, "in pieces of \(size)")
    }
  }

  @Test("looks identifiers of an MCHECK up together, up to the promised bytes and no further")
  func together() throws {
    let index = InventedIndex()
    let daemon = try BareDaemon(distant: index)
    // A turn that is over ends a batch.
    daemon.context.turnNanoseconds = .max
    let client = daemon.connect(.read)
    let line = "flickr:53000000001\n"
    let most = ProtocolLimits.checkManySnapshotBytes / line.utf8.count
    client.send("MCHECK \(most)\n")
    for _ in 0..<most { client.send(line) }
    client.settle()
    #expect(index.batches == [most])
    // One more does not fit, and begins another.
    let more = most + 2
    client.send("MCHECK \(more)\n")
    for _ in 0..<more {
      client.send(line)
      client.settle()
    }
    #expect(index.batches == [most, most + 1, 1])
    // Those that come together are one batch.
    client.send(String(repeating: "CHECK flickr:8\n", count: 100))
    client.settle()
    #expect(index.batches.last == 100 && index.batches.count == 4)
  }

  @Test("answers what has come of an MCHECK whose client ends its side")
  func halfClose() throws {
    let client = try BareDaemon(distant: InventedIndex()).connect(.read)
    client.send("MCHECK 5\nflickr:7\nflickr:8")
    client.halfClose()
    client.settle()
    #expect(client.text == "OK 5\nHIT parks,strangers\nMISS\n")
  }

  @Test("counts a list by dataset and label, each image once, in one state of the index")
  func crossref() throws {
    let index = InventedIndex()
    let daemon = try BareDaemon(distant: index)
    let client = daemon.connect(.read)
    let rows = [
      "flickr:7\tlabel=a", "flickr:8\tlabel=a", "flickr:7\tlabel=b", "https://example.org/one.jpg\tlabel=b",
      "http://example.org/one.jpg", "nonsense at all\tlabel=b", "https://flic.kr/s/aHsjEqU6Bc",
      "md5:0123456789abcdef0123456789abcdef", "!row\tno row\tlabel=c",
    ]
    #expect(client.ask("XREF\n" + items(rows) + items(rows)) == "OK\nOK 0\nOK 0\n")
    let counts = """
      MORE 10
      dataset\tparks\t2
      dataset\tstrangers\t1
      label\t\t2\t1\t1\t2
      label\ta\t2\t1\t2\t0
      label\tb\t2\t2\t3\t2
      label\tc\t0\t0\t0\t2
      cell\tparks\t\t1
      cell\tparks\ta\t1
      cell\tparks\tb\t2
      cell\tstrangers\ta\t1
      cell\tstrangers\tb\t1
      """
    let lines = client.ask("TALLY\n").split(separator: "\n").filter { !$0.hasPrefix("MORE 0") }
    #expect(lines.dropFirst().dropLast().elementsEqual(counts.split(separator: "\n").dropFirst()))
    #expect(
      lines.last == """
        END 11 rows=18 invalid=4 unresolvable=2 duplicates=8 identifiers=4 images=2 unmatched=1 unsearchable=1 \
        memberships=3
        """)
    #expect(index.states.allSatisfy { $0 == 1 } && !index.states.isEmpty)
    #expect(client.ask("TALLY\n").hasPrefix("ERR LOAD "))
    #expect(
      client.ask("XREF matches=1\n" + items(rows)) == "OK\nOK 4\n1\tparks,strangers\n3\tparks,strangers\n"
        + "4\tparks\n5\tparks\n")
    // It sees the state of the moment when it was opened.
    #expect(index.states.last == 2)
  }

  @Test("gives no count of a list of which one image could not be looked up")
  func crossrefFailed() throws {
    let client = try BareDaemon(distant: InventedIndex()).connect(.read)
    let lost = items(["flickr:7", "flickr:9"])
    let reply = client.ask("XREF\n" + lost + "TALLY\nTALLY\n").split(separator: "\n")
    #expect(reply.count == 4 && reply[2].hasPrefix("ERR CLUSTER RETRY the bucket"), "\(reply)")
    #expect(reply[3].hasPrefix("ERR LOAD "))
    let matches = client.ask("XREF matches=1\n" + lost + "TALLY\n").split(separator: "\n")
    #expect(matches.count == 3 && matches[1].hasPrefix("ERR CLUSTER RETRY "), "\(matches)")
    #expect(matches[2].hasPrefix("ERR LOAD "))
    let empty = try BareDaemon(distant: InventedIndex(isEmpty: true)).connect(.read)
    #expect(empty.ask("XREF\n").hasPrefix("ERR CLUSTER RETRY "))
  }

  private func items(_ rows: [String]) -> String {
    let body = rows.map { $0 + "\n" }.joined()
    return "ITEMS \(rows.count) \(body.utf8.count)\n" + body
  }

  @Test("answers about datasets as they were published")
  func datasets() throws {
    let client = try BareDaemon(distant: InventedIndex()).connect(.read)
    #expect(client.ask("@d DATASETS\n") == "@d OK 1\nparks\t1\t0\t1\t0\n")
    #expect(client.ask("DATASET parks\n") == "OK 1\nslug\tparks\n")
    #expect(client.ask("DATASET park\n") == "ERR DATASET CLIENT no dataset named park; did you mean parks?\n")
    #expect(client.ask("DATASETS parks\n").hasPrefix("ERR SYNTAX "))
    #expect(client.ask("OVERLAP\n") == "OK 1\nparks\tstrangers\t1\n")
    #expect(client.ask("OVERLAP namespace=coco\n") == "OK 0\n")
    #expect(client.ask("OVERLAP namespace=nothing\n").hasPrefix("ERR SYNTAX "))
    let statistics = client.ask("STATS\n").split(separator: "\n")
    #expect(statistics[1] == "images\t23" && statistics.count { $0.hasPrefix("images\t") } == 1)
    #expect(statistics.contains("cluster.generation\t0123456789abcdef"))
    #expect(statistics.contains("cluster.nodes.unreachable.names\t10.0.0.2:6379"))
    #expect(!statistics.contains { $0.hasPrefix("datasets\t0") })
    let health = client.ask("HEALTH\n").split(separator: "\n").filter { $0.hasPrefix("cluster\t") }
    #expect(
      health.count == 1 && health[0].hasPrefix("cluster\tdegraded\tgeneration 0123456789abcdef, published "))
    #expect(health[0].hasSuffix("s ago; out of reach: 10.0.0.2:6379 (10.0.0.2:6379: gone)"))
    let metrics = client.ask("METRICS\n").split(separator: "\n")
    #expect(metrics.contains(#"whichset_cluster_node_up{node="10.0.0.1:6379"} 1"#))
    #expect(metrics.contains(#"whichset_cluster_node_up{node="10.0.0.2:6379"} 0"#))
    #expect(metrics.contains("whichset_cluster_published_timestamp_seconds 1790000000"))
    #expect(metrics.contains(#"whichset_images{namespace="flickr"} 22"#))
  }

  @Test("names the host that publishes for everything else, and skips what belongs to it")
  func refused() throws {
    let daemon = try BareDaemon(distant: InventedIndex())
    let lines: [Verb: String] = [
      GetRequest.verb: "GET flickr:7", AccountRequest.verb: "ACCOUNT nsid:10000001@N02",
      ListRequest.verb: "LIST", ExportRequest.verb: "EXPORT",
    ]
    for verb in Verb.allCases where !Gateway.verbs.contains(verb) {
      // One whose following lines are not known ends its connection.
      let reply = daemon.connect().ask((lines[verb] ?? verb.name) + "\n")
      #expect(reply.hasPrefix("ERR ") && reply.split(separator: "\n").count == 1, "\(verb): \(reply)")
      if verb.hasBody { continue }
      #expect(reply.hasPrefix("ERR GATEWAY CLIENT ") && reply.contains("index.example"), "\(verb): \(reply)")
    }
    let client = daemon.connect()
    #expect(
      client.ask("ROWS 1 1 9\nflickr:1\nPING\n").hasSuffix("index.example, the host that publishes\nPONG\n"))
    #expect(client.ask("ERASE 1\nflickr:1\nPING\n").hasSuffix("the host that publishes\nPONG\n"))
    let help = client.ask("HELP\n")
    #expect(help.contains("\nCHECK ") && !help.contains("\nGET ") && !help.contains("\nINGEST "))
    // Of the role that a socket does not give nothing else is said.
    let reader = try BareDaemon(distant: InventedIndex()).connect(.read)
    #expect(reader.ask("REMOVE parks\n").hasPrefix("ERR FORBIDDEN "))
  }

  @Test("does not speak RESP, rather than say that an image is in no dataset")
  func resp() throws {
    let client = try BareDaemon(distant: InventedIndex()).connect(.read)
    let reply = client.ask("*2\r\n$3\r\nGET\r\n$8\r\nflickr:7\r\n")
    #expect(reply.hasPrefix("-") && reply.contains("RESP") && client.isClosing)
  }

  @Test("answers nothing before there is a generation")
  func nothing() throws {
    let client = try BareDaemon(distant: InventedIndex(isEmpty: true)).connect(.read)
    #expect(client.ask("CHECK flickr:7\n").hasPrefix("ERR CLUSTER RETRY "))
    #expect(client.ask("DATASETS\n").hasPrefix("ERR CLUSTER RETRY "))
    #expect(client.ask("HEALTH\n").contains("\ncluster\tdegraded\tnothing was published"))
    #expect(!client.ask("STATS\n").contains("\nimages\t"))
  }

  @Test("counts what it has looked up by what came of it")
  func figures() throws {
    let daemon = try BareDaemon(distant: InventedIndex())
    let client = daemon.connect(.read)
    _ = client.ask("CHECK flickr:7\nCHECK flickr:8\nCHECK flickr:9\nMCHECK 2\nflickr:7\nnonsense at all\n")
    let totals = daemon.figures.totals
    #expect(totals.lookups("hit") == 2 && totals.lookups("miss") == 1 && totals.lookups("invalid") == 1)
    #expect(totals.errors[.cluster] == 1 && totals.requests[CheckManyRequest.verb] == 1)
  }
}

@Suite("lookups that wait for a distant index")
struct DistantQueueTests {
  @Test("have bytes of identifiers up to the bound, and no more")
  func bound() throws {
    let queue = try DistantQueue(slow: SlowLog(nil, milliseconds: 0))
    let count = Counted()
    func submit(bytes: Int) {
      queue.submit(
        DistantLookup(keys: [.integer(.flickr, 7)]) { answers in
          if case .failed(let error) = answers[0], error.code == .busy {
            count.value.add(1, ordering: .relaxed)
          }
          return .nothing
        }, RequestNote(verb: .check, identifiers: 1, byteCount: bytes), of: nil, { _ in })
    }
    submit(bytes: 1)
    submit(bytes: DistantLimits.waitingBytesMax - 1)
    #expect(count.value.load(ordering: .relaxed) == 0)
    submit(bytes: 1)
    #expect(count.value.load(ordering: .relaxed) == 1)
    queue.stop()
    queue.run(InventedReader(InventedIndex()), mark: queue.marks[0])
    #expect(count.value.load(ordering: .relaxed) == 1)
    // There is room again.
    submit(bytes: 1)
    #expect(count.value.load(ordering: .relaxed) == 1)
  }

  @Test("of several clients are one batch, each with its own answers")
  func batch() throws {
    let queue = try DistantQueue(slow: SlowLog(nil, milliseconds: 0))
    let index = InventedIndex()
    let box = Seen()
    for keys in [[7, 8], [8], [8, 7, 7]] {
      queue.submit(
        DistantLookup(keys: keys.map { .integer(.flickr, UInt64($0)) }) { answers in
          box.value.withLock { $0.append(answers) }
          return .nothing
        }, nil, of: nil, { _ in })
    }
    queue.stop()
    queue.run(index.makeReader(), mark: queue.marks[0])
    let hit = DistantAnswer.hit(Array("parks,strangers".utf8)[...])
    #expect(box.value.withLock { $0 } == [[hit, .miss], [.miss], [.miss, hit, hit]])
    #expect(index.batches == [6])
  }
}

private final class Counted: Sendable {
  let value = Atomic<Int>(0)
}

private final class Seen: Sendable {
  let value = Mutex<[[DistantAnswer]]>([])
}

/// 7 is in two datasets, 8 in none, and the bucket of 9 is lost.
private final class InventedIndex: DistantIndex {
  private let isEmpty: Bool
  private let taken = Mutex<[Int]>([])

  init(isEmpty: Bool = false) { self.isEmpty = isEmpty }

  private let opened = Atomic<Int>(0)
  private let asked = Mutex<[Int]>([])

  /// The states that were asked, by their order of opening; 0 for the newest.
  var states: [Int] { asked.withLock { $0 } }

  func state() throws(ProtocolError) -> any DistantState {
    if isEmpty { throw ProtocolError(.cluster, "nothing was published") }
    return InventedState(opened.add(1, ordering: .relaxed).newValue)
  }

  func digest(of text: Span<UInt8>) -> (high: UInt64, low: UInt64) {
    var hash: UInt64 = 1
    for index in text.indices { hash = hash &* 31 &+ UInt64(text[index]) }
    return (hash &* 0x9E37_79B9_7F4A_7C15, hash)
  }

  /// Keys of each batch.
  var batches: [Int] { taken.withLock { $0 } }

  func makeReader() -> any DistantReader { InventedReader(self) }
  func makeWatcher() -> any DistantWatcher { InventedWatcher() }

  var status: DistantStatus {
    var status = DistantStatus()
    guard !isEmpty else {
      status.trouble = "nothing was published"
      return status
    }
    status.generation = "0123456789abcdef"
    status.publishedAt = 1_790_000_000
    status.publisher = "index.example"
    status.datasets = ["parks", "strangers"]
    status.statistics = [("images", "23"), ("images.flickr", "22")]
    status.nodes = [("10.0.0.1:6379", nil), ("10.0.0.2:6379", "10.0.0.2:6379: gone")]
    return status
  }

  func reply(to request: String) throws(ProtocolError) -> DistantReply? {
    if isEmpty { throw ProtocolError(.cluster, "nothing was published") }
    let replies = [
      "DATASETS": "parks\t1\t0\t1\t0\n", "DATASET parks": "slug\tparks\n", "OVERLAP": "parks\tstrangers\t1\n",
    ]
    return replies[request].map { DistantReply(count: 1, lines: Array($0.utf8)[...]) }
  }

  fileprivate func answers(to keys: [DistantKey], in state: (any DistantState)?) -> [DistantAnswer] {
    taken.withLock { $0.append(keys.count) }
    if let state = state as? InventedState { asked.withLock { $0.append(state.number) } }
    let page = digest(of: Array("url:example.org/one.jpg".utf8).span)
    return keys.map { key in
      if isEmpty { return .failed(ProtocolError(.cluster, "nothing was published")) }
      switch key {
      case .integer(.flickr, 7): return .hit(Array("parks,strangers".utf8)[...])
      case .integer(.flickr, 9): return .failed(ProtocolError(.cluster, "the bucket is missing"))
      case .text(.url, Array("url:example.org/one.jpg".utf8)): return .hit(Array("parks".utf8)[...])
      case .digest(.url, page.high, page.low): return .hit(Array("parks".utf8)[...])
      case .text(.nsid, _), .digest(.md5, _, _): return .unsearchable
      default: return .miss
      }
    }
  }
}

private final class InventedReader: DistantReader {
  private let index: InventedIndex
  init(_ index: InventedIndex) { self.index = index }
  func answers(to keys: [DistantKey], in state: (any DistantState)?) -> [DistantAnswer] {
    index.answers(to: keys, in: state)
  }
}

private final class InventedState: DistantState {
  let number: Int
  init(_ number: Int) { self.number = number }
}

private final class InventedWatcher: DistantWatcher {
  func look() {}
}
