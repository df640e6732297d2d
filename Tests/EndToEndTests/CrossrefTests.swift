// Cross-references, accounts and lists of images with the real programs, and with readers that stop reading.

import Foundation
import Testing

@Suite("A cross-reference", .fewAtOnce)
struct CrossrefTests {
  private static func load(_ workspace: Workspace) async throws {
    _ = try workspace.write("parks.txt", (1...30_000).map { "flickr:\($0)\n" }.joined())
    _ = try workspace.write("strangers.txt", "flickr:1\tnsid=10000001@N01\nflickr:2\tflickr-user=someone\n")
    let result = try await workspace.script(
      """
      set -e
      whichset ingest --dataset parks parks.txt
      whichset ingest --dataset strangers --list-format plain strangers.txt
      """)
    #expect(result.end == .exited(0), "\(result.errors)")
  }

  @Test(
    "counts labels of plain lists and of tables, compressed or from a pipe, and writes the rows that match")
  func labels() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    try await Self.load(workspace)
    _ = try workspace.write("a.txt", "flickr:1\tDE\nflickr:99999999\tFR\nflickr:2\nnot one\nflickr:1\tFR\n")
    _ = try workspace.write("a.csv", "country,photo\nDE,flickr:1\n\"FR, south\",flickr:2\n")
    let result = try await workspace.script(
      """
      whichset xref a.txt --format tsv --list-format plain --matches found.tsv | tail -n +10
      cat found.tsv
      gzip -c a.csv | whichset xref - --format tsv --column identifier=photo --column label=country | tail -n 2
      echo flickr:99999999 | whichset xref - --format json
      echo "status $?"
      whichset xref nowhere.txt
      echo "status $?"
      """)
    let lines = result.output.split(separator: "\n").map(String.init)
    let expected = [
      "dataset\tparks\t2", "dataset\tstrangers\t2", "label\t\t1\t1\t2\t1", "label\tDE\t1\t1\t2\t0",
      "label\tFR\t2\t1\t2\t0",
      "cell\tparks\t\t1", "cell\tparks\tDE\t1", "cell\tparks\tFR\t1", "cell\tstrangers\t\t1",
      "cell\tstrangers\tDE\t1", "cell\tstrangers\tFR\t1", "flickr:1\tDE\tparks,strangers",
      "flickr:2\tparks,strangers", "flickr:1\tFR\tparks,strangers", "cell\tstrangers\tDE\t1",
      "cell\tstrangers\tFR, south\t1",
      #"{"rows":1,"invalid":0,"unresolvable":0,"duplicates":0,"identifiers":1,"images":0,"unmatched":1,"unsearchable":0,"memberships":0,"datasets":[],"labels":[],"cells":[]}"#,
      "status 1", "status 2",
    ]
    #expect(lines == expected, "\(result.errors)")
    try await daemon.stop()
  }

  @Test("tells which rows it could not compare, and keeps a label that nothing was found for")
  func losses() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    try await Self.load(workspace)
    _ = try workspace.write(
      "a.csv",
      "country,photo\nDE,flickr:1\nFR,not one\nIT,nsid:10000001@N01\nES,https://flic.kr/s/abc\nPT,flickr:99999999\nBE,\nBE,null\n"
    )
    _ = try workspace.write("hashes", "md5:0123456789abcdef0123456789abcdef\n")
    let result = try await workspace.script(
      """
      whichset xref a.csv --format tsv --column identifier=photo --column label=country --rejects r.tsv | grep label
      cut -f2,3 r.tsv
      whichset xref a.csv --column identifier=photo >/dev/null
      whichset xref --list-format plain hashes >/dev/null
      """)
    #expect(
      result.output.split(separator: "\n") == [
        "label\tBE\t0\t0\t0\t2", "label\tDE\t1\t1\t2\t0", "label\tES\t0\t0\t0\t1",
        "label\tFR\t0\t0\t0\t1", "label\tIT\t0\t0\t0\t1", "label\tPT\t1\t0\t0\t0", "3\tidentifier",
        "4\tidentifier", "5\tunresolvable", "7\tno-identifier", "8\tno-identifier",
      ])
    #expect(result.errors.contains("5 rows of 7 could not be compared\n"), "\(result.errors)")
    #expect(result.errors.contains("5 rows of 7 could not be compared; --rejects FILE says which, and why"))
    #expect(
      result.errors.contains("1 identifier cannot be found: no list of this index has any of that kind"))
    try await daemon.stop()
  }

  @Test("of accounts and sets says what the lists say")
  func accountsAndSets() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    try await Self.load(workspace)
    let result = try await workspace.script(
      """
      whichset account 10000001@N01 https://www.flickr.com/people/someone/ nobody --format tsv
      echo "status $?"
      printf '10000001@N01\\tDE\\nsomeone\\tDE\\n' | whichset account --list - --summary --format tsv | grep label
      whichset list --all-of parks,strangers | sort
      whichset list --any-of parks --not-in strangers --count
      whichset list --all-of perks
      echo "status $?"
      whichset overlap --namespace flickr --format tsv | tail -1
      """)
    #expect(
      result.output.split(separator: "\n").map(String.init) == [
        "account\t10000001@N01\tnsid:10000001@N01\t1\t2\tparks=1,strangers=1",
        "account\thttps://www.flickr.com/people/someone/\tflickr-user:someone\t1\t2\tparks=1,strangers=1",
        "account\tnobody\tflickr-user:nobody\t0\t0\t-", "status 0", "label\tDE\t2\t2\t4\t0", "flickr:1",
        "flickr:2",
        "29998", "status 2", "parks\tstrangers\t2",
      ], "\(result.errors)")
    #expect(result.errors.contains("did you mean parks?"), "\(result.errors)")
    try await daemon.stop()
  }

  @Test("ends quietly with its reader, on both sides, and leaves nothing behind")
  func readerGoes() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    try await Self.load(workspace)
    let result = try await workspace.script(
      """
      whichset list --any-of parks | head -1 | wc -l
      whichset xref parks.txt --matches /dev/fd/3 3>&1 >/dev/null | head -1 | wc -l
      (cat parks.txt; sleep 5) | timeout -s INT 0.5 whichset xref -
      for try in $(seq 100); do
        whichset stats --format tsv | grep -qE '^snapshots\t1$' && break
        sleep 0.1
      done
      whichset stats --format tsv | grep -E '^(streams|snapshots)\t'
      ls data/staging | wc -l
      """)
    #expect(
      result.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) } == [
        "1", "1", "snapshots\t1", "streams\t0", "0",
      ], "\(result.output)\(result.errors)")
    try await daemon.stop()
  }
}
