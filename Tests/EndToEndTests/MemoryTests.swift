// Lists of any size in the same memory: what a program's peak was is read while it still waits for more.

import Foundation
import TestSupport
import Testing

extension TestedProgram {
  /// The most memory that it has held so far, in KiB; proc(5), `VmHWM`.
  var peakKilobytes: Int {
    let status = (try? String(contentsOfFile: "/proc/\(number)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return line.split(separator: " ").compactMap { Int($0) }.first ?? .max
  }
}

@Suite("Memory", .fewAtOnce, .disabled(if: Sanitizer.isThere, "a sanitizer takes memory of its own"))
struct MemoryTests {
  /// Entries such as FFHQ's, about 3.6 KB each as in the published list, which has 70,000.
  private static func entries(_ numbers: Range<Int>) -> Data {
    let landmarks = (0..<68).map { "[\($0 * 7).5, \($0 * 3).25]" }.joined(separator: ", ")
    return Data(
      numbers.map { number in
        """
        "\(number)": {"category": "training", "metadata": {"photo_url": \
        "https://www.flickr.com/photos/someone/\(9_900_000_000 + number)/", "photo_title": "Invented", \
        "author": "Someone", "license": "x"}, "image": {"file_md5": "0123456789abcdef0123456789abcdef", \
        "face_landmarks": [\(landmarks)]}, "thumbnail": {}, "in_the_wild": {"face_landmarks": [\(landmarks)]}}
        """
      }.joined(separator: ", ").utf8)
  }

  @Test("for one JSON document of 40 MB stays below 64 MiB, for all that comes through a pipe")
  func json() async throws {
    let workspace = try Workspace()
    let pipe = Pipe()
    _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
    let program = try TestedProgram(
      Programs.client, ["ingest", "--dry-run", "--format", "tsv", "-"], folder: workspace,
      input: pipe.fileHandleForReading.fileDescriptor)
    let writer = pipe.fileHandleForWriting
    let (pieces, size) = (160, 100)
    try writer.write(contentsOf: Data("{".utf8))
    for piece in 0..<pieces {
      if piece > 0 { try writer.write(contentsOf: Data(", ".utf8)) }
      try writer.write(contentsOf: Self.entries(piece * size..<(piece + 1) * size))
    }
    let peak = program.peakKilobytes
    #expect(peak < 64 << 10, "\(peak) KiB")
    try writer.write(contentsOf: Data("}".utf8))
    try writer.close()
    let result = try await program.result()
    #expect(result.end == .exited(0), "\(result.errors)")
    #expect(result.records.contains(["accepted", String(pieces * size)]))
  }
}
