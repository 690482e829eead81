import Basics

/// What of a run's sequences the target gives away although its reference would not.
///
/// A *leak* is a maximal span that the target gives away (greedily, or within a budget of tries) and
/// for whose own tokens the reference would need at least so many bits. A token is the sequence's
/// own unless it lies in an n-gram that another record of the evidence has too: style that
/// fine-tuning taught, and phrases that many records share, are nobody's secret. Copies, near
/// duplicates and parts of one document are one record. Spans of a sequence do not overlap. How good spans of non-members are says what chance makes of the best span.
public struct Leaks: Sendable {
  /// What counts as a leak.
  public let settings: LeakSettings
  /// The spans, those that cost least first.
  public let spans: [LeakSpan]
  /// For each sequence the most bits the reference needs for one of its spans; 0 without a span.
  public let bestBits: [Double]
  /// Best bits of the non-members that p-values rest on, ascending.
  public let calibrationBits: [Double]
  /// Sequences that are tested: all but known non-members and the population.
  public let testedCount: Int
  /// Sequences without the evidence.
  public let withoutEvidence: Int
  /// Sequences that nearly repeat one that may leak, and count as one with it.
  public let nearDuplicates: Int

  /// Non-members that p-values rest on.
  public var calibrationCount: Int { calibrationBits.count }

  /// The smallest p-value that so many non-members allow.
  public var smallestP: Double { 1 / Double(calibrationCount + 1) }

  /// Finds the leaks of a run, on all cores.
  ///
  /// Sequences are read block by block and twice: for what is given away, then for who shares it.
  ///
  /// - Parameters:
  ///   - table: the evidence.
  ///   - settings: what counts.
  ///   - isCalibrating: which non-members p-values rest on; nil for all of them.
  ///   - clusters: one id per sequence; those of one id, such as a document, share with one
  ///     another.
  ///   - threads: how many cores to use; nil for all.
  ///   - isCancelled: asked between blocks.
  /// - Returns: nil once `isCancelled` says yes.
  /// - Throws: `MissingEvidence` if the table lacks evidence that the settings need.
  public static func find(
    in table: EvidenceTable, settings: LeakSettings = LeakSettings(), isCalibrating: [Bool]? = nil,
    clusters: [Int]? = nil, threads: Int? = nil, isCancelled: @Sendable () -> Bool = { false }
  ) throws(MissingEvidence) -> Leaks? {
    let missing = settings.needs.subtracting(table.available)
    guard missing.isEmpty else {
      throw MissingEvidence(attack: "leaks", missing: missing, in: table)
    }
    let search = LeakSearch(
      table: table, settings: settings, clusters: clusters, threads: threads ?? availableThreads)
    guard let found = search.spans(isCancelled) else { return nil }
    return Leaks(found, search, isCalibrating)
  }

  private init(
    _ found: LeakSearch.Result, _ search: LeakSearch, _ isCalibrating: [Bool]?
  ) {
    let table = search.table
    settings = search.settings
    withoutEvidence = found.withoutEvidence
    nearDuplicates = found.nearDuplicates
    var best = [Double](repeating: 0, count: table.count)
    for span in found.spans { best[span.row] = span.bestBits }
    bestBits = best
    let labels = table.labels
    let population = Set(table.populationRows)
    let calibrating = labels.indices.filter {
      labels[$0] == .nonMember && isCalibrating?[$0] ?? true && !population.contains($0)
    }
    let tested = labels.indices.filter { labels[$0] != .nonMember && !population.contains($0) }
    calibrationBits = calibrating.map { best[$0] }.sorted()
    testedCount = tested.count
    let calibration = SpanCalibration(sorted: calibrationBits)
    let isOwnCalibration = Set(calibrating)
    // A sequence without a span has p = 1, as all of them tie: they need not be sorted to count.
    let named = tested.filter { best[$0] > 0 }
    let adjusted = FalseDiscovery.adjusted(
      named.map { calibration.pValue(best[$0], isCalibrating: false) })
    var rateOfRow: [Int: Double] = [:]
    for (row, rate) in zip(named, adjusted) {
      rateOfRow[row] = min(1, rate * Double(tested.count) / Double(named.count))
    }
    spans = found.spans.map { span in
      span.finished(
        table, search.settings,
        pValue: calibration.pValue(
          span.referenceBits, isCalibrating: isOwnCalibration.contains(span.row)),
        rate: rateOfRow[span.row] ?? .nan)
    }
    .sorted { $0.isCheaper(than: $1) }
  }

  /// The spans of a sequence, in the order of the text.
  public func spans(of sequence: Int) -> [LeakSpan] {
    spans.filter { $0.sequence == sequence }.sorted {
      $0.tokens.lowerBound < $1.tokens.lowerBound
    }
  }

  /// How many of some sequences leak, and how many spans.
  public func rate(of rows: [Int], level: Double = 0.95) -> (sequences: Proportion, spans: Int) {
    let isWanted = Set(rows)
    let leaking = rows.count { bestBits[$0] > 0 }
    return (
      Proportion(leaking, of: rows.count, level: level),
      spans.count { isWanted.contains($0.sequence) }
    )
  }
}

extension LeakSpan {
  /// Whether a span costs less than another: the draws, then what the reference needs, then place.
  ///
  /// - Parameter other: the other span.
  /// - Returns: whether this one comes first in a list of those that cost least.
  public func isCheaper(than other: LeakSpan) -> Bool {
    if isGreedy != other.isGreedy { return isGreedy }
    if log2Draws != other.log2Draws { return log2Draws < other.log2Draws }
    if targetBits != other.targetBits { return targetBits < other.targetBits }
    if referenceBits != other.referenceBits { return referenceBits > other.referenceBits }
    return (sequence, tokens.lowerBound) < (other.sequence, other.tokens.lowerBound)
  }
}

/// How often non-members' best spans are as good as one that is looked at.
private struct SpanCalibration {
  /// Best bits of the non-members, ascending.
  let sorted: [Double]

  /// The share of sequences like the non-members with a span at least as good, itself included.
  func pValue(_ bits: Double, isCalibrating: Bool) -> Double {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < bits { low = middle + 1 } else { high = middle }
    }
    let asGood = sorted.count - low
    // A non-member's weaker spans are as good as fewer than itself.
    return isCalibrating
      ? Double(max(1, asGood)) / Double(max(1, sorted.count))
      : Double(1 + asGood) / Double(sorted.count + 1)
  }
}
