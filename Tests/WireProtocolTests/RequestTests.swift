// Requests and replies as types: what one end writes, the other reads.

import Testing

@testable import WireProtocol

@Suite("a request")
struct RequestTests {
  private static let written: [any Request] = {
    var list = ListRequest()
    (list.all, list.any, list.namespace, list.countsOnly) = (["a", "b"], ["c"], "flickr", true)
    var account = AccountRequest()
    (account.identifier, account.label) = (Array("nsid:1@N00".utf8), Array("a label\t".utf8))
    account.listsImages = true
    var ingest = IngestRequest()
    (ingest.slug, ingest.mode, ingest.source) = ("parks", .append, "s-1")
    (ingest.listName, ingest.format, ingest.byteCount) = ("a list = b.csv", "csv", 7)
    ingest.sha256 = String(repeating: "0a", count: 32)
    return [
      HelloRequest(), PingRequest(), CheckRequest("https://a.b/c d"), CheckManyRequest(count: 3),
      DatasetRequest("parks"), DescribeRequest("parks", [.init(name: "title", value: "Two words\n")]), list,
      account, OverlapRequest(namespace: "url"), CrossrefRequest(givesMatches: true),
      ItemsRequest(rows: 2, byteCount: 9), ExportRequest(["a", "b"]), ExportRequest(), ingest,
      RowsRequest(block: 1, rows: 2, byteCount: 3), CommitRequest(blocks: 4, sha256: "", listCount: 2),
      AbortRequest("parks.s"), AbortRequest(), RemoveRequest("parks"), ReindexRequest(nil),
      BackupRequest(confirming: "x y"), RestoreRequest(force: true),
    ]
  }()

  @Test("is read as it was written")
  func roundTrip() throws {
    for request in Self.written {
      let bytes = Array(request.line.utf8)
      let line = try RequestLine.parse(bytes.span)
      #expect(line.verb == type(of: request).verb)
      let read = try type(of: request).init(parsing: bytes.span.extracting(line.arguments))
      #expect(read.line == request.line)
    }
  }

  @Test("names its fields where one is not known, and refuses one that is given twice")
  func fields() {
    func error(_ text: String) -> ProtocolError? {
      do throws(ProtocolError) {
        _ = try ListRequest(parsing: text.utf8.span)
        return nil
      } catch {
        return error
      }
    }
    #expect(error("some=a")?.text == "unknown field; known are all, any, count, namespace, none")
    #expect(error("all=a all=b")?.text == "field given twice: all")
    #expect(error("count=2")?.text == "count can only be 1")
    #expect(error("all=a,")?.code == .dataset)
    #expect(error("a")?.text == "too many arguments")
  }

  @Test("has a reply whose fields are read as they were written, and which is not understood without one")
  func replies() throws {
    var counts = LoadCounts()
    (counts.isUnchanged, counts.rows, counts.memberships) = (true, 3, 2)
    var bytes: [UInt8] = []
    IngestRequest.Reply.unchanged(counts).append(to: &bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text == "OK unchanged=1 rows=3 accepted=0 rejected=0 images=0 memberships=2\n")
    func value(_ name: String) -> String? { counts.values.first { $0.name == name }?.value }
    #expect(LoadCounts(value) == counts)
    #expect(LoadCounts { $0 == "rows" ? nil : value($0) } == nil)
    #expect(LoadCounts { $0 == "rows" ? "many" : value($0) } == nil)
    // What is not known is `-` in a column.
    var load = LoadsRequest.StagedLoad()
    (load.load, load.rows, load.state) = ("parks.s", 3, "open")
    bytes = []
    load.appendLine(to: &bytes)
    let columns = String(decoding: bytes.dropLast(), as: UTF8.self).split(separator: "\t").map(String.init)
    #expect(columns == ["parks.s", "-", "-", "3", "-", "-", "-", "open"])
    #expect(LoadsRequest.StagedLoad(columns: columns) == load)
  }
}
