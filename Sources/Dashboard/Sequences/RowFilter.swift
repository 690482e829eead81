import Basics
import ScoringCore

/// Conditions a sequence must all meet to be listed.
package struct RowFilter: Hashable, Sendable {
  package var terms: [Term] = []

  package init(terms: [Term] = []) { self.terms = terms }

  package var isEmpty: Bool { terms.isEmpty }

  /// One condition.
  package struct Term: Hashable, Sendable {
    package var field: Field
    package var comparison: Comparison
    package var value: Value
    /// As it was written, for chips and for editing.
    package var text: String
  }

  package enum Field: Hashable, Sendable {
    case label, status, pValue, score, up, down, errors, text, id, primary, verdict, note
    /// A key of `meta`.
    case meta(String)
  }

  package enum Comparison: String, CaseIterable, Sendable {
    // Longer signs first: that is the order they are looked for.
    case notEqual = "!="
    case atMost = "<="
    case atLeast = ">="
    case equal = "="
    case below = "<"
    case above = ">"
    case contains = "~"

    /// Whether two things being equal, or not, is what `=` or `!=` asks for.
    func agrees(_ isEqual: Bool) -> Bool { self == .notEqual ? !isEqual : isEqual }

    func holds<T: Comparable>(_ left: T, _ right: T) -> Bool {
      switch self {
      case .equal, .contains: left == right
      case .notEqual: left != right
      case .below: left < right
      case .atMost: left <= right
      case .above: left > right
      case .atLeast: left >= right
      }
    }
  }

  package enum Value: Hashable, Sendable {
    case number(Double)
    case text(String)
    case label(Label)
    case verdict(Verdict)
    case status(ScoreStatus)
    case flag(Bool)
  }
}

/// What is wrong with a filter as it is written.
package struct FilterError: Error, Hashable, Sendable {
  package let message: String
  /// The same without naming values of the dataset.
  package let discreet: String

  init(_ message: String, discreet: String? = nil) {
    self.message = message
    self.discreet = discreet ?? message
  }
}

extension RowFilter {
  /// Reads conditions joined by blanks, such as `label=member p<0.01 text~"due date"`.
  ///
  /// `metadata` tells which further keys and values there are. Throws what is wrong with the first
  /// condition that is not understood.
  package static func parse(_ text: String, metadata: Metadata) throws(FilterError) -> RowFilter {
    var filter = RowFilter()
    for word in try words(text) { filter.terms.append(try term(word, metadata)) }
    return filter
  }

  /// The conditions as one line to edit.
  package var text: String { terms.map(\.text).joined(separator: " ") }

  private static func words(_ text: String) throws(FilterError) -> [String] {
    var words: [String] = []
    var word = ""
    var isQuoted = false
    for character in text {
      if character == "\"" { isQuoted.toggle() }
      if character == " ", !isQuoted {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.append(character)
      }
    }
    if isQuoted { throw FilterError("a quote is not closed") }
    if !word.isEmpty { words.append(word) }
    return words
  }

  private static func term(_ word: String, _ metadata: Metadata) throws(FilterError) -> Term {
    let signs = Set("=<>!~")
    guard let sign = word.firstIndex(where: signs.contains),
      let comparison = Comparison.allCases.first(where: { word[sign...].hasPrefix($0.rawValue) })
    else { throw FilterError("'\(word)' is no condition: try text~\(word)") }
    let name = String(word[..<sign])
    let value = word[word.index(sign, offsetBy: comparison.rawValue.count)...]
      .filter { $0 != "\"" }
    let field = try field(name, metadata)
    guard !value.isEmpty else { throw FilterError("\(name)\(comparison.rawValue) what?") }
    return Term(
      field: field, comparison: comparison,
      value: try self.value(value, of: field, name, comparison, metadata), text: word)
  }

  private static let fields: [(name: String, field: Field)] = [
    ("label", .label), ("class", .status), ("p", .pValue), ("score", .score), ("P", .up),
    ("N", .down), ("errors", .errors), ("text", .text), ("id", .id), ("primary", .primary),
    ("verdict", .verdict), ("note", .note),
  ]

  private static func field(_ name: String, _ metadata: Metadata) throws(FilterError) -> Field {
    if let known = fields.first(where: { $0.name == name }) { return known.field }
    if metadata.column(name) != nil { return .meta(name) }
    let names = fields.map(\.name) + metadata.columns.map(\.key)
    if let near = nearestWord(to: name, in: names) {
      throw FilterError("no '\(name)': did you mean '\(near)'?")
    }
    throw FilterError("no '\(name)': there is \(names.joined(separator: " "))")
  }

  private static func value(
    _ text: String, of field: Field, _ name: String, _ comparison: Comparison, _ metadata: Metadata
  ) throws(FilterError) -> Value {
    let isEquality = comparison == .equal || comparison == .notEqual
    switch field {
    case .pValue, .score, .up, .down, .errors:
      guard comparison != .contains, let number = Double(text) else {
        throw FilterError("\(name) compares with a number: \(name)>2")
      }
      return .number(number)
    case .text, .note:
      guard comparison == .contains else { throw FilterError("\(name)~\(text) is what there is") }
      return .text(text)
    case .id:
      guard isEquality || comparison == .contains else {
        throw FilterError("id=\(text) or id~\(text)")
      }
      return .text(text)
    case .label:
      guard isEquality, let label = Label.allCases.first(where: { $0.name == text }) else {
        throw choose(name, text, Label.allCases.map(\.name))
      }
      return .label(label)
    case .verdict:
      guard isEquality, let verdict = Verdict.allCases.first(where: { $0.name == text }) else {
        throw choose(name, text, Verdict.allCases.map(\.name))
      }
      return .verdict(verdict)
    case .status:
      guard isEquality, let status = ScoreStatus.allCases.first(where: { $0.name == text }) else {
        throw choose(name, text, ScoreStatus.allCases.map(\.name))
      }
      return .status(status)
    case .primary:
      guard isEquality, text == "yes" || text == "no" else {
        throw choose(name, text, ["yes", "no"])
      }
      return .flag(text == "yes")
    case .meta(let key):
      if isEquality {
        let values = metadata.column(key)?.values ?? []
        guard values.contains(text) else {
          throw FilterError(
            choose(key, text, values).message, discreet: "no sequence has \(key)=\(text)")
        }
        return .text(text)
      }
      if comparison == .contains { return .text(text) }
      guard let number = Double(text) else {
        throw FilterError("\(key)\(comparison.rawValue) compares with a number")
      }
      return .number(number)
    }
  }

  private static func choose(_ name: String, _ value: String, _ known: [String]) -> FilterError {
    if let near = nearestWord(to: value, in: known), near != value {
      return FilterError("\(name)=\(near)? there is no '\(value)'")
    }
    let shown = known.prefix(5).joined(separator: "|") + (known.count > 5 ? "|..." : "")
    return FilterError("\(name)=\(shown)")
  }
}
