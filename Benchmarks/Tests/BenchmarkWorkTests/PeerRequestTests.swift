// What the peers are sent is what their protocols say: a request that they do not understand would be fast.

internal import BenchmarkWork
internal import Testing

@Suite struct PeerRequestTests {
  private func text(_ body: (inout [UInt8]) -> Void) -> String {
    var bytes: [UInt8] = []
    body(&bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("Redis is told the length of each argument")
  func redis() {
    #expect(
      text { RedisRequest.get(32_812_033_543, .flickr, to: &$0) }
        == "*2\r\n$3\r\nGET\r\n$18\r\nflickr:32812033543\r\n")
    let url = text { Notation.genericURL.append(32_812_033_543, to: &$0) }
    #expect(
      text { RedisRequest.set(32_812_033_543, .genericURL, to: &$0) }
        == "*3\r\n$3\r\nSET\r\n$\(url.utf8.count)\r\n\(url)\r\n$1\r\n1\r\n")
  }

  @Test("memcached answers a hit with its key, and a miss with none")
  func memcached() {
    #expect(text { MemcachedRequest.get(7, to: &$0) } == "get flickr:7\r\n")
    #expect(
      text { MemcachedRequest.reply(7, isMember: true, to: &$0) }
        == "VALUE flickr:7 0 1\r\n1\r\nEND\r\n")
    #expect(text { MemcachedRequest.reply(7, isMember: false, to: &$0) } == "END\r\n")
  }
}
