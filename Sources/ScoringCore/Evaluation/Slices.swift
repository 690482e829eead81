import Basics

/// A part of the sequences that share a key, such as a document family or a number of repeats.
public struct EvaluationSlice<Key: Hashable & Comparable & Sendable>: Sendable {
  /// What its sequences share.
  public let key: Key
  /// Its members.
  public let memberCount: Int
  /// The non-members they were compared with.
  public let nonMemberCount: Int
  /// The AUC; nil without both classes.
  public let auc: AUCEstimate?
  /// What the thresholds of the whole ranking detect here, in the order of the targets.
  public let atOverallThresholds: [SliceDetection]

  /// Whether a class has fewer than 30 rows, so that its figures are anecdotes.
  public var isSmall: Bool { min(memberCount, nonMemberCount) < 30 }
}

/// What a threshold found on all sequences detects in a slice.
public struct SliceDetection: Hashable, Sendable {
  /// The target the threshold was chosen for, on all sequences.
  public let target: RateTarget
  /// The threshold; nil lies above every score.
  public let threshold: Score?
  /// Members of the slice at or above it.
  public let truePositives: Int
  /// Its share of the slice's members, exact binomial interval included; nil without members.
  public let tpr: Rate?
  /// Non-members of the slice at or above it, as a share of them; nil without non-members.
  public let fpr: Rate?

  /// A share with its exact binomial interval.
  public struct Rate: Hashable, Sendable {
    /// The share.
    public let value: Double
    /// Its interval.
    public let interval: Interval
  }
}

/// Which non-members a slice's members are compared with.
public enum SliceBaseline: String, CaseIterable, Sendable {
  /// Those of the same key.
  case sameKey
  /// All, for keys that only members have, such as the number of repeats.
  case all
}

extension Ranking {
  /// The figures of each slice, in ascending order of key.
  ///
  /// - Parameters:
  ///   - keys: one key per input row; rows without one are in no slice.
  ///   - targets: where to put the thresholds, on this whole ranking.
  ///   - baseline: the non-members to compare with.
  ///   - level: the nominal coverage of intervals.
  public func slices<Key: Hashable & Comparable & Sendable>(
    by keys: [Key?], targets: [RateTarget], baseline: SliceBaseline = .sameKey,
    level: Double = 0.95
  ) -> [EvaluationSlice<Key>] {
    let roc = ROC(self)
    let thresholds = targets.map { target in
      roc?.operatingPoint(fpr: target.fpr, convention: target.convention)?.threshold
    }
    let detected = thresholds.map(detectedRows(at:))
    var rowsByKey: [Key: [Int]] = [:]
    for row in order.map({ Int($0) }) {
      if let key = keys[row] { rowsByKey[key, default: []].append(row) }
    }
    let nonMembers = order.map { Int($0) }.filter { labels[$0] == .nonMember }
    return rowsByKey.keys.sorted().map { key in
      var rows = rowsByKey[key] ?? []
      if baseline == .all { rows = rows.filter { labels[$0] != .nonMember } + nonMembers }
      let part = Ranking(values: values, statuses: statuses, labels: labels, rows: rows)
      let detections = targets.indices.map { index in
        func rate(_ label: Label) -> (count: Int, rate: SliceDetection.Rate?) {
          let ofClass = rows.filter { labels[$0] == label }
          let hits = ofClass.count { detected[index][$0] }
          guard !ofClass.isEmpty else { return (0, nil) }
          return (
            hits,
            SliceDetection.Rate(
              value: Double(hits) / Double(ofClass.count),
              interval: .clopperPearson(successes: hits, of: ofClass.count, level: level))
          )
        }
        let members = rate(.member)
        return SliceDetection(
          target: targets[index], threshold: thresholds[index], truePositives: members.count,
          tpr: members.rate, fpr: rate(.nonMember).rate)
      }
      return EvaluationSlice(
        key: key, memberCount: part.memberCount, nonMemberCount: part.nonMemberCount,
        auc: DeLong.estimate(part, level: level), atOverallThresholds: detections)
    }
  }
}
