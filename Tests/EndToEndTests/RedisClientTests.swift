// Redis clients as people have them, at the sockets of a real daemon: the examples in docs/examples, the tools of Redis, and
// what a client does beyond one question. A client that is not installed is skipped aloud; `make clients` installs them.

import Foundation
import TestSupport
import Testing

/// A client library: how to see whether it is there, and how its example is run.
struct RedisClient: CustomTestStringConvertible, Sendable {
  let name: String
  /// Succeeds if the library is there.
  let probe: String
  /// What runs its example, with the daemon's socket and identifiers behind it.
  let command: String

  var testDescription: String { name }

  /// The examples' folder.
  private static let folder = Lists.package + "/docs/examples"
  /// Python with the packages of `make clients`, otherwise the system's.
  static let python: String = {
    let own = Lists.package + "/.build/clients/bin/python3"
    return FileManager.default.isExecutableFile(atPath: own) ? own : "python3"
  }()

  static let all = [
    RedisClient(
      name: "redis-py", probe: "\(python) -c 'import redis'", command: "\(python) \(folder)/ask.py"),
    RedisClient(
      name: "valkey-glide", probe: "\(python) -c 'import glide_sync'",
      command: "\(python) \(folder)/ask-glide.py"),
    RedisClient(
      name: "hiredis", probe: "pkg-config --exists hiredis && command -v cc",
      command: "cc -Wall -Werror \(folder)/ask.c -o ask $(pkg-config --cflags --libs hiredis) && ./ask"),
    RedisClient(name: "redis-rb", probe: "ruby -e 'require \"redis\"'", command: "ruby \(folder)/ask.rb"),
    RedisClient(name: "Redis.pm", probe: "perl -MRedis -e 1", command: "perl \(folder)/ask.pl"),
    RedisClient(
      name: "phpredis", probe: "php -r 'exit((int) !class_exists(\"Redis\"));'",
      command: "php \(folder)/ask.php"),
    RedisClient(
      name: "node-redis", probe: "NODE_PATH=/usr/share/nodejs node -e 'require(\"redis\")'",
      command: "NODE_PATH=/usr/share/nodejs node \(folder)/ask.mjs"),
  ]
}

@Suite("a Redis client", .fewAtOnce)
struct RedisClientTests {
  private static let both = "flickr:99100000002"
  private static let one = "https://live.staticflickr.com/65535/99100000001_0123456789_b.jpg"
  private static let none = "flickr:99100000009"

  /// A daemon with two datasets that share a photo.
  private static func start(_ workspace: Workspace, options: [String] = []) async throws -> RunningDaemon {
    let daemon = try await RunningDaemon.start(in: workspace, options: options)
    _ = try workspace.write("parks.txt", "flickr:99100000001\nflickr:99100000002\n")
    _ = try workspace.write("lakes.txt", "flickr:99100000002\nflickr:99100000003\n")
    let loaded = try await workspace.script(
      "for name in parks lakes; do whichset ingest --dataset $name $name.txt || exit 1; done")
    try #require(loaded.end == .exited(0), "\(loaded.errors)")
    return daemon
  }

  /// Whether what a test needs is installed; says what is missing.
  private static func has(_ probe: String, _ name: String, _ workspace: Workspace) async throws -> Bool {
    let found = try await workspace.script(probe).end == .exited(0)
    if !found { print("SKIPPED: \(name) is not installed; make clients installs it") }
    return found
  }

