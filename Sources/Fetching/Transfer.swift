// One file on its way: libcurl's handle for it, and what has come so far. Handles are used again.

import CCurl
import Console
import Platform
import WireProtocol

@safe final class Transfer {
  /// Which of the files that are fetched together it is.
  var place = 0
  private let curl: Curl
  private let limits: FetchLimits
  /// Freed in `deinit`, when no multi handle has it any more.
  let easy: UnsafeMutableRawPointer
  /// Where libcurl writes what went wrong.
  private let detail: UnsafeMutablePointer<CChar>
  private var bytes: [UInt8] = []
  private var bytesMax = 0
  private var headerBytes = 0
  /// Why this side has stopped it.
  private var excess: FetchFailure?

  init(_ curl: Curl, _ limits: FetchLimits, isEncrypted: Bool) throws(Trouble) {
    self.curl = curl
    self.limits = limits
    guard let easy = unsafe whichset_curl_easy(curl.functions) else {
      throw Trouble("libcurl cannot start", code: ENOMEM)
    }
    unsafe self.easy = easy
    unsafe detail = .allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe detail.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    try set(isEncrypted: isEncrypted)
  }

  deinit {
    unsafe whichset_curl_end_easy(curl.functions, easy)
    unsafe detail.deallocate()
  }

  private func set(isEncrypted: Bool) throws(Trouble) {
    try set(CURLOPT_USERAGENT, "whichset/\(ProgramVersion.text)")
    try set(CURLOPT_PROTOCOLS_STR, isEncrypted ? "https" : "http")
    // Encryption is never lost on the way.
    try set(CURLOPT_REDIR_PROTOCOLS_STR, isEncrypted ? "https" : "http,https")
    try set(CURLOPT_FOLLOWLOCATION, 1)
    try set(CURLOPT_MAXREDIRS, limits.redirectsMax)
    try set(CURLOPT_FAILONERROR, 1)
    try set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
    // Better to share a connection of HTTP/2 than to open one more.
    try set(CURLOPT_PIPEWAIT, 1)
    try set(CURLOPT_CONNECTTIMEOUT, limits.connectSeconds)
    try set(CURLOPT_LOW_SPEED_LIMIT, limits.bytesPerSecondMin)
    try set(CURLOPT_LOW_SPEED_TIME, limits.stallSeconds)
    // As the program curl does; the library looks at none of these itself.
    if let file = ProcessEnvironment.value("CURL_CA_BUNDLE") ?? ProcessEnvironment.value("SSL_CERT_FILE") {
      try set(CURLOPT_CAINFO, file)
    }
    if let folder = ProcessEnvironment.value("SSL_CERT_DIR") { try set(CURLOPT_CAPATH, folder) }
    // Safe: this object outlives the handle, which `deinit` frees; the calls come from `curl_multi_perform`, on the one
    // thread that has the handle.
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    try check(unsafe whichset_curl_set_pointer(curl.functions, easy, CURLOPT_ERRORBUFFER, detail))
    try check(unsafe whichset_curl_set_pointer(curl.functions, easy, CURLOPT_WRITEDATA, context))
    try check(unsafe whichset_curl_set_pointer(curl.functions, easy, CURLOPT_HEADERDATA, context))
    try check(
      unsafe whichset_curl_set_receiver(
        curl.functions, easy, CURLOPT_WRITEFUNCTION,
        { bytes, size, count, context in
          let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue()
          return unsafe transfer.take(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }))
    try check(
      unsafe whichset_curl_set_receiver(
        curl.functions, easy, CURLOPT_HEADERFUNCTION,
        { _, size, count, context in
          let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue()
          return transfer.takeHeader(size * count)
        }))
  }

  // The C function of both is `curl_easy_setopt`.
  private func set(_ option: CURLoption, _ value: Int) throws(Trouble) {
    try check(unsafe whichset_curl_set_number(curl.functions, easy, option, value))
  }

  private func set(_ option: CURLoption, _ value: String) throws(Trouble) {
    // Safe: the library copies the text.
    try check(unsafe whichset_curl_set_text(curl.functions, easy, option, value))
  }

  private func check(_ code: CURLcode) throws(Trouble) {
    guard code == CURLE_OK else { throw Curl.tooOld }
  }

  /// Gets ready for a file.
  func begin(_ address: String, bytesMax: Int, place: Int) throws(Trouble) {
    (self.place, self.bytesMax, bytes, headerBytes, excess) = (place, bytesMax, [], 0, nil)
    unsafe detail[0] = 0
    try set(CURLOPT_URL, address)
    try set(CURLOPT_TIMEOUT, limits.wholeSeconds(bytesMax: bytesMax))
  }

  /// Takes bytes of the file; less than all stops the transfer.
  private func take(_ more: UnsafeRawBufferPointer) -> Int {
    guard more.count <= bytesMax - bytes.count else {
      excess = .tooLong(bytesMax)
      return 0
    }
    unsafe bytes.append(contentsOf: more)
    return more.count
  }

  private func takeHeader(_ count: Int) -> Int {
    headerBytes += count
    guard headerBytes <= limits.headerBytesMax else {
      excess = .headerTooLong(limits.headerBytesMax)
      return 0
    }
    return count
  }

  /// The file; nil where the server has none.
  func end(_ code: CURLcode) throws(FetchFailure) -> [UInt8]? {
    if let excess { throw excess }
    let status = unsafe whichset_curl_status(curl.functions, easy)
    switch code {
    case CURLE_OK where status == 200: return bytes
    case CURLE_OK: throw FetchFailure(status: status)
    case CURLE_HTTP_RETURNED_ERROR where status == 404 || status == 410: return nil
    case CURLE_HTTP_RETURNED_ERROR: throw FetchFailure(status: status)
    default:
      // Safe: libcurl ends both texts with a NUL; the buffer and the table of reasons are there now.
      let text = unsafe String(cString: detail)
      let reason = unsafe String(cString: whichset_curl_reason(curl.functions, code))
      throw FetchFailure(code, (text.isEmpty ? reason : text).terminalSafe, limits)
    }
  }
}
