// The daemon's command line. Everything it does is in Server; this turns options into values and failures into
// exit statuses.

internal import ArgumentParser
internal import Cluster
internal import Console
internal import Gateway
internal import Glibc
internal import Index
internal import IndexKeys
internal import Logging
internal import Platform
internal import Server
internal import Settings
internal import WireProtocol

@main
struct WhichsetDaemon: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "whichsetd",
    abstract: "Keeps an index of image identifiers and answers which datasets an image is in.",
    discussion: """
      The index is an LMDB environment in the data folder; one daemon holds it. Clients speak the line protocol \
      over sockets. What a client may do depends on the socket: that of --socket is its owner's alone and \
      for everything; those of --read-socket and --load-socket are for a group too, to ask, and to load. Sockets can be \
      handed over by systemd (LISTEN_FDS), by the names read, load and admin.

      Examples:
        whichsetd --data ~/whichset --socket /run/user/1000/whichset.sock
        whichsetd --data /srv/whichset --admin-socket /run/whichset/admin.sock \\
            --read-socket /run/whichset/read.sock --read-group whichset-read

      Settings: flags win over the environment (--log-level is WHICHSETD_LOG_LEVEL there), the environment over the \
      file (log-level = info), the file over the defaults.

      SIGTERM or SIGINT: finish replies, then end. SIGHUP: reload the settings, as whichset reload does. Exit \
      status: 0 stopped, 64 wrong usage, 69 the socket or the folder is in use, 74 the disk fails, 65 the data is \
      damaged or not an index, 70 what should not happen, 71 the system refuses something, 78 wrong settings or rights of the data folder.
      """,
    version: ProgramVersion.text)

  @Option(
    help: ArgumentHelp(
      "The file of settings (default: systemd's credential \(Settings.credential), else \(Settings.standardFile), if there is one).",
      valueName: "file"))
  var config: String?

  @Flag(
    help:
      "Show the settings and where each comes from, and end: 0 if all have values that they can have, 78 if not."
  )
  var checkConfig = false

  @Flag(
    help: "Only bring the index of a stopped daemon to this program's format, and end. It needs no socket.")
  var upgrade = false

  @Option(
    help: ArgumentHelp(
      "Check a data file and say on standard output what is found; the daemon runs it for RESTORE.",
      visibility: .hidden))
  var inspect: String?

  @OptionGroup var flags: SettingFlags

  @Option(
    help: ArgumentHelp(
      "Leave out the rules of identifiers that are newer than this version.", visibility: .hidden))
  var rules: Int?

  func run() throws {
    if let inspect {
      CrashNotice.explain(isOpening: true)
      return FileInspection.run(inspect)
    }
    let settings: Settings
    do throws(SettingsError) {
      settings = try SettingsSource(file: config, flags: flags.given).read()
    } catch {
      Self.fail("\(error)", status: EX_CONFIG)
    }
    if checkConfig {
      print("# \(settings.file ?? "no file")\n\(settings.listing)", terminator: "")
      return
    }
    LoggingSystem.bootstrap { _ in LogDestination.handler(program: "whichsetd") }
    var logger = Logger(label: "whichsetd")
    logger.logLevel = LiveOptions(settings).logLevel
    guard let data = settings.text(.data) else {
      Self.fail("no data folder: give --data FOLDER", status: EX_USAGE)
    }
    do {
      if upgrade { return try Self.upgrade(data) }
      try serve(data, settings, DaemonLog(logger))
    } catch let error as IndexError {
      Self.fail("\(error)", status: Self.status(of: error))
    } catch let error as GatewayRefusal {
      Self.fail("\(error)", status: EX_CONFIG)
    } catch let error as SystemFailure {
      Self.fail("\(error)", status: error.isInUse ? EX_UNAVAILABLE : EX_OSERR)
    }
  }

  /// Runs the daemon to its end.
  private func serve(_ data: String, _ settings: Settings, _ log: DaemonLog) throws {
    var options = DaemonOptions(
      dataPath: data, entrances: settings.entrances, programVersion: ProgramVersion.text,
      end: { trouble in
        switch trouble {
        case .indexDead: Glibc.exit(EX_IOERR)
        case .reactorFailed: Glibc.exit(EX_OSERR)
        }
      })
    do throws(InheritanceError) {
      options.inherited = try InheritedSocket.named(in: ProcessEnvironment.value, process: getpid())
      for socket in options.inherited { try socket.check() }
    } catch {
      Self.fail("\(error)", status: EX_CONFIG)
    }
    guard !options.inherited.isEmpty || !options.entrances.isEmpty else {
      Self.fail("nowhere to listen: give --socket PATH", status: EX_USAGE)
    }
    options.set(settings)
    options.distant = Self.gateway(settings)
    if let rules { options.ruleVersion = rules }
    options.notifier = ServiceNotifier()
    let inForce = SettingsInForce(settings, SettingsSource(file: config, flags: flags.given))
    options.reload = inForce.reload
    options.canStart = inForce.checkStart
    ProcessPrivacy.begin()
    CrashNotice.explain(isOpening: true)
    options.opened = { CrashNotice.explain(isOpening: false) }
    switch try Daemon(options, log: log).run() {
    case .stopped: break
    case .restarts: throw ProcessRestart.run(keeping: options.inherited.map(\.descriptor))
    }
  }

  /// The index to answer from in place of an own one; nil where the settings name no cluster.
  private static func gateway(_ settings: Settings) -> ClusterGateway? {
    let file = settings.text(.clusterAuth)
    guard let cluster = settings.text(.cluster) else {
      guard file == nil else { fail("cluster-auth is for a cluster; give --cluster too", status: EX_CONFIG) }
      return nil
    }
    do throws(Trouble) {
      return ClusterGateway(
        try NodeAddress.list(cluster),
        credentials: try file.map { path throws(Trouble) in try ClusterCredentials(file: path) })
    } catch {
      fail(error.text, status: EX_CONFIG)
    }
  }

  private static func upgrade(_ path: String) throws(IndexError) {
    let done = try IndexUpgrade(path: path, spaces: KeySpace.all, program: ProgramVersion.text)
    print(
      done.before == done.after
        ? "\(path): format \(done.after), which is this program's own; nothing to do"
        : "\(path): format \(done.before) became format \(done.after), \(done.keys) keys")
  }

  /// The status of `sysexits.h` that fits.
  private static func status(of error: IndexError) -> Int32 {
    switch error {
    case .inUse: EX_UNAVAILABLE
    case .untrusted: EX_CONFIG
    case .corrupt, .newerFormat, .olderFormat, .staged, .notAnIndex, .lost: EX_DATAERR
    case .system(let failure) where failure.code != EIO && failure.code != ENOSPC: EX_OSERR
    case .lmdb, .system, .disk, .dead: EX_IOERR
    case .full, .tooMany, .unfit, .shareUsed, .noDataset, .hasList, .held: EX_SOFTWARE
    }
  }

  /// Ends with a message, which `systemctl status` shows too.
  private static func fail(_ text: String, status: Int32) -> Never {
    ServiceNotifier()?.send(["STATUS=\(text)"], isAwaited: true)
    _ = Descriptor(borrowing: STDERR_FILENO).write(Array("whichsetd: \(text)\n".utf8).span)
    Glibc.exit(status)
  }
}
