// What the tests share: a folder that goes away, and bytes as arrays.

import Foundation
import LMDB
import TestSupport

/// An environment in a temporary folder, which goes when this goes.
final class TemporaryEnvironment: Sendable {
  let environment: Environment
  let folder: TemporaryFolder

  init(mapSizeBytes: Int = 64 << 20, databasesMax: Int = 8, readersMax: Int = 126) throws {
    folder = try TemporaryFolder()
    environment = try Environment(
      path: folder.path,
      options: EnvironmentOptions(
        mapSizeBytes: mapSizeBytes, databasesMax: databasesMax, readersMax: readersMax))
  }

  /// A new named database.
  func create(_ name: String, _ flags: DatabaseFlags = []) throws -> Database {
    var transaction = try environment.write()
    let database = try transaction.create(name, flags)
    try transaction.commit()
    return database
  }

  /// Puts records and commits.
  func commit(_ records: KeyValuePairs<String, String>, in database: Database) throws {
    var transaction = try environment.write()
    for (key, value) in records { try transaction.put(key, value, in: database) }
    try transaction.commit()
  }

  /// A value as of the last commit.
  func read(_ key: String, in database: Database) throws -> String? {
    let transaction = try environment.read()
    return try transaction.text(key, in: database)
  }
}

extension Array where Element: BitwiseCopyable {
  /// The elements' bytes, as keys and values are passed.
  var bytes: RawSpan {
    @_lifetime(borrow self)
    get {
      // Safe: the tests' elements are integers, which have no padding.
      unsafe span.bytes
    }
  }
}

extension RawSpan {
  /// A copy of the bytes.
  var copied: [UInt8] {
    unsafe withUnsafeBytes { unsafe [UInt8]($0) }
  }

  /// The bytes as text.
  var text: String { String(decoding: copied, as: UTF8.self) }
}

extension Transaction where Self: ~Copyable {
  /// A copy of a value, as text.
  borrowing func text(_ key: String, in database: Database) throws -> String? {
    let key = Array(key.utf8)
    guard let value = try get(key.bytes, in: database) else { return nil }
    return value.text
  }

  /// Every key of a database, in order.
  borrowing func keys(of database: Database) throws -> [String] {
    var cursor = try cursor(database)
    var keys: [String] = []
    while try cursor.next() { keys.append(cursor.key.text) }
    return keys
  }
}

extension WriteTransaction {
  mutating func put(
    _ key: String, _ value: String, in database: Database, flags: PutFlags = []
  ) throws(LMDBError) {
    let key = Array(key.utf8)
    let value = Array(value.utf8)
    try put(key.bytes, value.bytes, in: database, flags: flags)
  }

  mutating func delete(_ key: String, in database: Database) throws(LMDBError) -> Bool {
    let key = Array(key.utf8)
    return try delete(key.bytes, in: database)
  }
}

/// The code that `body` fails with, or nothing when it succeeds.
func code(_ body: () throws -> Void) -> LMDBError.Code? {
  do {
    try body()
    return nil
  } catch let error as LMDBError {
    return error.code
  } catch {
    fatalError("not an error of LMDB: \(error)")
  }
}
