// The text of an errno value.

internal import Glibc

/// Messages of the C library.
enum SystemError {
  /// What `strerror_r` says of `code`.
  static func text(_ code: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    // The XSI strerror_r that Swift imports writes a message and its NUL into the room it is given.
    return unsafe buffer.withUnsafeMutableBufferPointer { room in
      guard unsafe strerror_r(code, room.baseAddress!, room.count) == 0 else { return "error \(code)" }
      return unsafe String(cString: room.baseAddress!)
    }
  }
}
