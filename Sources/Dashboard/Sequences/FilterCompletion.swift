import ScoringCore

/// What the last word of a filter may go on as.
struct FilterCompletion {
  /// The words that fit, each whole.
  let candidates: [String]
  /// The text with the last word completed as far as all candidates agree.
  let completed: String

  init(_ text: String, in context: FilterContext) {
    let start = text.lastIndex(of: " ").map { text.index(after: $0) } ?? text.startIndex
    let (before, word) = (text[..<start], text[start...])
    let candidates = Self.candidates(String(word), context)
    self.candidates = candidates
    guard let first = candidates.first else {
      completed = text
      return
    }
    let common = candidates.dropFirst().reduce(first) { $0.beginning(sharedWith: $1) }
    completed = String(before) + (common.count > word.count ? common : String(word))
  }

  private static func candidates(_ word: String, _ context: FilterContext) -> [String] {
    guard let sign = word.firstIndex(where: { "=!".contains($0) }),
      let equal = word[sign...].firstIndex(of: "=")
    else {
      guard !word.contains(where: { "<>~".contains($0) }) else { return [] }
      return RowFilter.fieldNames(context).filter { $0.hasPrefix(word) }.map { name in
        guard let field = try? RowFilter.field(name, context) else { return name }
        let isChosen = !RowFilter.choices(field, context).isEmpty
        return isChosen ? name + "=" : name
      }
    }
    guard let field = try? RowFilter.field(String(word[..<sign]), context) else { return [] }
    let last = word.lastIndex(of: "|") ?? equal
    let (head, value) = (word[...last], word[word.index(after: last)...])
    return RowFilter.choices(field, context).filter { $0.hasPrefix(value) }.sorted()
      .map { head + ($0.contains(" ") ? "\"\($0)\"" : $0) }
  }
}

extension String {
  /// The characters both begin with.
  fileprivate func beginning(sharedWith other: String) -> String {
    var end = startIndex
    for (one, two) in zip(self, other) {
      guard one == two else { break }
      end = index(after: end)
    }
    return String(self[..<end])
  }
}
