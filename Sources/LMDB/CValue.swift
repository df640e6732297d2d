// Between spans and C's `MDB_val`: the one place where bytes change hands.

internal import CLMDB

extension RawSpan {
  /// Lends the bytes to a C call. LMDB never writes through the keys and values that it is given.
  func withCValue<Result, Failure: Error>(
    _ body: (inout MDB_val) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // Safe: the pointer is valid for the duration of the body, and the callers keep nothing of it.
    try unsafe withUnsafeBytes { bytes throws(Failure) in
      var value = unsafe MDB_val(bytes)
      return try unsafe body(&value)
    }
  }
}

extension MDB_val {
  /// The same bytes, for C.
  init(_ bytes: UnsafeRawBufferPointer) {
    unsafe self.init(
      mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
  }

  /// The bytes that C returned.
  var bytes: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: mv_data, count: mv_size)
  }
}
