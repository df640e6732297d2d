// The page for people: a form, and what a check says in plain words. It works without script. Everything on it goes through
// `MarkupWriter`, which escapes it.

import Catalogue
import Client
import Console
import DaemonClient
import Identifiers
import Report
import WireProtocol

/// One identifier and what was found.
struct PageAnswer: Sendable {
  let input: String
  let key: String?
  let outcome: Outcome

  enum Outcome: Equatable, Sendable {
    case found([String])
    case missed
    case refused(Refusal, reason: String)
  }

  var namespace: Namespace? { key.flatMap { Namespace(name: $0.prefix { $0 != ":" }) } }
}

struct CheckPage: Sendable {
  /// What the form has in it.
  var text = ""
  var answers: [PageAnswer] = []
  /// Nil where nothing was asked.
  var facts: IndexFacts?
  /// Why nothing was answered.
  var problem: String?

  static let title = "Which datasets is this image in?"

  var bytes: [UInt8] {
    var markup = MarkupWriter()
    markup.markup("<!DOCTYPE html>\n")
    markup.element("html", ["lang": "en"]) { markup in
      markup.element("head") { markup in
        markup.begin("meta", ["charset": "utf-8"])
        markup.begin("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
        markup.begin("meta", ["name": "color-scheme", "content": "light dark"])
        markup.element("title", text: Self.title)
        markup.begin("link", ["rel": "stylesheet", "href": "style.css"])
        markup.element("script", ["src": "page.js", "defer": ""]) { _ in }
      }
      markup.newLine()
      markup.element("body") { markup in
        markup.element("header") { $0.element("h1", text: Self.title) }
        markup.element("main") { markup in
          if let problem {
            markup.element("p", ["class": "problem", "role": "alert"], text: problem)
          }
          if facts != nil { answer(&markup) }
          form(&markup)
        }
        markup.element("footer") { footer(&$0) }
      }
    }
    markup.newLine()
    return markup.bytes
  }

  private func form(_ markup: inout MarkupWriter) {
    markup.element("form", ["method": "post", "action": "./", "id": "ask"]) { markup in
      markup.element("label", ["for": "id"], text: "Addresses of pictures, or names of accounts, one a line")
      markup.element(
        "textarea",
        [
          "id": "id", "name": "id", "rows": "6", "spellcheck": "false", "autocapitalize": "off",
          "autocomplete": "off", "aria-describedby": "hint", "required": "",
        ]
      ) { markup in
        // HTML drops a line end that stands first.
        markup.newLine()
        markup.text(text)
      }
      markup.element("p", ["id": "hint", "class": "source"]) { markup in
        markup.text("For instance ")
        markup.element("code", text: "https://www.flickr.com/photos/someone/53000000001/")
        markup.text(", ")
        markup.element("code", text: "nsid:12345678@N00")
        markup.text(" or the hash of a file. Nothing that you ask is kept.")
      }
      // Script shows it, and reads the files into the text.
      markup.element("p", ["id": "files", "hidden": "", "class": "source"]) { markup in
        markup.element(
          "label", ["for": "file"], text: "Or text files that have them; you can also drop them above")
        markup.begin("input", ["id": "file", "type": "file", "multiple": ""])
      }
      markup.element("button", ["type": "submit"], text: "Check")
    }
  }

  private func footer(_ markup: inout MarkupWriter) {
    markup.element("p", ["class": "source"]) { markup in
      markup.element("a", ["href": "datasets"], text: "The datasets")
      markup.text(" · ")
      markup.element("a", ["href": "report"], text: "A report on them")
      markup.text(" · ")
      markup.element("a", ["href": "openapi.json"], text: "For programs")
    }
  }
}

// MARK: - The answer

extension CheckPage {
  private func answer(_ markup: inout MarkupWriter) {
    let found = answers.filter { if case .found = $0.outcome { true } else { false } }
    let missed = answers.filter { $0.outcome == .missed }
    let refused = answers.count - found.count - missed.count
    markup.element("section", ["aria-labelledby": "answer"]) { markup in
      markup.element("h2", ["id": "answer", "tabindex": "-1"], text: "Answer")
      markup.element("p", ["class": "lead", "role": "status"]) { markup in
        let counts = [
          found.isEmpty ? nil : "\(Figures.grouped(found.count)) found",
          missed.isEmpty ? nil : "\(Figures.grouped(missed.count)) not found",
          refused == 0 ? nil : "\(Figures.grouped(refused)) could not be searched",
        ].compactMap(\.self)
        markup.text(counts.isEmpty ? "Nothing was asked." : Prose.list(counts) + ".")
      }
      markup.element("ul", ["class": "answers"]) { markup in
        for answer in answers {
          markup.newLine()
          markup.element("li", ["class": answer.mark]) { item(answer, &$0) }
        }
      }
    }
    datasets(found, &markup)
    if !missed.isEmpty { limits(missed, &markup) }
  }

