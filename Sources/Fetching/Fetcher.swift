// Fetches files over HTTP, several at once, over connections that stay open from one call to the next. It knows nothing of
// what is in the files.

import CCurl
import Console

/// One file to be fetched.
struct FetchRequest {
  let address: String
  /// A longer file is an error.
  let bytesMax: Int
}

enum FetchResult {
  case file([UInt8])
  case missing
  case failed(FetchFailure)
  /// Not fetched, since another file could not be.
  case abandoned
}

/// Of one thread.
@safe final class Fetcher {
  private let curl: Curl
  private let limits: FetchLimits
  private let isEncrypted: Bool
  /// Freed in `deinit`, when it has no transfers.
  private let multi: UnsafeMutableRawPointer
  private var idle: [Transfer] = []
  private var running: [Transfer] = []

  init(_ curl: Curl, isEncrypted: Bool, _ limits: FetchLimits) throws(Trouble) {
    guard let multi = unsafe whichset_curl_multi(curl.functions) else {
      throw Trouble("libcurl cannot start", code: ENOMEM)
    }
    self.curl = curl
    self.limits = limits
    self.isEncrypted = isEncrypted
    unsafe self.multi = multi
    guard
      unsafe whichset_curl_set_many(
        curl.functions, multi, CURLMOPT_MAX_HOST_CONNECTIONS, limits.connectionsMax) == CURLM_OK
    else { throw Curl.tooOld }
  }

  deinit { unsafe whichset_curl_end_multi(curl.functions, multi) }

  /// Fetches all, or until one has failed for good. The C functions are `curl_multi_perform` and `curl_multi_poll`.
  func fetch(_ requests: [FetchRequest]) throws(Trouble) -> [FetchResult] {
    var results = [FetchResult](repeating: .abandoned, count: requests.count)
    var next = 0
    defer { abandon() }
    while next < requests.count || !running.isEmpty {
      while next < requests.count && running.count < limits.transfersMax {
        try start(requests[next], place: next)
        next += 1
      }
      var count: Int32 = 0
      try check(unsafe whichset_curl_perform(curl.functions, multi, &count))
      var code = CURLE_OK
      while let easy = unsafe whichset_curl_ended(curl.functions, multi, &code) {
        guard let index = running.firstIndex(where: { unsafe $0.easy == easy }) else { continue }
        let transfer = running.remove(at: index)
        try check(unsafe whichset_curl_remove(curl.functions, multi, easy))
        do throws(FetchFailure) {
          results[transfer.place] = try transfer.end(code).map { .file($0) } ?? .missing
        } catch {
          results[transfer.place] = .failed(error)
          if !error.mayPass { return results }
        }
        idle.append(transfer)
      }
      if !running.isEmpty {
        try check(unsafe whichset_curl_wait(curl.functions, multi, Self.waitMilliseconds))
      }
    }
    return results
  }

  /// libcurl comes back earlier whenever there is something to do.
  private static let waitMilliseconds: Int32 = 1_000

  private func start(_ request: FetchRequest, place: Int) throws(Trouble) {
    let transfer =
      if let idle = idle.popLast() { idle } else { try Transfer(curl, limits, isEncrypted: isEncrypted) }
    try transfer.begin(request.address, bytesMax: request.bytesMax, place: place)
    try check(unsafe whichset_curl_add(curl.functions, multi, transfer.easy))
    running.append(transfer)
  }

  private func abandon() {
    for transfer in running {
      _ = unsafe whichset_curl_remove(curl.functions, multi, transfer.easy)
    }
    idle += running
    running = []
  }

  private func check(_ code: CURLMcode) throws(Trouble) {
    guard code == CURLM_OK else { throw Trouble("libcurl has failed (error \(code.rawValue))") }
  }
}
