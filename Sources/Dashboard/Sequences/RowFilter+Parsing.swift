import Analysis
import Basics
import ScoringCore

extension RowFilter {
  /// Reads conditions joined by blanks, such as `label=member|unknown p<0.01 not text~"due date"`.
  ///
  /// The context tells which keys, values and columns there are. Throws what is wrong with the
  /// first condition that is not understood: a filter holds whole or not at all.
  package static func parse(
    _ text: String, in context: FilterContext
  ) throws(FilterError) -> RowFilter {
    var filter = RowFilter()
    var isNegated = false
    for word in try words(text) {
      if word == "not" {
        guard !isNegated else { throw FilterError("not not what?") }
        isNegated = true
        continue
      }
      var term = try FilterTermParser(word, context).term()
      if isNegated {
        term.isNegated = true
        term.text = "not " + term.text
      }
      isNegated = false
      filter.terms.append(term)
    }
    if isNegated { throw FilterError("not what? write not label=member") }
    return filter
  }

  /// Why the filter cannot be used on a run; nil if it can.
  package func problem(in context: FilterContext) -> FilterError? {
    do throws(FilterError) {
      _ = try Self.parse(text, in: context)
      return nil
    } catch {
      return error
    }
  }

  /// Splits at blanks outside quotes.
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

  /// The names that conditions may begin with, those of the run's metadata last.
  static func fieldNames(_ context: FilterContext) -> [String] {
    fields.map(\.name) + context.metadata.columns.map(\.key)
  }

  fileprivate static let fields: [(name: String, field: Field)] = [
    ("label", .label), ("class", .status), ("p", .pValue), ("fdr", .adjusted), ("named", .named),
    ("score", .score), ("P", .up), ("N", .down), ("errors", .errors), ("tokens", .tokens),
    ("text", .text), ("id", .id), ("primary", .primary), ("verdict", .verdict), ("note", .note),
  ]

  /// The values a field is chosen from; empty where it is compared with anything.
  static func choices(_ field: Field, _ context: FilterContext) -> [String] {
    switch field {
    case .label: Label.allCases.map(\.name)
    case .status: ScoreStatus.allCases.map(\.name)
    case .verdict: Verdict.allCases.map(\.name)
    case .primary, .named: ["yes", "no"]
    case .meta(let key): context.metadata.column(key)?.values ?? []
    default: []
    }
  }

  static func field(
    _ name: String, _ context: FilterContext
  ) throws(FilterError) -> Field {
    if let known = fields.first(where: { $0.name == name }) { return known.field }
    let key = name.hasPrefix("meta.") ? String(name.dropFirst(5)) : name
    if context.metadata.column(key) != nil { return .meta(key) }
    let names = fieldNames(context)
    if let near = nearestWord(to: name, in: names) {
      throw FilterError("no '\(name)': did you mean '\(near)'?")
    }
    throw FilterError("no '\(name)': there is \(names.joined(separator: " "))")
  }
}

/// Reads one condition of a filter.
private struct FilterTermParser {
  private let word: String
  private let context: FilterContext

  init(_ word: String, _ context: FilterContext) {
    self.word = word
    self.context = context
  }

  func term() throws(FilterError) -> RowFilter.Term {
    guard let (name, comparison, rest) = split() else { return try flag() }
    let field = try RowFilter.field(name, context)
    try checkEvidence(for: field, name)
    var values: [RowFilter.Value] = []
    for text in alternatives(rest) {
      guard !text.isEmpty else { throw FilterError("\(name)\(comparison.rawValue) what?") }
      values.append(try value(text, of: field, name, comparison))
    }
    if values.count > 1, ![.equal, .notEqual, .contains].contains(comparison) {
      throw FilterError("\(name)\(comparison.rawValue) takes one number")
    }
    return RowFilter.Term(field: field, comparison: comparison, values: values, text: word)
  }

  /// A name alone asks whether something is so.
  private func flag() throws(FilterError) -> RowFilter.Term {
    guard word == "named" || word == "primary" else {
      throw FilterError("'\(word)' is no condition: try text~\(word)")
    }
    let field: RowFilter.Field = word == "named" ? .named : .primary
    try checkEvidence(for: field, word)
    return RowFilter.Term(field: field, comparison: .equal, values: [.flag(true)], text: word)
  }

  /// The name, the sign and what follows it; a sign within quotes is none.
  private func split() -> (name: String, comparison: RowFilter.Comparison, rest: Substring)? {
    let signs = Set("=<>!~")
    guard let sign = word.firstIndex(where: { signs.contains($0) || $0 == "\"" }),
      let comparison = RowFilter.Comparison.allCases.first(where: {
        word[sign...].hasPrefix($0.rawValue)
      })
    else { return nil }
    let rest = word[word.index(sign, offsetBy: comparison.rawValue.count)...]
    return (String(word[..<sign]), comparison, rest)
  }