  @Test("of any language runs its example", arguments: RedisClient.all)
  func examples(_ client: RedisClient) async throws {
    let workspace = try Workspace()
    guard try await Self.has(client.probe, client.name, workspace) else { return }
    let daemon = try await Self.start(workspace)
    let good = try await workspace.script(
      "\(client.command) $WHICHSET_SOCKET \(Self.both) \(Self.one) \(Self.none)")
    #expect(
      good.output == "\(Self.both): lakes, parks\n\(Self.one): parks\n\(Self.none): in no dataset\n",
      "\(good.errors)")
    #expect(good.end == .exited(0))
    let bad = try await workspace.script("\(client.command) $WHICHSET_SOCKET \(Self.both) 99100000001")
    #expect(bad.errors.contains("a bare number is ambiguous"), "\(bad.errors)\(bad.output)")
    #expect(bad.end != .exited(0))
    try await daemon.stop()
  }

  @Test("redis-cli asks, in both versions of RESP")
  func commandLine() async throws {
    let workspace = try Workspace()
    guard try await Self.has("command -v redis-cli", "redis-cli", workspace) else { return }
    let daemon = try await Self.start(workspace)
    let asked = try await workspace.script(
      """
      for version in -2 -3; do
        ask() { redis-cli $version --no-raw -s $WHICHSET_SOCKET "$@"; }
        ask get \(Self.both); ask mget \(Self.one) \(Self.none); ask sismember parks \(Self.one)
        ask sintercard 2 parks lakes; ask smembers \(Self.both); ask set a b; ask get 1; ask command count
      done
      printf 'MULTI\\nEXISTS \(Self.one)\\nEXEC\\n' | redis-cli -s $WHICHSET_SOCKET
      redis-cli -s $WHICHSET_SOCKET info server | tr -d '\\r' | grep ^redis_version
      """)
    let refusals = """
      (error) NOPERM this index is read-only for Redis clients; whichset changes it
      (error) IDENTIFIER a bare number is ambiguous: write flickr:12345
      (integer) 25

      """
    let answers = "\"lakes,parks\"\n1) \"parks\"\n2) (nil)\n(integer) 1\n(integer) 1\n"
    #expect(
      asked.output == answers + "1) \"lakes\"\n2) \"parks\"\n" + refusals
        + answers + "1~ \"lakes\"\n2~ \"parks\"\n" + refusals
        + "OK\nQUEUED\n1\nredis_version:7.0.0\n", "\(asked.errors)")
    try await daemon.stop()
  }

  @Test("redis-benchmark measures, with pipelines")
  func benchmark() async throws {
    let workspace = try Workspace()
    guard try await Self.has("command -v redis-benchmark", "redis-benchmark", workspace) else { return }
    let daemon = try await Self.start(workspace)
    let run = try await workspace.script(
      "redis-benchmark -s $WHICHSET_SOCKET -n 20000 -c 8 -P 32 -r 10 --csv GET flickr:9__rand_int__; "
        + "redis-benchmark -s $WHICHSET_SOCKET -n 20000 -c 8 -P 32 --csv EXISTS \(Self.one)")
    #expect(!run.output.contains("rror") && !run.errors.contains("rror"), "\(run.output)\(run.errors)")
    #expect(run.output.split(separator: "\n").count { $0.contains("flickr") } == 2, "\(run.output)")
    let figures = try await daemon.figures()
    #expect(figures["queries"] == 40_000)
    #expect(figures["queries.hit"] == 20_000)
    try await daemon.stop()
  }

  @Test("redis-py of either version of RESP gets its own types")
  func types() async throws {
    let workspace = try Workspace()
    let python = RedisClient.python
    guard try await Self.has("\(python) -c 'import redis'", "redis-py", workspace) else { return }
    let daemon = try await Self.start(workspace)
    let run = try await workspace.script(
      """
      cat > ask.py <<'END'
      import redis
      for protocol in (2, 3):
          client = redis.Redis(unix_socket_path='s', protocol=protocol, decode_responses=True, client_name='joe')
          assert client.ping() and client.client_getname() == 'joe'
          assert client.exists('\(Self.one)', '\(Self.none)') == 1
          assert client.get('\(Self.none)') is None
          assert client.mget('\(Self.both)', '\(Self.none)') == ['lakes,parks', None]
          assert set(client.smembers('\(Self.both)')) == {'lakes', 'parks'}
          assert client.sismember('parks', '\(Self.one)') and not client.sismember('lakes', '\(Self.one)')
          assert client.smismember('parks', ['\(Self.one)', '\(Self.none)']) == [1, 0]
          assert client.scard('parks') == 2 and client.sintercard(2, ['parks', 'lakes']) == 1
          assert client.dbsize() == 3 and client.type('parks') == 'set'
          assert client.info()['redis_version'] == '7.0.0'
          assert client.config_get('save') == {'save': ''}
          assert client.client_info()['name'] == 'joe' and client.client_id() > 0
          assert client.command_count() == len(client.command())
          assert client.execute_command('WHICHSET.CHECK', '\(Self.none)') == ['MISS']
          for wrong in (lambda: client.set('a', 'b'), lambda: client.get('1'), lambda: client.exists('md5:' + 32 * '0')):
              try:
                  wrong()
              except redis.RedisError as error:
                  print(type(error).__name__, error)
          pipeline = client.pipeline(transaction=False)
          for _ in range(20000):
              pipeline.exists('\(Self.one)')
          assert sum(pipeline.execute()) == 20000
          client.close()
      END
      \(python) ask.py
      """)
    let refusals = """
      NoPermissionError this index is read-only for Redis clients; whichset changes it
      ResponseError IDENTIFIER a bare number is ambiguous: write flickr:12345
      ResponseError UNSEARCHABLE no list of this index has MD5 hashes, so that none can be found

      """
    #expect(run.output == refusals + refusals, "\(run.errors)")
    #expect(run.end == .exited(0))
    try await daemon.stop()
  }

  @Test("cannot write through any socket, and asks through the socket for asking")
  func roles() async throws {
    let workspace = try Workspace()
    let daemon = try await Self.start(workspace, options: ["--read-socket", workspace.file("r")])
    for socket in ["s", "r"] {
      let connection = try Connection(workspace.file(socket))
      try await connection.send("*1\r\n$4\r\nPING\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n")
      #expect(try await connection.line() == "+PONG\r")
      #expect(try await connection.line().hasPrefix("-NOPERM "))
    }
    try await daemon.stop()
  }
}
