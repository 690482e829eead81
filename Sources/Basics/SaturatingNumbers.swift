extension FixedWidthInteger {
  /// The whole part of a number from outside, the nearest there is if it is too large, 0 for none.
  ///
  /// `Int(_:)` ends the program where the number does not fit: an option such as `--fpr 1e-19` must
  /// not do that.
  package init(saturating value: Double) {
    guard !value.isNaN else {
      self = 0
      return
    }
    self = Self(exactly: value.rounded(.towardZero)) ?? (value < 0 ? .min : .max)
  }
}
