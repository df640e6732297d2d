// `ERASE`: takes images out of the index, all of them in one step, and keeps them out.

internal import ByteText
internal import Identifiers
internal import Index
internal import IndexKeys
internal import Platform
internal import WireProtocol

extension EraseRequest: LinesHandler {
  typealias Thread = WriterThread

  var size: (identifiers: Int, bytes: Int) { (count, 0) }

  func change(_ held: Holdings) -> Change? {
    isRehearsal ? nil : Change("erasure", of: "\(count) identifiers")
  }

  mutating func take(_ line: Span<UInt8>?) {
    if let line { take(identifier: line.copied) } else { take(identifier: nil) }
  }

  func answer(on thread: WriterThread, _ held: inout Holdings) throws -> Reply {
    var names = ErasedNames(isOfAccounts: isOfAccounts, ruleVersion: thread.ruleVersion)
    let secret = thread.index.snapshot.secret
    for (number, identifier) in identifiers.enumerated() {
      try names.add(identifier, number: number + 1, secret: secret)
    }
    let outcome = try thread.writer.erase(
      names.keys, ErasureRecord.Cause(time: WallClock.seconds, user: held.owner?.visibleUser),
      isRehearsal: isRehearsal)
    if !isRehearsal { thread.log.erased(outcome) }
    var reply = Reply()
    (reply.images, reply.memberships) = (outcome.images, outcome.memberships)
    reply.suppressed = outcome.suppressed
    reply.receipt = outcome.receipt
    reply.found = names.given.map { key, text in Found(outcome.found[key], text: text) }
    return reply
  }
}

extension EraseRequest.Found {
  fileprivate init(_ found: ErasureOutcome.Found, text: [UInt8]) {
    self.init()
    key = String(decoding: text, as: UTF8.self)
    digest = found.digest?.hexadecimal
    (keys, datasets) = (found.keys, found.datasets)
  }
}

/// The keys of the identifiers of a request, each once.
struct ErasedNames: ~Copyable {
  private(set) var keys: [IndexKey] = []
  /// For each identifier, the place of its key, and its key's text.
  private(set) var given: [(key: Int, text: [UInt8])] = []
  private var places: [IndexKey: Int] = [:]
  private var maker: KeyMaker
  private let isOfAccounts: Bool

  init(isOfAccounts: Bool, ruleVersion: Int) {
    self.isOfAccounts = isOfAccounts
    maker = KeyMaker(ruleVersion: ruleVersion)
  }

  /// Throws where the identifier names nothing that can be erased.
  ///
  /// - Parameter number: for the error's text, which does not repeat the identifier.
  mutating func add(_ identifier: [UInt8], number: Int, secret: IndexSecret) throws(ProtocolError) {
    let identification = maker.parser.parse(identifier.span)
    if let error = ProtocolError(identification) {
      throw ProtocolError(error.code, "identifier \(number): \(error.text); nothing was erased")
    }
    guard let key = maker.key(identification, secret: secret) else { return }
    guard isOfAccounts ? key.namespace.namesAccount : key.namespace.imageRank != nil else {
      throw ProtocolError(
        .identifier,
        "identifier \(number) names no \(isOfAccounts ? "account" : "image"); "
          + (key.namespace.namesAccount ? "for an account say so (--account, account=1); " : "")
          + "nothing was erased")
    }
    var text: [UInt8] = []
    maker.appendText(identification, to: &text)
    let place = places[key.indexKey] ?? keys.count
    if place == keys.count {
      keys.append(key.indexKey)
      places[key.indexKey] = place
    }
    given.append((place, text))
  }
}
