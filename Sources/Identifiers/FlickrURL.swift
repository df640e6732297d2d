// What the addresses of Flickr's hosts name. They are read in canonical form, so that case of the host,
// percent-encodings and dot segments are settled; empty segments are passed over. An address that names no
// photo, album or account stays a plain URL.
// Source of the forms: flickr.com/services/api/misc.urls.html, and addresses in published lists.

import ByteText

/// What a Flickr address names. Ranges are parts of the address.
enum FlickrURL {
  case photo(UInt64)
  case album(UInt64)
  case account(AccountID)
  case alias(Range<Int>)
  case unresolvable(UnresolvableReason)
  case invalid(InvalidReason)

  /// Reads a canonical URL of one of Flickr's hosts; nil if it names none of these.
  init?(_ url: borrowing CanonicalURL, _ site: FamilyRule.FlickrSite) {
    let text = url.bytes.span
    let named =
      switch site {
      case .page: Self.page(text, path: url.path, query: url.query)
      case .embedded:
        Self.embedded(text, path: url.path) ?? Self.page(text, path: url.path, query: url.query)
      case .short: Self.short(text, path: url.path)
      case .file: Self.file(text, path: url.path)
      }
    guard let named else { return nil }
    self = named
  }

  /// Reads an address of flickr.com: pages, videos, `.gne` scripts, buddy icons, guest passes.
  private static func page(_ text: Span<UInt8>, path: Range<Int>, query: Range<Int>) -> FlickrURL? {
    var segments = PathSegments(path)
    guard var first = segments.next(in: text) else { return nil }
    // Links in mails were counted: `/x/t/0123456/photos/...`.
    if text.equals("x", in: first) {
      guard let kind = segments.next(in: text), text.equals("t", in: kind), segments.next(in: text) != nil,
        let next = segments.next(in: text)
      else { return nil }
      first = next
    }
    if text.equals("photos", in: first) || text.equals("photo", in: first) || text.equals("videos", in: first)
    {
      return photos(text, &segments)
    }
    if text.equals("groups", in: first) || text.equals("explore", in: first) {
      return photo(text, shownPhoto(text, &segments))
    }
    if text.equals("people", in: first) {
      guard let ownerSegment = segments.next(in: text), !isReserved(text, ownerSegment) else { return nil }
      return owner(text, ownerSegment)
    }
    if text.equals("buddyicons", in: first) { return buddyIcon(text, segments.next(in: text)) }
    if text.equals("gp", in: first) { return .unresolvable(.flickrGuestPass) }
    if text.equals("apps", in: first) {
      guard let video = segments.next(in: text), text.equals("video", in: video),
        let player = segments.next(in: text), text.equals("stewart.swf", in: player)
      else { return nil }
      return photo(text, text.parameter("photo_id", in: query))
    }
    return script(text, first, query: query)
  }

  /// `/photos/ID`, where no owner stands in front of the id.
  private static func embedded(_ text: Span<UInt8>, path: Range<Int>) -> FlickrURL? {
    var segments = PathSegments(path)
    guard let first = segments.next(in: text), text.equals("photos", in: first),
      let id = segments.next(in: text), segments.next(in: text) == nil
    else { return nil }
    return photo(text, id)
  }

  /// `/photos/OWNER/...`: a photo, an album, or the owner. An album, a gallery or a stream that is shown at one of its
  /// photos, `/with/ID`, is that photo.
  private static func photos(_ text: Span<UInt8>, _ segments: inout PathSegments) -> FlickrURL? {
    guard let ownerSegment = segments.next(in: text), !isReserved(text, ownerSegment) else { return nil }
    guard let third = segments.next(in: text) else { return owner(text, ownerSegment) }
    if ASCII.isDigit(text[third.lowerBound]) { return photo(text, third) }
    var rest = PathSegments(third.lowerBound..<segments.end)
    if let shown = photo(text, shownPhoto(text, &rest)) { return shown }
    let isAlbums = text.equals("albums", in: third) || text.equals("sets", in: third)
    if isAlbums, let album = segments.next(in: text) {
      return Number(decimal: text, in: album).value.map(FlickrURL.album)
    }
    let isPage =
      text.hasPrefix("page", at: third.lowerBound)
      && text.isDecimal(in: third.lowerBound + 4..<max(third.upperBound, third.lowerBound + 4))
    return isAlbums || isPage ? owner(text, ownerSegment) : nil
  }

