extension Frame {
  /// Writes text from `point` to the right, sanitised and clipped; returns the cells it took.
  ///
  /// Control, escape, format and bidi characters are drawn as visible escapes.
  @discardableResult
  package mutating func put(
    _ text: some StringProtocol, at point: Point, style: Style, clip: Rect? = nil
  ) -> Int {
    var x = point.x
    for scalar in text.unicodeScalars {
      let width = Width.of(scalar)
      put(.scalar(scalar), width: width, at: Point(x: x, y: point.y), style: style, clip: clip)
      x += width
    }
    return x - point.x
  }
}
