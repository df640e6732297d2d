// `whichset ingest`.

import ArgumentParser

struct Ingest: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Load a published list into a dataset.")
}
