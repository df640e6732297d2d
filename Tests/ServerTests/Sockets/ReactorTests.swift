// Connections that change over from one reactor to another all the time, which nobody may notice.

import Glibc
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Server

/// Hands half of what asks, or all, to the next reactor at each look.
private struct RestlessPlan: ReactorPlanning {
  let active: Int
  let window = 200_000
  let count: HandoverCount

  func look(_ window: ReactorPlan.Window, of number: Int, asking: Int) -> ReactorPlan.Handover? {
    guard asking > 0 else { return nil }
    let looks = count.value.add(1, ordering: .relaxed).newValue
    return ReactorPlan.Handover(to: (number + 1) % active, half: asking > 1 && looks % 3 > 0)
  }
}

private final class HandoverCount: Sendable {
  let value = Atomic<Int>(0)
}

@Suite("Reactors", .serialized)
struct ReactorTests {
  private static let images = (0..<400).map { 99_100_000_000 + $0 * 7 }

  private static func list(_ ids: some Sequence<Int>, into slug: String) -> String {
    let rows = ids.map { "flickr:\($0)\n" }.joined()
    return
      "INGEST \(slug) source=s\nROWS 1 \(rows.utf8.count / 19) \(rows.utf8.count)\n\(rows)COMMIT blocks=1\n"
  }

  /// Requests of each kind: what is looked up at once, what threads do, what comes in parts.
  private static let requests: [String] =
    images.prefix(40).map { "CHECK flickr:\($0)\n" } + images.prefix(20).map { "CHECK flickr:\($0 + 1)\n" }
    + images.prefix(10).map { "GET flickr:\($0)\n" }
    + [
      "MCHECK 3\nflickr:99100000000\nflickr:99100000001\nnonsense\n", "DATASET parks\n", "LIST parks\n",
      "CHECK nonsense\n", "OVERLAP\n", "XREF\nITEMS 2 38\nflickr:99100000000\nflickr:99100000001\nTALLY\n",
      "PING\n", "@tag PING\n", "\n",
    ]

  @Test("hand connections to each other without a client's notice", arguments: [0, 50])
  func restless(spin: Int) throws {
    let count = HandoverCount()
    let daemon = try RunningDaemon(threads: 3, spinMicroseconds: spin) {
      RestlessPlan(active: $0, count: count)
    }
    let calm = try daemon.connect()
    calm.send(Self.list(Self.images, into: "parks"))
    _ = calm.lines(3)
    // What each request is answered with; nothing that follows changes it.
    let answers = try Self.requests.map { request in
      let client = try daemon.connect()
      client.send(request)
      client.halfClose()
      return client.rest()
    }
    let failures = Mutex<[String]>([])
    let path = daemon.socketPath
    var threads = try (0..<8).map { number in
      try NamedThread("client-\(number)") {
        var random = SeededGenerator(state: UInt64(number))
        guard let client = try? SocketClient(path) else {
          return failures.withLock { $0.append("no connection") }
        }
        var expected = ""
        for _ in 0..<150 {
          let picked = (0..<Int.random(in: 1...20, using: &random)).map { _ in
            Self.requests.indices.randomElement(using: &random)!
          }
          let bytes = Array(picked.map { Self.requests[$0] }.joined().utf8)
          let cut = Int.random(in: 0...bytes.count, using: &random)
          client.send(Array(bytes[..<cut]))
          client.send(Array(bytes[cut...]))
          expected += picked.map { answers[$0] }.joined()
          let length = expected.utf8.count
          client.receive { $0.count >= length }
        }
        client.halfClose()
        let received = client.rest()
        if received != expected {
          failures.withLock { $0.append("client \(number): \(received.count) bytes") }
        }
      }
    }
    // Loads that come and go; nobody above asks for their images.
    threads.append(
      try NamedThread("loader") {
        guard let client = try? SocketClient(path) else {
          return failures.withLock { $0.append("no connection") }
        }
        for round in 1...10 {
          client.send(Self.list((0..<50).map { 99_200_000_000 + $0 }, into: "others") + "REMOVE others\n")
          let text = client.lines(4 * round)
          if text.contains("ERR") { failures.withLock { $0.append(text) } }
        }
      })
    for thread in threads { thread.join() }
    #expect(failures.withLock { $0 } == [])
    #expect(count.value.load(ordering: .relaxed) > 100)
    #expect(daemon.stop())
  }

  @Test("lose no connection that changes over while the daemon stops")
  func stops() throws {
    for _ in 0..<20 {
      let count = HandoverCount()
      let daemon = try RunningDaemon(threads: 3) { RestlessPlan(active: $0, count: count) }
      let clients = try (0..<12).map { _ in try daemon.connect() }
      for _ in 0..<20 { for client in clients { client.send("PING\n") } }
      usleep(2_000)
      daemon.signalStop()
      for client in clients {
        #expect(client.rest() == String(repeating: "PONG\n", count: 20))
        #expect(client.isEnded)
      }
      #expect(daemon.waitUntilEnded())
    }
  }
}
