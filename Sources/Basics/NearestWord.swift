/// The word nearest to a misspelt one, if any is near enough to be a slip.
///
/// A third of the letters may be wrong, or two of four and five; capitals do not count as mistakes.
package func nearestWord(to word: String, in known: [String]) -> String? {
  // What is longer was not meant as a word; the distance takes the product of the lengths.
  let letters = Array(word.lowercased().prefix(64))
  let scored = known.map { (word: $0, distance: editDistance(letters, Array($0.lowercased()))) }
  guard let best = scored.min(by: { $0.distance < $1.distance }) else { return nil }
  return best.distance <= max(letters.count > 3 ? 2 : 1, letters.count / 3) ? best.word : nil
}

/// A remedy that names the nearest word, if any is near.
package func nearestWordHint(_ word: String, in known: [String]) -> String? {
  nearestWord(to: word, in: known).map { "did you mean \($0)?" }
}

/// The number of insertions, deletions and substitutions between two sequences (Levenshtein 1966).
func editDistance<Element: Equatable>(_ left: [Element], _ right: [Element]) -> Int {
  var row = Array(0...right.count)
  for (i, a) in left.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, b) in right.enumerated() {
      let above = row[j + 1]
      row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a == b ? 0 : 1))
      diagonal = above
    }
  }
  return row[right.count]
}
