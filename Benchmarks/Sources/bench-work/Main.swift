// Writes the work of the benchmark to standard output: the same list for every peer, in the same random order.

internal import BenchmarkWork

@main struct Work {
  static let usage = """
    bench-work KIND COUNT [--keys N] [--hits SHARE] [--pattern uniform|skewed] [--seed S]
      ids      COUNT photo ids, a line each
      tsv      id, TAB, static Flickr URL
      plain    flickr:ID, as `whichset ingest --list-format plain` reads them
      urls     generic URLs, likewise
      other    flickr:ID of ids that are neither members nor asked for
      resp     `SET flickr:ID 1`, as `redis-cli --pipe` reads them
      resp-urls  the same of generic URLs
      memcached  `set flickr:ID`, in memcached's text protocol
      cdb      flickr:ID with the value 1, as `cdb -c` reads them
      queries  COUNT lines flickr:ID, of which the share --hits is among the first --keys members
    """

  static func main() {
    runProgram { arguments in
      let kind = try arguments.word("KIND\n\(usage)")
      guard let count = UInt64(try arguments.word("COUNT\n\(usage)")), 1...(1 << 32) ~= count else {
        throw UsageError("COUNT is a number from 1 to 4,294,967,296\n\(usage)")
      }
      if kind == "queries" { return try writeQueries(count, &arguments) }
      try arguments.finish()
      let append = try line(of: kind)
      let space = KeySpace(count: count)
      var output = OutputFile()
      for index in 0..<count {
        let identifier = kind == "other" ? space.other(index) : space.member(index)
        try output.append { append(identifier, &$0) }
      }
      if kind == "cdb" { try output.append { $0.append("\n") } }
      try output.flush()
    }
  }

  /// How a member is written in a list of this kind.
  static func line(of kind: String) throws -> (UInt64, inout [UInt8]) -> Void {
    switch kind {
    case "ids":
      { member, bytes in
        bytes.append(decimal: member)
        bytes.append("\n")
      }
    case "tsv":
      { member, bytes in
        bytes.append(decimal: member)
        bytes.append("\t")
        Notation.staticURL.append(member, to: &bytes)
        bytes.append("\n")
      }
    case "plain", "other":
      { member, bytes in
        Notation.flickr.append(member, to: &bytes)
        bytes.append("\n")
      }
    case "urls":
      { member, bytes in
        Notation.genericURL.append(member, to: &bytes)
        bytes.append("\n")
      }
    case "resp": { member, bytes in RedisRequest.set(member, .flickr, to: &bytes) }
    case "resp-urls": { member, bytes in RedisRequest.set(member, .genericURL, to: &bytes) }
    case "memcached": { member, bytes in MemcachedRequest.set(member, to: &bytes) }
    case "cdb":
      { member, bytes in
        var key: [UInt8] = []
        Notation.flickr.append(member, to: &key)
        bytes.append("+")
        bytes.append(decimal: UInt64(key.count))
        bytes.append(",1:")
        bytes += key
        bytes.append("->1\n")
      }
    default: throw UsageError("no such kind of work: \(kind)\n\(usage)")
    }
  }

  /// Writes questions, hits and misses mixed.
  static func writeQueries(_ count: UInt64, _ arguments: inout Arguments) throws {
    var choice = KeyChoice(
      space: KeySpace(count: try arguments.option("keys", default: 24_000_000)),
      hitShare: try arguments.option("hits", default: 0.05),
      pattern: try arguments.pattern(),
      seed: try arguments.option("seed", default: 1))
    try arguments.finish()
    var output = OutputFile()
    for _ in 0..<count {
      let question = choice.next()
      try output.append {
        Notation.flickr.append(question.identifier, to: &$0)
        $0.append("\n")
      }
    }
    try output.flush()
  }
}
