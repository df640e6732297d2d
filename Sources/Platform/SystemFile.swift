// Files that are kept, whose errors say which file it was.

internal import Glibc

/// An open file, closed when it goes.
package struct SystemFile<Failure: SystemFailureConvertible>: ~Copyable, Sendable {
  package let path: String
  package let descriptor: Descriptor

  /// Makes a new file, readable by its owner only. The C function is `open`.
  package init(creating path: String) throws(Failure) {
    try self.init(path, O_CREAT | O_TRUNC | O_WRONLY | O_NOFOLLOW)
  }

  /// Opens a file or a folder for reading. The C function is `open`.
  package init(reading path: String) throws(Failure) { try self.init(path, O_RDONLY) }

  init(_ path: String, _ flags: Int32, mode: UInt32 = 0o600) throws(Failure) {
    descriptor = try Failure.wrapping(try Descriptor(opening: path, flags, mode: mode))
    self.path = path
  }

  /// Writes all of `bytes`. The C function is `write`.
  package borrowing func write(_ bytes: ArraySlice<UInt8>) throws(Failure) {
    try named { (file) throws(SystemFailure) in try file.writeAll(bytes.span) }
  }

  /// Overwrites a part of the file with zeroes. The C function is `pwrite`.
  package borrowing func clear(_ range: Range<Int>) throws(Failure) {
    try named { (file) throws(SystemFailure) in try file.clear(range) }
  }

  /// Reads up to `count` bytes at `offset` into the front of `buffer`; fewer only at the file's end. The C function is
  /// `pread`.
  package borrowing func read(_ count: Int, at offset: Int, into buffer: inout [UInt8]) throws(Failure) -> Int
  {
    try named { (file) throws(SystemFailure) in try file.read(count, at: offset, into: &buffer) }
  }

  /// Puts what was written on the disk. The C function is `fsync`.
  package borrowing func sync() throws(Failure) {
    try named { (file) throws(SystemFailure) in try file.sync() }
  }

  /// The C function is `fstat`.
  package borrowing func status() throws(Failure) -> FileStatus {
    try named { (file) throws(SystemFailure) in try file.status() }
  }

  /// Takes a lock that others may share, and that keeps an exclusive one off; false if another holds one for more than a
  /// moment. The C function is `flock`.
  package borrowing func tryShare() -> Bool { lock(LOCK_SH) }

  /// Takes an exclusive lock that lasts as long as the file is open; false if another holds it for more than a moment. The C
  /// function is `flock`.
  package borrowing func tryLock() -> Bool { lock(LOCK_EX) }

  private static var lockNanosecondsMax: Int { 1_000_000_000 }

  /// A process that another thread starts has all open files, and their locks, until it runs its program: for a moment a
  /// lock may be held that nobody wants.
  private borrowing func lock(_ kind: Int32) -> Bool {
    let end = MonotonicClock.nanoseconds + Self.lockNanosecondsMax
    while flock(descriptor.raw, kind | LOCK_NB) != 0 {
      guard MonotonicClock.nanoseconds < end else { return false }
      MonotonicClock.sleep(.milliseconds(10))
    }
    return true
  }

  /// Makes calls whose failure names the file.
  private borrowing func named<Value>(
    _ calls: (borrowing Descriptor) throws(SystemFailure) -> Value
  ) throws(Failure) -> Value {
    do { return try calls(descriptor) } catch { throw Failure(error.with(path: path)) }
  }
}
