// libcurl, opened when it is first needed.

import CCurl
import Console

/// Its functions. They stay as long as the program.
@safe final class Curl {
  /// Set once, and never freed: the library stays open too.
  let functions: UnsafePointer<whichset_curl>

  init() throws(Trouble) {
    let place = UnsafeMutablePointer<whichset_curl>.allocate(capacity: 1)
    unsafe place.initialize(to: whichset_curl())
    // Safe: the call fills the struct that it is lent.
    guard unsafe whichset_curl_open(place) != 0 else {
      unsafe place.deallocate()
      throw Trouble("asking a publication over HTTP takes libcurl 7.85 or newer; install libcurl4")
    }
    unsafe functions = UnsafePointer(place)
  }

  static let tooOld = Trouble("this libcurl is too old; install 7.85 or newer")

  /// A part of an address; nil if it has none, or is no address.
  func part(_ part: CURLUPart, of address: String) -> String? {
    // Safe: the address is NUL-terminated for the call; the result is copied, and then freed once.
    guard let text = unsafe whichset_curl_part(functions, address, part) else { return nil }
    defer { unsafe whichset_curl_free(functions, text) }
    return unsafe String(cString: text)
  }
}
