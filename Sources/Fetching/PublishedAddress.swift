// The address of a publication, in one form: what was seen at a place is remembered under it.

import ByteText
import CCurl
import Console

package struct PublishedAddress: Equatable, Sendable {
  /// Without a slash at its end.
  let text: String
  let isEncrypted: Bool

  /// Whether `text` is an address rather than a path: it begins with a scheme.
  package static func isAddress(_ text: String) -> Bool {
    let scheme = text.utf8.prefix { ASCII.isLetter($0) || ASCII.isDigit($0) || "+-.".utf8.contains($0) }
    return !scheme.isEmpty && text.utf8.dropFirst(scheme.count).starts(with: "://".utf8)
  }

  /// Reads an address. The C functions are `curl_url_set` and `curl_url_get`.
  init(_ address: String, _ curl: Curl) throws(Trouble) {
    func refused(_ reason: String) -> Trouble { Trouble("cannot ask \(address.shown): \(reason)") }
    guard let scheme = curl.part(CURLUPART_SCHEME, of: address),
      let host = curl.part(CURLUPART_HOST, of: address), let path = curl.part(CURLUPART_PATH, of: address)
    else { throw refused("it is no address; give a folder, or a URL that begins with https:// or http://") }
    guard scheme == "https" || scheme == "http" else {
      throw refused("a publication is asked over https or http; give such a URL, or a folder")
    }
    guard curl.part(CURLUPART_USER, of: address) == nil, curl.part(CURLUPART_PASSWORD, of: address) == nil
    else {
      // It would be in messages and in lists of processes.
      throw Trouble("a URL with a user or a password is not asked; leave them out")
    }
    guard curl.part(CURLUPART_QUERY, of: address) == nil, curl.part(CURLUPART_FRAGMENT, of: address) == nil
    else { throw refused("names of files are appended to it, so it can have no ? and no #") }
    isEncrypted = scheme == "https"
    let port = curl.part(CURLUPART_PORT, of: address)
    let isDefaultPort = port == (isEncrypted ? "443" : "80")
    var text = "\(scheme)://\(host.lowercased())"
    if let port, !isDefaultPort { text += ":\(port)" }
    text += path
    while text.utf8.last == UInt8(ascii: "/") { text.removeLast() }
    self.text = text
  }
}
