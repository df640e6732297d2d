// The commands of RESP connections, each with what `COMMAND` says of it.

internal import ByteText

enum RESPCommand: UInt8, CaseIterable {
  // About identifiers. They are looked up together with those of the commands around them.
  case get, exists, manyGet, isMember, areMembers, members, check
  // About an identifier or a dataset.
  case cardinality, type
  // About the index.
  case intersectionCardinality, databaseSize
  // About the connection and the daemon.
  case hello, auth, client, command, config, echo, info, ping, quit, reset, select
  case multi, exec, discard

  /// Recognises a name in any case. No allocation.
  @inline(__always)
  init?(_ name: Span<UInt8>) {
    guard let candidate = Self.candidate(name), name.hasPrefix(candidate.spelling, anyCase: true) else {
      return nil
    }
    self = candidate
  }

  /// Length, first and last letter tell all names apart, so one comparison settles the rest.
  @inline(__always)
  private static func candidate(_ name: Span<UInt8>) -> RESPCommand? {
    switch name.count {
    case 3: return .get
    case 6 where ASCII.lowercased(name[0]) == UInt8(ascii: "e"): return .exists
    case 9: return .isMember
    default: return seldomCandidate(name)
    }
  }

  @inline(never)
  private static func seldomCandidate(_ name: Span<UInt8>) -> RESPCommand? {
    guard let last = name.indices.last else { return nil }
    return switch (name.count, ASCII.lowercased(name[0]), ASCII.lowercased(name[last])) {
    case (4, UInt8(ascii: "a"), _): .auth
    case (4, UInt8(ascii: "e"), UInt8(ascii: "o")): .echo
    case (4, UInt8(ascii: "e"), _): .exec
    case (4, UInt8(ascii: "i"), _): .info
    case (4, UInt8(ascii: "m"), _): .manyGet
    case (4, UInt8(ascii: "p"), _): .ping
    case (4, UInt8(ascii: "q"), _): .quit
    case (4, UInt8(ascii: "t"), _): .type
    case (5, UInt8(ascii: "h"), _): .hello
    case (5, UInt8(ascii: "m"), _): .multi
    case (5, UInt8(ascii: "r"), _): .reset
    case (5, UInt8(ascii: "s"), _): .cardinality
    case (6, UInt8(ascii: "c"), UInt8(ascii: "t")): .client
    case (6, UInt8(ascii: "c"), _): .config
    case (6, UInt8(ascii: "d"), _): .databaseSize
    case (6, UInt8(ascii: "s"), _): .select
    case (7, UInt8(ascii: "c"), _): .command
    case (7, UInt8(ascii: "d"), _): .discard
    case (8, UInt8(ascii: "s"), _): .members
    case (10, UInt8(ascii: "s"), UInt8(ascii: "d")): .intersectionCardinality
    case (10, UInt8(ascii: "s"), _): .areMembers
    case (14, UInt8(ascii: "w"), _): .check
    default: nil
    }
  }

  /// The name as constant bytes, in lower case.
  var spelling: StaticString {
    switch self {
    case .get: "get"
    case .exists: "exists"
    case .manyGet: "mget"
    case .isMember: "sismember"
    case .areMembers: "smismember"
    case .members: "smembers"
    case .check: "whichset.check"
    case .cardinality: "scard"
    case .type: "type"
    case .intersectionCardinality: "sintercard"
    case .databaseSize: "dbsize"
    case .hello: "hello"
    case .auth: "auth"
    case .client: "client"
    case .command: "command"
    case .config: "config"
    case .echo: "echo"
    case .info: "info"
    case .ping: "ping"
    case .quit: "quit"
    case .reset: "reset"
    case .select: "select"
    case .multi: "multi"
    case .exec: "exec"
    case .discard: "discard"
    }
  }

  /// How many arguments it takes, its name included.
  @inline(__always)
  var argumentCounts: ClosedRange<Int> {
    switch self {
    case .databaseSize, .quit, .reset, .multi, .exec, .discard: 1...1
    case .ping: 1...2
    case .get, .members, .cardinality, .type, .echo, .select: 2...2
    case .isMember: 3...3
    case .auth: 2...3
    case .hello, .info, .command: 1...RESPLimits.argumentsMax
    case .exists, .manyGet, .check, .client: 2...RESPLimits.argumentsMax
    case .areMembers, .intersectionCardinality, .config: 3...RESPLimits.argumentsMax
    }
  }

