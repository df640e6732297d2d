// The report as one JSON object.

import Console

enum JSONReport {
  /// The report as one object on one line. What is not known is `null`.
  static func write(_ model: ReportModel) -> [UInt8] {
    var report: Record = [
      "title": model.title, "made": model.stamp.moment, "index": model.stamp.index,
      "digest": model.stamp.digest, "rules": model.stamp.rules, "program": model.stamp.program,
      "images": model.images, "memberships": model.memberships, "datasets": model.datasets.map(record),
      "ancestors": model.ancestors.map { ancestor -> Record in
        [
          "slug": ancestor.slug, "title": ancestor.title, "year": ancestor.year, "derived": ancestor.derived,
          "held": ancestor.isHeld,
        ]
      },
      "overlaps": model.overlaps.map { overlap -> Record in
        ["a": overlap.first, "b": overlap.second, "images": overlap.images]
      },
    ]
    if let reference = model.crossReference { report = report + ["crossReference": record(reference)] }
    return Presentation(.json).bytes(Answer(report, text: { _ in "" }))
  }

  private static func record(_ dataset: ReportDataset) -> Record {
    [
      "slug": dataset.slug, "title": dataset.title, "images": dataset.images, "memberships": dataset.images,
      "published": dataset.published, "accounts": dataset.accounts, "rows": dataset.rows,
      "rejected": dataset.rejected, "year": dataset.year, "institution": dataset.institution,
      "country": dataset.country, "kinds": dataset.kinds, "status": dataset.status,
      "derived": dataset.derived, "confidence": dataset.confidence, "sources": dataset.sources,
      "contact": dataset.contact, "listPlaces": dataset.listPlaces,
      "lists": dataset.lists.map { list -> Record in
        [
          "name": list.name, "sha256": list.sha256, "rows": list.rows, "rejected": list.rejected,
          "loaded": list.loaded, "rules": list.rules,
        ]
      },
    ]
  }

  private static func record(_ reference: CrossReference) -> Record {
    [
      "list": reference.list, "sha256": reference.sha256, "label": reference.labelName,
      "identifiers": reference.identifiers, "unanswered": reference.unanswered, "images": reference.images,
      "memberships": reference.memberships,
      "datasets": reference.datasets.map { ["slug": $0.slug, "images": $0.images] as Record },
      "labels": reference.labels.map { label -> Record in
        let datasets = zip(reference.datasets, label.datasets).filter { $1 > 0 }
        return [
          "label": label.name, "identifiers": label.identifiers, "images": label.images,
          "memberships": label.memberships, "rejected": label.rejected,
          "datasets": Record(datasets.map { ($0.slug, $1) }),
        ]
      },
    ]
  }
}
