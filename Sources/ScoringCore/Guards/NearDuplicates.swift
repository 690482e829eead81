import Basics

/// Texts of one group that nearly repeat a text of another.
///
/// A non-member that repeats most of a member is a member in all but name: it scores like one and
/// uses up the false positives allowed. Texts are sets of three consecutive words; two are near
/// duplicates if they share half of them (Jaccard's index). Candidates come from minima of 96 hash
/// functions (Broder 1997) in 32 bands of three (Indyk and Motwani 1998), which find 98.6 % of the
/// pairs at an index of 0.5 and all but 4 in 10,000 at 0.6; each is then compared exactly.
public struct NearDuplicates: Hashable, Sendable {
  /// The share of three-word spans two texts must have in common.
  public static let threshold = 0.5
  /// The share of the second group from which on near-duplicates matter: the FPR of 0.1 %.
  public static let fewestShare = 0.001
  /// The most texts of a group that are used unless asked otherwise; of more, some are picked at
  /// even steps.
  public static let mostTexts = 20_000
  /// The most bytes of a text that are used.
  public static let mostBytes = 8192
  /// The most candidates of a text that are looked at; more exist only where all are made alike.
  static let mostCandidates = 256

  /// Two texts that nearly repeat each other.
  public struct Pair: Hashable, Sendable {
    /// The number of the text in the first group.
    public let first: Int
    /// The number of the text in the second group.
    public let second: Int
    /// The share of three-word spans they have in common, from 0.5 to 1.
    public let similarity: Double
  }

  /// For each text with a near-duplicate its most similar one; most similar pairs first.
  public let pairs: [Pair]
  /// Texts of the first group that were looked at.
  public let firstCount: Int
  /// Texts of the second group that were looked at.
  public let secondCount: Int
  /// Whether a group has more texts than were looked at.
  public let isPartial: Bool
  /// Texts of the first group with a near-duplicate in the second.
  public let firstMatched: Int
  /// Texts of the second group with a near-duplicate in the first.
  public let secondMatched: Int

  /// Finds near-duplicates between two groups of texts, given as their UTF-8 bytes.
  public init(_ first: [[UInt8]], _ second: [[UInt8]]) {
    self.init(first.count, second.count) { isFirst, index in
      isFirst ? first[index] : second[index]
    }
  }

  /// Finds near-duplicates between texts that are asked for one at a time, once each.
  ///
  /// - Parameters:
  ///   - firstCount: how many texts the first group has.
  ///   - secondCount: how many texts the second group has.
  ///   - limit: the most texts of a group to use.
  ///   - text: the bytes of a text: whether it is of the first group, and its number there; called
  ///     from several threads.
  public init(
    _ firstCount: Int, _ secondCount: Int, limit: Int = mostTexts,
    text: @Sendable (_ isFirst: Bool, _ index: Int) -> [UInt8]
  ) {
    let picked = [firstCount, secondCount].map { systematicSample(Array(0..<$0), atMost: limit) }
    let groups = (picked[0].count, picked[1].count)
    let sketches = parallelParts(count: groups.0 + groups.1, threads: availableThreads) { range in
      range.map { place in
        let isFirst = place < groups.0
        let index = isFirst ? picked[0][place] : picked[1][place - groups.0]
        return TextSketch(text(isFirst, index).prefix(Self.mostBytes))
      }
    }
    let found = Self.search(sketches, firstCount: groups.0)
    pairs = found.map {
      Pair(
        first: picked[0][$0.first], second: picked[1][$0.second - groups.0],
        similarity: $0.similarity)
    }
    (self.firstCount, self.secondCount) = groups
    isPartial = max(firstCount, secondCount) > limit
    firstMatched = Set(pairs.map(\.first)).count
    secondMatched = Set(pairs.map(\.second)).count
  }

