import Basics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whether text alone, without any model, tells two groups of texts apart.
///
/// Blind baselines (Das, Zhang and Tramèr 2024): where one succeeds, a good score of an attack is no
/// evidence of memory. Words and spans of one to three bytes are hashed, and a multinomial naive
/// Bayes classifier scores every text by what it learned from the other folds.
public struct BlindBaseline: Hashable, Sendable {
  /// What the lower end of the interval must exceed: a smaller difference explains little.
  public static let threshold = 0.55
  /// The folds; each text is scored by a classifier that has not seen its fold.
  public static let folds = 5
  /// The fewest texts of a group that can be learned from.
  public static let fewest = 2 * folds
  /// The most texts of a group that are used; of more, some are picked at even steps.
  public static let mostTexts = 2000
  /// The most bytes of a text that are used.
  public static let mostBytes = 2048

  /// The chance that the text of one of the first group looks more like that group.
  public let estimate: AUCEstimate

  /// Learns and scores; nil when a group has under `fewest` texts.
  ///
  /// The same texts in the same order always give the same figure.
  public init?(_ first: [[UInt8]], _ second: [[UInt8]]) {
    self.init(first.count, second.count) { isFirst, index in
      isFirst ? first[index] : second[index]
    }
  }

  /// Learns and scores texts that are asked for one at a time, twice each.
  ///
  /// - Parameters:
  ///   - firstCount: how many texts the first group has.
  ///   - secondCount: how many texts the second group has.
  ///   - text: the bytes of a text: whether it is of the first group, and its number there.
  public init?(
    _ firstCount: Int, _ secondCount: Int, text: (_ isFirst: Bool, _ index: Int) -> [UInt8]
  ) {
    guard min(firstCount, secondCount) >= Self.fewest else { return nil }
    let rows = [Self.picked(firstCount), Self.picked(secondCount)]
    var counts = FoldCounts()
    for (group, picked) in rows.enumerated() {
      for (place, index) in picked.enumerated() {
        counts.add(text(group == 0, index), group: group, fold: place % Self.folds)
      }
    }
    let classifiers = (0..<Self.folds).map(counts.classifier)
    let scores = rows.enumerated().map { group, picked in
      picked.enumerated().map { place, index in
        Self.score(text(group == 0, index), classifiers[place % Self.folds])
      }
    }
    guard let estimate = separation(scores[0], scores[1]) else { return nil }
    self.estimate = estimate
  }

  /// Whether text tells the groups apart.
  public var isTelling: Bool { estimate.interval.lower > Self.threshold }

  /// What was found, in words.
  public func finding(_ groups: GuardGroups) -> GuardFinding {
    let interval = estimate.interval
    let figure =
      "AUC \(NumberFormat.fixed(estimate.auc, 2)) "
      + "\(NumberFormat.interval(interval.lower, interval.upper, 2)) without any model"
    let sentence =
      isTelling
      ? "Text alone tells \(groups.first) from \(groups.second) (\(figure)): they differ in topic, "
        + "date or wording, so scores can differ without any memory. Draw both from the same "
        + "source, at random."
      : interval.upper > Self.threshold
        ? "Text alone is not shown to tell \(groups.first) from \(groups.second), and not ruled out "
          + "to either (\(figure)): the interval reaches above "
          + "\(NumberFormat.plain(Self.threshold)). More texts would settle it."
        : "Text alone does not tell \(groups.first) from \(groups.second) (\(figure))."
    return GuardFinding(
      .blindBaseline, isTelling ? .tripped : .passed, groups: groups,
      figures: .separation(estimate), sentence: sentence,
      summary: "text alone tells \(groups.first) from \(groups.second)")
  }

  private static func picked(_ count: Int) -> [Int] {
    let used = min(count, mostTexts)
    return (0..<used).map { $0 * count / used }
  }

  /// The mean log-odds of a text's features, so that its length does not matter.
  private static func score(_ text: [UInt8], _ weights: [Float]) -> Double {
    var sum = 0.0
    var count = 0
    weights.withUnsafeBufferPointer { weights in
      TextFeatures.forEach(in: text.prefix(mostBytes)) { feature in
        sum += Double(weights[feature])
        count += 1
      }
    }
    return count == 0 ? 0 : sum / Double(count)
  }
}

/// How often each feature occurs, by group and fold.
private struct FoldCounts {
  /// One table for each group and fold.
  private var tables: [[UInt32]]

  init() {
    let empty = [UInt32](repeating: 0, count: TextFeatures.buckets)
    tables = Array(repeating: empty, count: 2 * BlindBaseline.folds)
  }

  mutating func add(_ text: [UInt8], group: Int, fold: Int) {
    tables[group * BlindBaseline.folds + fold].withUnsafeMutableBufferPointer { table in
      TextFeatures.forEach(in: text.prefix(BlindBaseline.mostBytes)) { table[$0] &+= 1 }
    }
  }

  /// The log-odds of every feature by all folds but one, each group's chances smoothed by one.
  func classifier(without fold: Int) -> [Float] {
    var sums = [[Double]](
      repeating: [Double](repeating: 1, count: TextFeatures.buckets), count: 2)
    for group in 0..<2 {
      for other in 0..<BlindBaseline.folds where other != fold {
        let table = tables[group * BlindBaseline.folds + other]
        for feature in table.indices { sums[group][feature] += Double(table[feature]) }
      }
    }
    let totals = sums.map { log($0.reduce(0, +)) }
    return (0..<TextFeatures.buckets).map { feature in
      let isSeen = sums[0][feature] + sums[1][feature] > 2
      // What neither group has says nothing, however much more of one group there is.
      guard isSeen else { return 0 }
      return Float(log(sums[0][feature]) - totals[0] - log(sums[1][feature]) + totals[1])
    }
  }
}

/// Words and short spans of a text as numbers of hash buckets.
private enum TextFeatures {
  static let buckets = 1 << 16

  /// Calls `body` for every span of one to three bytes and every word, ASCII letters lowered.
  @inline(__always)
  static func forEach(in text: ArraySlice<UInt8>, _ body: (Int) -> Void) {
    var (last, beforeLast) = (UInt32(0), UInt32(0))
    var word: UInt32 = 2_166_136_261
    var length = 0
    for raw in text {
      let byte = raw >= 0x41 && raw <= 0x5A ? raw | 0x20 : raw
      let value = UInt32(byte)
      body(bucket(value | 1 << 24))
      if last != 0 { body(bucket(last << 8 | value | 2 << 24)) }
      if beforeLast != 0 { body(bucket(beforeLast << 16 | last << 8 | value | 3 << 24)) }
      (beforeLast, last) = (last, value)
      if isWord(byte) {
        word = (word ^ value) &* 16_777_619
        length += 1
      } else {
        if length > 0 { body(bucket(word)) }
        (word, length) = (2_166_136_261, 0)
      }
    }
    if length > 0 { body(bucket(word)) }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte >= 0x80 || byte >= 0x61 && byte <= 0x7A || byte >= 0x30 && byte <= 0x39
  }

  @inline(__always)
  private static func bucket(_ key: UInt32) -> Int {
    var hash = key &* 0x9E37_79B1
    hash ^= hash >> 15
    hash = hash &* 0x85EB_CA6B
    return Int(hash >> 16)
  }
}
