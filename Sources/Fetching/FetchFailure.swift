// Why a file could not be fetched, in words; and whether asking again may help.

import CCurl
import Console

struct FetchFailure: Error {
  let text: String
  /// Whether it may be otherwise a moment later.
  let mayPass: Bool

  private init(_ text: String, mayPass: Bool = false) {
    self.text = text
    self.mayPass = mayPass
  }

  /// - Parameter status: 400 or more, or a success without a file.
  init(status: Int) {
    switch status {
    case 401, 403, 407, 451:
      self.init("the server refuses it with status \(status); ask those who serve the publication")
    case 408, 429, 500...599:
      self.init("the server answers with status \(status); try again later", mayPass: true)
    default: self.init("the server answers with status \(status); check the URL")
    }
  }

  static func tooLong(_ bytesMax: Int) -> FetchFailure {
    FetchFailure("it is longer than \(Figures.bytes(bytesMax)), so it is not the file that was published")
  }

  static func headerTooLong(_ bytesMax: Int) -> FetchFailure {
    FetchFailure("the server sends more than \(Figures.bytes(bytesMax)) of headers; check the URL")
  }

  /// - Parameters:
  ///   - detail: libcurl's own words.
  init(_ code: CURLcode, _ detail: String, _ limits: FetchLimits) {
    switch code {
    case CURLE_TOO_MANY_REDIRECTS:
      self.init("it is redirected more than \(limits.redirectsMax) times; check the URL")
    case CURLE_UNSUPPORTED_PROTOCOL:
      self.init("it is redirected to an address of another kind, or from https to http; check the URL")
    case CURLE_OPERATION_TIMEDOUT:
      self.init("the server stalls (\(detail)); try again later")
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE:
      self.init(
        "the server's certificate does not hold (\(detail)); set CURL_CA_BUNDLE for a CA of your own")
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
      self.init("\(detail); check the URL and the network")
    case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_HTTP2,
      CURLE_HTTP2_STREAM:
      self.init("it was cut off (\(detail)); try again later", mayPass: true)
    case CURLE_COULDNT_CONNECT:
      self.init("\(detail); check the URL, or try again later", mayPass: true)
    default: self.init("\(detail) (error \(code.rawValue) of libcurl)")
    }
  }
}
