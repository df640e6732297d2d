// `whichset metrics`.

import ArgumentParser
import Client
import Console
import DaemonClient
import WireProtocol

extension MetricsForm: ExpressibleByArgument {}

struct Metrics: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the daemon's metrics for Prometheus and its like.",
    discussion: """
      Printed as OpenMetrics; with --output, written as Prometheus's text format, as node_exporter's textfile \
      collector reads it: first under another name, so that it never reads half a file. MONITORING.md says what \
      each figure is.

      EXAMPLES
        whichset metrics
        whichset metrics --output /var/lib/prometheus/node-exporter/whichset.prom
      """)

  @Option(
    help: ArgumentHelp(
      "openmetrics or prometheus (default: openmetrics, prometheus with --output).", valueName: "form"))
  var form: MetricsForm?

  @Option(help: ArgumentHelp("Write this file instead, as a whole.", valueName: "file"), completion: .file())
  var output: String?

  @OptionGroup var daemon: DaemonOptions

  func run() throws {
    try Program.run { () throws(Trouble) in
      var daemon = try daemon.connect(patience: DaemonLink.usualPatience)
      let lines = try daemon.ask(MetricsRequest()).lines
      var text: [UInt8] = []
      MetricsText.write(
        lines, as: form ?? (output == nil ? .openmetrics : .prometheus), to: &text)
      guard let output else {
        try Program.print(text)
        return ExitStatus.found
      }
      try WholeFile.write(output) { (file) throws(Trouble) in
        try LineOutput.write(text, to: file)
      }
      return ExitStatus.found
    }
  }
}
