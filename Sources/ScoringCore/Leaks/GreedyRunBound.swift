/// At least what the reference needs for any run of the target's first choices, in bits.
///
/// Nearly all sequences are done with this bound, so no branch depends on the values. Costs of first
/// choices are summed in blocks of eight. A run spans neighbouring blocks and fills all but its first
/// and last one: it costs no more than those blocks together.
///
/// - Parameters:
///   - ranks: the target's rank of each true token.
///   - reference: the reference's log-probability of each, in nats; what is NaN counts as the most.
///   - start: the first position that counts.
func greedyRunBound(
  _ ranks: Span<Int32>, _ reference: Span<Float>, from start: Int
) -> Double {
  var bound = RunBound()
  let count = min(ranks.count, reference.count)
  guard count - start >= 8 else {
    // One block, filled up with what is no first choice.
    var (logprobs, filled) = (SIMD8<Float>(repeating: 0), SIMD8<Int32>(repeating: 2))
    for place in start..<max(start, count) {
      (logprobs[place - start], filled[place - start]) = (reference[place], ranks[place])
    }
    bound.add(logprobs, filled)
    return bound.bits
  }
  var place = start
  while place &+ 8 <= count {
    bound.add(reference.lanes8(at: place), ranks.lanes8(at: place))
    place &+= 8
  }
  if place < count {
    // The block that ends with the last position; what was summed already passes for no first choice.
    let last = count &- 8
    let isDone =
      SIMD8<Int32>(0, 1, 2, 3, 4, 5, 6, 7)
      .< SIMD8(repeating: Int32(truncatingIfNeeded: place &- last))
    bound.add(
      reference.lanes8(at: last),
      ranks.lanes8(at: last).replacing(with: SIMD8(repeating: 2), where: isDone))
  }
  return bound.bits
}

private struct RunBound {
  /// At least what a run costs that ends with the last block, in nats.
  private var reach = 0.0
  private var most = 0.0

  /// The most nats of a single token.
  private static let limit = Float(TokenBits.most / 1.4426950408889634)

  @inline(__always)
  mutating func add(_ logprobs: SIMD8<Float>, _ ranks: SIMD8<Int32>) {
    // All ones where the rank is above 1.
    let isOther = (SIMD8<Int32>(repeating: 1) &- ranks) &>> 31
    // Without its sign a log-probability above 0, a rounding error, costs something too.
    let bits = unsafeBitCast(logprobs, to: SIMD8<Int32>.self) & SIMD8(repeating: .max)
    let costs = unsafeBitCast(bits, to: SIMD8<Float>.self)
    let limit = SIMD8<Float>(repeating: Self.limit)
    // NaN is less than nothing, and stays at the limit.
    let bounded = limit.replacing(with: costs, where: costs .< limit)
    let kept = unsafeBitCast(
      unsafeBitCast(bounded, to: SIMD8<Int32>.self) & ~isOther, to: SIMD8<Float>.self)
    // Halves are added: a sum from left to right would wait for itself.
    let four = kept.lowHalf + kept.highHalf
    let two = four.lowHalf + four.highHalf
    let block = Double(two.x + two.y)
    let others = isOther.lowHalf | isOther.highHalf
    let pair = others.lowHalf | others.highHalf
    let until = reach + block
    most = until > most ? until : most
    reach = pair.x | pair.y == 0 ? until : block
  }

  /// The bound in bits, with what rounding may have lost.
  var bits: Double { most * 1.4426950408889634 * 1.00001 + 1e-6 }
}
