// A view of one commit: what a snapshot keeps open.

internal import CLMDB
internal import Synchronization

/// A read transaction; ends when it goes.
///
/// It may be kept in a class and used from any thread. The addresses and spans that it gave may be read by many
/// threads at once. Its calls, however, must come one at a time: LMDB notes in the transaction what it has looked
/// up, without a lock. That, and MDB_NOTLS, which ties the reader's slot to the transaction and not to a thread, is
/// why it is declared Sendable, unchecked.
@safe package struct ReadTransaction: ~Copyable, Transaction, @unchecked Sendable {
  /// The C transaction.
  package let core: TransactionCore

  /// The environment, kept open by this.
  package let environment: Environment

  init(_ environment: Environment) throws(LMDBError) {
    core = try TransactionCore(environment, flags: MDB_RDONLY)
    self.environment = environment
  }

  deinit {
    // Committed, not aborted: the same to the data, but LMDB then keeps the handles that were opened here.
    // Safe: nothing that borrows the transaction is left; for a reader the call cannot fail.
    _ = unsafe mdb_txn_commit(core.pointer)
    environment.handles.withLock { $0.end(core.ticket, kept: true) }
  }
}
