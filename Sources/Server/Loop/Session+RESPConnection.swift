// The commands of RESP about the connection and the daemon: what clients send before their first question, and what people
// and monitors ask.

internal import ByteText
internal import Glibc
internal import Index
internal import WireProtocol

extension Session {
  /// The version of Redis whose replies these are.
  static let redisVersion = "7.0.0"

  mutating func answerAboutConnection(
    _ command: RESPCommand, _ input: Span<UInt8>, _ context: inout SessionContext
  ) {
    let arguments = context.resp.arguments.copied(from: 1)
    switch command {
    case .ping:
      guard let text = arguments.first else { return resp.version.append(simple: "PONG", to: &output) }
      resp.version.append(bulk: input.extracting(text).copied, to: &output)
    case .echo: resp.version.append(bulk: input.extracting(context.resp.arguments[1]).copied, to: &output)
    case .select:
      guard Decimal.parse(input.extracting(context.resp.arguments[1])) == 0 else {
        return refuse(ProtocolError(.syntax, "DB index is out of range"), &context)
      }
      resp.version.append(simple: "OK", to: &output)
    case .auth: refuse(Self.noPasswords, &context)
    case .hello: greet(arguments, input, &context)
    case .client: answerClient(arguments, input, &context)
    case .config: answerConfig(arguments, input, &context)
    case .info: answerInfo(arguments, input, &context)
    default: answerCommand(arguments, input, &context)
    }
  }

  private static let noPasswords = ProtocolError(
    .syntax, "AUTH called without any password configured: the rights of the socket decide who may connect")

  private static func unknown(_ subcommand: Span<UInt8>, of command: StaticString) -> ProtocolError {
    ProtocolError(.syntax, "unknown subcommand '\(shown(subcommand))' of \(command)")
  }

  // MARK: - HELLO

  /// `HELLO [version [AUTH user password] [SETNAME name]]`. Changes all of it or nothing.
  private mutating func greet(
    _ arguments: ArraySlice<Range<Int>>, _ input: Span<UInt8>, _ context: inout SessionContext
  ) {
    var version = resp.version
    var name: [UInt8]?
    if let wanted = arguments.first {
      guard let number = Decimal.parse(input.extracting(wanted)) else {
        return refuse(
          ProtocolError(.syntax, "Protocol version is not an integer or out of range"), &context)
      }
      guard let known = RESPVersion(rawValue: number) else {
        return refuse(ProtocolError(.version, "unsupported protocol version"), &context)
      }
      version = known
    }
    var options = arguments.dropFirst()
    while let option = options.popFirst() {
      if Self.isWord(input.extracting(option), "auth"), options.count >= 2 {
        return refuse(Self.noPasswords, &context)
      }
      guard Self.isWord(input.extracting(option), "setname"), let value = options.popFirst() else {
        return refuse(
          ProtocolError(.syntax, "Syntax error in HELLO option '\(Self.shown(input.extracting(option)))'"),
          &context)
      }
      guard let checked = Self.name(input.extracting(value)) else {
        return refuse(Self.badName, &context)
      }
      name = checked
    }
    resp.version = version
    if let name { resp.names.connection = name }
    resp.version.append(map: 7, to: &output)
    append("server", "whichset")
    append("version", Self.redisVersion)
    append("proto", version.rawValue)
    append("id", resp.id)
    append("mode", "standalone")
    append("role", "master")
    resp.version.append(bulk: "modules", to: &output)
    resp.version.append(array: 0, to: &output)
  }

  private mutating func append(_ name: String, _ value: String) {
    resp.version.append(bulk: name, to: &output)
    resp.version.append(bulk: value, to: &output)
  }

  private mutating func append(_ name: String, _ value: Int) {
    resp.version.append(bulk: name, to: &output)
    resp.version.append(integer: value, to: &output)
  }

  // MARK: - CLIENT

