import Basics

/// How many cells a scalar takes on a screen.
///
/// From one table of our own, not the C library's: that one is years behind the emoji language
/// models write, and columns must not depend on where the program runs.
package enum Width {
  /// The cells a scalar takes when drawn by itself: 0, 1 or 2.
  ///
  /// 0 also for what is never drawn as itself; ask `Sanitize.width(of:)` for text as it is drawn.
  package static func of(_ scalar: Unicode.Scalar) -> Int {
    switch kind(of: scalar) {
    case .narrow: 1
    case .wide: 2
    case .mark, .dropped, .tag, .unsafe: 0
    }
  }

  @inline(__always) static func kind(of scalar: Unicode.Scalar) -> ScalarKind {
    if scalar.value < 0x7F { return scalar.value < 0x20 ? .unsafe : .narrow }
    return ScalarKind(scalar)
  }
}
