// The name of this machine.

import Glibc

package enum HostName {
  /// The C function is `gethostname`; `localhost` where it gives none.
  package static var own: String {
    var name = [CChar](repeating: 0, count: 256)
    // Safe: the call writes into the array that it is lent, and leaves its last byte.
    guard unsafe gethostname(&name, name.count - 1) == 0 else { return "localhost" }
    let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return bytes.isEmpty ? "localhost" : String(decoding: bytes, as: UTF8.self)
  }
}
