/// The share of sequences whose continuations are at least so similar, over all thresholds.
///
/// A high similarity says *similar*, never *paraphrased* or *memorized*: only what members have
/// beyond the non-members' baseline speaks of training. No threshold is singled out.
public struct SimilarityCurve: Sendable {
  /// What computed the similarity: an encoder's name, or `LexicalSimilarity.name`.
  public let source: String
  /// Whether the similarity came with the evidence.
  public let isSupplied: Bool
  /// The points, by ascending threshold.
  public let points: [Point]

  /// The shares at one threshold.
  public struct Point: Hashable, Sendable {
    /// The least similarity that counts.
    public let threshold: Double
    /// Members at least as similar.
    public let members: Proportion
    /// Non-members at least as similar: what similarity there is without training.
    public let nonMembers: Proportion
  }

  /// The thresholds shown unless others are asked for.
  public static let thresholds = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1]

  /// A curve of sequences' similarities; those at 1 to within rounding count as 1.
  public init(
    source: String, isSupplied: Bool, members: [Double], nonMembers: [Double],
    thresholds: [Double] = Self.thresholds, level: Double = 0.95
  ) {
    self.source = source
    self.isSupplied = isSupplied
    points = thresholds.map { threshold in
      func share(_ values: [Double]) -> Proportion {
        Proportion(values.count { $0 >= threshold - 1e-9 }, of: values.count, level: level)
      }
      return Point(threshold: threshold, members: share(members), nonMembers: share(nonMembers))
    }
  }

  /// A curve for every encoder of some sequences; of wording only where nothing was supplied.
  public static func all(
    members: [SequenceReproduction], nonMembers: [SequenceReproduction], level: Double = 0.95
  ) -> [SimilarityCurve] {
    let encoders = Set((members + nonMembers).flatMap(\.suppliedSimilarities.keys)).sorted()
    guard encoders.isEmpty else {
      return encoders.map { encoder in
        SimilarityCurve(
          source: encoder, isSupplied: true,
          members: members.compactMap { $0.suppliedSimilarities[encoder] },
          nonMembers: nonMembers.compactMap { $0.suppliedSimilarities[encoder] }, level: level)
      }
    }
    let known = [members, nonMembers].map { $0.compactMap(\.lexicalSimilarity) }
    guard known.contains(where: { !$0.isEmpty }) else { return [] }
    return [
      SimilarityCurve(
        source: LexicalSimilarity.name, isSupplied: false, members: known[0],
        nonMembers: known[1], level: level)
    ]
  }
}
