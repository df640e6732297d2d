// Any bytes as what a client sends that speaks RESP. Nothing may trap, and the same bytes give the same replies however
// they are cut and however late jobs end. The index has a few images and does not change.

internal import Glibc
@testable internal import Server

nonisolated(unsafe) private var standing: BareDaemon? = {
  // An index that cannot be made in memory is a fault of the machine.
  let daemon = try! BareDaemon()
  let rows = "flickr:1\nflickr:2\nhttps://example.org/a.jpg\n"
  for slug in ["a", "b"] {
    _ = daemon.connect().ask("INGEST \(slug)\nROWS 1 3 \(rows.utf8.count)\n\(rows)COMMIT blocks=1\n")
  }
  // Ids of connections are then larger than any count, and can be told from one.
  for _ in 0..<2_000 {
    var state = RESPState()
    state.begin()
  }
  return daemon
}()
/// Has the index's folder removed when the program ends.
private let removesFolder: Void = { atexit { unsafe standing = nil } }()

/// Called by libFuzzer with each input. The bytes are lent for the call. The first one says how the rest is cut.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard count > 1 else { return 0 }
  removesFolder
  // Safe: libFuzzer lends `count` bytes for the call, and runs on one thread.
  let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
  let pieceBytes = Int(input[0]) + 1
  let whole = replies(to: input[1...], pieceBytes: input.count, settlesEach: true)
  let cut = replies(to: input[1...], pieceBytes: pieceBytes, settlesEach: pieceBytes.isMultiple(of: 2))
  guard whole == cut else {
    fatalError("cut after every \(pieceBytes) bytes, \"\(whole)\" becomes \"\(cut)\"")
  }
  return 0
}

/// What a daemon answers to bytes that come in pieces, the end of the client's side after them; the connection's id is left out.
private func replies(to commands: ArraySlice<UInt8>, pieceBytes: Int, settlesEach: Bool) -> [String] {
  guard let daemon = unsafe standing else { return [] }
  let client = daemon.connect()
  let id = client.ask("*2\r\n$6\r\nCLIENT\r\n$2\r\nID\r\n").dropFirst().dropLast()
  let asked = client.received.count
  client.converse(commands, pieceBytes: pieceBytes, settlesEach: settlesEach)
  return client.received[asked...].split(omittingEmptySubsequences: false) { $0 == 0x0D || $0 == 0x20 }.map {
    let word = String(decoding: $0, as: UTF8.self)
    return word.hasSuffix(":\(id)") || word.hasSuffix("id=\(id)") ? "" : word
  }
}
