// Files and folders, with errors of the index.

package import Platform

typealias SystemFile = Platform.SystemFile<IndexError>
typealias PartFile = Platform.PartFile<IndexError>
typealias Folder = Platform.Folder<IndexError>

extension IndexError: SystemFailureConvertible {
  package init(_ failure: SystemFailure) { self = .system(failure) }
}
