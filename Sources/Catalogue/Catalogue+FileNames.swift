// Datasets whose published lists name images by files only: a list of names is what they have, and no mistake.

extension Catalogue {
  /// Whether a dataset is known to name its images by files only.
  package static func namesFilesOnly(_ slug: String) -> Bool {
    namers.contains(String(slug.lowercased().filter { $0 != "_" && $0 != "-" }))
  }

  private static let namers: Set = [
    "300w", "afw", "agedb", "aflw", "brainwash", "calfw", "casiawebface", "celeba", "cfp", "cplfw", "duke",
    "dukemtmc",
    "ijba", "ijbb", "ijbc", "lfw", "lfpw", "market1501", "oxfordtowncentre", "rafdb", "scface", "towncentre",
    "uccs", "umdfaces", "utkface", "vggface2", "wflw", "widerface",
  ]
}
