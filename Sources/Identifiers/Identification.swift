// What an identifier turned out to be. Texts for people are in InvalidReason and below; the bytes of a
// text value stay in the parser, so that an answer never allocates.

/// The result of parsing one identifier.
package enum Identification: Equatable, Sendable {
  /// A key of an integer namespace, with its value. The value is never zero.
  case integer(Namespace, UInt64)
  /// A key of a text namespace: its canonical value is in `IdentifierParser.text`.
  case text(Namespace)
  /// A well-formed short link whose target only the network knows: neither found nor not found.
  case unresolvable(UnresolvableReason)
  /// Not an identifier.
  case invalid(InvalidReason)
}

/// Which kind of short link it is. The code is stable; the message says what to do.
package enum UnresolvableReason: String, CaseIterable, Sendable {
  /// `flic.kr/s/...`
  case flickrAlbumLink = "FLICKR_ALBUM_LINK"
  /// `flic.kr/y/...`
  case flickrGalleryLink = "FLICKR_GALLERY_LINK"
  /// `flic.kr/ps/...`
  case flickrPersonLink = "FLICKR_PERSON_LINK"
  /// `flickr.com/gp/...`
  case flickrGuestPass = "FLICKR_GUEST_PASS"
  /// Any other path of `flic.kr`.
  case flickrOtherLink = "FLICKR_OTHER_LINK"

  /// A stable name for programs.
  package var code: String { rawValue }

  /// What the user can do.
  package var message: String {
    switch self {
    case .flickrAlbumLink:
      "a short album link cannot be resolved offline: open it and give the album's address"
    case .flickrGalleryLink:
      "a short gallery link cannot be resolved offline: open it and give the addresses of its photos"
    case .flickrPersonLink:
      "a short account link cannot be resolved offline: open it and give the account's address"
    case .flickrGuestPass:
      "a guest pass cannot be resolved offline: open it and give the photo's address"
    case .flickrOtherLink:
      "this short link cannot be resolved offline: open it and give the address that it leads to"
    }
  }
}
