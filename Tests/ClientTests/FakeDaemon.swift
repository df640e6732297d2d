// A daemon of a few lines: listens on a real socket in a temporary folder and plays one script a connection.

import Client
import Console
import Foundation
import Platform
import TestSupport
import Testing

/// One accepted connection, as a script sees it. Reads byte by byte, so that nothing is taken that the script
/// did not ask for.
final class FakePeer {
  private let raw: Int32

  fileprivate init(_ raw: Int32) { self.raw = raw }

  /// The next line that the client sends, nil at the end.
  func line() -> String? {
    var bytes: [UInt8] = []
    while let byte = byte() {
      if byte == 10 { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte)
    }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }

  /// The next bytes that the client sends.
  func body(_ count: Int) -> String {
    var bytes: [UInt8] = []
    while bytes.count < count, let byte = byte() { bytes.append(byte) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func byte() -> UInt8? {
    var byte: UInt8 = 0
    // One byte into one byte.
    return unsafe read(raw, &byte, 1) == 1 ? byte : nil
  }

  /// Reads a line that must be this one.
  func expect(_ expected: String) { #expect(line() == expected) }

  /// Reads a `ROWS` line and its body.
  func rows() -> String {
    let words = (line() ?? "").split(separator: " ")
    guard words.count == 4, words[0] == "ROWS", let count = Int(words[3]) else { return "no ROWS: \(words)" }
    return "\(words[1]): " + body(count)
  }

  /// Sends text; a client that is gone is no matter.
  func send(_ text: String) {
    try? FileHandle(fileDescriptor: raw, closeOnDealloc: false).write(contentsOf: Data(text.utf8))
  }
}

/// Plays scripts to the clients that connect to `path`.
final class FakeDaemon: Sendable {
  let path: String
  private let done = DispatchSemaphore(value: 0)

  /// The n-th client meets the n-th script; after the last, nobody listens any more.
  init(_ scripts: [@Sendable (FakePeer) -> Void]) throws {
    signal(SIGPIPE, SIG_IGN)
    path = NSTemporaryDirectory() + "whichset-\(UUID().uuidString.prefix(8)).sock"
    let listener = try UnixAddress.listening(at: path).release()
    let done = done
    Thread.detachNewThread {
      for script in scripts {
        let raw = accept(listener, nil, nil)
        guard raw >= 0 else { break }
        script(FakePeer(raw))
        shutdown(raw, Int32(SHUT_RDWR))
        Glibc.close(raw)
      }
      Glibc.close(listener)
      done.signal()
    }
  }

  /// Waits until all scripts are played.
  func finish() {
    #expect(done.wait(timeout: .now() + 300) == .success, "a script waits for a client that never came")
    try? FileManager.default.removeItem(atPath: path)
  }
}

/// A temporary file that catches what a pump writes.
final class Catch {
  private let path = NSTemporaryDirectory() + "whichset-\(UUID().uuidString.prefix(8)).out"

  /// Where to write.
  func descriptor() -> Descriptor {
    // The C string lives through the call.
    Descriptor(owning: unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600))
  }

  /// What was written.
  var text: String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
