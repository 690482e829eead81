extension StringProtocol where SubSequence == Substring {
  /// The text without these characters at its ends: spaces and tabs unless others are named.
  package func trimmed(of characters: String = " \t") -> String {
    var result = self[...]
    while let first = result.first, characters.contains(first) { result.removeFirst() }
    while let last = result.last, characters.contains(last) { result.removeLast() }
    return String(result)
  }
}
