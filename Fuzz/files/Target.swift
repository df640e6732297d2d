// Any bytes as a file that people write: settings of the daemon, or a catalogue of datasets. Nothing may trap, a mistake
// names the file and a line of it, and what was read reads the same when it is written again.

internal import Catalogue

@testable import Settings

/// Called by libFuzzer with each input. The bytes are lent for the call. The first one chooses the kind of file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard count > 1 else { return 0 }
  // Safe: libFuzzer lends `count` bytes for the call, and runs on one thread.
  let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
  if input[0].isMultiple(of: 2) { readSettings(input[1...]) } else { readCatalogue(input[1...]) }
  return 0
}

private func readSettings(_ bytes: ArraySlice<UInt8>) {
  let entries: [SettingsFile.Entry]
  do throws(SettingsError) { entries = try SettingsFile.parse(bytes, path: "file") } catch {
    checkPlace(error.description, bytes)
    return
  }
  precondition(Set(entries.map(\.setting)).count == entries.count)
  for entry in entries { precondition(entry.setting.objection(to: entry.value) == nil) }
  // A byte that is no UTF-8 takes three when it is written again, which may be too many for a line.
  guard !entries.contains(where: { $0.value.contains("\u{FFFD}") }) else { return }
  let text = entries.map { "\($0.setting.name)=\($0.value)\n" }.joined()
  // Valid, as the precondition above says.
  let again = try! SettingsFile.parse(Array(text.utf8)[...], path: "file")
  precondition(again.map(\.setting) == entries.map(\.setting) && again.map(\.value) == entries.map(\.value))
}

private func readCatalogue(_ bytes: ArraySlice<UInt8>) {
  let catalogue: Catalogue
  do throws(CatalogueError) {
    catalogue = try Catalogue(String(decoding: bytes, as: UTF8.self), file: "file")
  } catch {
    checkPlace(error.description, bytes)
    return
  }
  for entry in catalogue.entries {
    _ = (entry.availability, entry.countries, entry.users, entry.funders, catalogue.lineage(of: entry.id))
    _ = (catalogue.lineageText(of: entry.id), catalogue.derivatives(of: entry.id))
  }
  do throws(CatalogueError) { _ = try Catalogue.shipped.corrected(by: catalogue) } catch {
    checkPlace(error.description, bytes)
  }
  let texts = catalogue.entries.map(\.fileText)
  // What was read is valid.
  let again = try! Catalogue(texts.joined(separator: "\n"), file: "file")
  precondition(again.entries.map(\.fileText) == texts)
}

/// Each mistake begins with the file and a line that it has.
private func checkPlace(_ error: String, _ bytes: ArraySlice<UInt8>) {
  let parts = error.split(separator: ":", maxSplits: 2)
  guard parts.count == 3, parts[0] == "file", let line = Int(parts[1]), line >= 1, line <= bytes.count else {
    fatalError("an error does not say where: \(error)")
  }
}
