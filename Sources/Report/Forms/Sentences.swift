// The prose of a report, the same in text, Markdown and HTML: what was counted, and what the counts do not say.

import Console

enum Sentences {
  /// The counts of the index, images and memberships apart.
  static func summary(_ model: ReportModel) -> String {
    guard !model.datasets.isEmpty else { return "This index holds no dataset yet." }
    let memberships = Figures.counted(model.memberships, "membership")
    let images = Figures.counted(model.images, "distinct image")
    guard model.datasets.count > 1 else { return "The dataset of this report holds \(images)." }
    let among =
      model.images == model.memberships
      ? "No image is in more than one of them."
      : "An image that is in several of them is one image and as many memberships."
    return
      "The \(Figures.grouped(model.datasets.count)) datasets of this report hold \(images) in \(memberships). "
      + among
  }

  /// What was found of a list.
  static func summary(_ reference: CrossReference) -> String {
    let identifiers =
      "Of the \(Figures.counted(reference.identifiers, "distinct identifier")) in \(reference.list), "
    let found = reference.labels.count { $0.memberships > 0 && !$0.name.isEmpty }
    let values = found == 1 ? "value" : "values"
    let over = found > 0 ? ", over \(Figures.grouped(found)) \(values) of \(reference.labelName)" : ""
    let unanswered =
      reference.unanswered == 0
      ? ""
      : " \(Figures.counted(reference.unanswered, "row")) had no identifier that can be looked up offline."
    guard reference.images > 0 else {
      return identifiers + "none is an image of these datasets.\(unanswered)"
    }
    return identifiers
      + "\(Figures.counted(reference.images, "distinct image")) \(reference.images == 1 ? "is" : "are") in at least "
      + "one dataset, with \(Figures.counted(reference.memberships, "membership")) in "
      + "\(Figures.counted(reference.datasets.count { $0.images > 0 }, "dataset"))\(over).\(unanswered)"
  }

  /// What a negative means.
  static let caution =
    "An image that is not found is not in the rows of these lists, at these versions; the published lists may name "
    + "only a part of a dataset."

  /// Where a dataset is that is not in the report.
  static func place(_ ancestor: ReportAncestor) -> String {
    ancestor.isHeld ? "not in this report" : "not in this index"
  }

  /// A label; what to say where it is empty.
  static func label(_ name: String) -> String { name.isEmpty ? "(no label)" : name }

  static let datasetsSource =
    "this index for its images, each of which is one membership in one dataset; the datasets’ catalogue entries for all "
    + "else."
  static let overlapSource =
    "this index, counted for each two datasets apart: an image in three datasets is in three pairs."
  static let coverageSource =
    "this index for its images; the datasets’ catalogue entries for the published size."
  static let lineageSource =
    "the datasets’ catalogue entries for what was made from what; this index for its images."
  static let factsSource =
    "the datasets’ catalogue entries. High: it stands in the sources named; medium: in part, or at second hand; low: it "
    + "was not checked against a source."
  static let placesSource =
    "the datasets’ catalogue entries; whichset catalogue get-lists gives the source of each."
  static let listsSource =
    "recorded when each list was loaded; the digest is that of the list’s bytes."

  static func crossReferenceSource(_ reference: CrossReference) -> String {
    let digest = reference.sha256.map { " (SHA-256 \($0.prefix(12))…)" } ?? ""
    return
      "\(reference.list)\(digest), compared with this index. Memberships add up; an image counts once among the "
      + "distinct ones, in however many datasets it is. The share is that of the distinct identifiers listed."
  }

  /// The date alone: `2025-01-31`.
  static func date(_ moment: Int) -> String { String(Figures.moment(moment).prefix(10)) }

  static func citation(_ model: ReportModel) -> String {
    let stamp = model.stamp
    let digest = stamp.digest.map { ", digest \($0)" } ?? ""
    return
      "whichset \(stamp.program), “\(model.title)”, index version \(stamp.index)\(digest), identifier rules "
      + "\(stamp.rules), \(Figures.moment(stamp.moment))."
  }

  /// The names and values of the stamp.
  static func stamp(_ model: ReportModel) -> [(name: String, value: String)] {
    var pairs = [
      (name: "Made", value: Figures.moment(model.stamp.moment)),
      (name: "Index version", value: model.stamp.index),
    ]
    if let digest = model.stamp.digest { pairs.append((name: "Digest of all rows", value: digest)) }
    pairs.append((name: "Identifier rules", value: "version \(model.stamp.rules)"))
    pairs.append((name: "Program", value: "whichset \(model.stamp.program)"))
    return pairs
  }

  /// How the index version is made.
  static let indexVersion =
    "The index version names the lists above: it is the start of a SHA-256 over their slugs, digests, rows and rules. "
    + "Two indexes of the same lists by the same rules have the same version."
}
