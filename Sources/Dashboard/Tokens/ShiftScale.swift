import Basics
import TerminalUI

/// The seven steps a shift is shown in, symmetric about nothing moved.
package struct ShiftScale: Hashable, Sendable {
  /// Shifts at least this large, in nats, fill a bar.
  package private(set) var clamp: Double

  /// The scales a user steps through.
  static let clamps: [Double] = [0.5, 1, 2, 4, 8, 16]

  package init(clamp: Double = 4) { self.clamp = clamp }

  /// Where each step begins, in nats: an eighth, three eighths and three quarters of the clamp.
  package var bounds: (first: Double, second: Double, third: Double) {
    (clamp / 8, clamp * 3 / 8, clamp * 3 / 4)
  }

  /// The step of a shift, from −3 to 3.
  package func step(_ shift: Double) -> Int {
    guard !shift.isNaN else { return 0 }
    let bounds = bounds
    let size = abs(shift)
    let step = size >= bounds.third ? 3 : size >= bounds.second ? 2 : size >= bounds.first ? 1 : 0
    return shift < 0 ? -step : step
  }

  package func role(_ shift: Double) -> Role { Role.shiftRamp[step(shift) + 3] }

  /// The shift as a bar from −1 to 1.
  package func bar(_ shift: Double) -> Double { min(max(shift / clamp, -1), 1) }

  package mutating func widen() { clamp = Self.clamps.first { $0 > clamp } ?? clamp }
  package mutating func narrow() { clamp = Self.clamps.last { $0 < clamp } ?? clamp }

  /// The steps with their bounds, as a legend's boxes.
  package func legend(_ glyphs: GlyphSet) -> [StyledText] {
    let bounds = bounds
    let minus = glyphs.pick("−", "-")
    let (least, most) = (glyphs.pick("≤", "<"), glyphs.pick("≥", ">"))
    func text(_ value: Double) -> String {
      NumberFormat.fixed(
        value, value == value.rounded() ? 0 : value * 4 == (value * 4).rounded() ? 2 : 4
      )
      .trimmingZeros
    }
    let labels = [
      least + minus + text(bounds.third), minus + text(bounds.second), minus + text(bounds.first),
      "0", "+" + text(bounds.first), "+" + text(bounds.second), most + "+" + text(bounds.third),
    ]
    return zip(labels, Role.shiftRamp).map { StyledText(" \($0) ", $1) }
  }
}

extension String {
  /// A decimal number without the zeros at its end.
  var trimmingZeros: String {
    guard contains(".") else { return self }
    var text = self
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }
}
