/// What the mouse did, and over which cell.
package struct Mouse: Hashable, Sendable {
  package enum Button: Hashable, Sendable { case left, middle, right }
  package enum Wheel: Hashable, Sendable { case up, down, left, right }
  package enum Kind: Hashable, Sendable {
    case press(Button)
    case release(Button)
    case drag(Button)
    /// Motion with no button held.
    case move
    case wheel(Wheel)
  }

  package var kind: Kind
  package var point: Point
  package var modifiers: Modifiers

  package init(_ kind: Kind, at point: Point, _ modifiers: Modifiers = []) {
    self.kind = kind
    self.point = point
    self.modifiers = modifiers
  }
}

extension Mouse {
  /// Reads an SGR report (`CSI < code ; column ; row M`, final `m` for a release).
  init?(sgr code: Int, column: Int, row: Int, isRelease: Bool) {
    guard column >= 1, row >= 1, let kind = Self.kind(code, isRelease: isRelease) else {
      return nil
    }
    var modifiers: Modifiers = []
    if code & 4 != 0 { modifiers.insert(.shift) }
    if code & 8 != 0 { modifiers.insert(.alt) }
    if code & 16 != 0 { modifiers.insert(.control) }
    self.init(kind, at: Point(x: column - 1, y: row - 1), modifiers)
  }

  private static func kind(_ code: Int, isRelease: Bool) -> Kind? {
    let low = code & 3
    // Buttons 8 to 11 (back, forward) have no meaning here.
    guard code >= 0, code & 128 == 0 else { return nil }
    if code & 64 != 0 {
      let wheels: [Wheel] = [.up, .down, .left, .right]
      return isRelease ? nil : .wheel(wheels[low])
    }
    let buttons: [Button] = [.left, .middle, .right]
    let isMotion = code & 32 != 0
    guard low < buttons.count else { return isMotion ? .move : nil }
    if isMotion { return .drag(buttons[low]) }
    return isRelease ? .release(buttons[low]) : .press(buttons[low])
  }
}
