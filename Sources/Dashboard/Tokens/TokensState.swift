import Analysis
import ScoringCore
import TerminalUI

/// What the Tokens screen remembers.
package struct TokensState: Sendable {
  /// The sequence shown, made ready when it is opened.
  package var detail: SequenceDetail?
  var tint: TokenTint?
  var text: TokenSheet?
  /// The same sequence under other runs.
  var peers = TokenPeers()
  /// The token the cursor is on.
  package var cursor = 0
  /// The first line shown.
  package var top = 0
  /// The column that moves up and down return to.
  var column: Int?
  package var view = TokenView.shift
  package var tintsAll = false
  package var showsSpaces = false
  package var scale = ShiftScale()

  package var search = ""
  var found = TokenMatches()
  var undoSearch: (search: String, cursor: Int)?
  var searchHistory: [String] = []

  package init() {}
}

/// A sequence's text laid out for a width.
final class TokenSheet: Sendable {
  let detail: SequenceDetail
  let strip: TokenStrip
  let layout: TokenLayout
  let glyphs: GlyphSet

  init(_ detail: SequenceDetail, width: Int, glyphs: GlyphSet, reusing old: TokenSheet?) {
    self.detail = detail
    self.glyphs = glyphs
    if let old, old.detail === detail, old.glyphs == glyphs {
      strip = old.strip
    } else {
      strip = TokenStrip(tokens: detail.tokens, glyphs: glyphs)
    }
    layout = TokenLayout(strip, width: width)
  }

  /// Whether it is the sheet of a text for a width.
  func shows(_ detail: SequenceDetail?, width: Int, glyphs: GlyphSet) -> Bool {
    self.detail === detail && layout.width == width && self.glyphs == glyphs
  }
}

/// Where a search finds its text.
struct TokenMatches: Sendable {
  /// For each match the tokens it touches, in the order of the text.
  private(set) var ranges: [Range<Int>] = []
  private var isFound: [Bool] = []

  init() {}

  init(_ search: String, in tokens: [String]) {
    let search = TextSearch(search)
    guard !search.isEmpty else { return }
    var bytes: [UInt8] = []
    var ends: [Int] = []
    ends.reserveCapacity(tokens.count)
    for token in tokens {
      bytes += token.utf8
      ends.append(bytes.count)
    }
    isFound = Array(repeating: false, count: tokens.count)
    var token = 0
    for place in search.places(in: bytes) {
      while token < ends.count, ends[token] <= place { token += 1 }
      var end = token
      while end < ends.count - 1, ends[end] < place + search.length { end += 1 }
      ranges.append(token..<end + 1)
      for index in token...end { isFound[index] = true }
    }
  }

  func contains(_ token: Int) -> Bool { isFound.indices.contains(token) && isFound[token] }

  /// The next match from a token: its number, and whether the search began anew.
  func next(
    from token: Int, forward: Bool, including isIncluded: Bool = false
  ) -> (number: Int, wrapped: Bool)? {
    guard !ranges.isEmpty else { return nil }
    let found =
      forward
      ? ranges.firstIndex { isIncluded ? $0.lowerBound >= token : $0.lowerBound > token }
      : ranges.lastIndex { $0.lowerBound < token }
    return (found ?? (forward ? 0 : ranges.count - 1), found == nil)
  }
}
