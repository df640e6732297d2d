// Room for the descriptors of connections.

internal import Glibc

/// How many files and connections the process may have open.
enum DescriptorLimit {
  private static let others = 64

  /// Makes room for so many connections, as far as the system lets it. The C function is `setrlimit`.
  ///
  /// - Returns: how many files may be open, where these are too few; else nil.
  static func makeRoom(forConnections count: Int) -> Int? {
    var limit = rlimit()
    let needed = rlim_t(count + others)
    // Safe: the calls fill and read the struct that they are lent.
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
    guard limit.rlim_cur < needed else { return nil }
    let before = limit.rlim_cur
    limit.rlim_cur = min(limit.rlim_max, needed)
    let isSet = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
    let now = isSet ? limit.rlim_cur : before
    return now < needed ? Int(clamping: now) : nil
  }
}
