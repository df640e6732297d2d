// Where an export is written: to standard output, or to a file that gets its name only when it is whole.

import ByteText
package import Console
import DaemonClient
import Platform
import WireProtocol

/// Carries an export to where it is wanted.
package struct Exportation: Sendable {
  private let slugs: [String]
  private let path: String?

  /// - Parameters:
  ///   - slugs: the datasets; none for all.
  ///   - path: the file; nil for standard output.
  package init(slugs: [String], path: String?) {
    self.slugs = slugs
    self.path = path
  }

  /// Exports from the daemon at `socket`; returns how many rows came.
  package func run(socket: String) throws(Trouble) -> Int {
    guard let path else { return try write(to: Descriptor(borrowing: 1), socket: socket) }
    return try WholeFile.write(path) { descriptor throws(Trouble) in
      try write(to: descriptor, socket: socket)
    }
  }

  private func write(to descriptor: consuming Descriptor, socket: String) throws(Trouble) -> Int {
    var daemon = try DaemonLink(path: socket)
    let end = try daemon.stream(
      ExportRequest(slugs), to: LineOutput(descriptor),
      line: { line, output in
        output.append(line)
        output.append(UInt8(ascii: "\n"))
      })
    return end.rows
  }
}
