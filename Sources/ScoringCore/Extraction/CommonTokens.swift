import Basics

/// Tokens that two sequences share without a gap.
public enum CommonTokens {
  /// How many tokens the sequences share from their beginnings.
  public static func leading(_ first: [Int32], _ second: [Int32]) -> Int {
    zip(first, second).prefix { $0 == $1 }.count
  }

  /// The most consecutive tokens found in both, wherever they stand.
  public static func longest(_ first: [Int32], _ second: [Int32]) -> Int {
    var lengths = [Int32](repeating: 0, count: second.count + 1)
    var longest: Int32 = 0
    for token in first {
      var diagonal: Int32 = 0
      for (place, other) in second.enumerated() {
        let length = token == other ? diagonal + 1 : 0
        diagonal = lengths[place + 1]
        lengths[place + 1] = length
        longest = max(longest, length)
      }
    }
    return Int(longest)
  }
}
