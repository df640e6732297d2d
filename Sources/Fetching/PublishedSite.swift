// A publication on a web server.

package import Console
import Platform
import Publishing

package struct PublishedSite: PublicationSource {
  package let name: String
  private let fetcher: Fetcher
  private let limits: FetchLimits

  /// The publication at a URL. Nothing is fetched yet.
  package init(_ address: String, limits: FetchLimits = .standard) throws(Trouble) {
    let curl = try Curl()
    let address = try PublishedAddress(address, curl)
    name = address.text
    fetcher = try Fetcher(curl, isEncrypted: address.isEncrypted, limits)
    self.limits = limits
  }

  package func read(_ paths: [String], bytesMax: Int) throws(Trouble) -> [[UInt8]?] {
    var files = [[UInt8]?](repeating: nil, count: paths.count)
    var wanted = Array(paths.indices)
    var pauses = limits.pauses[...]
    while true {
      let results = try fetcher.fetch(
        wanted.map { FetchRequest(address: "\(name)/\(paths[$0])", bytesMax: bytesMax) })
      var failed: [Int] = []
      for (place, result) in zip(wanted, results) {
        switch result {
        case .file(let bytes): files[place] = bytes
        case .missing, .abandoned: break
        case .failed(let failure):
          guard failure.mayPass, !pauses.isEmpty else {
            throw Trouble("cannot read \(name.shown)/\(paths[place]): \(failure.text)")
          }
          failed.append(place)
        }
      }
      guard !failed.isEmpty, let pause = pauses.popFirst() else { return files }
      MonotonicClock.sleep(pause)
      wanted = failed
    }
  }
}
