// Any bytes as what a client sends. Nothing may trap; the same bytes give the same replies however they are cut
// and however late jobs end; each reply starts with a status of the protocol.
//
// Workers and index are real, in a folder in memory. Inputs start with an empty index, so that one input shows
// all that led to its failure: after one that may have changed it, the next gets a new one.

internal import Glibc
internal import Server
internal import WireProtocol

/// The index that inputs share as long as none of them changes it.
nonisolated(unsafe) private var standing: BareDaemon?
/// Has the folder of the last index removed when the program ends.
private let removesFolder: Void = { atexit { unsafe standing = nil } }()

/// Called by libFuzzer with each input. The bytes are lent for the call. The first one says how the rest is cut.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard count > 1 else { return 0 }
  removesFolder
  // Safe: libFuzzer lends `count` bytes for the call, and runs on one thread.
  let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
  let pieceBytes = Int(input[0]) + 1
  let request = input[1...]
  // RESP has a target of its own.
  guard request.first != UInt8(ascii: "*") else { return 0 }

  // By the length, so that the first byte is left for the cut.
  let role: Role = [.admin, .admin, .load, .read][count % 4]
  let whole = replies(to: request, role, pieceBytes: request.count, settlesEach: true)
  let cut = replies(to: request, role, pieceBytes: pieceBytes, settlesEach: pieceBytes.isMultiple(of: 2))
  for (left, right) in zip(comparable(whole), comparable(cut)) where left != right {
    fatalError("cut after every \(pieceBytes) bytes, \"\(left)\" becomes \"\(right)\"")
  }
  if comparable(whole).count != comparable(cut).count {
    fatalError("another cut gives more replies or fewer")
  }
  return 0
}

/// What a daemon answers to bytes that come in pieces, the end of the client's side after them.
private func replies(
  to request: ArraySlice<UInt8>, _ role: Role, pieceBytes: Int, settlesEach: Bool
) -> [UInt8] {
  // An index that cannot be made in memory is a fault of the machine.
  let daemon = unsafe standing ?? (try! BareDaemon())
  let client = daemon.connect(role)
  client.converse(request, pieceBytes: pieceBytes, settlesEach: settlesEach)
  unsafe standing = daemon.hasChanged ? nil : daemon
  return client.received
}

/// Replies without what may differ: times, sizes, what is made with a secret of the index (its public key, digests of
/// suppressions, which stand on lines of their own too, and the order of rows whose keys are texts), and names that the
/// daemon makes up, which hold a full stop.
private func comparable(_ replies: [UInt8]) -> [String] {
  let lines = String(decoding: replies, as: UTF8.self).split(
    omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" })
  // Statuses stay where they are; the rows between two of them are put in the order of their texts.
  var (result, rows): ([String], [String]) = ([], [])
  for line in lines {
    if line.prefix(while: { $0 != " " }).allSatisfy({ $0.isASCII && $0.isUppercase }) {
      result += rows.sorted() + [comparable(line)]
      rows = []
    } else {
      rows.append(comparable(line))
    }
  }
  return result + rows.sorted()
}

private func comparable(_ line: Substring) -> String {
  guard !line.contains("\t") else { return String(line.prefix { $0 != "\t" && $0 != "." }) }
  let words = line.split(separator: " ", omittingEmptySubsequences: false)
  guard line.count != 32 || !line.allSatisfy(\.isHexDigit) else { return "" }
  // The digest of suppressions is made under a secret of the index's own; that of its contents is not.
  let random =
    ["load=", "durable=", "key="] + (line.contains(" suppressed=") ? ["digest=", "since="] : [])
  return words.map { word in random.contains(where: word.hasPrefix) ? "" : word }.joined(separator: " ")
}
