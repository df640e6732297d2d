// The order of words for people: that of the environment's locale, as `sort` has it.

internal import Glibc

package enum Collation {
  /// Takes the order from `LC_ALL`, `LC_COLLATE` or `LANG`. Until then, and where that locale is not installed, the
  /// order is that of the bytes.
  package static func adopt() {
    // Safe: the name is a literal, and no other thread runs yet. What is returned is not used.
    _ = unsafe setlocale(LC_COLLATE, "")
  }

  /// Whether `first` is sorted before `second`; words that the locale takes for equal are in the order of their bytes.
  package static func precedes(_ first: String, _ second: String) -> Bool {
    // Safe: both are passed as C strings that live for the call.
    let order = unsafe strcoll(first, second)
    return order == 0 ? first < second : order < 0
  }
}
