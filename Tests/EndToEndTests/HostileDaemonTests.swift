// A daemon that is none: whatever it says, the client steers no terminal, writes no file but those it was asked for, and
// does not grow without bound.

import ByteText
import Foundation
import Platform
import TestSupport
import Testing

/// Something that listens at the socket of a workspace and answers every request line with what `answer` makes of it.
private final class HostileDaemon: Sendable {
  private let listener: Int32

  init(_ workspace: Workspace, answer: @escaping @Sendable (_ request: String) -> [UInt8]) throws {
    signal(SIGPIPE, SIG_IGN)
    listener = try UnixAddress.listening(at: workspace.file("s"), backlog: 16).release()
    let listener = listener
    Thread.detachNewThread {
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        Thread.detachNewThread { Self.serve(connection, answer) }
      }
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private static func serve(_ connection: Int32, _ answer: (String) -> [UInt8]) {
    let handle = FileHandle(fileDescriptor: connection, closeOnDealloc: true)
    var waiting = Data()
    while let byte = try? handle.read(upToCount: 1), !byte.isEmpty {
      waiting += byte
      guard byte.first == UInt8(ascii: "\n") else { continue }
      let reply = Data(answer(String(decoding: waiting, as: UTF8.self)))
      // The client may have gone.
      guard (try? handle.write(contentsOf: reply)) != nil else { return }
      waiting.removeAll()
    }
  }
}

@Suite("A hostile daemon, list or command line", .fewAtOnce) struct HostileDaemonTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// A title for the window, a line that replaces itself, a colour, a C1 control in UTF-8 and alone, an override of the writing direction, a line separator.
  private static let evil =
    Array("\u{1B}]0;PWN\u{7}\r\u{1B}[K\u{1B}[31m\u{9B}31m\u{202E}\u{2028}".utf8) + [0x9B]

  /// A reply of the right shape with evil text wherever text can be.
  private static func evilAnswer(to request: String) -> [UInt8] {
    let shapes = [
      ("HELLO", "OK whichset protocol=1 version=~\n"), ("CHECK", "HIT ~\n"),
      ("DATASETS", "OK 1\n~\t1\t1\t1\t1\n"),
      ("GET", "OK 1\n~\tflickr:1~\t~\tnsid=~\n"), ("STATS", "OK 2\ndatasets\t1\nversion\t~\n"),
      ("METRICS", "OK 2\n# HELP ~\n# EOF\n"), ("LOADS", "OK 1\n~\tcreate\t1\t1\t1\t1\t1\t~\n"),
      ("HEALTH", "OK 1\n~\tdegraded\t~\n"), ("OVERLAP", "OK 1\n~\t~\t1\n"),
      ("LIST", "MORE 0 images=1\nMORE 1\n~\t~\nEND 1 images=1\n"),
      ("EXPORT", "MORE 2\n# whichset export 1\n~\nEND 2 rows=1 datasets=1\n"),
    ]
    let shape = shapes.first { request.hasPrefix($0.0) }?.1 ?? "ERR INTERNAL SERVER ~\n"
    return shape.utf8.flatMap { $0 == UInt8(ascii: "~") ? evil : [$0] }
  }

  /// Commands of all kinds; their input is a list with evil text in it.
  private static let commands = [
    "check flickr:1", "check -", "check --explain flickr:1", "check --letter flickr:1", "get flickr:1",
    "datasets",
    "dataset park", "stats", "stats --watch 1 --count 1", "overlap", "list --any-of a", "loads",
    "abort park.x",
    "export park", "metrics", "health", "who", "ping", "verify", "compact", "reload", "reindex --all",
    "xref list",
    "account 1@N00", "account --list list", "ingest --dataset park list",
    "ingest --dataset park --dry-run list",
    "identify -", "identify --explain $'flickr:1\u{202E}'", "check $'flickr:1\u{202E}'",
    "check $'\u{1B}[31mnone'",
    "extract list", "$'nonsense\u{1B}[31m\u{202E}'", "help $'nonsense\u{9B}'", "check $'--nope\u{202E}'",
    "catalogue $'none\u{9B}'", "extract $'none\u{202E}'", "import $'none\u{202E}'",
    "ingest --dataset $'p\u{202E}' list", "report --format text", "check --file $'no\u{9B}'",
  ]

