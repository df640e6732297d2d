// The records of a JSON list as rows of values, also where each field is an array of its own: then each is read by a
// cursor of its own over the file, so that memory does not grow with the list.

import Glibc
import Platform

/// Rows of a JSON list.
struct JSONFields {
  /// A row.
  struct Row {
    /// The values one after the other, and where each is.
    var text: [UInt8] = []
    var places: [Range<Int>] = []
    /// Whether a value is longer than it may be.
    var isCut = false
    var line: UInt64 = 0

    var values: [[UInt8]] { places.map { Array(text[$0]) } }

    fileprivate mutating func add(_ field: JSONRecords.Field) {
      places.append(text.count..<text.count + field.text.count)
      text += field.text
      isCut = isCut || field.isCut
    }
  }

  /// A further array, and the file from its beginning.
  private final class Cursor {
    private let descriptor: Int32
    private var source: ByteSource
    private var records: JSONRecords

    init(_ member: [UInt8], of name: String, descriptor: Int32, encoding: TextEncoding?) throws(ListError) {
      let isFile: Bool
      do throws(SystemFailure) {
        isFile = try FileStatus(of: descriptor).kind == .regular
      } catch {
        throw ListError(file: name, line: nil, reason: error.reason, hint: "")
      }
      guard isFile else {
        throw ListError(
          file: name, line: nil, reason: "its columns are arrays, one behind the other",
          hint: "put the list into a file, which can be read at several places")
      }
      // The C string lives through the call.
      let opened = unsafe open("/proc/self/fd/\(descriptor)", O_RDONLY | O_CLOEXEC)
      guard opened >= 0 else {
        throw ListError(file: name, line: nil, reason: SystemFailure.reason(errno), hint: "")
      }
      do throws(ListError) {
        source = try ByteSource(
          stream: ListStream.open(ListFile(name: name, descriptor: opened), encoding: encoding))
      } catch {
        close(opened)
        throw error
      }
      self.descriptor = opened
      records = JSONRecords(shape: JSONShape(.member(member), [[]]))
    }

    deinit { close(descriptor) }

    func next() throws(ListError) -> JSONRecords.Field? {
      try records.next(of: &source) ? records.fields[0] : nil
    }
  }

  private var records: JSONRecords
  private var cursors: [Cursor] = []

  /// - Parameters:
  ///   - descriptor: of the list; of arrays, the first is read from the source, each other one from the file again.
  init(_ shape: JSONShape, of name: String, descriptor: Int32, encoding: TextEncoding?) throws(ListError) {
    guard shape.place == .arrays else {
      records = JSONRecords(shape: shape)
      return
    }
    let members = shape.fields.map { $0.first ?? [] }
    records = JSONRecords(shape: JSONShape(.member(members[0]), [[]]))
    for member in members.dropFirst() {
      cursors.append(try Cursor(member, of: name, descriptor: descriptor, encoding: encoding))
    }
  }

  /// The line of the last row.
  var line: UInt64 { records.line }

  /// The next row; nil at the end of the list.
  mutating func next(of source: inout ByteSource) throws(ListError) -> Row? {
    let hasRow = try records.next(of: &source)
    var row = Row()
    row.line = records.line
    if hasRow { for field in records.fields { row.add(field) } }
    for cursor in cursors {
      let field = try cursor.next()
      guard (field != nil) == hasRow else {
        throw source.stream.file.error("its arrays differ in length", line: line, hint: "check the file")
      }
      if let field { row.add(field) }
    }
    return hasRow ? row : nil
  }
}