  /// What stands behind `with` in the rest of a path.
  private static func shownPhoto(_ text: Span<UInt8>, _ segments: inout PathSegments) -> Range<Int>? {
    while let segment = segments.next(in: text) {
      if text.equals("with", in: segment) { return segments.next(in: text) }
    }
    return nil
  }

  /// `photo.gne?id=`, `photo_zoom.gne?id=`, `video_download.gne?id=`, `photo.gne?short=`.
  private static func script(_ text: Span<UInt8>, _ name: Range<Int>, query: Range<Int>) -> FlickrURL? {
    guard text.hasPrefix("photo", at: name.lowerBound) || text.hasPrefix("video", at: name.lowerBound),
      name.count >= 9, text.equals(".gne", in: name.upperBound - 4..<name.upperBound)
    else { return nil }
    if let id = text.parameter("id", in: query) { return photo(text, id) }
    return text.parameter("short", in: query).flatMap { shortCode(text, $0) }
  }

  /// Reads an address of flic.kr. Only photo codes can be decoded without the network.
  private static func short(_ text: Span<UInt8>, path: Range<Int>) -> FlickrURL? {
    var segments = PathSegments(path)
    guard let kind = segments.next(in: text) else { return nil }
    if text.equals("p", in: kind) {
      return segments.next(in: text).map { shortCode(text, $0) } ?? .invalid(.notShortCode)
    }
    if text.equals("s", in: kind) { return .unresolvable(.flickrAlbumLink) }
    if text.equals("y", in: kind) { return .unresolvable(.flickrGalleryLink) }
    if text.equals("ps", in: kind) { return .unresolvable(.flickrPersonLink) }
    return .unresolvable(.flickrOtherLink)
  }

  /// Reads an address of a static host: up to two numbers (farm and server), then `ID_...`; or
  /// `video/ID/...`; or a buddy icon. Secrets differ between the sizes of one photo and are not looked at.
  private static func file(_ text: Span<UInt8>, path: Range<Int>) -> FlickrURL? {
    var segments = PathSegments(path)
    for _ in 0..<3 {
      guard let segment = segments.next(in: text) else { return nil }
      let end = text.digitsEnd(from: segment.lowerBound, to: segment.upperBound)
      if end == segment.upperBound { continue }
      if end > segment.lowerBound {
        return text[end] == UInt8(ascii: "_") ? photo(text, segment.lowerBound..<end) : nil
      }
      if text.equals("video", in: segment) { return segments.next(in: text).flatMap { photo(text, $0) } }
      if text.equals("buddyicons", in: segment) { return buddyIcon(text, segments.next(in: text)) }
      return nil
    }
    return nil
  }

  /// `NSID.jpg` or `NSID_r.jpg`: an account, for all that it looks like a photo's file.
  private static func buddyIcon(_ text: Span<UInt8>, _ segment: Range<Int>?) -> FlickrURL? {
    guard let segment else { return nil }
    var end = segment.lowerBound
    while end < segment.upperBound, text[end] != UInt8(ascii: "."), text[end] != UInt8(ascii: "_") {
      end += 1
    }
    return AccountID(text, in: segment.lowerBound..<end).map(FlickrURL.account)
  }

  /// An account, by id or alias.
  private static func owner(_ text: Span<UInt8>, _ segment: Range<Int>) -> FlickrURL {
    if let account = AccountID(text, in: segment) { return .account(account) }
    return .alias(segment)
  }

  /// Whether Flickr itself uses a word where an owner's name stands: `/photos/tags/2012` is no photo.
  static func isReserved(_ text: Span<UInt8>, _ segment: Range<Int>) -> Bool {
    text.equals("tags", in: segment) || text.equals("me", in: segment)
      || text.equals("friends", in: segment) || text.equals("upload", in: segment)
      || text.equals("organize", in: segment) || text.equals("search", in: segment)
  }

  private static func photo(_ text: Span<UInt8>, _ id: Range<Int>?) -> FlickrURL? {
    guard let id else { return nil }
    return Number(decimal: text, in: id).value.map(FlickrURL.photo)
  }

  private static func shortCode(_ text: Span<UInt8>, _ code: Range<Int>) -> FlickrURL {
    Base58.decode(text, in: code).map(FlickrURL.photo) ?? .invalid(.notShortCode)
  }
}
