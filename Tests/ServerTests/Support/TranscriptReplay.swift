// Replays a transcript against sessions: its bytes cut in some way, its jobs done at once or late.

import Testing

@testable import Server

/// How the bytes of a transcript reach the sessions.
struct Delivery {
  /// Where the input of the repeatable part is cut, counted over all of its sections.
  var cuts: [Int] = []
  /// Every byte comes alone.
  var isByteByByte = false
  /// Jobs end only when all input of a section was offered.
  var delaysJobs = false
}

/// Replays transcripts.
struct TranscriptReplay {
  let transcript: Transcript
  /// Where the prepared index is, if the transcript allows to use one again.
  private var prepared: BareDaemon?

  init(_ transcript: Transcript) { self.transcript = transcript }

  /// Replays once.
  ///
  /// - Returns: what went wrong, if anything did.
  mutating func run(_ delivery: Delivery) throws -> String? {
    guard let start = transcript.repeatableFrom else {
      return replay(transcript.sections[...], delivery, on: try BareDaemon(limits: transcript.limits))
    }
    if prepared == nil {
      let daemon = try BareDaemon(limits: transcript.limits)
      if let failure = replay(transcript.sections[..<start], Delivery(), on: daemon) { return failure }
      prepared = daemon
    }
    return prepared.flatMap { replay(transcript.sections[start...], delivery, on: $0) }
  }

  private func replay(_ sections: ArraySlice<Transcript.Section>, _ delivery: Delivery, on daemon: BareDaemon)
    -> String?
  {
    var clients: [String: BareClient] = [:]
    var offset = 0
    for section in sections {
      let client = clients[section.connection] ?? daemon.connect(section.role)
      clients[section.connection] = client
      let before = client.received.count
      offer(section.input, at: offset, delivery, to: client)
      offset += section.input.count
      if section.end == .halfClose { client.halfClose() }
      client.settle()
      let received = Array(client.received[before...])
      if let place = TranscriptText.mismatch(received, section.expected) {
        return Self.report(received, place)
      }
      switch section.end {
      case .closed where !client.isClosing: return "the daemon has not closed"
      case .nothing, .gone:
        if client.isClosing, section.end == .nothing { return "the daemon has closed" }
        if !client.isIdle { return "the session is not idle" }
        if client.unconsumedCount > 0, section.end == .nothing, section.input.last == 0x0A {
          return "\(client.unconsumedCount) bytes were not consumed"
        }
        if section.end == .gone {
          client.leave()
          clients[section.connection] = nil
        }
      case .halfClose, .closed:
        client.leave()
        clients[section.connection] = nil
      }
    }
    for client in clients.values { client.leave() }
    return nil
  }

  private func offer(_ input: [UInt8], at offset: Int, _ delivery: Delivery, to client: BareClient) {
    var start = 0
    let cuts =
      delivery.isByteByByte
      ? Array(input.indices.dropFirst())
      : delivery.cuts.map { $0 - offset }.filter { $0 > 0 && $0 < input.count }
    for end in cuts + [input.count] {
      client.send(input[start..<end])
      if !delivery.delaysJobs { client.settle() }
      start = end
    }
  }

  /// The line where replies differ, and what came before it.
  private static func report(_ received: [UInt8], _ place: Int) -> String {
    let start = received[..<place].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let end = received[place...].firstIndex(of: 0x0A) ?? received.count
    let line = String(decoding: received[start..<end].prefix(300), as: UTF8.self)
    return place == received.count
      ? "a reply is missing after \(place) bytes, in \(line.debugDescription)"
      : "byte \(place) of the replies is not as expected, in \(line.debugDescription)"
  }
}
