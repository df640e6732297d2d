// A file that a client hands over as an open descriptor (PROTOCOL.md, "Files"): so a daemon that may open nothing but its
// own folder can write and read files of its clients, and touches no path of theirs.

internal import CLinux
internal import Glibc
internal import WireProtocol

/// A descriptor that came over a socket, closed when it goes.
final class HandedFile: Sendable {
  let descriptor: Int32

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Takes one byte, and all descriptors that came with it. The C function is `recvmsg`.
  ///
  /// - Returns: the byte and the files; no byte where the client has ended its side; nil where nothing can be read, with
  ///   `errno` set.
  static func receive(from socket: Int32) -> (byte: UInt8?, files: [HandedFile])? {
    var byte: UInt8 = 0
    var descriptors = [Int32](repeating: -1, count: Int(WHICHSET_HANDED_MAX))
    var count: Int32 = 0
    // Safe: the call fills in a byte, and as many descriptors as the array has room for.
    let received = unsafe whichset_receive_files(socket, &byte, &descriptors, &count)
    guard received >= 0 else { return nil }
    let files = descriptors[..<Int(count)].map { HandedFile($0) }
    return (received > 0 ? byte : nil, files)
  }

  enum Use {
    case reading
    case writing
  }

  /// The size of the file. Throws where it is no regular file, or not open for `use`. The C functions are `fstat` and
  /// `fcntl`.
  func check(for use: Use) throws(ProtocolError) -> Int {
    var status = stat()
    // Safe: the call fills the struct that it is lent.
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw ProtocolError(.file, "what was handed over is no regular file, but a folder, a pipe or a device")
    }
    let access = fcntl(descriptor, F_GETFL)
    let isPath = access & Int32(WHICHSET_O_PATH) != 0
    switch use {
    case .reading where isPath || access & O_ACCMODE == O_WRONLY:
      throw ProtocolError(.file, "the file that was handed over is not open for reading")
    case .writing where isPath || access & O_ACCMODE == O_RDONLY:
      throw ProtocolError(.file, "the file that was handed over is not open for writing")
    default: return Int(status.st_size)
    }
  }

  /// Writes all of `bytes` where the file stands. The C function is `write`.
  func write(_ bytes: ArraySlice<UInt8>) throws(ProtocolError) {
    var rest = bytes
    while !rest.isEmpty {
      // Safe: the buffer is valid for the call.
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw Self.failure("cannot write the file that was handed over")
      }
      rest = rest.dropFirst(count)
    }
  }

  /// Reads what is at `offset` into the front of `buffer`; 0 at the end. The C function is `pread`.
  func read(at offset: Int, into buffer: inout [UInt8]) throws(ProtocolError) -> Int {
    while true {
      // Safe: the buffer is as long as told.
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe pread(descriptor, $0.baseAddress, $0.count, off_t(offset))
      }
      if count >= 0 { return count }
      if errno != EINTR { throw Self.failure("cannot read the file that was handed over") }
    }
  }

  private static func failure(_ what: String) -> ProtocolError {
    let code = errno
    let reason = unsafe String(cString: strerror(code))  // safe: copied before another call can change it
    let shortage = code == EIO ? nil : ProtocolError(systemCode: code)
    return ProtocolError(shortage?.code ?? .file, "\(what): \(reason)")
  }
}
