/// Why an analysis has nothing to say: `what; remedy`, in one sentence without a full stop.
package struct AnalysisError: Error, Hashable, CustomStringConvertible {
  package enum Kind: Hashable, Sendable {
    /// The evidence gives no figure.
    case noFigures
    /// The runs do not go together.
    case runsDoNotFit
    /// What was asked for makes no sense.
    case badRequest
  }

  package let kind: Kind
  package let description: String

  package init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