  @Test("steers no terminal, whatever is asked")
  func terminal() async throws {
    let daemon = try HostileDaemon(workspace, answer: Self.evilAnswer)
    let list = "flickr:1\nhttps://x.example/".utf8 + Self.evil + "\tlabel".utf8 + Self.evil + "\n".utf8
    _ = try workspace.write("list", Array(list))
    for (index, command) in Self.commands.enumerated() {
      _ = try workspace.write("command", "whichset \(command) < list\n")
      // `script` (util-linux) gives the command a terminal; without one, TSV and raw lines are exact, and messages are checked.
      let result = try await workspace.script(
        """
        script -qec 'bash command' terminal.\(index) < /dev/null > /dev/null
        bash command > /dev/null 2> errors.\(index)
        sed -i 's/^whichset [a-z]*/& --format text/' command
        bash command > text.\(index) 2>&1
        """)
      #expect(result.errors.isEmpty, "\(command): \(result.errors)")
      for name in ["terminal", "errors", "text"] {
        let said = try [UInt8](Data(contentsOf: URL(fileURLWithPath: workspace.file("\(name).\(index)"))))
        let steering = Self.steering(said)
        #expect(
          steering == nil,
          "\(name) of \(command): \(String(decoding: said[(steering ?? 0)...].prefix(60), as: UTF8.self).debugDescription)"
        )
        #expect(name != "terminal" || !said.isEmpty, "\(command) said nothing")
      }
    }
    withExtendedLifetime(daemon) {}
  }

  /// Where text would steer a terminal, but for the marks of the program and what a terminal makes of LF.
  private static func steering(_ said: [UInt8]) -> Int? {
    let marks = ["\u{1B}[0m", "\u{1B}[1;32m", "\u{1B}[31m", "\u{1B}[1m", "\u{1B}[2m", "\r\u{1B}[K", "\r\n"]
      .map { Array($0.utf8) }
    var index = 0
    while index < said.count {
      if let mark = marks.first(where: { said[index...].starts(with: $0) }) {
        index += mark.count
        continue
      }
      let pair = Array(said[index...].prefix(2))
      let triple = Array(said[index...].prefix(3))
      switch said[index] {
      case 0x09, 0x0A: break
      case 0..<0x20, 0x7F: return index
      case 0xC2 where (0x80...0x9F).contains(pair.last ?? 0): return index
      case 0x80...0x9F where index == 0 || said[index - 1] < 0x80: return index
      case 0xE2 where triple == [0xE2, 0x80, 0xAE] || triple == [0xE2, 0x80, 0xA8]: return index
      default: break
      }
      index += 1
    }
    return nil
  }

  @Test("cannot name a letter's file outside its folder")
  func letters() async throws {
    let daemon = try HostileDaemon(workspace) { request in
      let slug = "../../outside"
      let answers = [
        "HELLO": "OK whichset protocol=1 version=1\n", "CHECK": "HIT \(slug)\n",
        "STATS": "OK 2\ndatasets\t1\nimages\t1\n",
        "GET": "OK 1\n\(slug)\tflickr:1\tflickr:1\n", "DATASETS": "OK 1\n\(slug)\t1\t1\t1\t1\n",
        "DATASET": "OK 4\nslug\t\(slug)\nimages\t1\nkeys.flickr\t1\nfield.title\tx\n",
      ]
      let verb = request.prefix { $0.isLetter }.uppercased()
      return Array((answers[verb] ?? "ERR INTERNAL SERVER x\n").utf8)
    }
    try FileManager.default.createDirectory(
      atPath: workspace.file("a/b/letters"), withIntermediateDirectories: true)
    let result = try await workspace.client(
      "check", "--letters-to", workspace.file("a/b/letters"), "flickr:1")
    #expect(result.end == .exited(2))
    #expect(result.errors.contains("which no dataset can be called"), "\(result.errors)")
    let written = try FileManager.default.subpathsOfDirectory(atPath: workspace.file("a"))
    #expect(written.sorted() == ["b", "b/letters"])
    withExtendedLifetime(daemon) {}
  }

  @Test("whose line never ends is given up")
  func endlessLine() async throws {
    let daemon = try HostileDaemon(workspace) { request in
      request.hasPrefix("DATASETS")
        ? Array("OK 9223372036854775807\n".utf8) + [UInt8](repeating: 0x61, count: 8 << 20)
        : Array("OK whichset protocol=1 version=1\n".utf8)
    }
    let result = try await workspace.client("datasets")
    #expect(result.end == .exited(2))
    #expect(result.errors.contains("has a line longer than 2.0 MiB"), "\(result.errors.prefix(200))")
    withExtendedLifetime(daemon) {}
  }
}
