import Basics

/// A true suffix and a continuation side by side: which tokens agree, and what stands for which.
public struct TokenAlignment: Hashable, Sendable {
  /// A place of the alignment; at least one side has a token there.
  public struct Step: Hashable, Sendable {
    /// The index of the true token; nil where the continuation says more.
    public let truth: Int?
    /// The index of the continuation's token; nil where it says less.
    public let made: Int?
    /// Whether both sides have the same token.
    public let agrees: Bool
  }

  /// The steps from the beginning, as few of them disagreeing as can be.
  public let steps: [Step]

  /// Aligns two sequences of tokens, in time and space proportional to the product of lengths.
  public init(truth: [Int32], made: [Int32]) {
    let width = made.count + 1
    var costs = [Int32](repeating: 0, count: (truth.count + 1) * width)
    for column in 0..<width { costs[column] = Int32(column) }
    for row in 1..<max(1, truth.count + 1) {
      costs[row * width] = Int32(row)
      for column in 1..<max(1, width) {
        let change: Int32 = truth[row - 1] == made[column - 1] ? 0 : 1
        let either = min(costs[(row - 1) * width + column], costs[row * width + column - 1]) + 1
        costs[row * width + column] = min(costs[(row - 1) * width + column - 1] + change, either)
      }
    }
    var steps: [Step] = []
    var (row, column) = (truth.count, made.count)
    while row > 0 || column > 0 {
      let cost = costs[row * width + column]
      if row > 0, column > 0 {
        let agrees = truth[row - 1] == made[column - 1]
        if cost == costs[(row - 1) * width + column - 1] + (agrees ? 0 : 1) {
          (row, column) = (row - 1, column - 1)
          steps.append(Step(truth: row, made: column, agrees: agrees))
          continue
        }
      }
      if row > 0, cost == costs[(row - 1) * width + column] + 1 {
        row -= 1
        steps.append(Step(truth: row, made: nil, agrees: false))
      } else {
        column -= 1
        steps.append(Step(truth: nil, made: column, agrees: false))
      }
    }
    self.steps = steps.reversed()
  }
}
