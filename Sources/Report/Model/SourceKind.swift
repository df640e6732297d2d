// Where a dataset's images were taken from, in words.

package enum SourceKind {
  /// What people call a kind of the catalogue: `flickr` is Flickr. Kinds that are not known keep their name.
  package static func name(_ kind: String) -> String {
    switch kind {
    case "flickr": "Flickr"
    case "imdb": "IMDb"
    case "youtube": "YouTube"
    case "cctv": "Cameras (CCTV)"
    case "search_engine": "Search engines"
    case "news": "News sites"
    case "wikipedia": "Wikipedia"
    case "common_crawl": "Common Crawl"
    case "wikimedia": "Wikimedia"
    case "reddit": "Reddit"
    case "inaturalist": "iNaturalist"
    case "web": "The web"
    case "creative_commons": "Creative Commons"
    default: kind.replacing("_", with: " ")
    }
  }

  /// The kinds of a dataset; what to say where none is known.
  package static func names(_ dataset: ReportDataset) -> String {
    dataset.kinds.isEmpty ? "Source not recorded" : dataset.kinds.map(name).joined(separator: ", ")
  }
}
