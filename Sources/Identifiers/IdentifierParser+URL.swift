// URLs: canonical form first, then the rule of the host, if it has one. A rule that takes a URL out of
// another starts over with the inner one, a bounded number of times.

import ByteText

extension IdentifierParser {
  /// The key of a URL, with or without its scheme. It has no control bytes.
  mutating func parseURL(_ source: Span<UInt8>) -> Identification {
    if let reason = url.assign(source) { return .invalid(reason) }
    trace.note("canonical-url", "one spelling for all that mean the same address", url)
    for _ in 0...IdentifierLimits.unwrapDepthMax {
      guard let rule = hosts.rule(for: url) else { return plainURL() }
      switch rule.transformation {
      case .unwrap(let wrapping):
        inner.removeAll()
        guard WrappedURL.append(innerOf: url, wrapping, to: &inner) else { return plainURL() }
        if let reason = url.assign(inner) { return .invalid(reason) }
        trace.note(rule, url)
      case .flickr(let site): return parseFlickr(source, site, rule)
      case .number(let site):
        guard let named = PublishedID.read(url, site) else { return plainURL() }
        trace.note(rule, url)
        return .integer(named.namespace, named.number)
      case .image(let family): return parseImage(family, rule)
      }
    }
    return .invalid(.wrappedTooDeep)
  }

  /// The canonical URL itself is the value.
  private mutating func plainURL() -> Identification {
    guard !url.isHostAlone else { return .invalid(.noPath) }
    url.append(url.hostStart..<url.bytes.count, to: &value)
    return .text(.url)
  }

  private mutating func parseFlickr(
    _ source: Span<UInt8>, _ site: FamilyRule.FlickrSite, _ rule: HostRule
  ) -> Identification {
    if url.isHostAlone {
      // The mobile site had its pages behind a number sign: `m.flickr.com/#/photos/alias/123`.
      if let sign = source.firstIndex(of: UInt8(ascii: "#"), in: source.indices),
        source.hasPrefix("/photos/", at: sign + 1)
      {
        url.replacePath(source, from: sign + 1)
      }
    }
    guard let named = FlickrURL(url, site) else { return plainURL() }
    trace.note(rule, url)
    switch named {
    case .photo(let id): return .integer(.flickr, id)
    case .album(let id): return .integer(.flickrSet, id)
    case .account(let account):
      account.append(from: url, to: &value)
      return .text(.nsid)
    case .alias(let alias):
      url.append(alias, to: &value)
      return .text(.flickrUser)
    case .unresolvable(let reason): return .unresolvable(reason)
    case .invalid(let reason): return .invalid(reason)
    }
  }

  /// A family of sizes of one image: its one form in place of this one, or a stem instead of a URL.
  private mutating func parseImage(_ family: FamilyRule.ImageFamily, _ rule: HostRule) -> Identification {
    guard let namespace = ImageFamilies.append(url, family, to: &value) else { return plainURL() }
    trace.note(rule, value)
    return .text(namespace)
  }
}
