// The catalogue that is part of the program: `catalogue.txt`, whose bytes the build puts into the code, so that the
// installed program needs no file beside it.

extension Catalogue {
  /// The catalogue's text, comments and all.
  package static var shippedText: String {
    String(decoding: PackageResources.catalogue_txt, as: UTF8.self)
  }

  /// The catalogue that the program ships. A test reads it at every build, so it cannot fail here.
  package static let shipped: Catalogue = {
    do throws(CatalogueError) {
      let catalogue = try Catalogue(shippedText, file: "catalogue.txt")
      try catalogue.checkLineages()
      return catalogue
    } catch {
      preconditionFailure("\(error)")
    }
  }()
}
