import Analysis
import Basics

extension Provenance {
  /// Where a result comes from, as scripts read it.
  package var json: JSON {
    .object([
      ("tool", .string("ezscope")), ("tool_version", .string(version)),
      ("command", .strings(command)),
      (
        "inputs",
        .list(
          inputs.map {
            .object([
              ("name", .string($0.name)), ("bytes", .int($0.bytes)), ("sha256", .string($0.sha256)),
            ])
          })
      ),
    ])
  }

  /// A sentence for whoever reads a result: what gave it, and from which files.
  package var sentence: String {
    let named = inputs.prefix(3).map { input in
      "\(input.name) (SHA-256 \(input.sha256.prefix(12) + "\u{2026}"))"
    }
    let rest = inputs.count - named.count
    let files =
      named.isEmpty
      ? "standard input"
      : named.joined(separator: ", ") + (rest > 0 ? " and \(NumberFormat.count(rest)) more" : "")
    return "From ezscope \(version) on \(files)."
  }
}

extension JSON {
  /// A document that says where it comes from; what is no object stays as it is.
  package func adding(_ provenance: Provenance) -> JSON {
    guard case .object(let members) = self else { return self }
    return .object(members + [("provenance", provenance.json)])
  }
}
