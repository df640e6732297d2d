// A daemon with two invented lists, the service over it in this process, and a client that says exactly what a test has it
// say.

import Catalogue
import Foundation
import NIOPosix
import Platform
import TestSupport
import Testing

@testable import HTTPService

/// All of them, one after the other, since each has bounds of time, and a daemon of its own.
@Suite("whichset-http", .serialized, .ownThreads)
enum HTTPTests {}

/// Has tests run on threads of their own. The others of this process block those that Swift's tasks share, for longer than
/// the bounds of time that are tested here.
struct OwnThreads: SuiteTrait, TestTrait, TestScoping {
  static let executor = Executor()

  final class Executor: TaskExecutor {
    private let threads = NIOThreadPool(numberOfThreads: 8)

    init() { threads.start() }

    func enqueue(_ job: consuming ExecutorJob) {
      let job = UnownedJob(job)
      // Safe: a job is enqueued once, and runs once.
      threads.submit { [self] _ in unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
  }

  var isRecursive: Bool { true }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    try await withTaskExecutorPreference(Self.executor) { try await function() }
  }
}

extension Trait where Self == OwnThreads {
  static var ownThreads: Self { OwnThreads() }
}

/// A daemon that is killed with the value.
final class TestDaemon: Sendable {
  let folder: TemporaryFolder
  let socket: String
  private let process: Process

  static let alpha = "flickr:99100000001\nflickr:99100000002\nhttps://example.org/a/99100000003.jpg\n"
  static let md5 = "0123456789abcdef0123456789abcdef"
  static let sha1 = "0123456789abcdef0123456789abcdef01234567"
  static let beta = "url,md5,sha1\nhttps://example.org/a/99100000004.jpg,\(md5),\(sha1)\n"

  init() async throws {
    folder = try TemporaryFolder()
    socket = folder.path + "/s"
    process = try Program.start("whichsetd", ["--data", folder.path + "/data", "--socket", socket])
    let path = socket
    try #require(await holds { (try? UnixAddress.connected(to: path)) != nil })
    try await load("alpha", Self.alpha)
    try await load(
      "beta", Self.beta, ["--column", "identifier=url", "--column", "md5=md5", "--column", "sha1=sha1"])
  }

  deinit { process.terminate() }

  func load(_ dataset: String, _ list: String, _ options: [String] = []) async throws {
    let file = "\(folder.path)/\(dataset).csv"
    try Data(list.utf8).write(to: URL(fileURLWithPath: file))
    try await run(["ingest", "--dataset", dataset, file] + options)
  }

  func run(_ arguments: [String]) async throws {
    let client = try Program.start("whichset", arguments + ["--socket", socket])
    try #require(await holds { !client.isRunning } && client.terminationStatus == 0)
  }

  /// Stops the daemon for good.
  func stop() async throws {
    process.terminate()
    try #require(await holds { !process.isRunning })
  }
}

enum Program {
  static func start(_ name: String, _ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "\(BuiltPrograms.folder)/\(name)")
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }
}

/// The service in this process.
final class TestServer: Sendable {
  let path: String
  private let folder: TemporaryFolder
  private let server: HTTPServer
  private let running: Task<Void, any Error>

  init(
    _ daemonSocket: String, allowedOrigin: String? = nil, _ change: (inout HTTPLimits) -> Void = { _ in }
  ) async throws {
    folder = try TemporaryFolder()
    path = folder.path + "/h"
    var limits = HTTPLimits()
    change(&limits)
    let group = MultiThreadedEventLoopGroup.singleton
    let daemon = Daemon(path: daemonSocket, group: group, patience: limits.daemonTime)
    let service = HTTPService(
      daemon: daemon, catalogue: .shipped, allowedOrigin: allowedOrigin, limits: limits)
    let server = try await HTTPServer(
      listening: try UnixAddress.listening(at: path), group: group, service: service)
    self.server = server
    running = Task(executorPreference: OwnThreads.executor) { try await server.run() }
  }

  deinit { server.stop() }

  func stop() async throws {
    server.stop()
    try await running.value
  }

