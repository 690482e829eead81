/// xoshiro256++ (Blackman and Vigna 2019), seeded by SplitMix64.
///
/// Small, fast and the same on every machine, so that a seed names a result for good.
struct Xoshiro256: RandomNumberGenerator {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// The stream of one replicate: no two replicates share one, whatever thread draws them.
  init(seed: UInt64, replicate: Int) {
    var mixer = SplitMix64(state: seed)
    // The seed is mixed before the replicate joins it, so seeds 1 and 2 have no stream in common.
    mixer = SplitMix64(state: mixer.next() &+ UInt64(replicate) &* 0xD134_2543_DE82_EF95)
    state = (mixer.next(), mixer.next(), mixer.next(), mixer.next())
  }

  @inline(__always)
  mutating func next() -> UInt64 {
    let sum = state.0 &+ state.3
    let result = ((sum << 23) | (sum >> 41)) &+ state.0
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = (state.3 << 45) | (state.3 >> 19)
    return result
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014), which spreads a seed over the bits of a state.
struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
