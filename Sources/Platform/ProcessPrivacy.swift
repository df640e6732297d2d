// What other programs of the same user may see of this one.

internal import CLinux

package enum ProcessPrivacy {
  /// From now on no program without privileges reads this one's memory, attaches to it or gets its core dump: it holds what
  /// people ask about. The C function is `prctl` with `PR_SET_DUMPABLE`.
  package static func begin() { whichset_refuse_inspection() }
}
