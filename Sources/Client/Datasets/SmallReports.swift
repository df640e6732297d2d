// Answers of one record: to `ping` and to `dataset remove`.

import WireProtocol

/// How long the daemon took to answer.
package struct PingReport: Sendable {
  private let socket: String
  private let time: Duration

  /// Takes the socket's path, and the time from connecting to the reply.
  package init(socket: String, time: Duration) {
    self.socket = socket
    self.time = time
  }

  /// Appends the report: a sentence, or the socket and the milliseconds.
  package func write(_ format: OutputFormat, to output: inout [UInt8]) {
    let milliseconds = Figures.fixed(time / .milliseconds(1), decimals: 3)
    switch format {
    case .text: output.append("the daemon at \(socket) answers (\(milliseconds) ms)\n")
    case .tsv: TabSeparated.record([socket, milliseconds], &output)
    case .json:
      var json = JSONWriter()
      json.open(.object, &output)
      json.name("socket", &output)
      json.string(socket, &output)
      json.name("milliseconds", &output)
      json.literal(milliseconds, &output)
      json.close(.object, &output)
      output.append(UInt8(ascii: "\n"))
    }
  }
}

/// What a removed dataset took with it.
package struct RemovalReport: Sendable {
  private let slug: String
  private let images: Int
  private let memberships: Int

  /// Takes the reply to `REMOVE`.
  package init(slug: String, _ reply: Reply) {
    self.slug = slug
    images = reply.number("images") ?? 0
    memberships = reply.number("memberships") ?? 0
  }

  /// Appends the report: a sentence, or slug, images and memberships.
  package func write(_ format: OutputFormat, to output: inout [UInt8]) {
    switch format {
    case .text:
      output.append("removed \(slug): the index holds \(Figures.counted(images, "image")) and ")
      output.append("\(Figures.counted(memberships, "membership")) fewer\n")
    case .tsv: TabSeparated.record([slug, String(images), String(memberships)], &output)
    case .json:
      var json = JSONWriter()
      json.open(.object, &output)
      json.name("dataset", &output)
      json.string(slug, &output)
      json.name("images", &output)
      json.number(images, &output)
      json.name("memberships", &output)
      json.number(memberships, &output)
      json.close(.object, &output)
      output.append(UInt8(ascii: "\n"))
    }
  }
}
