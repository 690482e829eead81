// Numbers from outside: a file, an option, or what was computed from them. Swift ends the program
// where a conversion or a magnitude does not fit; nothing anybody can write into a file may do that.
// `Int(saturating:)` is the way for floating-point numbers, `Int(exactly:)` and `Int(clamping:)` for
// whole ones, `.magnitude` for distances. The conversions that trap are marked below, so that the
// compiler finds them, whatever the value is called: `.ci/run` takes a warning for an error.

extension FixedWidthInteger {
  /// The whole part of a number from outside, the nearest there is if it is too large, 0 for none.
  ///
  /// `Int(_:)` ends the program where the number does not fit: an option such as `--fpr 1e-19` must
  /// not do that.
  ///
  /// - Parameter value: The number, which may be infinite or not a number.
  @inlinable
  package init(saturating value: Double) {
    guard !value.isNaN else {
      self = 0
      return
    }
    self = Self(exactly: value.rounded(.towardZero)) ?? (value < 0 ? .min : .max)
  }
}

extension Int {
  @available(*, deprecated, message: "traps; write Int(saturating:)")
  package init(_ value: Double) { self.init(saturating: value) }

  @available(*, deprecated, message: "traps; write Int(saturating:)")
  package init(_ value: Float) { self.init(saturating: Double(value)) }
}

extension Int32 {
  @available(*, deprecated, message: "traps; write Int32(saturating:)")
  package init(_ value: Double) { self.init(saturating: value) }

  @available(*, deprecated, message: "traps; write Int32(saturating:)")
  package init(_ value: Float) { self.init(saturating: Double(value)) }
}

extension Int64 {
  @available(*, deprecated, message: "traps; write Int64(saturating:)")
  package init(_ value: Double) { self.init(saturating: value) }

  @available(*, deprecated, message: "traps; write Int64(saturating:)")
  package init(_ value: Float) { self.init(saturating: Double(value)) }
}

extension UInt32 {
  @available(*, deprecated, message: "traps; write UInt32(saturating:)")
  package init(_ value: Double) { self.init(saturating: value) }

  @available(*, deprecated, message: "traps; write UInt32(saturating:)")
  package init(_ value: Float) { self.init(saturating: Double(value)) }
}

extension UInt64 {
  @available(*, deprecated, message: "traps; write UInt64(saturating:)")
  package init(_ value: Double) { self.init(saturating: value) }

  @available(*, deprecated, message: "traps; write UInt64(saturating:)")
  package init(_ value: Float) { self.init(saturating: Double(value)) }
}

extension UInt8 {
  @available(*, deprecated, message: "traps; write UInt8(saturating:)")
  package init(_ value: Double) { self.init(saturating: value) }

  @available(*, deprecated, message: "traps; write UInt8(saturating:)")
  package init(_ value: Float) { self.init(saturating: Double(value)) }
}

@available(*, deprecated, message: "traps at Int.min; write .magnitude")
package func abs(_ value: Int) -> Int { Int(clamping: value.magnitude) }

@available(*, deprecated, message: "traps at Int32.min; write .magnitude")
package func abs(_ value: Int32) -> Int32 { Int32(clamping: value.magnitude) }

@available(*, deprecated, message: "traps at Int64.min; write .magnitude")
package func abs(_ value: Int64) -> Int64 { Int64(clamping: value.magnitude) }
