/// The masses of the error zone found by ranks, sixteen positions at a time.
///
/// The tail is a block that overlaps the last whole one, with the lanes already summed masked out:
/// fifteen scalar steps would cost more than seven whole blocks.
func errorZoneMasses(
  _ target: Span<Float>, _ reference: Span<Float>,
  _ ranks: Span<Int32>, from start: Int
) -> ZoneMasses {
  let count = target.count
  guard count &- start >= 16 else {
    return shortErrorZoneMasses(target, reference, ranks, from: start)
  }
  var sums = LaneSums()
  var index = start
  while index &+ 16 <= count {
    sums.add(target.lanes(at: index), reference.lanes(at: index), ranks.lanes(at: index))
    index &+= 16
  }
  if index < count {
    let last = count &- 16
    // Lanes below `index` were summed already: rank 0 never occurs, so it serves as the mask.
    let done =
      SIMD16<Int32>.laneNumbers
      .< SIMD16<Int32>(repeating: Int32(truncatingIfNeeded: index &- last))
    let fresh = ranks.lanes(at: last).replacing(with: SIMD16<Int32>.zero, where: done)
    sums.add(target.lanes(at: last), reference.lanes(at: last), fresh)
  }
  return sums.masses(of: count &- start)
}

private struct LaneSums {
  var up = SIMD8<Double>()
  var down = SIMD8<Double>()
  var errors = SIMD16<Int32>.zero
  var eligible = SIMD16<Int32>.zero

  @inline(__always)
  mutating func add(_ t: SIMD16<Float>, _ r: SIMD16<Float>, _ ranks: SIMD16<Int32>) {
    let one = SIMD16<Int32>(repeating: 1)
    let zero = SIMD16<Int32>.zero
    // Both minus infinity: the difference is not a number, and the position does not count.
    let difference: SIMD16<Float> = t - r
    let counted = (difference .== difference) .& (ranks .!= zero)
    let inZone = counted .& (ranks .!= one)
    eligible = eligible &+ zero.replacing(with: one, where: counted)
    errors = errors &+ zero.replacing(with: one, where: inZone)
    // The shift itself is taken in Double; outside the zone both operands become 0.
    let zoneTarget = SIMD16<Float>.zero.replacing(with: t, where: inZone)
    let zoneReference = SIMD16<Float>.zero.replacing(with: r, where: inZone)
    let low: SIMD8<Double> = zoneTarget.lowDoubles - zoneReference.lowDoubles
    let high: SIMD8<Double> = zoneTarget.highDoubles - zoneReference.highDoubles
    let none = SIMD8<Double>.zero
    up += pointwiseMax(low, none) + pointwiseMax(high, none)
    down += pointwiseMax(-low, none) + pointwiseMax(-high, none)
  }

  /// The sums, of `positions` positions in all.
  func masses(of positions: Int) -> ZoneMasses {
    var masses = ZoneMasses()
    masses.up = up.sum()
    masses.down = down.sum()
    masses.errors = Int(errors.wrappedSum())
    masses.eligible = Int(eligible.wrappedSum())
    masses.skipped = positions - masses.eligible
    return masses
  }
}

private func shortErrorZoneMasses(
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

extension ZoneMasses {
  /// Counts one position of the zone.
  mutating func add(_ shift: Double) {
    errors += 1
    if shift > 0 { up += shift } else { down -= shift }
  }
}