  /// Values parted by `|`, without the quotes around them; a bar within quotes is text.
  private func alternatives(_ rest: Substring) -> [String] {
    var values = [""]
    var isQuoted = false
    for character in rest {
      switch character {
      case "\"": isQuoted.toggle()
      case "|" where !isQuoted: values.append("")
      default: values[values.count - 1].append(character)
      }
    }
    return values
  }

  /// A condition on what the run does not have would silently list nothing.
  private func checkEvidence(for field: RowFilter.Field, _ name: String) throws(FilterError) {
    switch field {
    case .text where !context.hasTexts:
      throw FilterError("text: this run has scores only, no texts")
    case .tokens where !context.hasTokens:
      throw FilterError("tokens: this run has scores only, no tokens")
    case .up, .down, .errors:
      if !context.hasZones { throw FilterError("\(name): this attack looks at no error zone") }
    case .pValue where !context.hasPValues:
      throw FilterError("p: there are no known non-members to compare with")
    case .adjusted, .named:
      if let problem = context.suspectProblem { throw FilterError("\(name): \(problem)") }
    default: break
    }
  }

  private func value(
    _ text: String, of field: RowFilter.Field, _ name: String, _ comparison: RowFilter.Comparison
  ) throws(FilterError) -> RowFilter.Value {
    switch field {
    case .pValue, .adjusted, .score, .up, .down, .errors, .tokens:
      return try number(text, name, comparison)
    case .text, .note:
      guard comparison == .contains else { throw FilterError("\(name)~\(text) is what there is") }
      return .text(text)
    case .id:
      guard isEquality(comparison) || comparison == .contains else {
        throw FilterError("id=\(text) or id~\(text)")
      }
      return .text(text)
    case .label:
      return .label(try choice(text, name, comparison, Label.allCases) { $0.name })
    case .verdict:
      return .verdict(try choice(text, name, comparison, Verdict.allCases) { $0.name })
    case .status:
      return .status(try choice(text, name, comparison, ScoreStatus.allCases) { $0.name })
    case .primary, .named:
      return .flag(
        try choice(text, name, comparison, [true, false]) { $0 ? "yes" : "no" })
    case .meta(let key): return try meta(text, key, name, comparison)
    }
  }

  private func isEquality(_ comparison: RowFilter.Comparison) -> Bool {
    comparison == .equal || comparison == .notEqual
  }

  /// A number, or two parted by `..` where `=` or `!=` stands before them.
  private func number(
    _ text: String, _ name: String, _ comparison: RowFilter.Comparison
  ) throws(FilterError) -> RowFilter.Value {
    if let dots = text.firstRange(of: "..") {
      guard isEquality(comparison), let lower = Double(text[..<dots.lowerBound]),
        let upper = Double(text[dots.upperBound...]), lower <= upper
      else { throw FilterError("a range is written \(name)=2..3") }
      return .range(lower, upper)
    }
    guard comparison != .contains, let number = Double(text), !number.isNaN else {
      throw FilterError("\(name) compares with a number: \(name)>2 or \(name)=2..3")
    }
    return .number(number)
  }

  private func choice<Known>(
    _ text: String, _ name: String, _ comparison: RowFilter.Comparison, _ known: [Known],
    _ spelling: (Known) -> String
  ) throws(FilterError) -> Known {
    guard isEquality(comparison), let found = known.first(where: { spelling($0) == text }) else {
      throw Self.choose(name, text, known.map(spelling))
    }
    return found
  }

  private func meta(
    _ text: String, _ key: String, _ name: String, _ comparison: RowFilter.Comparison
  ) throws(FilterError) -> RowFilter.Value {
    if comparison == .contains { return .text(text) }
    guard isEquality(comparison) else {
      guard let number = Double(text), !number.isNaN else {
        throw FilterError("\(name)\(comparison.rawValue) compares with a number")
      }
      return .number(number)
    }
    let values = context.metadata.column(key)?.values ?? []
    if values.contains(text) { return .text(text) }
    if text.contains(".."), let range = try? number(text, name, comparison) { return range }
    throw FilterError(
      Self.choose(name, text, values).message, discreet: "no sequence has \(name)=\(text)")
  }

  private static func choose(_ name: String, _ value: String, _ known: [String]) -> FilterError {
    if let near = nearestWord(to: value, in: known), near != value {
      return FilterError("\(name)=\(near)? there is no '\(value)'")
    }
    let shown = known.prefix(5).joined(separator: "|") + (known.count > 5 ? "|..." : "")
    return FilterError("\(name)=\(shown)")
  }
}
