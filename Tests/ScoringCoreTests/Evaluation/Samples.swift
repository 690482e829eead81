import Basics
import ScoringCore

extension SplitMix64 {
  /// A standard normal number, as a sum of twelve uniform ones: near enough for test data.
  mutating func normal() -> Double {
    (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &self) }
  }
}

/// Scores with labels.
struct Sample {
  var values: [Double]
  var labels: [Label]

  var ranking: Ranking { Ranking(values: values, labels: labels) }

  /// Values with 1 for members and 0 for non-members.
  init(_ values: [Double], _ labels: [Int]) {
    self.values = values
    self.labels = labels.map { $0 == 1 ? .member : $0 == 0 ? .nonMember : .unknown }
  }

  /// Normal scores, members higher by `shift`, rounded to multiples of `step` for ties.
  init(members: Int, nonMembers: Int, shift: Double, step: Double = 0, seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    values = (0..<members + nonMembers).map { row in
      let value = generator.normal() + (row < members ? shift : 0)
      return step > 0 ? (value / step).rounded() * step : value
    }
    labels = (0..<members + nonMembers).map { $0 < members ? .member : .nonMember }
  }

  /// The same rows in another order.
  func shuffled(seed: UInt64) -> Sample {
    var generator = SplitMix64(seed: seed)
    let order = Array(values.indices).shuffled(using: &generator)
    var copy = self
    copy.values = order.map { values[$0] }
    copy.labels = order.map { labels[$0] }
    return copy
  }

  /// Eight rows with a tie of three and one of two.
  static let tied = Sample(
    [0.9, 0.8, 0.8, 0.8, 0.4, 0.3, 0.3, 0.1], [1, 1, 1, 0, 0, 0, 1, 0])
  static let allTied = Sample(
    [Double](repeating: 2, count: 10), [1, 1, 1, 1, 1, 0, 0, 0, 0, 0])
  static let perfect = Sample(
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0], [1, 1, 1, 1, 1, 0, 0, 0, 0, 0])
  /// Members and non-members alternate at the top, so the curve steps up right at 0.1 and 0.2.
  static let steps = Sample(
    [14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1],
    [1, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])
}

/// Whether two figures agree to a relative tolerance.
func near(_ a: Double, _ b: Double, _ tolerance: Double = 1e-9) -> Bool {
  a == b || abs(a - b) <= tolerance * max(abs(a), abs(b))
}
