// The daemon's command line. Everything it does is in Server; this turns options into values and failures into
// exit statuses.

internal import ArgumentParser
internal import Glibc
internal import Index
internal import Logging
internal import Server
internal import WireProtocol

@main
struct WhichsetDaemon: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "whichsetd",
    abstract: "Keeps an index of image identifiers and answers which datasets an image is in.",
    discussion: """
      The index is an LMDB environment in the data folder; one daemon holds it. Clients speak the line protocol \
      over the socket, which only its owner can open.

      Examples:
        whichsetd --data ~/whichset --socket /run/user/1000/whichset.sock
        whichsetd --data /var/lib/whichset --socket /run/whichset/whichset.sock --threads 4

      SIGTERM or SIGINT: finish replies, then end. Exit status: 0 stopped, 64 wrong usage, 69 the socket or the \
      folder is in use, 74 the disk fails, 65 the data is damaged or not an index, 71 the system refuses something.
      """,
    version: ProgramVersion.text)

  @Option(help: ArgumentHelp("The data folder; made if missing.", valueName: "folder"))
  var data: String

  @Option(help: ArgumentHelp("The socket's path.", valueName: "path"))
  var socket = ""

  @Flag(
    help: "Only bring the index of a stopped daemon to this program's format, and end. No --socket is needed."
  )
  var upgrade = false

  @Option(help: ArgumentHelp("Reactor threads; 0 for one a core.", valueName: "n"))
  var threads = 0

  @Option(help: ArgumentHelp("Connections at one time.", valueName: "n"))
  var connections = 4_096

  @Option(
    help: ArgumentHelp(
      "Address space reserved for the index, in GiB; no memory until used.", valueName: "gib"))
  var mapSize = 256

  @Option(help: ArgumentHelp("Disk space never used, in MiB: writes are refused before.", valueName: "mib"))
  var diskReserve = 256

  @Option(
    help: ArgumentHelp(
      "Memory for the rows of loads, in MiB, before they go to disk; 0 for a quarter of the machine's.",
      valueName: "mib"))
  var loadMemory = 0

  @Option(help: ArgumentHelp("Seconds that a stop may take.", valueName: "s"))
  var stopTimeout = 10

  @Option(help: ArgumentHelp("What is logged: debug, info, notice, warning, error.", valueName: "level"))
  var logLevel = "info"

  @Option(
    help: ArgumentHelp(
      "Leave out the rules of identifiers that are newer than this version.", visibility: .hidden))
  var rules: Int?

  func validate() throws {
    for (name, value, range) in [
      ("--threads", threads, 0...256), ("--connections", connections, 1...1_000_000),
      ("--map-size", mapSize, 1...65_536), ("--disk-reserve", diskReserve, 0...1_048_576),
      ("--load-memory", loadMemory, 0...1_048_576), ("--stop-timeout", stopTimeout, 0...3_600),
    ] where !range.contains(value) {
      throw ValidationError("\(name) must be from \(range.lowerBound) to \(range.upperBound)")
    }
    guard Logger.Level(rawValue: logLevel) != nil else {
      throw ValidationError("--log-level is one of debug, info, notice, warning, error")
    }
    guard !data.isEmpty else { throw ValidationError("--data must not be empty") }
    guard !socket.isEmpty || upgrade else {
      throw ValidationError("--socket takes the path of the socket to listen at")
    }
  }

  func run() throws {
    LoggingSystem.bootstrap(StreamLogHandler.standardError)
    var logger = Logger(label: "whichsetd")
    logger.logLevel = Logger.Level(rawValue: logLevel) ?? .info
    var options = DaemonOptions(dataPath: data, socketPath: socket, programVersion: ProgramVersion.text)
    options.threads = threads
    options.connectionsMax = connections
    if let rules { options.ruleVersion = rules }
    options.stopSeconds = stopTimeout
    options.limits.mapBytes = mapSize << 30
    options.limits.diskReserveBytes = diskReserve << 20
    if loadMemory > 0 { options.limits.stagingMemoryBytes = loadMemory << 20 }
    do {
      if upgrade { return try Self.upgrade(data) }
      switch try Daemon(options, log: DaemonLog(logger)).run() {
      case .stopped: break
      case .restarts: throw ProcessRestart.run()
      }
    } catch let error as IndexError {
      Self.fail("\(error)", status: Self.status(of: error))
    } catch let error as SystemFailure {
      Self.fail("\(error)", status: error.isInUse ? EX_UNAVAILABLE : EX_OSERR)
    }
  }

  private static func upgrade(_ path: String) throws(IndexError) {
    let done = try IndexUpgrade(path: path)
    print("\(path): format \(done.after), which is this program's own; nothing to do")
  }

  /// The status of `sysexits.h` that fits.
  private static func status(of error: IndexError) -> Int32 {
    switch error {
    case .inUse: EX_UNAVAILABLE
    case .corrupt, .newerFormat, .notAnIndex: EX_DATAERR
    case .system(_, _, let code) where code != EIO && code != ENOSPC: EX_OSERR
    case .lmdb, .system, .disk: EX_IOERR
    case .full, .noDataset, .hasList, .held: EX_SOFTWARE
    }
  }

  private static func fail(_ text: String, status: Int32) -> Never {
    let line = Array("whichsetd: \(text)\n".utf8)
    // Safe: the call copies the line.
    _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    Glibc.exit(status)
  }
}
