// Requests answered by a session without a socket: what scripts/count-instructions counts. All is the same in every
// run: the ids, their order, and that half of them are members.

internal import BenchmarkWork
internal import WireProtocol

@testable import Server

/// Photo ids and URLs that the index holds.
private let photoCount = 200_000
private let urlCount = 50_000
/// Bytes that come at once, as a reactor reads them.
private let readBytes = 64 << 10

/// Answers the requests of a run. Only what is done in here is counted: scripts/count-instructions knows its name.
@inline(never)
private func countedAnswers(_ run: LookupRun) { run.answer() }

/// Builds an index in memory, then answers `count` requests of each kind, once unseen and compared, and once in
/// `countedAnswers`. Prints the names of the kinds in their order.
func answerLookups(count: Int) throws {
  let daemon = try BareDaemon()
  load("bench", .flickr, photoCount, into: daemon)
  load("bench-url", .genericURL, urlCount, into: daemon)
  let kinds: [(name: String, notation: Notation, members: Int, slug: String)] = [
    ("CHECK flickr:ID", .flickr, photoCount, "bench"),
    ("CHECK static Flickr URL", .staticURL, photoCount, "bench"),
    ("CHECK generic URL", .genericURL, urlCount, "bench-url"),
  ]
  var runs = kinds.map {
    LookupRun($0.name, $0.notation, members: $0.members, slug: $0.slug, count: count, daemon)
  }
  runs.append(LookupRun(compactOf: photoCount, count: count, daemon))
  for command in ["GET", "EXISTS", "SISMEMBER"] {
    runs.append(LookupRun(command, members: photoCount, slug: "bench", count: count, daemon))
  }
  for run in runs {
    run.answer()
    guard run.isRight else { throw UsageError("wrong answers to \(run.name)") }
    countedAnswers(run)
    print(run.name)
  }
}

private func load(_ slug: String, _ notation: Notation, _ count: Int, into daemon: BareDaemon) {
  let client = daemon.connect()
  let space = KeySpace(count: UInt64(count))
  let blockRows = 10_000
  client.send("INGEST \(slug)\n")
  for block in 0..<(count / blockRows) {
    var body: [UInt8] = []
    for index in 0..<blockRows {
      notation.append(space.member(UInt64(block * blockRows + index)), to: &body)
      body.append("\n")
    }
    client.send("ROWS \(block + 1) \(blockRows) \(body.count)\n")
    client.send(body)
    client.settle()
  }
  client.send("COMMIT blocks=\(count / blockRows)\n")
  client.settle()
}

/// Requests, their right replies, and a session that answers them.
final class LookupRun {
  let name: String
  private let daemon: BareDaemon
  private var requests: [UInt8] = []
  private var right: [UInt8] = []
  private var session = Session(role: .read)
  private var replies: [UInt8] = []

  /// `CHECK` requests.
  init(_ name: String, _ notation: Notation, members: Int, slug: String, count: Int, _ daemon: BareDaemon) {
    self.name = name
    self.daemon = daemon
    var choice = KeyChoice(
      space: KeySpace(count: UInt64(members)), hitShare: 0.5, pattern: .uniform, seed: 1)
    for _ in 0..<count {
      let question = choice.next()
      requests.append("CHECK ")
      notation.append(question.identifier, to: &requests)
      requests.append("\n")
      right += question.isMember ? Array("HIT \(slug)\n".utf8) : Array("MISS\n".utf8)
    }
    replies.reserveCapacity(right.count)
  }

  /// Commands of RESP about ids.
  init(_ command: String, members: Int, slug: String, count: Int, _ daemon: BareDaemon) {
    name = "RESP \(command) flickr:ID"
    self.daemon = daemon
    var choice = KeyChoice(
      space: KeySpace(count: UInt64(members)), hitShare: 0.5, pattern: .uniform, seed: 1)
    for _ in 0..<count {
      let question = choice.next()
      let words = command == "SISMEMBER" ? [command, slug] : [command]
      requests += Array("*\(words.count + 1)\r\n".utf8)
      for word in words { requests += Array("$\(word.utf8.count)\r\n\(word)\r\n".utf8) }
      RedisRequest.appendKey(question.identifier, .flickr, to: &requests)
      switch (command, question.isMember) {
      case ("GET", true): right += Array("$\(slug.utf8.count)\r\n\(slug)\r\n".utf8)
      case ("GET", false): right += Array("$-1\r\n".utf8)
      default: right += Array(":\(question.isMember ? 1 : 0)\r\n".utf8)
      }
    }
    replies.reserveCapacity(right.count)
  }

  /// One `MCHECK` of ids.
  init(compactOf members: Int, count: Int, _ daemon: BareDaemon) {
    name = "MCHECK COMPACT flickr:ID"
    self.daemon = daemon
    var choice = KeyChoice(
      space: KeySpace(count: UInt64(members)), hitShare: 0.5, pattern: .uniform, seed: 1)
    requests += Array("MCHECK \(count) COMPACT\n".utf8)
    right += Array("OK 1\n".utf8)
    for _ in 0..<count {
      let question = choice.next()
      Notation.flickr.append(question.identifier, to: &requests)
      requests.append("\n")
      right.append(question.isMember ? UInt8(ascii: "+") : UInt8(ascii: "-"))
    }
    right.append("\n")
    replies.reserveCapacity(right.count)
  }

  var isRight: Bool { replies == right }

  /// Answers all requests, as a reactor would have them answered.
  func answer() {
    replies.removeAll(keepingCapacity: true)
    var position = 0
    while position < requests.count {
      let end = min(position + readBytes, requests.count)
      position += session.consume(
        requests.span.extracting(position..<end), isAtEnd: false, &daemon.context)
      replies += session.output
      session.output.removeAll(keepingCapacity: true)
    }
  }
}
