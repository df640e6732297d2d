// Reports by the real programs: the known figures of embassies' photos, forms, files, troubles.

import Foundation
import TestSupport
import Testing

@Suite("a report of the real programs", .fewAtOnce)
struct ReportTests {
  /// A daemon that has loaded the lists of `scripts/embassy-lists`, which lie in the workspace.
  private static func embassies(_ workspace: Workspace) async throws -> RunningDaemon {
    let lists = try await workspace.script("\(Lists.package)/scripts/embassy-lists .")
    try #require(lists.end == .exited(0), "\(lists.errors)")
    let daemon = try await RunningDaemon.start(in: workspace)
    for dataset in ["megaface", "ibm_dif", "who_goes_there"] {
      let result = try await workspace.client(
        "ingest", "--dataset", dataset, workspace.file(dataset + ".txt"))
      #expect(result.end == .exited(0), "\(result.errors)")
    }
    return daemon
  }

  private static let columns = [
    "--list-format", "csv", "--column", "identifier=photo", "--column", "label=country",
  ]

  @Test("has the known figures: 8,428 memberships in three datasets, over 42 countries, 8,147 photos apart")
  func knownFigures() async throws {
    let workspace = try Workspace()
    let daemon = try await Self.embassies(workspace)
    let list = workspace.file("embassies.csv")
    let counts = try await workspace.client(["xref", "--format", "tsv"] + Self.columns + [list])
    #expect(counts.end == .exited(0))
    for record in [
      ["total", "images", "8147"], ["total", "memberships", "8428"], ["total", "unmatched", "3000"],
      ["dataset", "megaface", "5667"], ["dataset", "ibm_dif", "389"], ["dataset", "who_goes_there", "2372"],
    ] { #expect(counts.records.contains(record), "\(record)") }
    #expect(counts.records.count { $0[0] == "label" } == 42)

    let report = try await workspace.client(["report", "--format", "tsv", "--xref", list] + Self.columns)
    #expect(report.end == .exited(0))
    let records = report.records
    for record in [
      ["xref", "images", "8147"], ["xref", "memberships", "8428"], ["xref", "label", "country"],
      ["xref-dataset", "megaface", "5667"], ["xref-dataset", "ibm_dif", "389"],
      ["xref-dataset", "who_goes_there", "2372"], ["report", "images", "11647"],
      ["report", "memberships", "11928"],
    ] { #expect(records.contains(record), "\(record)") }
    let labels = records.filter { $0[0] == "xref-label" }
    #expect(labels.count == 42)
    #expect(labels.reduce(0) { $0 + (Int($1[3]) ?? 0) } == 8_147)
    #expect(labels.reduce(0) { $0 + (Int($1[4]) ?? 0) } == 8_428)
    let cells = records.filter { $0[0] == "xref-count" }
    #expect(cells.reduce(0) { $0 + (Int($1[3]) ?? 0) } == 8_428)
    #expect(cells.filter { $0[2] == "megaface" }.reduce(0) { $0 + (Int($1[3]) ?? 0) } == 5_667)

    let text = try await workspace.client(["report", "--format", "text", "--xref", list] + Self.columns)
    let total = text.output.split(separator: "\n").first { $0.hasPrefix("All ") }
    #expect(
      total?.split(separator: " ").map(String.init)
        == ["All", "11,147", "389", "5,667", "2,372", "8,428", "8,147", "73.1", "%"])
    try await daemon.stop()
  }

  @Test("is the same file for the same index and date, whole or not at all")
  func files() async throws {
    let workspace = try Workspace()
    let daemon = try await Self.embassies(workspace)
    let twice = try await workspace.script(
      """
      export SOURCE_DATE_EPOCH=1738328709
      whichset report --output a.html && whichset report --format html > b.html && cmp a.html b.html
      """)
    #expect(twice.end == .exited(0), "\(twice.output)\(twice.errors)")
    let html = try String(contentsOfFile: workspace.file("a.html"), encoding: .utf8)
    #expect(html.hasPrefix("<!DOCTYPE html>"))
    #expect(html.contains("2025-01-31"))
    #expect(html.contains("11,647 distinct images in 11,928 memberships"))
    let nowhere = try await workspace.client("report", "--output", workspace.file("no/where.html"))
    #expect(nowhere.end == .exited(2))
    let left = try FileManager.default.contentsOfDirectory(atPath: workspace.path).filter {
      $0.contains(".part")
    }
    #expect(left.isEmpty)
    let head = try await workspace.script("whichset report --format html | head -c 10 > head; wc -c < head")
    #expect(head.end == .exited(0))
    try await daemon.stop()
  }

  @Test("gives one figure as SVG, and names the way to a PDF")
  func figures() async throws {
    let workspace = try Workspace()
    let daemon = try await Self.embassies(workspace)
    let list = workspace.file("embassies.csv")
    let labels = try await workspace.client(["report", "--figure", "labels", "--xref", list] + Self.columns)
    #expect(labels.end == .exited(0))
    #expect(labels.output.hasPrefix("<svg xmlns="))
    #expect(labels.output.contains("Country 01 has 396 of 8,428 memberships, the most of any label"))
    let overlap = try await workspace.client(
      "report", "--figure", "overlap", "--output", workspace.file("a.svg"))
    #expect(overlap.end == .exited(0))
    let file = try String(contentsOfFile: workspace.file("a.svg"), encoding: .utf8)
    #expect(file.hasPrefix("<svg xmlns="))
    for options in [
      ["--figure", "labels"], ["--figure", "sizes", "--format", "html"], ["--figure", "pie"],
      ["--output", workspace.file("b.svg")], ["--output", workspace.file("b.pdf")],
      ["--output", workspace.file("b.PDF"), "--format", "html"],
    ] {
      let refused = try await workspace.client(["report"] + options)
      #expect(refused.end == .exited(64), "\(options)")
    }
    let pdf = try await workspace.client("report", "--output", "b.pdf")
    #expect(pdf.errors.contains("whichset report --output b.html, then\n"))
    #expect(
      pdf.errors.contains("chromium --headless --no-pdf-header-footer --print-to-pdf=b.pdf b.html\n"))
    #expect(!FileManager.default.fileExists(atPath: workspace.file("b.pdf")))
    try await daemon.stop()
  }

