// Parquet lists, which DuckDB reads. A script in its place is enough to see what it is asked, and what becomes of its
// failures; where Python has the package, the real one reads a real file.

import Testing

@Suite("a Parquet list", .fewAtOnce)
struct ParquetTests {
  /// A file with the signature of Parquet at both ends, and a `duckdb` that checks how it is called, and writes the text
  /// between them.
  private static func prepare(_ workspace: Workspace, ending: String = "") throws {
    _ = try workspace.write(
      "duckdb",
      """
      #!/bin/sh
      [ $# = 4 ] && [ "$1 $2 $3" = "-init /dev/null -c" ] || exit 9
      case $4 in *"read_parquet('/dev/stdin')"*) ;; *) exit 9 ;; esac
      sed -e 's/^PAR1//' -e 's/PAR1$//'
      \(ending)
      """)
    _ = try workspace.write(
      "list.parquet", "PAR1url,n\nhttps://example.org/1.jpg,1\nhttps://example.org/2.jpg,\nPAR1")
  }

  private static let start = "mkdir -p bin; cp duckdb bin; chmod +x bin/duckdb; PATH=$PWD/bin:$PATH\n"

  @Test("is loaded through duckdb, whatever its name; the same file twice changes nothing")
  func loads() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    try Self.prepare(workspace)
    let result = try await workspace.script(
      Self.start + """
        cp list.parquet "it's \\; \\$(touch made) *.parquet"
        whichset ingest --dataset parks "it's \\; \\$(touch made) *.parquet" && whichset ingest --dataset parks list.parquet
        ls made
        whichset check https://example.org/2.jpg
        whichset ingest --dry-run list.parquet
        whichset xref --format tsv list.parquet
        """)
    #expect(result.output.contains("loaded parks: 2 rows, 2 accepted, 0 rejected"), "\(result.errors)")
    #expect(result.output.contains("unchanged: this list is loaded already into parks"))
    #expect(result.output.contains("would load: 2 rows, 2 accepted"))
    #expect(
      result.output.contains("https://example.org/2.jpg\turl:example.org/2.jpg\tparks"),
      "\(result.output)")
    #expect(result.output.contains("total\timages\t2"), "\(result.output)")
    #expect(result.errors.contains("list.parquet: Parquet, which duckdb writes as CSV\n"))
    #expect(result.errors.contains("ls: cannot access 'made'"))
    try await daemon.stop()
  }

  @Test("of which duckdb could not write all leaves nothing behind", arguments: ["exit 3", "kill -TERM $$"])
  func failures(_ ending: String) async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    try Self.prepare(workspace, ending: "echo broken >&2; " + ending)
    let result = try await workspace.script(Self.start + "whichset ingest --dataset parks list.parquet")
    #expect(result.end == .exited(2))
    #expect(result.errors.contains("broken\n"))
    let reason = ending == "exit 3" ? "duckdb failed with exit status 3" : "duckdb was ended by signal 15"
    #expect(result.errors.contains("cannot read list.parquet: \(reason)\n"), "\(result.errors)")
    let check = try await workspace.client("check", "https://example.org/1.jpg")
    #expect(check.end == .exited(1))
    let loads = try await workspace.client("datasets")
    #expect(!loads.output.contains("parks"))
    try await daemon.stop()
  }

  @Test("is refused with the command that reads it where there is no duckdb, and from a pipe")
  func missing() async throws {
    let workspace = try Workspace()
    try Self.prepare(workspace)
    let result = try await workspace.script(
      """
      PATH=$(dirname "$(command -v whichset)")
      whichset ingest --dry-run list.parquet
      echo "status $?"
      """)
    #expect(result.output == "status 2\n")
    #expect(result.errors.contains("duckdb -csv -c \"from 'FILE'\" | whichset ingest --dataset NAME -"))
    let piped = try await workspace.script(Self.start + "cat list.parquet | whichset ingest --dry-run -")
    #expect(piped.end == .exited(2))
    #expect(piped.errors.contains("duckdb -csv -c"))
  }

  @Test("is no more waited for once the list is given up")
  func givenUp() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    try Self.prepare(workspace, ending: "echo $$ > id; while :; do echo 'no image,'; done")
    let result = try await workspace.script(
      Self.start + """
        whichset ingest --dataset parks --list-format csv --column url=url --max-rejects 10 list.parquet
        echo "status $?"
        kill -0 $(cat id)
        echo "status $?"
        """)
    #expect(result.output.hasSuffix("status 2\nstatus 1\n"), "\(result.output) \(result.errors)")
    try await daemon.stop()
  }

  @Test("that DuckDB wrote is read by DuckDB")
  func real() async throws {
    let workspace = try Workspace()
    let made = try await workspace.script(
      """
      python3 -c "import duckdb
      duckdb.sql(\\"copy (select 'https://example.org/a,' || i || '.jpg' as url from range(3000) t(i)) to 'a.parquet'\\")"
      """)
    guard made.end == .exited(0) else {
      print("SKIPPED: a Parquet list by the real DuckDB: Python has no package duckdb")
      return
    }
    _ = try workspace.write(
      "duckdb", "#!/bin/sh\nexec python3 -c 'import duckdb, sys; duckdb.sql(sys.argv[-1])' \"$@\"\n")
    let result = try await workspace.script(Self.start + "whichset ingest --dry-run --format json a.parquet")
    #expect(result.output.contains("\"accepted\":3000"), "\(result.output)\(result.errors)")
  }
}
