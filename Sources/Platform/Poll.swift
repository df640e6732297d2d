// Waiting for descriptors.

package import Glibc

/// The C function is `poll`.
package enum Poll {
  /// Waits until one of `entries` is ready, the time is over or a signal comes.
  ///
  /// - Parameter milliseconds: -1 waits without end, 0 only looks.
  /// - Returns: how many are ready; 0 after the time, after a signal and after an error, with every `revents` 0.
  package static func wait(_ entries: inout [pollfd], milliseconds: Int32) -> Int {
    let count = nfds_t(entries.count)
    // Safe: the call writes to `count` entries, all of which are in the array.
    let ready = unsafe entries.withUnsafeMutableBufferPointer {
      unsafe poll($0.baseAddress, count, milliseconds)
    }
    guard ready > 0 else {
      for index in entries.indices { entries[index].revents = 0 }
      return 0
    }
    return Int(ready)
  }

  /// Waits for one descriptor; returns whether it is ready.
  package static func wait(for descriptor: Int32, _ events: Int32, milliseconds: Int32 = -1) -> Bool {
    var entry = entry(descriptor, events)
    return unsafe poll(&entry, 1, milliseconds) > 0  // safe: one entry
  }

  /// An entry that asks for `events`; ignored where `descriptor` is -1.
  package static func entry(_ descriptor: Int32, _ events: Int32) -> pollfd {
    pollfd(fd: descriptor, events: Int16(events), revents: 0)
  }

  /// Whether an entry has something to read: bytes, the end, or an error that a read will tell.
  package static func isReadable(_ entry: pollfd) -> Bool {
    entry.revents & Int16(POLLIN | POLLHUP | POLLERR | POLLNVAL) != 0
  }

  /// Whether a write to an entry will not wait, or will fail.
  package static func isWritable(_ entry: pollfd) -> Bool {
    entry.revents & Int16(POLLOUT | POLLHUP | POLLERR | POLLNVAL) != 0
  }
}
