import Console
import Testing

@testable import Client

@Suite("The files of a catalogue")
struct CatalogueFilesTests {
  @Test("may be missing, and one that cannot be looked at is trouble, not missing")
  func presence() throws {
    #expect(try CatalogueFiles.isThere("/"))
    #expect(try !CatalogueFiles.isThere("/no such folder/catalogue.txt"))
    #expect(try !CatalogueFiles.isThere("/dev/null/catalogue.txt"))
    let name = String(repeating: "x", count: 300)  // beyond NAME_MAX
    #expect(throws: Trouble.self) { try CatalogueFiles.isThere("/\(name)") }
  }
}
