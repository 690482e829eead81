import Basics

/// The masses of the error zone found by ranks: the common case, eight positions at a time.
///
/// An infinite shift makes a sum that is not a number. Such sequences are rare, and summed again.
func errorZoneMasses(
  _ target: Span<Float>, _ reference: Span<Float>,
  _ ranks: Span<Int32>, from start: Int
) -> ZoneMasses {
  let count = target.count
  guard count &- start >= 8 else {
    return carefulErrorZoneMasses(target, reference, ranks, from: start)
  }
  var sums = LaneSums()
  var index = start
  while index &+ 8 <= count {
    sums.add(target.lanes8(at: index), reference.lanes8(at: index), ranks.lanes8(at: index))
    index &+= 8
  }
  if index < count {
    // The block that ends with the last position; what was summed already passes for rank 1.
    let last = count &- 8
    let done = SIMD8<Int32>(0, 1, 2, 3, 4, 5, 6, 7) .< SIMD8(repeating: Int32(index &- last))
    let fresh = ranks.lanes8(at: last).replacing(with: SIMD8(repeating: 1), where: done)
    sums.add(target.lanes8(at: last), reference.lanes8(at: last), fresh)
  }
  var masses = sums.masses
  guard !masses.up.isNaN, !masses.down.isNaN else {
    return carefulErrorZoneMasses(target, reference, ranks, from: start)
  }
  // A first choice is possible under the target, so no position outside the zone is skipped.
  masses.eligible = count &- start
  return masses
}

/// Sums few lanes wide: they stay in the registers that every x86 has.
///
/// |d| + d is twice an upward shift, |d| − d twice a downward one, and doubling is exact. Written
/// so, with masks instead of choices and two sums that meet at the end, the loop has no branches.
private struct LaneSums {
  private var twiceUp = SIMD4<Double>()
  private var moreTwiceUp = SIMD4<Double>()
  private var twiceDown = SIMD4<Double>()
  private var moreTwiceDown = SIMD4<Double>()
  private var errors = SIMD4<Int32>()

  @inline(__always)
  mutating func add(_ t: SIMD8<Float>, _ r: SIMD8<Float>, _ ranks: SIMD8<Int32>) {
    let shift = zoneShift(t.lowHalf, r.lowHalf, ranks.lowHalf)
    let size = shift.magnitudes
    twiceUp += size + shift
    twiceDown += size - shift
    let moreShift = zoneShift(t.highHalf, r.highHalf, ranks.highHalf)
    let moreSize = moreShift.magnitudes
    moreTwiceUp += moreSize + moreShift
    moreTwiceDown += moreSize - moreShift
  }

  /// The shifts in Double; 0 outside the zone.
  @inline(__always)
  private mutating func zoneShift(
    _ t: SIMD4<Float>, _ r: SIMD4<Float>, _ ranks: SIMD4<Int32>
  ) -> SIMD4<Double> {
    // All ones where the rank is above 1, twice: a Double is as wide as two of them.
    let inZone = (SIMD4<Int32>(repeating: 1) &- ranks) &>> 31
    errors = errors &- inZone
    var wide = SIMD8<Int32>()
    wide.evenHalf = inZone
    wide.oddHalf = inZone
    let shift: SIMD4<Double> = t.doubles - r.doubles
    return shift.masked(by: unsafeBitCast(wide, to: SIMD4<UInt64>.self))
  }

  var masses: ZoneMasses {
    var masses = ZoneMasses()
    masses.up = (twiceUp + moreTwiceUp).sum() / 2
    masses.down = (twiceDown + moreTwiceDown).sum() / 2
    masses.errors = Int(errors.wrappedSum())
    return masses
  }
}

extension SIMD4 where Scalar == Double {
  /// The numbers without their signs.
  @inline(__always)
  fileprivate var magnitudes: SIMD4<Double> { masked(by: SIMD4<UInt64>(repeating: .max >> 1)) }

  /// The numbers with only those bits kept.
  @inline(__always)
  fileprivate func masked(by bits: SIMD4<UInt64>) -> SIMD4<Double> {
    let kept: SIMD4<UInt64> = unsafeBitCast(self, to: SIMD4<UInt64>.self) & bits
    return unsafeBitCast(kept, to: SIMD4<Double>.self)
  }
}

private func carefulErrorZoneMasses(
  _ target: Span<Float>, _ reference: Span<Float>,
  _ ranks: Span<Int32>, from start: Int
) -> ZoneMasses {
  var masses = ZoneMasses()
  var index = start
  while index < target.count {
    let shift = Double(target[index]) - Double(reference[index])
    if shift.isNaN {
      masses.skipped += 1
    } else {
      masses.eligible += 1
      if ranks[index] != 1 { masses.add(shift) }
    }
    index += 1
  }
  return masses
}

/// The masses of positions marked as inside a zone.
func markedMasses(
  _ target: Span<Float>, _ reference: Span<Float>,
  _ marks: Span<UInt8>
) -> ZoneMasses {
  var masses = ZoneMasses()
  for index in 0..<marks.count {
    switch marks[index] {
    case ZoneMarks.outside: continue
    case ZoneMarks.impossible: masses.skipped += 1
    case ZoneMarks.inside:
      masses.eligible += 1
      masses.add(Double(target[index]) - Double(reference[index]))
    default: masses.eligible += 1
    }
  }
  return masses
}

/// The median shift of the positions marked as inside; NaN if there are none.
func medianShift(
  _ target: Span<Float>, _ reference: Span<Float>, _ scratch: inout Scratch
) -> Double {
  scratch.doubles.removeAll(keepingCapacity: true)
  for index in 0..<target.count where scratch.mask[index] == ZoneMarks.inside {
    scratch.doubles.append(Double(target[index]) - Double(reference[index]))
  }
  let count = scratch.doubles.count
  guard count > 0 else { return .nan }
  scratch.doubles.sort()
  let middle = count / 2
  return count % 2 == 1
    ? scratch.doubles[middle] : (scratch.doubles[middle - 1] + scratch.doubles[middle]) / 2
}

/// The share of the positions marked as inside whose shift is upward; NaN if there are none.
func shareOfRises(
  _ target: Span<Float>, _ reference: Span<Float>, _ marks: Span<UInt8>
) -> Double {
  var (risen, all) = (0, 0)
  for index in marks.indices where marks[index] == ZoneMarks.inside {
    all &+= 1
    if target[index] > reference[index] { risen &+= 1 }
  }
  return Double(risen) / Double(all)
}

extension ZoneMasses {
  /// Counts one position of the zone.
  mutating func add(_ shift: Double) {
    errors += 1
    if shift > 0 { up += shift } else { down -= shift }
  }
}