  /// Whether all of its arguments are identifiers.
  @inline(__always)
  var isAboutImages: Bool {
    switch self {
    case .get, .exists, .manyGet, .members, .check: true
    default: false
    }
  }

  /// Whether it may stand between `MULTI` and `EXEC`: it is answered at once, and its reply is short for its length.
  var isForTransactions: Bool {
    switch self {
    case .get, .exists, .manyGet, .isMember, .areMembers, .members, .check, .cardinality, .type,
      .databaseSize,
      .ping, .echo, .select:
      true
    default: false
    }
  }

  /// Where its keys are, as `COMMAND` tells it: the first, the last (counted from the end where negative), the step.
  var keys: (first: Int, last: Int, step: Int) {
    switch self {
    case .get, .members, .cardinality, .type, .isMember, .areMembers: (1, 1, 1)
    case .exists, .manyGet, .check: (1, -1, 1)
    default: (0, 0, 0)
    }
  }

  var group: String {
    switch self {
    case .get, .manyGet: "string"
    case .exists, .type: "generic"
    case .isMember, .areMembers, .members, .cardinality, .intersectionCardinality: "set"
    case .check: "module"
    case .multi, .exec, .discard: "transactions"
    case .hello, .auth, .client, .echo, .ping, .quit, .reset, .select: "connection"
    case .command, .config, .info, .databaseSize: "server"
    }
  }

  var summary: String {
    switch self {
    case .get: "The datasets that an image is in, separated by commas"
    case .exists: "How many of the identifiers are in some dataset"
    case .manyGet: "The datasets of several images"
    case .isMember: "Whether an image is in a dataset"
    case .areMembers: "Whether images are in a dataset"
    case .members: "The datasets that an image is in"
    case .check: "The answer of CHECK to each identifier"
    case .cardinality: "How many images a dataset has, or how many datasets an image is in"
    case .type: "set for a dataset, and for an identifier that is in some dataset; otherwise none"
    case .intersectionCardinality: "How many images are in all of these datasets"
    case .databaseSize: "How many keys the index has"
    case .hello: "Changes the version of RESP"
    case .auth: "Always an error: the socket decides who may connect"
    case .client: "The connection's name, id and properties"
    case .command: "The commands and what they do"
    case .config: "CONFIG GET: settings that clients ask for"
    case .echo: "Its argument"
    case .info: "The server, the clients, the index"
    case .ping: "PONG, or its argument"
    case .quit: "Ends the connection"
    case .reset: "The connection as it was at its beginning"
    case .select: "SELECT 0: there is one database"
    case .multi: "Begins commands that see one snapshot"
    case .exec: "Answers the commands behind MULTI"
    case .discard: "Forgets the commands behind MULTI"
    }
  }
}

extension RESPCommand {
  /// Whether Redis knows a command of this name, in upper case, that changes data or settings.
  static func isWrite(_ name: String) -> Bool { writes.contains(name) }

  private static let writes = Set(
    """
    APPEND BITFIELD BITOP BLMOVE BLMPOP BLPOP BRPOP BRPOPLPUSH BZMPOP BZPOPMAX BZPOPMIN COPY DECR DECRBY DEL
    DELEX EXPIRE EXPIREAT FLUSHALL FLUSHDB GEOADD GEOSEARCHSTORE GETDEL GETEX GETSET HDEL HEXPIRE HEXPIREAT
    HGETDEL HGETEX HINCRBY HINCRBYFLOAT HMSET HPERSIST HPEXPIRE HPEXPIREAT HSET HSETEX HSETNX INCR INCRBY
    INCRBYFLOAT LINSERT LMOVE LMPOP LPOP LPUSH LPUSHX LREM LSET LTRIM MIGRATE MOVE MSET MSETEX MSETNX PERSIST
    PEXPIRE PEXPIREAT PFADD PFMERGE PSETEX RENAME RENAMENX RESTORE RPOP RPOPLPUSH RPUSH RPUSHX SADD SDIFFSTORE
    SET SETBIT SETEX SETNX SETRANGE SINTERSTORE SMOVE SPOP SREM SUNIONSTORE SWAPDB UNLINK XACK XADD XAUTOCLAIM
    XCLAIM XDEL XGROUP XREADGROUP XSETID XTRIM ZADD ZDIFFSTORE ZINCRBY ZINTERSTORE ZMPOP ZPOPMAX ZPOPMIN
    ZRANGESTORE ZREM ZREMRANGEBYLEX ZREMRANGEBYRANK ZREMRANGEBYSCORE ZUNIONSTORE
    """.split { $0 == " " || $0 == "\n" }.map(String.init))
}