  private mutating func answerClient(
    _ arguments: ArraySlice<Range<Int>>, _ input: Span<UInt8>, _ context: inout SessionContext
  ) {
    let values = arguments.dropFirst()
    let subcommand = input.extracting(arguments[arguments.startIndex])
    switch (values.count, String(subcommand).uppercased()) {
    case (0, "ID"): return resp.version.append(integer: resp.id, to: &output)
    case (0, "INFO"): return resp.version.append(text: clientInfo + "\n", to: &output)
    case (0, "GETNAME"):
      if resp.names.connection.isEmpty { return resp.version.appendNull(to: &output) }
      return resp.version.append(bulk: resp.names.connection, to: &output)
    case (1, "SETNAME"):
      guard let name = Self.name(input.extracting(values[values.startIndex])) else {
        return refuse(Self.badName, &context)
      }
      resp.names.connection = name
    case (2, "SETINFO"):
      guard let value = Self.name(input.extracting(values[values.startIndex + 1])) else {
        return refuse(Self.badName, &context)
      }
      let attribute = input.extracting(values[values.startIndex])
      if Self.isWord(attribute, "lib-name") {
        resp.names.library = value
      } else if Self.isWord(attribute, "lib-ver") {
        resp.names.libraryVersion = value
      } else {
        return refuse(
          ProtocolError(.syntax, "Unrecognized option '\(Self.shown(attribute))'"), &context)
      }
    case (1, "NO-EVICT"), (1, "NO-TOUCH"):
      let value = input.extracting(values[values.startIndex])
      guard Self.isWord(value, "on") || Self.isWord(value, "off") else {
        return refuse(ProtocolError(.syntax, "syntax error"), &context)
      }
    case (1, "REPLY"):
      guard Self.isWord(input.extracting(values[values.startIndex]), "on") else {
        return refuse(
          ProtocolError(.syntax, "CLIENT REPLY ON only: questions are asked for replies"), &context)
      }
    case (_, "ID"), (_, "INFO"), (_, "GETNAME"), (_, "SETNAME"), (_, "SETINFO"), (_, "NO-EVICT"),
      (_, "NO-TOUCH"), (_, "REPLY"):
      return refuse(
        ProtocolError(.syntax, "wrong number of arguments for 'client' command"), &context)
    default: return refuse(Self.unknown(subcommand, of: "CLIENT"), &context)
    }
    resp.version.append(simple: "OK", to: &output)
  }

  /// A name that a client gives; `nil` if it cannot be one.
  private static func name(_ bytes: Span<UInt8>) -> [UInt8]? {
    let name = bytes.copied
    let isGood = name.count <= RESPLimits.nameBytesMax && name.allSatisfy { (0x21...0x7E).contains($0) }
    return isGood ? name : nil
  }

  private static let badName = ProtocolError(
    .syntax,
    "Client names cannot contain spaces, newlines or special characters, and have at most "
      + "\(RESPLimits.nameBytesMax) bytes")

  /// As Redis writes it; clients read some of the numbers, which are 0 where the daemon has none.
  private var clientInfo: String {
    let names = [resp.names.connection, resp.names.library, resp.names.libraryVersion].map {
      String(decoding: $0, as: UTF8.self)
    }
    return "id=\(resp.id) addr= laddr= fd=0 name=\(names[0]) age=0 idle=0 flags=U db=0 sub=0 psub=0 ssub=0 "
      + "multi=-1 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 obl=0 oll=0 omem=0 tot-mem=0 events=r "
      + "cmd=client|info user=default redir=-1 resp=\(resp.version.rawValue) lib-name=\(names[1]) "
      + "lib-ver=\(names[2])"
  }

  // MARK: - CONFIG, INFO, COMMAND

  /// What clients and benchmarks ask for.
  private static let settings = [
    ("appendonly", "no"), ("databases", "1"), ("maxmemory", "0"), ("maxmemory-policy", "noeviction"),
    ("proto-max-bulk-len", "\(RESPLimits.argumentBytesMax)"), ("save", ""),
  ]

