// Datasets whose published lists name images by files only: a list of names is what they have, and no mistake.

extension Catalogue {
  /// Whether a dataset is known to name its images by files only. Case, `_` and `-` in its name make no difference.
  package static func namesFilesOnly(_ slug: String) -> Bool { plainNamers.contains(plain(slug)) }

  /// The datasets, by the ids of their entries in the shipped catalogue.
  static let fileNamers = [
    "agedb", "brainwash", "casia_webface", "celeba", "cplfw", "duke_mtmc", "ijb_a", "ijb_c", "lfw",
    "oxford_town_centre", "uccs", "umdfaces", "utkface", "vggface2", "wider_face",
  ]

  private static let plainNamers = Set(fileNamers.map(plain))

  private static func plain(_ slug: String) -> String {
    slug.lowercased().filter { $0 != "_" && $0 != "-" }
  }
}