  /// Whether there are so many that they can decide a figure.
  public var areMany: Bool {
    Double(secondMatched) >= max(1, Self.fewestShare * Double(secondCount))
  }

  /// What was found, in words.
  public func finding(_ groups: GuardGroups) -> GuardFinding {
    let share = secondCount == 0 ? 0 : Double(secondMatched) / Double(secondCount)
    let found =
      "\(NumberFormat.count(secondMatched)) of \(NumberFormat.count(secondCount)) \(groups.second) "
      + "(\(NumberFormat.share(share)))"
    let sentence =
      areMany
      ? "\(found) nearly \(secondMatched == 1 ? "repeats" : "repeat") one of the \(groups.first): "
        + "they share half of their wording or more, so they score like them and use up the false "
        + "positives allowed. List them with ezscope check --near-duplicates and take them out."
      : secondMatched == 0
        ? "None of the \(groups.second) nearly repeats one of the \(groups.first)."
        : "Only \(found) nearly \(secondMatched == 1 ? "repeats" : "repeat") one of the "
          + "\(groups.first)."
    let note =
      isPartial
      ? " Only \(NumberFormat.count(firstCount)) \(groups.first) and "
        + "\(NumberFormat.count(secondCount)) \(groups.second) were looked at, so there may be more: "
        + "ezscope check --near-duplicates looks at all." : ""
    return GuardFinding(
      .nearDuplicates, areMany ? .tripped : .passed, groups: groups,
      figures: [
        .init("first_count", firstCount), .init("second_count", secondCount),
        .init("first_matched", firstMatched), .init("second_matched", secondMatched),
        .init("similarity_threshold", Self.threshold),
      ], sentence: sentence + note,
      summary: "\(groups.second) nearly repeat \(groups.first)")
  }

  /// The best partner of every text that has one, by places among the sketches.
  private static func search(_ sketches: [TextSketch], firstCount: Int) -> [Pair] {
    var best = [(partner: Int, similarity: Double)](
      repeating: (-1, 0), count: sketches.count)
    var looks = [Int](repeating: 0, count: sketches.count)
    // A pair may meet in several bands: it is compared in the first one only.
    for band in 0..<TextSketch.bands {
      var entries: [UInt64] = []
      entries.reserveCapacity(sketches.count)
      for (place, sketch) in sketches.enumerated() where !sketch.spans.isEmpty {
        entries.append(UInt64(sketch.key(band)) << 32 | UInt64(place))
      }
      entries.sort()
      var start = 0
      while start < entries.count {
        let key = entries[start] >> 32
        var end = start + 1
        while end < entries.count, entries[end] >> 32 == key { end += 1 }
        defer { start = end }
        // Places ascend: those of the first group come first.
        let places = entries[start..<end].map { Int($0 & 0xFFFF_FFFF) }
        let split = places.partitionPoint { $0 >= firstCount }
        guard split > 0, split < places.count else { continue }
        for second in places[split...] {
          for first in places[..<split] {
            guard looks[second] < mostCandidates else { break }
            looks[second] += 1
            guard !sketches[first].meets(sketches[second], before: band) else { continue }
            let similarity = sketches[first].similarity(sketches[second])
            guard similarity >= threshold else { continue }
            if similarity > best[first].similarity { best[first] = (second, similarity) }
            if similarity > best[second].similarity { best[second] = (first, similarity) }
          }
        }
      }
    }
    var pairs: Set<Pair> = []
    for (place, match) in best.enumerated() where match.partner >= 0 {
      let (first, second) =
        place < firstCount ? (place, match.partner) : (match.partner, place)
      pairs.insert(Pair(first: first, second: second, similarity: match.similarity))
    }
    return pairs.sorted {
      ($1.similarity, $0.first, $0.second) < ($0.similarity, $1.first, $1.second)
    }
  }
}

extension Array {
  /// The index of the first element for which a test holds that holds for all after it.
  fileprivate func partitionPoint(_ isAfter: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
