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

  /// Datasets whose images were taken from the same places.
  struct Group {
    let kinds: [String]
    let datasets: [ReportDataset]
    let images: Int
    var name: String { SourceKind.names(kinds) }
  }

  /// The datasets by kind, those of most images first.
  static func groups(_ model: ReportModel) -> [Group] {
    Dictionary(grouping: model.datasets, by: \.kinds)
      .map { Group(kinds: $0, datasets: $1, images: $1.reduce(0) { $0 + $1.images }) }
      .sorted { ($1.images, $0.name) < ($0.images, $1.name) }
  }

  /// The kinds of a dataset; what to say where none is known.
  package static func names(_ kinds: [String]) -> String {
    kinds.isEmpty ? "Source not recorded" : kinds.map(name).joined(separator: ", ")
  }
}
