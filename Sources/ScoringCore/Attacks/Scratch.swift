import CZlib

/// Working memory a worker reuses from sequence to sequence, so that scoring allocates nothing.
public struct Scratch: ~Copyable {
  var floats: [Float] = []
  var doubles: [Double] = []
  var moreDoubles: [Double] = []
  var ids: [Int32] = []
  var keys: [SIMD16<Int32>] = []
  var mask: [UInt8] = []
  var deflater: Deflater?

  /// Empty working memory; it grows to the longest sequence met.
  public init() {}
}

extension Span where Element == Float {
  /// Sixteen values from an index; all of them must exist.
  @inline(__always)
  func lanes(at index: Int) -> SIMD16<Float> {
    bytes.unsafeLoadUnaligned(fromByteOffset: index &* 4, as: SIMD16<Float>.self)
  }

  /// Eight values from an index; all of them must exist.
  @inline(__always)
  func lanes8(at index: Int) -> SIMD8<Float> {
    bytes.unsafeLoadUnaligned(fromByteOffset: index &* 4, as: SIMD8<Float>.self)
  }
}

extension Span where Element == Int32 {
  /// Eight values from an index; all of them must exist.
  @inline(__always)
  func lanes8(at index: Int) -> SIMD8<Int32> {
    bytes.unsafeLoadUnaligned(fromByteOffset: index &* 4, as: SIMD8<Int32>.self)
  }
}

extension Span where Element == Double {
  /// Four values from an index; all of them must exist.
  @inline(__always)
  func lanes4(at index: Int) -> SIMD4<Double> {
    bytes.unsafeLoadUnaligned(fromByteOffset: index &* 8, as: SIMD4<Double>.self)
  }
}

extension SIMD4 where Scalar == Float {
  /// The same numbers in Double; written out, because the conversion by initializer is a call.
  @inline(__always)
  var doubles: SIMD4<Double> {
    SIMD4<Double>(
      lowHalf: SIMD2<Double>(Double(x), Double(y)), highHalf: SIMD2<Double>(Double(z), Double(w)))
  }
}

/// The sum of values in Double: with Float sums the AUC of real runs moves.
func sum(_ values: Span<Float>) -> Double {
  var low = SIMD4<Double>()
  var high = SIMD4<Double>()
  var index = 0
  while index &+ 8 <= values.count {
    let lanes = values.lanes8(at: index)
    low += lanes.lowHalf.doubles
    high += lanes.highHalf.doubles
    index &+= 8
  }
  var total = (low + high).sum()
  while index < values.count {
    total += Double(values[index])
    index &+= 1
  }
  return total
}

/// Replaces `buffer` with the values of the positions that count.
func compact(_ values: Span<Float>, _ scored: Span<UInt8>, into buffer: inout [Float]) {
  buffer.removeAll(keepingCapacity: true)
  for index in 0..<values.count where scored[index] != 0 { buffer.append(values[index]) }
}

/// The mean of the positions that count; nil if none does.
func mean(_ values: Span<Float>, _ scored: Span<UInt8>?, _ scratch: inout Scratch) -> Double? {
  guard let scored else { return values.count == 0 ? nil : sum(values) / Double(values.count) }
  compact(values, scored, into: &scratch.floats)
  let count = scratch.floats.count
  return count == 0 ? nil : sum(scratch.floats.span) / Double(count)
}

/// A column of a record; nil where the record lacks it (its first value says so).
@inline(__always)
@_lifetime(copy column)
func present(_ column: Span<Float>?) -> Span<Float>? {
  guard let column, column.count == 0 || !column[0].isNaN else { return nil }
  return column
}
