/// The sum of the `k` smallest values, exact and independent of their order.
///
/// Bisects on the order-preserving integer image of the values, counting sixteen at a time; ties at
/// the k-th value are counted as often as they are needed. Values must not be NaN.
func sumOfLowest(_ k: Int, of values: Span<Float>, keys: inout [Int32]) -> Double {
  guard k < values.count else { return sum(values) }
  guard k > 0 else { return 0 }
  let blocks = (values.count + 15) / 16
  if keys.count < blocks * 16 { keys = Array(repeating: .max, count: blocks * 16) }
  var (low, high) = (Int32.max, Int32.min)
  for index in 0..<values.count {
    let key = values[index].orderedKey
    keys[index] = key
    low = min(low, key)
    high = max(high, key)
  }
  for index in values.count..<blocks * 16 { keys[index] = .max }
  let kth = keyOfRank(k, in: keys.span, blocks: blocks, low: low, high: high)
  return sumBelow(kth, k, values, keys.span)
}

/// The smallest key that at least `k` keys do not exceed.
private func keyOfRank(
  _ k: Int, in keys: Span<Int32>, blocks: Int, low: Int32, high: Int32
) -> Int32 {
  var (low, high) = (low, high)
  while low < high {
    // The keys span the whole Int32 range, so the midpoint is taken without overflow.
    let middle = low &+ Int32(bitPattern: UInt32(bitPattern: high &- low) >> 1)
    let limit = SIMD16<Int32>(repeating: middle)
    var counts = SIMD16<Int32>.zero
    for block in 0..<blocks {
      let lanes: SIMD16<Int32> = keys.lanes(at: block &* 16)
      counts = counts &+ SIMD16<Int32>.zero.replacing(with: 1, where: lanes .<= limit)
    }
    if Int(counts.wrappedSum()) >= k { high = middle } else { low = middle &+ 1 }
  }
  return low
}

private func sumBelow(
  _ kth: Int32, _ k: Int, _ values: Span<Float>, _ keys: Span<Int32>
) -> Double {
  var (total, below) = (0.0, 0)
  var tied: Float = 0
  for index in 0..<values.count {
    if keys[index] < kth {
      total += Double(values[index])
      below &+= 1
    } else if keys[index] == kth {
      tied = values[index]
    }
  }
  // 0 · (−inf) would be NaN.
  return below == k ? total : total + Double(k - below) * Double(tied)
}

extension Float {
  /// An integer that orders as the number does.
  @inline(__always)
  var orderedKey: Int32 {
    let bits = Int32(bitPattern: bitPattern)
    return bits < 0 ? bits ^ 0x7fff_ffff : bits
  }
}
