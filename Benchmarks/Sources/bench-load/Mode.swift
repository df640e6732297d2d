// What is asked, of whom, and what the only right answer is: one table, read by the pool of requests.

internal import BenchmarkWork

/// A peer and a way of asking it.
enum Mode: String, CaseIterable {
  /// `CHECK flickr:ID`
  case whichset
  /// `CHECK` and a static Flickr URL, which names the same key.
  case whichsetStatic = "whichset-static"
  /// `CHECK` and a URL of no known site.
  case whichsetURL = "whichset-url"
  /// `MCHECK n COMPACT`, a whole batch in one request.
  case whichsetMany = "whichset-mcheck"
  /// `GET flickr:ID` of whichsetd, in the protocol of Redis.
  case whichsetRESP = "whichset-resp"
  /// `PING`: the server's transport and parser alone. Every answer counts as a hit.
  case whichsetPing = "whichset-ping"
  /// `GET flickr:ID` of Redis.
  case redis
  /// `GET` of Redis and a URL of no known site.
  case redisURL = "redis-url"
  /// `MGET`, a whole batch in one request.
  case redisMany = "redis-mget"
  /// `get flickr:ID` of memcached.
  case memcached

  /// Appends what stands before the requests of a batch, and before their replies.
  func open(count: Int, requests: inout [UInt8], replies: inout [UInt8]) {
    switch self {
    case .whichsetMany:
      requests.append("MCHECK ")
      requests.append(decimal: UInt64(count))
      requests.append(" COMPACT\n")
      replies.append("OK 1\n")
    case .redisMany:
      RedisRequest.openGetMany(count: count, to: &requests)
      replies.append("*")
      replies.append(decimal: UInt64(count))
      replies.append("\r\n")
    default: break
    }
  }

  /// Appends a request and the reply that it must get.
  func append(
    _ identifier: UInt64, isMember: Bool, slug: [UInt8], requests: inout [UInt8], replies: inout [UInt8]
  ) {
    switch self {
    case .whichset: check(.flickr)
    case .whichsetStatic: check(.staticURL)
    case .whichsetURL: check(.genericURL)
    case .whichsetMany:
      Notation.flickr.append(identifier, to: &requests)
      requests.append("\n")
      replies.append(isMember ? "+" : "-")
    case .whichsetRESP:
      RedisRequest.get(identifier, .flickr, to: &requests)
      guard isMember else { return replies.append("$-1\r\n") }
      replies.append("$")
      replies.append(decimal: UInt64(slug.count))
      replies.append("\r\n")
      replies += slug
      replies.append("\r\n")
    case .whichsetPing:
      requests.append("PING\n")
      replies.append("PONG\n")
    case .redis: get(.flickr)
    case .redisURL: get(.genericURL)
    case .redisMany:
      RedisRequest.appendKey(identifier, .flickr, to: &requests)
      replies.append(isMember ? "$1\r\n1\r\n" : "$-1\r\n")
    case .memcached:
      MemcachedRequest.get(identifier, to: &requests)
      MemcachedRequest.reply(identifier, isMember: isMember, to: &replies)
    }

    func get(_ notation: Notation) {
      RedisRequest.get(identifier, notation, to: &requests)
      replies.append(isMember ? "$1\r\n1\r\n" : "$-1\r\n")
    }

    func check(_ notation: Notation) {
      requests.append("CHECK ")
      notation.append(identifier, to: &requests)
      requests.append("\n")
      guard isMember else { return replies.append("MISS\n") }
      replies.append("HIT ")
      replies += slug
      replies.append("\n")
    }
  }

  /// Appends what stands after the replies of a batch.
  func close(replies: inout [UInt8]) {
    if self == .whichsetMany { replies.append("\n") }
  }
}