  private func item(_ answer: PageAnswer, _ markup: inout MarkupWriter) {
    markup.element("p", ["class": "input"]) { $0.isolated(answer.input) }
    markup.element("p") { markup in
      switch answer.outcome {
      case .found(let slugs):
        markup.element("strong", text: "In \(Figures.counted(slugs.count, "dataset")): ")
        for (number, slug) in slugs.enumerated() {
          if number > 0 { markup.text(", ") }
          markup.element("a", ["href": "#dataset-\(slug)"]) { $0.isolated(title(slug)) }
        }
      case .missed:
        markup.element("strong", text: "Not found")
        markup.text(" in the lists of this index.")
      case .refused(let refusal, let reason):
        markup.element("strong", text: "Not searched")
        markup.text(" (\(refusal.phrase)): \(reason).")
      }
    }
  }

  private func title(_ slug: String) -> String { facts?.index.entry(slug).title ?? slug }

  private func datasets(_ found: [PageAnswer], _ markup: inout MarkupWriter) {
    guard let index = facts?.index else { return }
    var slugs: Set<String> = []
    for answer in found { if case .found(let names) = answer.outcome { slugs.formUnion(names) } }
    guard !slugs.isEmpty else { return }
    markup.element("section", ["aria-labelledby": "datasets"]) { markup in
      markup.element("h2", ["id": "datasets"], text: "The datasets that were found")
      for slug in slugs.sorted() {
        let sheet = FactSheet(index.entry(slug), in: index.catalogue)
        markup.element("h3", ["id": "dataset-\(slug)"]) { $0.isolated(sheet.heading) }
        markup.element("dl") { markup in
          var last = ""
          for line in sheet.lines {
            if line.label != last { markup.element("dt", text: line.label) }
            last = line.label
            markup.element("dd") { $0.isolated(line.text) }
          }
        }
      }
    }
  }

  private func limits(_ missed: [PageAnswer], _ markup: inout MarkupWriter) {
    guard let facts else { return }
    let coverage = Coverage(facts.index)
    let namespaces = Namespace.allCases.filter { namespace in missed.contains { $0.namespace == namespace } }
    markup.element("section", ["aria-labelledby": "covers"]) { markup in
      markup.element("h2", ["id": "covers"], text: "What “not found” means")
      markup.element("p", text: "It covers only the lists of this index: " + coverage.sentence)
      markup.element("ul") { markup in
        for limit in coverage.limits(for: namespaces) { markup.element("li") { $0.isolated(limit) } }
      }
      markup.element(
        "p", ["class": "source"],
        text: "Index version \(facts.version), identifier rules \(facts.rules), datasets: "
          + Prose.list(facts.index.datasets.map(\.slug)) + ".")
    }
  }
}

extension PageAnswer {
  fileprivate var mark: String {
    switch outcome {
    case .found: "found"
    case .missed: "missed"
    case .refused: "refused"
    }
  }
}

// MARK: - How it looks, and what script adds

extension CheckPage {
  static let styleSheet = Array((StyleSheet.text + rules).utf8)

  private static let rules = """
    h3{font-size:1.1rem;margin:1.5rem 0 .25rem}
    form{max-width:42rem;margin:1.5rem 0}
    label{display:block;font-weight:600;margin-bottom:.25rem}
    textarea{width:100%;font:1rem/1.4 ui-monospace,"Liberation Mono",monospace;padding:.5rem;resize:vertical;\
    background:var(--paper);color:var(--ink);border:1px solid var(--muted);border-radius:4px}
    textarea.over{outline:3px dashed var(--accent)}
    #files label{font-weight:400}
    input[type=file]{font:inherit;max-width:100%}
    button{margin-top:.75rem;font:inherit;font-weight:600;padding:.5rem 1.5rem;border:0;border-radius:4px;\
    background:var(--accent);color:var(--paper);cursor:pointer;min-height:2.75rem}
    code{font-size:.9em;overflow-wrap:anywhere}
    .answers{list-style:none;padding:0}
    .answers li{border-left:4px solid var(--rule);padding:.125rem 0 .125rem 1rem;margin:1rem 0}
    .answers .found{border-color:var(--accent)}
    .answers .refused{border-left-style:dashed;border-color:var(--muted)}
    .answers p{margin:.125rem 0;overflow-wrap:anywhere}
    .input{color:var(--muted);font-size:.9375rem}
    .problem{border-left:4px solid var(--ink);padding-left:1rem;font-weight:600}
    dd{overflow-wrap:anywhere;grid-column:2}
    #answer:focus{outline:0}
    @media (max-width:30rem){dl{grid-template-columns:1fr}dd{grid-column:1}dt{margin-top:.5rem}}

    """

  /// Puts files that are chosen or dropped into the form, and moves to the answer.
  static let script = Array(
    """
    'use strict';
    const field = document.getElementById('id');
    for (const name of ['dragover', 'dragleave', 'drop']) {
      field.addEventListener(name, event => {
        if (name !== 'dragleave') event.preventDefault();
        field.classList.toggle('over', name === 'dragover');
      });
    }
    const add = async (files, text) => {
      const texts = await Promise.all([...files].map(file => file.text()));
      field.value = [field.value.trimEnd(), ...texts, text].filter(Boolean).join('\\n');
    };
    field.addEventListener('drop', event => add(event.dataTransfer.files, event.dataTransfer.getData('text')));
    const files = document.getElementById('file');
    files.addEventListener('change', () => add(files.files, ''));
    document.getElementById('files').hidden = false;
    field.addEventListener('keydown', event => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) field.form.requestSubmit();
    });
    const answer = document.getElementById('answer');
    if (answer) answer.focus();

    """.utf8)
}
