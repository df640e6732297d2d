// `whichset identify --explain`: each step from an input to its key, by the client alone. The steps are those that
// the parser itself takes.

import ByteText
package import Console
import DaemonClient
import Identifiers

package struct ExplainExchange: LocalExchange, ~Copyable {
  private let show: Presentation
  package private(set) var tally = Tally()

  package init(_ show: Presentation) { self.show = show }

  package mutating func begin(requests: inout [UInt8], output: inout [UInt8]) {
    show.begin(["input", "step", "rule", "version", "text", "reason"], to: &output)
  }

  package mutating func accept(_ line: Span<UInt8>, requests: inout [UInt8], output: inout [UInt8]) {
    let steps = IdentifierParser.explain(line)
    let hasKey = steps.last?.rule == "key"
    if hasKey { tally.found += 1 } else { tally.refused += 1 }
    show.append(Self.answer(line.copied, steps, hasKey: hasKey), to: &output)
  }

  private static func answer(_ input: [UInt8], _ steps: [ExplainStep], hasKey: Bool) -> Answer {
    let outcome: Record =
      hasKey
      ? ["key": steps.last?.text]
      : ["key": Content.none, "error": steps.last?.rule ?? "", "message": steps.last?.reason ?? ""]
    let records = steps.map { step -> Record in
      ["rule": step.rule, "version": step.version, "text": step.text, "reason": step.reason]
    }
    return Answer(
      ["input": Content.bytes(input)] + outcome + ["steps": records],
      .these(
        steps.enumerated().map { number, step in
          [Content.bytes(input), number + 1, step.rule, step.version, step.text, step.reason]
        })
    ) { style in
      // The first step is the input itself.
      String(showing: input.span) + "\n"
        + steps.dropFirst().map { text($0, isLast: $0 == steps.last, style) }.joined()
    }
  }

  private static func text(_ step: ExplainStep, isLast: Bool, _ style: TextStyle) -> String {
    let role: TextStyle.Role = step.rule == "key" ? .found : isLast ? .wrong : .heading
    let version = step.version.map { " (version \($0))" } ?? ""
    return "  \(style.mark(step.rule, role))\(version): \(step.reason)\n    \(step.text.shown)\n"
  }
}
