// The small parts of a load: what is kept, when to try again, digests and names.

@testable import Client
import DaemonClient
import Testing
import WireProtocol

@Suite struct IngestPartsTests {
  @Test("blocks are kept until they are durable, the oldest go where there are too many")
  func retained() {
    func block(_ number: Int) -> ListBlock {
      ListBlock(number: number, bytes: [1, 2, 3, 4], file: "", lines: [1])
    }
    var kept = RetainedBlocks(bytesMax: 12)
    for number in 1...4 { kept.keep(block(number)) }
    #expect(kept.block(1) == nil && kept.block(5) == nil)
    #expect(kept.block(2) == block(2) && kept.block(4) == block(4))
    kept.drop(upTo: 3)
    #expect(kept.block(3) == nil && kept.block(4) == block(4))
  }

  @Test("tries grow rarer, end with patience, and start again after a success")
  func retry() {
    var retry = Retry(patience: .seconds(1))
    var pauses: [Duration] = []
    while let pause = retry.next() { pauses.append(pause) }
    #expect(pauses.reduce(.zero, +) == .seconds(1))
    #expect(pauses.prefix(3) == [.milliseconds(50), .milliseconds(100), .milliseconds(200)])
    retry.succeeded()
    #expect(retry.next() == .milliseconds(50))
    #expect(retry.isFirst)
    var none = Retry(patience: .zero)
    #expect(none.next() == nil)
  }

  @Test("the same files give the same source, others another, and a pipe a new one each time")
  func source() {
    func source(_ file: ListFiles.File, slug: String = "a", mode: LoadMode = .create) -> String {
      LoadRequest.source(
        files: ListFiles(files: [file]), slug: slug, mode: mode, reading: "auto", folder: "/data")
    }
    let file = ListFiles.File(path: "x.csv", byteCount: 10, modified: 5)
    #expect(source(file) == source(ListFiles.File(path: "/data/x.csv", byteCount: 10, modified: 5)))
    #expect(LoadName.isSource(source(file)))
    #expect(source(file) != source(ListFiles.File(path: "x.csv", byteCount: 10, modified: 6)))
    #expect(source(file) != source(file, slug: "b"))
    #expect(source(file) != source(file, mode: .append))
    let pipe = ListFiles.File(path: "-", byteCount: nil, modified: 0)
    #expect(source(pipe) != source(pipe))
  }

  @Test("a digest is made ahead only where it may spare the load")
  func digestAhead() throws {
    func listed(_ lines: [String]) throws -> ListedDigests {
      try ListedDigests(
        NamedValues(
          Reply(status: .lines(count: lines.count, fields: []), lines: lines.map { Array($0.utf8) }))
      )
    }
    let known = try listed(["slug\ta", "list.1.sha256\tf00d", "list.1.bytes\t10"])
    let file = ListFiles.File(path: "x", byteCount: 10, modified: 1)
    let other = ListFiles.File(path: "y", byteCount: 11, modified: 1)
    let pipe = ListFiles.File(path: "-", byteCount: nil, modified: 0)
    func call(_ listed: ListedDigests, _ files: [ListFiles.File], _ mode: LoadMode) -> Bool {
      listed.callForDigest(of: ListFiles(files: files), mode: mode)
    }
    #expect(try !call(listed(["slug\ta"]), [file], .create))
    #expect(call(known, [other], .create))
    #expect(call(known, [pipe], .create))
    #expect(call(known, [file], .append))
    #expect(!call(known, [other], .append))
    #expect(!call(known, [pipe], .replace))
    #expect(!call(known, [file], .replace), "a list that replaces is loaded in any case")
    #expect(try call(listed([]), [file, other], .create))
  }
}
