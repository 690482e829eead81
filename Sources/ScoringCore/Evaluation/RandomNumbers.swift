import Basics

/// xoshiro256++ (Blackman and Vigna 2019), seeded by SplitMix64.
///
/// Small, fast and the same on every machine, so that a seed names a result for good.
struct Xoshiro256: RandomNumberGenerator {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// The stream of one replicate: no two replicates share one, whatever thread draws them.
  init(seed: UInt64, replicate: Int) {
    var mixer = SplitMix64(seed: seed)
    // The seed is mixed before the replicate joins it, so seeds 1 and 2 have no stream in common.
    mixer = SplitMix64(seed: mixer.next() &+ UInt64(replicate) &* 0xD134_2543_DE82_EF95)
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
