// What one person asks: the real programs, with a catalogue of invented datasets.

import Foundation
import Testing

@Suite("One person's question", .fewAtOnce)
struct PeopleTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private static let catalogue = """
    dataset: park
    title: Faces in the Park
    year: 2016
    institution: Park University
    status: withdrawn 2019-06
    derived: meadow
    sources: Park Gazette
    confidence: high

    dataset: meadow
    title: The Meadow
    """

  /// A daemon whose dataset `park` lists photos 1 to 3.
  private func loadedDaemon() async throws -> RunningDaemon {
    let list = try workspace.write("list", Photos.list(1...3))
    let daemon = try await RunningDaemon.start(in: workspace)
    #expect(try await workspace.client("ingest", "--dataset", "park", list).end == .exited(0))
    return daemon
  }

  @Test("is answered by a catalogue file, over which the index's own facts win")
  func explained() async throws {
    let daemon = try await loadedDaemon()
    let file = try workspace.write("catalogue.txt", Self.catalogue)
    #expect(try await workspace.client("dataset", "set", "park", "title=Our Park").end == .exited(0))
    let wrong = try await workspace.client("dataset", "set", "park", "year=soon")
    #expect(wrong.end == .exited(64))
    #expect(wrong.errors.contains("year: not a year from 1900 to 2100: soon"))
    let result = try await workspace.client(
      "check", "--explain", "--format", "text", "--catalogue", file, "flickr:\(Photos.number(1))",
      "flickr:12345678901")
    #expect(result.end == .exited(0), "\(result.errors)")
    for words in [
      "in the only dataset of this index", "Our Park [park]", "Park University; published in 2016",
      "withdrawn by its makers in June 2019", "Derives from  The Meadow.",
      "not found in the only dataset",
      "1 list with 3 rows, 3 images",
    ] { #expect(result.output.contains(words), "\(words) is not in: \(result.output)") }
    try await daemon.stop()
  }

  @Test("has letters for an answer, a file a dataset, which are never written over")
  func letters() async throws {
    let daemon = try await loadedDaemon()
    let file = try workspace.write("catalogue.txt", Self.catalogue)
    let letters = workspace.file("letters")
    let command = ["check", "--letters-to", letters, "--catalogue", file, "-"]
    let input = "flickr:\(Photos.number(1))\nflickr:12345678901\nflickr:\(Photos.number(2))\n"
    let result = try await workspace.client(command, input: input)
    #expect(result.end == .exited(0), "\(result.errors)")
    #expect(result.output == "\(letters)/park.txt\n")
    #expect(result.errors == "whichset: 1 input not found: no letter\n")
    let letter = try String(contentsOfFile: letters + "/park.txt", encoding: .utf8)
    for words in [
      "Park University\n", "The Meadow", "\(Photos.number(1))", "\(Photos.number(2))", "(2 rows)",
    ] {
      #expect(letter.contains(words), "\(words)")
    }
    let again = try await workspace.client(command, input: input)
    #expect(again.end == .exited(2))
    #expect(again.errors.contains("letters/park.txt"))
    try await daemon.stop()
  }

  @Test("about the catalogue needs no daemon, and goes by the user's own file")
  func ownFile() async throws {
    let result = try await workspace.script(
      """
      export XDG_CONFIG_HOME=$PWD/config
      mkdir -p config/whichset
      whichset catalogue --raw megaface | sed 's/^title: .*/title: My Own/' > config/whichset/catalogue.txt
      whichset catalogue --check config/whichset/catalogue.txt
      whichset catalogue megaface --format tsv | cut -f 1,2 | tail -1
      echo 'year: 20l6' >> config/whichset/catalogue.txt
      whichset catalogue megaface --format tsv
      echo $?
      whichset catalogue --check config/whichset/catalogue.txt || echo $?
      """)
    #expect(
      result.output == "config/whichset/catalogue.txt: 1 entry, nothing is wrong\nmegaface\tMy Own\n2\n2\n",
      "\(result.output) \(result.errors)")
    #expect(result.errors.contains("config/whichset/catalogue.txt:"))
    #expect(result.errors.contains("year is given twice"))
  }

  @Test("about an entry that there is none of is refused")
  func noEntry() async throws {
    let result = try await workspace.client("catalogue", "nowhere")
    #expect(result.end == .exited(2))
    #expect(result.errors.contains("no entry nowhere"))
  }
}
