// Loads that were interrupted, and that nobody goes on with.

import Glibc
import Index
import Platform
import TestSupport
import Testing

@testable import Server

@Suite("An interrupted load")
struct StagedDaysTests {
  private let daemon: BareDaemon

  init() throws {
    daemon = try BareDaemon()
    for slug in ["old", "new", "open"] {
      let client = daemon.connect()
      client.send("INGEST \(slug) source=s\nROWS 1 1 19\nflickr:99100000001\n")
      client.settle()
      if slug != "open" { client.leave() }
    }
  }

  /// Has the rows of a load written at this time.
  private func setWritten(_ slug: String, _ seconds: Int) {
    let times = [timeval(tv_sec: seconds, tv_usec: 999_999), timeval(tv_sec: seconds, tv_usec: 999_999)]
    // Safe: the path is NUL-terminated, and there are two times, as the call wants.
    #expect(unsafe utimes("\(daemon.index.path)/staging/\(slug).s", times) == 0)
  }

  @Test("is dropped once its rows were last written before the bound, and not a second sooner")
  func bound() throws {
    setWritten("old", 1_000)
    setWritten("new", 1_001)
    setWritten("open", 0)
    daemon.staging.dropLoads(writtenBefore: 1_000)
    #expect(Set(try daemon.index.stagedLoadNames()) == ["old.s", "new.s", "open.s"])
    daemon.staging.dropLoads(writtenBefore: 1_001)
    #expect(Set(try daemon.index.stagedLoadNames()) == ["new.s", "open.s"])
    // One that is open is its client's, however old.
    daemon.staging.dropLoads(writtenBefore: .max)
    #expect(try daemon.index.stagedLoadNames() == ["open.s"])
  }

  @Test("begins again after that, as one that was never there")
  func again() throws {
    setWritten("old", 0)
    daemon.staging.dropLoads(writtenBefore: 1)
    let client = daemon.connect()
    client.send("INGEST old source=s\n")
    client.settle()
    #expect(
      String(decoding: client.received, as: UTF8.self)
        == "OK load=old.s block=0 rows=0 accepted=0 rejected=0\n")
  }

  @Test("that is dropped by a daemon is named in its log")
  func log() throws {
    let folder = try TemporaryFolder()
    let first = try RunningDaemon(in: folder)
    let client = try first.connect()
    client.send("INGEST old source=s\nROWS 1 1 19\nflickr:99100000001\n")
    _ = client.lines(2)
    client.hangUp()
    #expect(first.stop())
    let path = "\(folder.path)/data/staging/old.s"
    let times = [timeval(), timeval()]
    // Safe: as above.
    try #require(unsafe utimes(path, times) == 0)
    let kept = KeptLog()
    let second = try RunningDaemon(in: folder, log: kept.log)
    var waited = 0
    while try FileStatus.at(path) != nil, waited < 60_000 {
      usleep(5_000)
      waited += 1
    }
    #expect(second.stop())
    let told = kept.texts.filter { $0.contains("old.s was dropped") }
    #expect(told.count == 1)
    #expect(told.first?.contains("with 1 rows") == true)
    #expect(told.first?.contains("since 1970-01-01") == true)
  }
}
