// A file that a client hands over as an open descriptor (PROTOCOL.md, "Files"): so a daemon that may open nothing but its
// own folder can write and read files of its clients, and touches no path of theirs.

internal import CLinux
internal import Glibc
internal import Platform
internal import WireProtocol

/// A descriptor that came over a socket, closed when it goes.
final class HandedFile: Sendable {
  private let descriptor: Descriptor

  init(_ descriptor: Int32) { self.descriptor = Descriptor(owning: descriptor) }

  /// Takes one byte, and all descriptors that came with it. The C function is `recvmsg`.
  ///
  /// - Returns: what went over, one byte or none; the byte, and the files.
  static func receive(from socket: Int32) -> (transfer: Descriptor.Transfer, byte: UInt8, files: [HandedFile])
  {
    var byte: UInt8 = 0
    var descriptors = [Int32](repeating: -1, count: Int(WHICHSET_HANDED_MAX))
    var count: Int32 = 0
    // Safe: the call fills in a byte, and as many descriptors as the array has room for.
    let received = unsafe whichset_receive_files(socket, &byte, &descriptors, &count)
    let transfer = Descriptor.Transfer(received)
    return (transfer, byte, descriptors[..<Int(count)].map { HandedFile($0) })
  }

  enum Use {
    case reading
    case writing
  }

  /// The size of the file. Throws where it is no regular file, or not open for `use`. The C functions are `fstat` and
  /// `fcntl`.
  func check(for use: Use) throws(ProtocolError) -> Int {
    guard let status = try? descriptor.status(), status.kind == .regular else {
      throw ProtocolError(.file, "what was handed over is no regular file, but a folder, a pipe or a device")
    }
    let access = fcntl(descriptor.raw, F_GETFL)
    let isPath = access & Int32(WHICHSET_O_PATH) != 0
    switch use {
    case .reading where isPath || access & O_ACCMODE == O_WRONLY:
      throw ProtocolError(.file, "the file that was handed over is not open for reading")
    case .writing where isPath || access & O_ACCMODE == O_RDONLY:
      throw ProtocolError(.file, "the file that was handed over is not open for writing")
    case .writing where access & O_APPEND != 0:
      throw ProtocolError(
        .file, "the file that was handed over is open for appending; it is not written in order")
    default: return status.byteCount
    }
  }

  /// Writes all of `bytes` where the file stands. The C function is `write`.
  func write(_ bytes: ArraySlice<UInt8>) throws(ProtocolError) {
    do throws(SystemFailure) {
      try descriptor.writeAll(bytes.span)
    } catch {
      throw Self.error("cannot write the file that was handed over", error)
    }
  }

  /// Overwrites a part of the file with zeroes. The C function is `pwrite`.
  func clear(_ range: Range<Int>) throws(ProtocolError) {
    do throws(SystemFailure) {
      try descriptor.clear(range)
    } catch {
      throw Self.error("cannot write the file that was handed over", error)
    }
  }

  /// Reads what is at `offset` into the front of `buffer`; 0 at the end. The C function is `pread`.
  func read(at offset: Int, into buffer: inout [UInt8]) throws(ProtocolError) -> Int {
    do throws(SystemFailure) {
      return try descriptor.read(buffer.count, at: offset, into: &buffer)
    } catch {
      throw Self.error("cannot read the file that was handed over", error)
    }
  }

  private static func error(_ what: String, _ failure: SystemFailure) -> ProtocolError {
    let shortage = failure.code == EIO ? nil : ProtocolError(systemCode: failure.code)
    return ProtocolError(shortage?.code ?? .file, "\(what): \(failure.reason)")
  }
}
