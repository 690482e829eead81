import Basics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The masses of the soft zone where every position counts: four positions at a time.
///
/// An impossible token makes a sum that is not a number. Such sequences are rare, and summed again.
func softMasses(
  _ target: Span<Float>, _ reference: Span<Float>, from start: Int
) -> ZoneMasses {
  let count = target.count
  guard count &- start >= 4 else { return carefulSoftMasses(target, reference, from: start) }
  var sums = SoftSums()
  var index = start
  while index &+ 4 <= count {
    sums.add(target.lanes4(at: index), reference.lanes4(at: index))
    index &+= 4
  }
  if index < count {
    // The block that ends with the last position; what was summed already is taken for certain.
    let last = count &- 4
    let done = SIMD4<Int32>(0, 1, 2, 3) .< SIMD4(repeating: Int32(index &- last))
    let fresh = target.lanes4(at: last).replacing(with: SIMD4(), where: done)
    sums.add(fresh, reference.lanes4(at: last))
  }
  var masses = sums.masses
  guard !masses.up.isNaN, !masses.down.isNaN else {
    return carefulSoftMasses(target, reference, from: start)
  }
  masses.errors = count &- start
  masses.eligible = count &- start
  return masses
}

/// The chance that a sample from the target is not the true token: 1 − e^t.
func softWeight(_ logprob: Float) -> Double { max(0, -expm1(Double(logprob))) }

/// |x| + x is twice a rise and |x| − x twice a fall, without branches.
private struct SoftSums {
  private var twiceUp = SIMD4<Double>()
  private var twiceDown = SIMD4<Double>()
  private var weight = SIMD4<Double>()

  @inline(__always)
  mutating func add(_ t: SIMD4<Float>, _ r: SIMD4<Float>) {
    let weights = softWeights(t)
    let difference: SIMD4<Double> = t.doubles - r.doubles
    let shift = weights * difference
    let bits: SIMD4<UInt64> = unsafeBitCast(shift, to: SIMD4<UInt64>.self)
    let size = unsafeBitCast(bits & SIMD4<UInt64>(repeating: .max >> 1), to: SIMD4<Double>.self)
    twiceUp += size + shift
    twiceDown += size - shift
    weight += weights
  }

  var masses: ZoneMasses {
    var masses = ZoneMasses()
    masses.up = twiceUp.sum() / 2
    masses.down = twiceDown.sum() / 2
    masses.weight = weight.sum()
    return masses
  }
}

/// 1 − e^t for four log-probabilities, to eleven digits.
///
/// t = k·ln 2 + f with |f| ≤ ln 2/2, and e^f − 1 by its series to the ninth power. Where k = 0,
/// near certainty, nothing is subtracted from 1 that would cost the digits of a small weight.
@inline(__always)
private func softWeights(_ t: SIMD4<Float>) -> SIMD4<Double> {
  let lowest = SIMD4<Float>(repeating: -80)
  // Above 0 only by rounding: taken for certain.
  let capped = t.replacing(with: SIMD4(), where: t .> SIMD4())
  let x = capped.replacing(with: lowest, where: capped .< lowest)
  // Adding 1.5 · 2^23 rounds to a whole number, which then stands in the lowest bits.
  let magic = SIMD4<Float>(repeating: 12_582_912)
  let shifted = x * 1.442_695_04 + magic
  let k = (shifted - magic).doubles
  let f = x.doubles - k * 0.693_147_180_559_945_3
  // The coefficients 1/n! of the series, the ninth first.
  var series = f * 2.755_731_922_398_589e-6
  series += 2.480_158_730_158_73e-5
  series = series * f + 1.984_126_984_126_984e-4
  series = series * f + 1.388_888_888_888_889e-3
  series = series * f + 8.333_333_333_333_333e-3
  series = series * f + 4.166_666_666_666_666e-2
  series = series * f + 0.166_666_666_666_666_66
  series = series * f + 0.5
  series = series * f + 1.0
  let exponent = (unsafeBitCast(shifted, to: SIMD4<Int32>.self) &<< 23) &+ 0x3f80_0000
  let scale = unsafeBitCast(exponent, to: SIMD4<Float>.self).doubles
  let gap: SIMD4<Double> = 1.0 - scale
  let rest: SIMD4<Double> = series * f
  return gap - scale * rest
}

private func carefulSoftMasses(
  _ target: Span<Float>, _ reference: Span<Float>, from start: Int
) -> ZoneMasses {
  var masses = ZoneMasses()
  masses.weight = 0
  var index = start
  while index < target.count {
    masses.addSoft(target[index], reference[index])
    index += 1
  }
  return masses
}

/// The masses of the soft zone over positions marked as inside.
func softMasses(
  _ target: Span<Float>, _ reference: Span<Float>, marks: Span<UInt8>
) -> ZoneMasses {
  var masses = ZoneMasses()
  masses.weight = 0
  for index in marks.indices where marks[index] != ZoneMarks.outside {
    masses.addSoft(target[index], reference[index])
  }
  return masses
}

extension ZoneMasses {
  /// Counts one position of a soft zone; one that is impossible under both models is skipped.
  fileprivate mutating func addSoft(_ target: Float, _ reference: Float) {
    let shift = Double(target) - Double(reference)
    guard !shift.isNaN else {
      skipped += 1
      return
    }
    eligible += 1
    errors += 1
    let weight = softWeight(target)
    guard weight > 0 else { return }
    self.weight = (self.weight ?? 0) + weight
    if shift > 0 { up += weight * shift } else { down -= weight * shift }
  }
}

/// The weighted median shift: the lowest at which half of the weight is reached, or the mean of it
/// and the next where exactly half is; NaN without weight.
func softMedian(
  _ target: Span<Float>, _ reference: Span<Float>, _ marks: Span<UInt8>
) -> Double {
  var shifts: [(shift: Double, weight: Double)] = []
  for index in marks.indices where marks[index] == ZoneMarks.inside {
    let weight = softWeight(target[index])
    guard weight > 0 else { continue }
    shifts.append((Double(target[index]) - Double(reference[index]), weight))
  }
  shifts.sort { $0.shift < $1.shift }
  let half = shifts.reduce(0) { $0 + $1.weight } / 2
  var reached = 0.0
  for (index, item) in shifts.enumerated() {
    reached += item.weight
    if reached > half { return item.shift }
    if reached == half, index + 1 < shifts.count {
      return (item.shift + shifts[index + 1].shift) / 2
    }
  }
  return shifts.last?.shift ?? .nan
}

/// The share of the weight that lies on rises; NaN without weight.
func softShareOfRises(
  _ target: Span<Float>, _ reference: Span<Float>, _ marks: Span<UInt8>
) -> Double {
  var (risen, all) = (0.0, 0.0)
  for index in marks.indices where marks[index] == ZoneMarks.inside {
    let weight = softWeight(target[index])
    all += weight
    if target[index] > reference[index] { risen += weight }
  }
  return risen / all
}

extension Span where Element == Float {
  /// Four values from an index; all of them must exist.
  @inline(__always)
  fileprivate func lanes4(at index: Int) -> SIMD4<Float> {
    bytes.unsafeLoadUnaligned(fromByteOffset: index &* 4, as: SIMD4<Float>.self)
  }
}
