import Basics
import ScoringCore

/// Which two runs to compare, and by which attack.
package struct ComparisonRequest: Sendable {
  package var left: RunAnalysis
  package var right: RunAnalysis
  /// The attack by its spelling.
  package var attack: String

  package init(left: RunAnalysis, right: RunAnalysis, attack: String) {
    self.left = left
    self.right = right
    self.attack = attack
  }
}

/// Two runs over the sequences both hold, joined by id, under one attack; never changes.
///
/// Figures are over the sequences that are primary in both; the others are joined and listed too.
package final class RunComparison: Sendable {
  /// One run's part in the comparison.
  package struct Side: Sendable {
    package let analysis: RunAnalysis
    /// The joined sequences in order of score; those outside the figures count as unknown.
    package let ranking: Ranking
    package let roc: ROC?
    package let area: AUCEstimate?
    /// The point whose threshold decides what is detected.
    package let point: OperatingPoint?
    /// For each joined sequence, whether it scores at or above that threshold.
    package let isDetected: [Bool]
    /// For each joined sequence its place from the top, from 1; tied ones share the middle place.
    package let places: [Int32]
    /// For each joined sequence its calibrated p-value; empty without non-members.
    package let pValues: [Double]

    package var run: Run { analysis.run }
    package var score: (Int) -> Score { ranking.score(ofRow:) }
  }

  /// The false-positive rate at whose threshold a sequence counts as detected.
  package static let fpr = 0.01

  package let attack: String
  package let join: IDJoin
  /// For each joined sequence its label; unknown where the two runs contradict each other.
  package let labels: [Label]
  /// Joined sequences that the runs label differently.
  package let contradictions: Int
  /// Joined sequences outside the figures.
  package let outside: Int
  package let left: Side
  package let right: Side
  /// Whether tests and intervals of differences are over documents; if not, over sequences.
  package let isOverDocuments: Bool
  /// DeLong's paired comparison of the areas.
  package let areas: AUCComparison?
  /// The difference of the TPRs by a paired bootstrap; its p-value is NaN where the FPR is not
  /// resolvable.
  package let rates: BootstrapComparison.Difference?
  /// Which members each run detects: counts, and no test, since both thresholds are estimated.
  package let detections: McNemar?
  /// All joined sequences, those whose place differs most first.
  package let byDifference: [Int32]
  package let quadrants: QuadrantCounts
  /// The joined sequences as points, by p-value and by evidence (−log10 p).
  package let clouds: ScoreClouds
  /// What makes the comparison doubtful besides what makes either run doubtful.
  package let guards: [GuardFinding]
  private let joinedByRight: [Int32]

  /// Joins and compares; nil if cancelled, or if either run lacks the attack.
  package init?(_ request: ComparisonRequest, isCancelled: @Sendable () -> Bool = { false }) {
    let (one, two) = (request.left, request.right)
    guard let leftIndex = one.attackIndex(request.attack),
      let rightIndex = two.attackIndex(request.attack)
    else { return nil }
    let join = IDJoin(one.scores.ids, two.scores.ids)
    let rows = JoinedRows(join, one, two)
    guard !isCancelled() else { return nil }
    let left = Side(one, attack: leftIndex, rows: join.left, labels: rows.counted)
    guard !isCancelled() else { return nil }
    let right = Side(two, attack: rightIndex, rows: join.right, labels: rows.counted)
    guard !isCancelled() else { return nil }
    attack = request.attack
    self.join = join
    labels = rows.labels
    contradictions = rows.contradictions
    outside = rows.outside
    self.left = left
    self.right = right
    // Sequences cut from one document are no independent witnesses, here as in every report.
    let clusters =
      one.documents.map { ids in join.left.map { ids[Int($0)] } }
      ?? two.documents.map { ids in join.right.map { ids[Int($0)] } }
    isOverDocuments = clusters != nil
    areas = DeLong.compare(left.ranking, right.ranking, clusters: clusters)
    rates =
      Bootstrap(replicates: 1000).compare(
        left.ranking, right.ranking, targets: [RateTarget(fpr: Self.fpr)], clusters: clusters,
        isCancelled: isCancelled)?.rates.first ?? nil
    guard !isCancelled() else { return nil }
    detections = McNemar.compare(
      left.ranking, right.ranking, thresholds: (left.point?.threshold, right.point?.threshold))
    guard !isCancelled() else { return nil }
    let moves = zip(left.places, right.places).map { ($0 - $1).magnitude }
    byDifference = moves.indices.sorted { (moves[$1], $0) < (moves[$0], $1) }.map { Int32($0) }
    quadrants = QuadrantCounts(left.isDetected, right.isDetected)
    clouds = ScoreClouds(left.pValues, right.pValues, labels: rows.labels)
    var inverse = [Int32](repeating: -1, count: two.count)
    for (joined, row) in join.right.enumerated() { inverse[Int(row)] = Int32(joined) }
    joinedByRight = inverse
    guards = RunGuards.comparison(one.guardSubject, two.guardSubject)
  }

  package var count: Int { join.count }

  /// Whether this answers a request.
  package func answers(_ request: ComparisonRequest) -> Bool {
    left.analysis === request.left && right.analysis === request.right && attack == request.attack
  }

  /// The joined sequence at a row of the left run, if the right run has it.
  package func joined(leftRow row: Int) -> Int? {
    var (low, high) = (0, join.left.count)
    while low < high {
      let middle = (low + high) / 2
      if Int(join.left[middle]) < row { low = middle + 1 } else { high = middle }
    }
    return low < join.left.count && Int(join.left[low]) == row ? low : nil
  }

  /// The joined sequence at a row of the right run, if the left run has it.
  package func joined(rightRow row: Int) -> Int? {
    guard joinedByRight.indices.contains(row), joinedByRight[row] >= 0 else { return nil }
    return Int(joinedByRight[row])
  }

  /// Which of the four fates a joined sequence has.
  package func fate(of joined: Int) -> QuadrantCounts.Fate {
    QuadrantCounts.Fate(left.isDetected[joined], right.isDetected[joined])
  }

  /// How many places higher a sequence stands in the left run.
  package func lead(of joined: Int) -> Int {
    Int(right.places[joined]) - Int(left.places[joined])
  }

  package func id(of joined: Int) -> String { left.analysis.scores.ids[Int(join.left[joined])] }
}