  /// `CONFIG GET pattern ...`, with the patterns of the shell.
  private mutating func answerConfig(
    _ arguments: ArraySlice<Range<Int>>, _ input: Span<UInt8>, _ context: inout SessionContext
  ) {
    let subcommand = input.extracting(arguments[arguments.startIndex])
    guard Self.isWord(subcommand, "get") else {
      if Self.isWord(subcommand, "set") {
        return refuse(ProtocolError(.forbidden, "settings are changed in whichsetd's own file"), &context)
      }
      return refuse(Self.unknown(subcommand, of: "CONFIG"), &context)
    }
    let patterns = arguments.dropFirst().map { String(input.extracting($0)).lowercased() }
    let found = Self.settings.filter { name, _ in
      // Safe: both C strings live through the call. The C function is `fnmatch`.
      patterns.contains { unsafe fnmatch($0, name, 0) == 0 }
    }
    resp.version.append(map: found.count, to: &output)
    for (name, value) in found { append(name, value) }
  }

  /// `INFO [section ...]`.
  private mutating func answerInfo(
    _ arguments: ArraySlice<Range<Int>>, _ input: Span<UInt8>, _ context: inout SessionContext
  ) {
    let counts = context.takeSnapshot().counts
    let sections = [
      (
        "Server",
        "redis_version:\(Self.redisVersion)\r\nwhichset_version:\(context.programVersion)\r\n"
          + "redis_mode:standalone\r\n"
      ),
      ("Clients", "connected_clients:\(context.figures.connectionCount)\r\n"),
      ("Persistence", "loading:0\r\n"),
      ("Replication", "role:master\r\nconnected_slaves:0\r\n"),
      ("Cluster", "cluster_enabled:0\r\n"),
      ("Keyspace", "db0:keys=\(counts.keys),expires=0,avg_ttl=0\r\n"),
    ]
    let wanted = arguments.map { String(input.extracting($0)).lowercased() }
    let isAll = wanted.isEmpty || wanted.contains { ["all", "default", "everything"].contains($0) }
    let text = sections.filter { isAll || wanted.contains($0.0.lowercased()) }
      .map { "# \($0.0)\r\n\($0.1)" }.joined(separator: "\r\n")
    resp.version.append(text: text, to: &output)
  }

  /// `COMMAND`, `COMMAND COUNT`, `COMMAND INFO [name ...]`, `COMMAND DOCS [name ...]`.
  private mutating func answerCommand(
    _ arguments: ArraySlice<Range<Int>>, _ input: Span<UInt8>, _ context: inout SessionContext
  ) {
    let all = RESPCommand.allCases
    guard let first = arguments.first else {
      resp.version.append(array: all.count, to: &output)
      for command in all { appendInfo(command) }
      return
    }
    let names = arguments.dropFirst()
    let wanted: [RESPCommand?] = names.isEmpty ? all : names.map { RESPCommand(input.extracting($0)) }
    let subcommand = input.extracting(first)
    if Self.isWord(subcommand, "count"), names.isEmpty {
      resp.version.append(integer: all.count, to: &output)
    } else if Self.isWord(subcommand, "info") {
      resp.version.append(array: wanted.count, to: &output)
      for command in wanted {
        if let command { appendInfo(command) } else { resp.version.appendNullArray(to: &output) }
      }
    } else if Self.isWord(subcommand, "docs") {
      let known = wanted.compactMap { $0 }
      resp.version.append(map: known.count, to: &output)
      for command in known {
        resp.version.append(bulk: "\(command.spelling)", to: &output)
        resp.version.append(map: 3, to: &output)
        append("summary", command.summary)
        append("since", "1.0.0")
        append("group", command.group)
      }
    } else {
      refuse(Self.unknown(subcommand, of: "COMMAND"), &context)
    }
  }

  private mutating func appendInfo(_ command: RESPCommand) {
    let counts = command.argumentCounts
    resp.version.append(array: 10, to: &output)
    resp.version.append(bulk: "\(command.spelling)", to: &output)
    resp.version.append(
      integer: counts.count == 1 ? counts.lowerBound : -counts.lowerBound, to: &output)
    resp.version.append(set: 1, to: &output)
    resp.version.append(simple: "readonly", to: &output)
    for place in [command.keys.first, command.keys.last, command.keys.step] {
      resp.version.append(integer: place, to: &output)
    }
    // Categories of access, hints, specifications of keys, subcommands.
    resp.version.append(set: 0, to: &output)
    for _ in 0..<3 { resp.version.append(array: 0, to: &output) }
  }
}
