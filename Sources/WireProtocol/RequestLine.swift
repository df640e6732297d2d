// One request line taken apart: tag, verb, the rest. A pure function over a span; it allocates nothing and
// keeps no bytes, only where they are. What a verb's arguments mean is left to `Arguments` and the session.

/// The verbs of protocol version 1, in the order in which `HELP` lists them.
package enum Verb: String, CaseIterable, Sendable {
  case hello = "HELLO"
  case ping = "PING"
  case check = "CHECK"
  case checkMany = "MCHECK"
  case get = "GET"
  case identify = "IDENTIFY"
  case datasets = "DATASETS"
  case dataset = "DATASET"
  case describe = "DESCRIBE"
  case stats = "STATS"
  case overlap = "OVERLAP"
  case list = "LIST"
  case account = "ACCOUNT"
  case crossref = "XREF"
  case items = "ITEMS"
  case tally = "TALLY"
  case export = "EXPORT"
  case digest = "DIGEST"
  case ingest = "INGEST"
  case rows = "ROWS"
  case commit = "COMMIT"
  case abort = "ABORT"
  case loads = "LOADS"
  case remove = "REMOVE"
  case reindex = "REINDEX"
  case metrics = "METRICS"
  case health = "HEALTH"
  case reload = "RELOAD"
  case backup = "BACKUP"
  case verify = "VERIFY"
  case compact = "COMPACT"
  case restore = "RESTORE"
  case help = "HELP"
  case quit = "QUIT"

  /// One line for `HELP`: the verb, its arguments, what it does.
  package var summary: String {
    switch self {
    case .hello: "HELLO 1 - agree on the protocol's version"
    case .ping: "PING - is the daemon there?"
    case .check: "CHECK identifier - which datasets is this image in?"
    case .checkMany: "MCHECK n [COMPACT] - the same for the n lines that follow"
    case .get: "GET identifier - what each dataset listed for it"
    case .identify: "IDENTIFY identifier - its key; nothing is looked up"
    case .datasets: "DATASETS - the datasets and their counts"
    case .dataset: "DATASET slug - one dataset, its lists and its entry"
    case .describe: "DESCRIBE slug name=value ... - set fields of a dataset's entry"
    case .stats: "STATS - counts of the index and figures of the daemon"
    case .overlap: "OVERLAP [namespace=name] - pairs of datasets and how many images they share"
    case .list:
      "LIST [all=slugs] [any=slugs] [none=slugs] [namespace=name] [count=1] - images by their datasets"
    case .account: "ACCOUNT identifier [TAB images=1] [TAB label=text] - an account's images by dataset"
    case .crossref: "XREF [matches=1] - open a cross-reference"
    case .items: "ITEMS rows bytes - one block of a cross-reference; its body follows"
    case .tally: "TALLY - the counts of the cross-reference"
    case .export: "EXPORT [slug ...] - every row of datasets, or of all, as lists"
    case .digest: "DIGEST - a digest of what each dataset holds"
    case .ingest: "INGEST slug [name=value ...] - open a load or go on with it"
    case .rows: "ROWS block rows bytes - one block of a load; its body follows"
    case .commit: "COMMIT blocks=n [sha256=hex] [lists=n] - make the load visible in one step"
    case .abort: "ABORT [load] - drop a load"
    case .loads: "LOADS - the staged loads"
    case .remove: "REMOVE slug - remove a dataset"
    case .reindex: "REINDEX [slug] - make the keys anew by the present rules"
    case .metrics: "METRICS - figures of the daemon as OpenMetrics text"
    case .health: "HEALTH - what the daemon runs out of, if anything"
    case .reload: "RELOAD - read the settings anew"
    case .backup: "BACKUP [confirm=name] - a copy of the index into a file that is handed over"
    case .verify: "VERIFY - check all that is stored"
    case .compact: "COMPACT - write the index anew, without what was removed"
    case .restore: "RESTORE [force=1] - put a backup that is handed over in the index's place"
    case .help: "HELP - this list"
    case .quit: "QUIT - close after all earlier replies"
    }
  }

  /// Recognises a verb in any case. O(number of verbs), no allocation.
  init?(_ bytes: borrowing Span<UInt8>) {
    for verb in Verb.allCases {
      var text = verb.rawValue.utf8.makeIterator()
      var matches = verb.rawValue.utf8.count == bytes.count
      var index = 0
      while matches, let letter = text.next() {
        matches = bytes[index] & 0xDF == letter
        index += 1
      }
      if matches {
        self = verb
        return
      }
    }
    return nil
  }
}

/// A request line: its verb, and where its tag and its arguments are.
package struct RequestLine: Equatable, Sendable {
  /// The verb.
  package let verb: Verb
  /// Bytes of the tag in the line, the `@` included; empty where there is none.
  package let tag: Range<Int>
  /// Bytes of the arguments: what follows the first space behind the verb.
  package let arguments: Range<Int>

  /// Why a line is no request, and where its tag is, so that the error can carry it.
  package struct Malformed: Error, Equatable, Sendable {
    /// What to answer.
    package let error: ProtocolError
    /// Bytes of the tag, the `@` included; empty where there is none.
    package let tag: Range<Int>
  }

  /// Takes a line apart; `line` is without its LF and the CR before it. O(line).
  package static func parse(_ line: borrowing Span<UInt8>) throws(Malformed) -> RequestLine {
    var position = 0
    var tag = 0..<0
    if line.count > 0, line[0] == UInt8(ascii: "@") {
      position = 1
      while position < line.count, isTagByte(line[position]) { position += 1 }
      let length = position - 1
      guard length > 0, length <= ProtocolLimits.tagBytesMax, position < line.count,
        line[position] == UInt8(ascii: " ")
      else {
        throw Malformed(
          error: ProtocolError(
            .syntax, "a tag is @ and 1 to \(ProtocolLimits.tagBytesMax) letters, digits, '.', '_' or '-'"),
          tag: 0..<0)
      }
      tag = 0..<position
      position += 1
    }
    let start = position
    while position < line.count, line[position] != UInt8(ascii: " ") { position += 1 }
    guard position - start <= ProtocolLimits.verbBytesMax,
      let verb = Verb(line.extracting(start..<position))
    else {
      throw Malformed(error: ProtocolError(.verb, "no such verb; HELP lists them"), tag: tag)
    }
    let arguments = min(position + 1, line.count)..<line.count
    return RequestLine(verb: verb, tag: tag, arguments: arguments)
  }

  private static func isTagByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
