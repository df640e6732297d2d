// Why something is no identifier: one case for each thing that a user can put right.

/// Why an identifier was refused. The code is stable; the message says what to do.
package enum InvalidReason: String, CaseIterable, Sendable {
  /// Nothing but white space.
  case empty = "EMPTY"
  /// Longer than `IdentifierLimits.inputBytesMax`.
  case tooLong = "TOO_LONG"
  /// A NUL, another control byte or DEL inside.
  case controlByte = "CONTROL_BYTE"
  /// Digits alone.
  case bareNumber = "BARE_NUMBER"
  /// A word or a relative path.
  case plainWord = "PLAIN_WORD"
  /// `word:value` with a word that is no namespace.
  case unknownNamespace = "UNKNOWN_NAMESPACE"
  /// A URL that is not of http or https.
  case unsupportedScheme = "UNSUPPORTED_SCHEME"
  /// An integer namespace's value that is not ASCII digits.
  case notDecimal = "NOT_DECIMAL"
  /// An id of zero.
  case zero = "ZERO"
  /// An id above 18,446,744,073,709,551,615.
  case numberTooLarge = "NUMBER_TOO_LARGE"
  /// An Open Images id that is not sixteen hexadecimal digits.
  case notOpenImagesID = "NOT_OPENIMAGES_ID"
  /// A digest of the wrong length, or not hexadecimal.
  case notDigest = "NOT_DIGEST"
  /// A hash of YFCC100M of the wrong length, or not hexadecimal.
  case notYFCCHash = "NOT_YFCC_HASH"
  /// An account id of the wrong form.
  case notNSID = "NOT_NSID"
  /// An account alias that is empty or has a slash, a question mark or a number sign.
  case notAlias = "NOT_ALIAS"
  /// An IMDb value that is no `MV5B...` stem.
  case notIMDbStem = "NOT_IMDB_STEM"
  /// A `file:` value that is not `<dataset>/<name>`.
  case notFileName = "NOT_FILE_NAME"
  /// A short Flickr link whose code is not of its alphabet.
  case notShortCode = "NOT_SHORT_CODE"
  /// A host name with wrong characters, an empty label or too long a label.
  case badHost = "BAD_HOST"
  /// A host that ends in a number and is no IPv4 address.
  case badIPv4 = "BAD_IPV4"
  /// Brackets without an IPv6 address.
  case badIPv6 = "BAD_IPV6"
  /// A port that is not a number up to 65,535.
  case badPort = "BAD_PORT"
  /// A URL that has only a host.
  case noPath = "NO_PATH"
  /// More than `IdentifierLimits.unwrapDepthMax` proxies around a URL.
  case wrappedTooDeep = "WRAPPED_TOO_DEEP"

  /// A stable name for programs.
  package var code: String { rawValue }

  /// What the user can do, in one line of ASCII.
  package var message: String {
    switch self {
    case .empty: "nothing to identify: give a URL or namespace:value"
    case .tooLong: "an identifier has at most 16384 bytes"
    case .controlByte: "control bytes are not allowed: percent-encode them in a URL"
    case .bareNumber: "a bare number is ambiguous: write flickr:12345"
    case .plainWord:
      "not a URL, a hash or namespace:value: for a file name write file:<dataset>/<name>"
    case .unknownNamespace:
      "unknown namespace: use flickr, flickr-set, coco, yfcc, yfcc-hash, openimages, imdb-rm, url, nsid, "
        + "flickr-user, imdb, md5, sha1, sha256 or file"
    case .unsupportedScheme: "only http and https URLs name images here"
    case .notDecimal: "an id is written in the digits 0 to 9 alone"
    case .zero: "an id is never zero"
    case .numberTooLarge: "an id is at most 18446744073709551615"
    case .notOpenImagesID: "an Open Images id is sixteen hexadecimal digits"
    case .notDigest: "a digest is hexadecimal: 32 digits for md5, 40 for sha1, 64 for sha256"
    case .notYFCCHash: "a hash of YFCC100M is 16 to 32 hexadecimal digits"
    case .notNSID: "an account id looks like 12345678@N00"
    case .notAlias: "an account alias is one part of a path, without / ? or #"
    case .notIMDbStem:
      "imdb takes the MV5B... stem of an image file: for rm numbers write imdb-rm:12345"
    case .notFileName: "a file is written file:<dataset>/<name>"
    case .notShortCode: "not a Flickr short code: check the link, letters are case-sensitive"
    case .badHost: "not a host name: labels of letters, digits, - and _ with dots between"
    case .badIPv4: "not an IPv4 address"
    case .badIPv6: "not an IPv6 address in brackets"
    case .badPort: "a port is a number up to 65535"
    case .noPath:
      "a host alone names no image: give the whole address, or file:<dataset>/<name> for a file name"
    case .wrappedTooDeep: "too many proxies around one URL: give the URL inside"
    }
  }
}
