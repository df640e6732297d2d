// How a photo id is written down: the three forms that lists and questions use. Each is computed from the
// id alone, so a list and a question agree without sharing anything.

/// A written form of an id.
package enum Notation {
  /// `flickr:32812033543`
  case flickr
  /// `https://live.staticflickr.com/4821/32812033543_09ab12cd34_z.jpg`
  case staticURL
  /// `https://images-7.example.org/archive/2014/03/5f0c9a7d21be4471/portrait-32812033543.jpg`; 85 bytes, where
  /// the median of 1.3 million listed URLs is 86.
  case genericURL

  /// Appends the form of `identifier` to `bytes`.
  package func append(_ identifier: UInt64, to bytes: inout [UInt8]) {
    let noise = mixed(identifier)
    switch self {
    case .flickr:
      bytes.append("flickr:")
      bytes.append(decimal: identifier)
    case .staticURL:
      bytes.append("https://live.staticflickr.com/")
      bytes.append(decimal: 1_000 + noise % 8_000)
      bytes.append("/")
      bytes.append(decimal: identifier)
      bytes.append("_")
      bytes.append(hexadecimal: noise >> 20, digits: 10)
      bytes.append("_z.jpg")
    case .genericURL:
      bytes.append("https://images-")
      bytes.append(decimal: noise % 10)
      bytes.append(".example.org/archive/20")
      bytes.append(decimal: 10 + (noise >> 8) % 10)
      bytes.append("/0")
      bytes.append(decimal: 1 + (noise >> 16) % 9)
      bytes.append("/")
      bytes.append(hexadecimal: noise, digits: 16)
      bytes.append("/portrait-")
      bytes.append(decimal: identifier)
      bytes.append(".jpg")
    }
  }
}