  /// Sends a request and returns the answer.
  func ask(
    _ method: String, _ target: String, _ headers: [String] = [], body: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Answer {
    let connection = try WebConnection(path)
    try await connection.send(WebConnection.request(method, target, headers, body: body))
    return try await connection.answer(isHead: method == "HEAD", sourceLocation: sourceLocation)
  }

  func get(
    _ target: String, _ headers: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Answer {
    try await ask("GET", target, headers, sourceLocation: sourceLocation)
  }
}

struct Answer: Sendable {
  var status = 0
  var headers: [String: String] = [:]
  var body: [UInt8] = []
  /// Whether it came to its end.
  var isWhole = true

  var text: String { String(decoding: body, as: UTF8.self) }

  func json(sourceLocation: SourceLocation = #_sourceLocation) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any], sourceLocation: sourceLocation)
  }

  /// The answers of a check.
  func answers(sourceLocation: SourceLocation = #_sourceLocation) throws -> [[String: Any]] {
    try #require(
      try json(sourceLocation: sourceLocation)["answers"] as? [[String: Any]], sourceLocation: sourceLocation)
  }
}

/// A connection that sends bytes and reads answers.
final class WebConnection {
  private let socket: Descriptor
  private var received: [UInt8] = []
  private var hasEnded = false

  init(_ path: String) throws { socket = try UnixAddress.connected(to: path, isBlocking: false) }

  static func request(_ method: String, _ target: String, _ headers: [String] = [], body: String? = nil)
    -> String
  {
    let length = body.map { ["Content-Length: \($0.utf8.count)"] } ?? []
    return (["\(method) \(target) HTTP/1.1", "Host: test"] + headers + length).joined(separator: "\r\n")
      + "\r\n\r\n"
      + (body ?? "")
  }

  /// Sends all, and takes meanwhile what comes.
  func send(_ text: String) async throws {
    var rest = Array(text.utf8)[...]
    try #require(
      await holds {
        read()
        switch socket.send(rest.span) {
        case .bytes(let count): rest = rest.dropFirst(count)
        case .wouldBlock: break
        case .failed: rest = []
        }
        return rest.isEmpty
      })
  }

  /// Says that nothing more will be sent. The C function is `shutdown`.
  func finish() { shutdown(socket.raw, Int32(SHUT_WR)) }

  /// The next answer.
  func answer(
    isHead: Bool = false, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Answer {
    let end = Array("\r\n\r\n".utf8)
    try #require(
      await holds {
        read(); return received.contains(end) || hasEnded
      }, sourceLocation: sourceLocation)
    let headEnd = try #require(received.firstRange(of: end), "no answer", sourceLocation: sourceLocation)
    var lines = String(decoding: received[..<headEnd.lowerBound], as: UTF8.self).split(separator: "\r\n")
    received.removeSubrange(..<headEnd.upperBound)
    var answer = Answer()
    answer.status = Int(lines.removeFirst().split(separator: " ")[1]) ?? 0
    for line in lines {
      let parts = line.split(separator: ":", maxSplits: 1)
      answer.headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    if isHead || answer.status == 304 || answer.status == 204 || answer.status == 100 { return answer }
    if answer.headers["transfer-encoding"] == "chunked" {
      await chunks(&answer)
    } else {
      let length = Int(answer.headers["content-length"] ?? "") ?? 0
      answer.isWhole = await take(length, &answer.body)
    }
    return answer
  }

  /// Whether the other end has closed the connection, without a further word.
  func isClosed() async -> Bool {
    await ends() && received.isEmpty
  }

  /// Whether the other end closes the connection.
  func ends() async -> Bool {
    await holds {
      read()
      return hasEnded
    }
  }

  /// What comes until the connection ends.
  func rest() async -> String {
    _ = await holds {
      read()
      return hasEnded
    }
    return String(decoding: received, as: UTF8.self)
  }

  private func chunks(_ answer: inout Answer) async {
    while true {
      guard
        await holds({
          read(); return received.contains(Array("\r\n".utf8)) || hasEnded
        }),
        let end = received.firstRange(of: Array("\r\n".utf8)),
        let size = Int(String(decoding: received[..<end.lowerBound], as: UTF8.self), radix: 16)
      else {
        answer.isWhole = false
        return
      }
      received.removeSubrange(..<end.upperBound)
      var chunk: [UInt8] = []
      guard await take(size + 2, &chunk) else {
        answer.isWhole = false
        return
      }
      answer.body += chunk.dropLast(2)
      if size == 0 { return }
    }
  }

  private func take(_ count: Int, _ bytes: inout [UInt8]) async -> Bool {
    guard
      await holds({
        read(); return received.count >= count || hasEnded
      }), received.count >= count
    else {
      return false
    }
    bytes += received.prefix(count)
    received.removeFirst(count)
    return true
  }

  private func read() {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while !hasEnded {
      switch socket.read(into: &chunk) {
      case .bytes(0), .failed: hasEnded = true
      case .bytes(let count): received += chunk[..<count]
      case .wouldBlock: return
      }
    }
  }
}