/// How many joined sequences are detected under which runs.
package struct QuadrantCounts: Hashable, Sendable {
  package enum Fate: Hashable, Sendable {
    case both, onlyLeft, onlyRight, neither

    package init(_ left: Bool, _ right: Bool) {
      self = left ? (right ? .both : .onlyLeft) : (right ? .onlyRight : .neither)
    }

    package var isFlip: Bool { self == .onlyLeft || self == .onlyRight }
  }

  package private(set) var both = 0
  package private(set) var onlyLeft = 0
  package private(set) var onlyRight = 0
  package private(set) var neither = 0

  package init(_ left: [Bool], _ right: [Bool]) {
    for (one, two) in zip(left, right) {
      switch Fate(one, two) {
      case .both: both += 1
      case .onlyLeft: onlyLeft += 1
      case .onlyRight: onlyRight += 1
      case .neither: neither += 1
      }
    }
  }

  package var total: Int { both + onlyLeft + onlyRight + neither }
}

extension RunComparison.Side {
  fileprivate init(_ analysis: RunAnalysis, attack: Int, rows: [Int32], labels: [Label]) {
    let column = analysis.scores.columns[attack]
    let ranking = Ranking(
      values: rows.map { column.values[Int($0)] }, statuses: rows.map { column.statuses[Int($0)] },
      labels: labels)
    let roc = ROC(ranking)
    let point = roc?.operatingPoint(fpr: RunComparison.fpr)
    self.analysis = analysis
    self.ranking = ranking
    self.roc = roc
    area = DeLong.estimate(ranking)
    self.point = point
    isDetected = ranking.detectedRows(at: point?.threshold)
    places = ranking.places
    pValues = ranking.nonMemberCount > 0 ? Calibration(ranking).pValues : []
  }
}

extension Ranking {
  /// For each row its place from the top, from 1; tied rows share the middle of theirs.
  fileprivate var places: [Int32] {
    var places = [Int32](repeating: 0, count: labels.count)
    var start = 0
    for end in ends.map(Int.init) {
      let middle = Int32((start + end + 1) / 2)
      for index in start..<end { places[Int(order[index])] = middle }
      start = end
    }
    return places
  }
}

/// The labels of joined sequences, and which of them figures are over.
struct JoinedRows {
  var labels: [Label] = []
  /// As `labels`, but unknown where a sequence is outside the figures.
  var counted: [Label] = []
  var contradictions = 0
  var outside = 0

  init(_ join: IDJoin, _ one: RunAnalysis, _ two: RunAnalysis) {
    labels.reserveCapacity(join.count)
    counted.reserveCapacity(join.count)
    for (left, right) in zip(join.left, join.right) {
      let (a, b) = (one.scores.labels[Int(left)], two.scores.labels[Int(right)])
      let isContradiction = a != .unknown && b != .unknown && a != b
      if isContradiction { contradictions += 1 }
      let label = isContradiction ? .unknown : a == .unknown ? b : a
      let isCounted = one.isPrimary[Int(left)] && two.isPrimary[Int(right)]
      if !isCounted { outside += 1 }
      labels.append(label)
      counted.append(isCounted ? label : .unknown)
    }
  }
}
