// The golden sessions of protocol/transcripts, replayed: the same bytes give the same replies however they are
// cut and however late jobs end.

import TestSupport
import Testing

@testable import Server

@Suite("transcripts")
struct TranscriptTests {
  /// Bytes that all replays of one kind may send, so that the whole suite stays quick.
  static let replayedBytesMax = 2_000_000
  /// Bytes that are sent one by one. More would take so long that rows become durable meanwhile, which shows.
  static let singleBytesMax = 500_000
  /// Replays of one kind, where each needs an index of its own.
  static let freshIndexesMax = 150

  @Test("are answered as written, whole", arguments: Transcript.all)
  func whole(transcript: Transcript) throws {
    try expect(transcript, [Delivery(), Delivery(delaysJobs: true)])
  }

  @Test("are answered the same byte by byte", arguments: Transcript.all)
  func byteByByte(transcript: Transcript) throws {
    guard transcript.inputCount <= Self.singleBytesMax else { return }
    try expect(
      transcript, [Delivery(isByteByByte: true), Delivery(isByteByByte: true, delaysJobs: true)])
  }

  @Test(
    "are answered the same cut in two, at every place or at as many as time allows", arguments: Transcript.all
  )
  func cutInTwo(transcript: Transcript) throws {
    let count = transcript.inputCount
    let replays = min(count, replayCount(transcript))
    guard replays > 0 else { return }
    var random = SeededGenerator(state: UInt64(count))
    try expect(
      transcript,
      (0..<replays).map { replay in
        // Every place, or one of each stretch.
        let stretch =
          (replay * count / replays)..<max((replay + 1) * count / replays, replay * count / replays + 1)
        return Delivery(cuts: [Int.random(in: stretch, using: &random)])
      })
  }

  @Test("are answered the same cut in pieces, with jobs that end late", arguments: Transcript.all)
  func cutInPieces(transcript: Transcript) throws {
    var random = SeededGenerator(state: UInt64(transcript.inputCount))
    try expect(
      transcript,
      (0..<min(60, max(2, replayCount(transcript)))).map { replay in
        let pieces = [2, 8, 40].randomElement(using: &random)!
        let cuts = (0..<pieces).map { _ in Int.random(in: 0...transcript.inputCount, using: &random) }
        return Delivery(cuts: Set(cuts).sorted(), delaysJobs: replay.isMultiple(of: 2))
      })
  }

  private func replayCount(_ transcript: Transcript) -> Int {
    let count = Self.replayedBytesMax / max(1, transcript.inputCount)
    return transcript.repeatableFrom == nil ? min(count, Self.freshIndexesMax) : count
  }

  private func expect(_ transcript: Transcript, _ deliveries: [Delivery]) throws {
    let failure = try replay(transcript, deliveries)
    #expect(failure == nil)
  }

  /// The first failure of a transcript's replays.
  private func replay(_ transcript: Transcript, _ deliveries: [Delivery]) throws -> String? {
    var replay = TranscriptReplay(transcript)
    for delivery in deliveries {
      if let failure = try replay.run(delivery) { return "\(failure), with \(delivery)" }
    }
    return nil
  }
}
