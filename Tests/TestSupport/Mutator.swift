import Basics
import Foundation

/// Breaks inputs at random, the same for a seed, and counts how many were tried.
///
/// `EZSCOPE_MUTATIONS` says how many of each kind, a few hundred if it says nothing.
package struct Mutator {
  /// Randomness for whoever builds an input around what is broken.
  package var random: SplitMix64
  private let seed: UInt64

  /// How many inputs of each kind to try.
  package static let rounds =
    Int(ProcessInfo.processInfo.environment["EZSCOPE_MUTATIONS"] ?? "") ?? 300

  /// Numbers that break what computes with them, as text.
  package static let numbers = [
    "0", "-1", "1", "2147483647", "-2147483648", "4294967296", "9223372036854775807",
    "-9223372036854775808", "18446744073709551616", "1e400", "-1e-400", "NaN", "Infinity", "0.5",
    "16777217", "1000000000000",
  ]

  package init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    self.seed = seed
  }

  /// One of several.
  package mutating func one<C: RandomAccessCollection>(of choices: C) -> C.Element {
    let step = Int.random(in: 0..<choices.count, using: &random)
    return choices[choices.index(choices.startIndex, offsetBy: step)]
  }

  /// Whether a thing that happens once in so many times happens now.
  package mutating func once(in times: Int) -> Bool {
    Int.random(in: 0..<times, using: &random) == 0
  }

  /// Changes a few bytes: removed, repeated, cut off, flipped, or a piece put in.
  package mutating func broken(_ bytes: [UInt8], pieces: [String], times: Int = 4) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...times, using: &random) {
      let start = Int.random(in: 0...bytes.count, using: &random)
      let end = min(bytes.count, start + Int.random(in: 0...12, using: &random))
      switch Int.random(in: 0..<9, using: &random) {
      case 0: bytes.removeSubrange(start..<end)
      case 1: bytes.insert(contentsOf: bytes[start..<end], at: end)
      case 2 where once(in: 8): bytes.removeSubrange(start...)
      case 3 where start < bytes.count:
        bytes[start] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 4, 5: bytes = withNumber(bytes, from: start)
      default: bytes.insert(contentsOf: Array(one(of: pieces).utf8), at: start)
      }
    }
    return bytes
  }

  /// Puts an extreme number where the next one stands.
  private mutating func withNumber(_ bytes: [UInt8], from start: Int) -> [UInt8] {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard let first = bytes[start...].firstIndex(where: digits.contains) else { return bytes }
    let end = bytes[first...].firstIndex { !digits.contains($0) } ?? bytes.endIndex
    return bytes[..<first] + Array(one(of: Self.numbers).utf8) + bytes[end...]
  }

  /// Tells a longer trial what was tried: `read` of all inputs were accepted at least in part.
  package func report(_ kind: String, _ count: Int, read: Int) {
    guard ProcessInfo.processInfo.environment["EZSCOPE_MUTATIONS"] != nil else { return }
    print("fuzz: \(kind): \(count) executions, \(read * 100 / max(1, count)) % read, seed \(seed)")
  }
}
