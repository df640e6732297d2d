// All settings, with their bounds and what they are without a value.

extension Setting {
  package static let data = Setting(
    "data", .text, valueName: "folder",
    "The data folder; made if missing. Without it, that of $STATE_DIRECTORY, which systemd sets.")
  package static let socket = Setting(
    "socket", .text, valueName: "path", "A socket of the owner's, for everything.")
  package static let readSocket = Setting(
    "read-socket", .text, valueName: "path", "A socket of a group's, to ask.")
  package static let readGroup = Setting(
    "read-group", .text, valueName: "group", "The group of read-socket; without it, the daemon's.")
  package static let loadSocket = Setting(
    "load-socket", .text, valueName: "path", "A socket of a group's, to ask and to load.")
  package static let loadGroup = Setting(
    "load-group", .text, valueName: "group", "The group of load-socket; without it, the daemon's.")
  package static let adminSocket = Setting(
    "admin-socket", .text, valueName: "path", "Another socket of the owner's, for everything.")
  package static let cluster = Setting(
    "cluster", .text, valueName: "nodes",
    "Be a gateway: answer from the index that whichset publish-cluster wrote to this cluster, redis://host:port,host:port."
  )
  package static let clusterAuth = Setting(
    "cluster-auth", .text, valueName: "file", "A file with user:password for the cluster.")
  package static let threads = Setting(
    "threads", .number(0...256), "0", valueName: "n", "Reactor threads, at most; 0 for one a core.")
  package static let spin = Setting(
    "spin", .number(0...1_000), "0", valueName: "microseconds",
    "How long a reactor looks for requests before it sleeps.")
  package static let connections = Setting(
    "connections", .number(1...1_000_000), "4096", valueName: "n", isLive: true, "Connections at one time.")
  package static let userShare = Setting(
    "user-share", .number(1...100), "75", valueName: "percent", isLive: true,
    "Part of connections, streams and loads that one user may hold.")
  package static let userSpool = Setting(
    "user-spool", .number(0...1_048_576), "8192", valueName: "mib", isLive: true,
    "Disk space for one user's cross-references and accounts, in MiB; 0 for as much as is free.")
  package static let mapSize = Setting(
    "map-size", .number(1...65_536), "256", valueName: "gib",
    "Address space reserved for the index, in GiB; no memory until used.")
  package static let diskReserve = Setting(
    "disk-reserve", .number(0...1_048_576), "256", valueName: "mib", isLive: true,
    "Disk space never used, in MiB: writes are refused before.")
  package static let loadMemory = Setting(
    "load-memory", .number(0...1_048_576), "0", valueName: "mib", isLive: true,
    "Memory for the rows of loads, in MiB, before they go to disk; 0 for a quarter of the machine's, at most 2048. A new value counts for loads that are opened from then on."
  )
  package static let stagedDays = Setting(
    "staged-days", .number(0...3_650), "30", valueName: "days", isLive: true,
    "Days after which a load is dropped that was interrupted and not gone on with; 0 for never.")
  package static let eraseWithin = Setting(
    "erase-within", .number(0...31_536_000), "3600", valueName: "s", isLive: true,
    "Seconds in which what was erased, removed or replaced leaves the files of the data folder; 0 if only asked."
  )
  package static let stopTimeout = Setting(
    "stop-timeout", .number(0...3_600), "10", valueName: "s", isLive: true, "Seconds that a stop may take.")
  package static let slowLog = Setting(
    "slow-log", .number(0...3_600_000), "1000", valueName: "milliseconds", isLive: true,
    "Requests that take longer than this are logged, without what they asked; 0 for none.")
  package static let logLevel = Setting(
    "log-level", .choice(["debug", "info", "notice", "warning", "error"]), "info", valueName: "level",
    isLive: true,
    "What is logged: debug, info, notice, warning, error.")

  /// All of them, in the order in which they are shown.
  package static let all: [Setting] = [
    data, socket, readSocket, readGroup, loadSocket, loadGroup, adminSocket, cluster, clusterAuth, threads,
    spin, connections,
    userShare, userSpool,
    mapSize,
    diskReserve,
    loadMemory, stagedDays, eraseWithin, stopTimeout, slowLog, logLevel,
  ]

  /// Those that say where the daemon is found.
  package static let places: Set<Setting> = [data, socket, readSocket, loadSocket, adminSocket]

  /// The setting of a name.
  package static func named(_ name: String) -> Setting? { all.first { $0.name == name } }
}