  @Test("sorts labels as the locale does, and those without a label last")
  func collation() async throws {
    let workspace = try Workspace()
    let made = try await workspace.script(
      "mkdir locales && localedef -i de_DE -f UTF-8 --no-archive locales/de_DE.UTF-8")
    guard made.end == .exited(0) else {
      print("SKIPPED: order of labels: localedef cannot make de_DE.UTF-8")
      return
    }
    let daemon = try await RunningDaemon.start(in: workspace)
    let list = try workspace.write("list.txt", "flickr:97000000001\n")
    _ = try await workspace.client("ingest", "--dataset", "megaface", list)
    let rows = ["Zypern", "Österreich", "oman", "Peru"].map { "flickr:97000000001\t\($0)\n" }
    _ = try workspace.write("labels.txt", rows.joined() + "flickr:97000000001\n")
    let result = try await workspace.script(
      """
      export LOCPATH=$PWD/locales LC_ALL=de_DE.UTF-8
      whichset xref --format text labels.txt | grep -o '^[^ ]*  *1  *1' | sed 's/ .*//'
      whichset report --format text --xref labels.txt --list-format plain | sed -n '/^LABEL/,/^All/p' | sed 's/  .*//'
      """)
    let order = "oman\nÖsterreich\nPeru\nZypern\n"
    #expect(result.output == order + "LABEL\n" + order + "(no label)\nAll\n")
    try await daemon.stop()
  }

  @Test("of some datasets counts their distinct images, and refuses what there is not")
  func someDatasets() async throws {
    let workspace = try Workspace()
    let daemon = try await Self.embassies(workspace)
    let some = try await workspace.client("report", "--format", "tsv", "--datasets", "ibm_dif,megaface")
    #expect(some.records.contains(["report", "images", String(7_667 + 889 - 61)]))
    #expect(some.records.contains(["overlap", "ibm_dif", "megaface", "61"]))
    #expect(!some.output.contains("\nlist\twho_goes_there"))
    // The version is that of the index, not of the choice.
    let all = try await workspace.client("report", "--format", "tsv")
    #expect(some.records.first { $0[1] == "index" } == all.records.first { $0[1] == "index" })
    let unknown = try await workspace.client("report", "--datasets", "nowhere")
    #expect(unknown.end == .exited(2))
    #expect(unknown.errors.contains("nowhere"))
    let both = try await workspace.client("report", "--datasets", "megaface", "--xref", "list")
    #expect(both.end == .exited(64))
    try await daemon.stop()
  }

  @Test("holds what somebody wrote into an index, and none of it as markup")
  func entered() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    let hostile = "<script>alert(\"it's\")</script>"
    let list = try workspace.write("list.txt", "flickr:97000000001\n")
    _ = try await workspace.client("ingest", "--dataset", "megaface", list)
    _ = try await workspace.client("dataset", "set", "megaface", "title=\(hostile)", "year=1999")
    let labelled = try workspace.write("labels.txt", "flickr:97000000001\t\(hostile)\n")
    let result = try await workspace.client(
      "report", "--format", "html", "--title", hostile, "--xref", labelled, "--list-format", "plain")
    #expect(result.end == .exited(0), "\(result.errors)")
    #expect(!result.output.contains("<script"))
    #expect(result.output.contains("&lt;script&gt;alert(&quot;it&#39;s&quot;)&lt;/script&gt;"))
    // The index's own word stands in place of the catalogue's; what it does not say is the catalogue's.
    let data = try await workspace.client("report", "--format", "tsv")
    let dataset = try #require(data.records.first { $0[0] == "dataset" })
    #expect(dataset[2] == hostile)
    #expect(dataset[9] == "1999")
    #expect(dataset[5] == "3311471")
    try await daemon.stop()
  }
}
