// `whichset identify`: the key of each input, by the client alone. Nothing is sent anywhere.

package import Console
import DaemonClient

package struct IdentifyExchange: LocalExchange, ~Copyable {
  private var lines: KeyLines
  package private(set) var tally = Tally()

  package init(_ show: Presentation) { lines = KeyLines(show, hasDatasets: false) }

  package mutating func accept(_ line: Span<UInt8>, requests: inout [UInt8], output: inout [UInt8]) {
    if lines.identify(line, to: &output) { tally.found += 1 } else { tally.refused += 1 }
  }
}
