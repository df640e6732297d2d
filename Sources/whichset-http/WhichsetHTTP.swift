// The command line of `whichset-http`. Everything it does is in HTTPService.

internal import ArgumentParser
internal import Client
internal import Console
internal import DaemonClient
internal import Glibc
internal import HTTPService
internal import NIOPosix
internal import Platform
internal import WireProtocol

@main
struct WhichsetHTTP: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "whichset-http",
    abstract: "Answers over HTTP/1.1, on a Unix socket, which datasets an image is in.",
    discussion: """
      It asks whichsetd at its socket for questions, and keeps and logs nothing of what is asked. The socket that it \
      listens at is that of --listen, or one that systemd hands over. A web server in front of it gives access to \
      people; docs/http.md has an example for nginx.

      Examples:
        whichset-http --listen /run/user/1000/whichset-http.sock
        curl --unix-socket /run/user/1000/whichset-http.sock \\
            'http://localhost/check?id=flickr:53000000001'

      SIGTERM or SIGINT: finish answers, then end. Exit status: 0 stopped, 64 wrong usage, 71 the system refuses \
      something, 78 wrong settings.
      """,
    version: ProgramVersion.text)

  @Option(
    help: ArgumentHelp("Listen at this path, for this user only.", valueName: "path"),
    completion: .file())
  var listen: String?

  @Option(
    help: ArgumentHelp(
      "The daemon's socket (default: WHICHSET_SOCKET, else the user's or the system's own).",
      valueName: "path"),
    completion: .file())
  var socket: String?

  @Option(
    help: ArgumentHelp("Let scripts of this site read answers; * for any site (CORS).", valueName: "origin"))
  var allowOrigin: String?

  @Option(
    help: ArgumentHelp("Facts about datasets that correct those of the program.", valueName: "file"),
    completion: .file())
  var catalogue: String?

  func validate() throws {
    guard let allowOrigin else { return }
    let scalars = allowOrigin.unicodeScalars
    guard !scalars.isEmpty, scalars.allSatisfy({ $0.value > 0x20 && $0.value < 0x7F && $0 != "," }) else {
      throw ValidationError("--allow-origin is one origin, such as https://example.org, or *.")
    }
  }

  func run() throws {
    ProcessPrivacy.begin()
    // Before there are other threads, which would be ended by them.
    Signals.block([SIGTERM, SIGINT])
    let (stops, stop) = AsyncStream<Void>.makeStream()
    let command = self
    Task.detached { await command.serveToTheEnd(stops) }
    Signals.wait(for: [SIGTERM, SIGINT])
    stop.finish()
    while true { pause() }
  }

  /// Ends the process.
  private func serveToTheEnd(_ stops: AsyncStream<Void>) async -> Never {
    do {
      try await serve(stops)
      Glibc.exit(EX_OK)
    } catch let error as InheritanceError {
      Self.fail("\(error)", status: EX_CONFIG)
    } catch let error as Trouble {
      Self.fail(error.text, status: EX_CONFIG)
    } catch {
      Self.fail("\(error)", status: EX_OSERR)
    }
  }

  private func serve(_ stops: AsyncStream<Void>) async throws {
    let known = try CatalogueFiles.load(option: catalogue)
    let listener = try listener()
    let identity = listen.flatMap(SocketFile.identity)
    let group = MultiThreadedEventLoopGroup.singleton
    let limits = HTTPLimits()
    let daemon = Daemon(
      path: SocketPath.resolve(option: socket, role: .read), group: group, patience: limits.daemonTime)
    let service = HTTPService(daemon: daemon, catalogue: known, allowedOrigin: allowOrigin, limits: limits)
    let server = try await HTTPServer(listening: listener, group: group, service: service)
    let stopping = Task {
      for await _ in stops {}
      server.stop()
    }
    defer { stopping.cancel() }
    try await server.run()
    if let listen, identity != nil, SocketFile.identity(listen) == identity {
      try Folder<SystemFailure>.removeFile(listen)
    }
  }

  private func listener() throws -> Descriptor {
    let inherited = try HandedSocket.all(in: ProcessEnvironment.value, process: getpid())
    guard let socket = inherited.first, inherited.count == 1 else {
      guard inherited.isEmpty else {
        Self.fail("one socket is handed over, not \(inherited.count)", status: EX_CONFIG)
      }
      guard let listen else { Self.fail("nowhere to listen: give --listen PATH", status: EX_USAGE) }
      return try SocketFile.listen(at: listen, option: "--listen")
    }
    guard listen == nil else { Self.fail("a socket is handed over: leave out --listen", status: EX_USAGE) }
    try socket.check()
    return Descriptor(owning: socket.descriptor)
  }

  private static func fail(_ text: String, status: Int32) -> Never {
    _ = Descriptor(borrowing: STDERR_FILENO).write(Array("whichset-http: \(text)\n".utf8).span)
    Glibc.exit(status)
  }
}
