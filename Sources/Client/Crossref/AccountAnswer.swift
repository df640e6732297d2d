// What is known of an account, and how `account` shows it.

import Console
import DaemonClient
import WireProtocol

struct AccountAnswer: Sendable {
  /// The name that was asked for first.
  var names: [String] = []
  var datasets: [(slug: String, images: Int)] = []
  var images = 0
  var memberships = 0
  /// Why it could not be looked up.
  var refusal: (refusal: Refusal, text: String)?

  func shown(input: [UInt8]) -> Answer {
    let datasets = datasets.map { ["dataset": $0.slug, "images": $0.images] as Record }
    var fields: Record = [
      "names": names, "images": images, "memberships": memberships, "datasets": datasets,
    ]
    if let (refusal, text) = refusal { fields = ["error": refusal.name, "message": text] }
    let first: any FieldValue = refusal?.refusal.mark ?? names
    return Answer(
      ["input": Content.bytes(input)] + fields,
      .these([["account", Content.bytes(input), first, images, memberships, datasets]])
    ) { style in String(showing: input.span) + text(style) }
  }

  private func text(_ style: TextStyle) -> String {
    if let (refusal, text) = refusal { return ": \(style.mark(refusal.phrase, .wrong)): \(text)\n" }
    let others = names.dropFirst()
    let also = others.isEmpty ? "" : " (also \(others.joined(separator: ", ")))"
    guard !datasets.isEmpty else { return "\(also): no dataset of this index lists it\n" }
    return also + ": \(style.mark(Figures.counted(images, "image"), .found)), "
      + "\(Figures.counted(memberships, "membership"))\n"
      + CrossrefCounts.table(datasets).text(style, indent: 2)
  }

  /// One image of the account.
  static func image(_ image: String, datasets: String, input: [UInt8]) -> Answer {
    let slugs = datasets.split(separator: ",").map(String.init)
    return Answer(
      ["input": Content.bytes(input), "image": image, "datasets": slugs], .columns(kind: "image")
    ) { _ in "\(image)  \(datasets)\n" }
  }
}
