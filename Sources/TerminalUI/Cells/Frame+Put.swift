extension Frame {
  /// Writes text from `point` to the right, sanitised and clipped.
  ///
  /// What must not reach a terminal is drawn as a visible escape in the role `tokenEscape`, on the
  /// style's own ground. Returns the columns it went to the right; what lies beyond the clip's
  /// right edge is neither drawn nor counted.
  @discardableResult
  package mutating func put(
    _ text: some StringProtocol, at point: Point, style: Style, clip: Rect? = nil,
    escaping: Escaping = .unicode
  ) -> Int {
    let clip = clip?.intersection(bounds) ?? bounds
    let escapeStyle = style.forEscapes
    var x = point.x
    Sanitize.forEachPiece(of: text, escaping: escaping) { piece in
      guard x < clip.maxX else { return false }
      put(
        piece.glyph, at: Point(x: x, y: point.y), style: piece.isEscape ? escapeStyle : style,
        clip: clip)
      x += piece.width
      return true
    }
    return max(0, min(x, max(clip.maxX, point.x)) - point.x)
  }
}
