import Basics
import Testing

@testable import ScoringCore

@Suite struct TrendStudyTests {
  private static let size = 200
  private static let labels: [Label] = (0..<2 * size).map { $0 < size ? .member : .nonMember }
  private static let rows = Array(0..<2 * size)
  private static let kinds = labels.map { Int($0.rawValue) }

  /// Scores that share each sequence's luck over all runs; members are higher by `shift`.
  private static func scores(_ shift: Double, seed: UInt64) -> [Score] {
    var common = SplitMix64(seed: 1)
    var own = SplitMix64(seed: seed)
    return rows.map {
      .ordinary(2 * common.normal() + 0.5 * own.normal() + ($0 < size ? 2 * shift : 0))
    }
  }

  private static func auc(_ shift: Double, _ seed: UInt64) throws -> PairedFigure {
    try #require(PairedFigure(scores: scores(shift, seed: seed), labels: labels, rows: rows))
  }

  private static func figures(_ list: [PairedFigure]) -> PairedFigures {
    PairedFigures(list, kinds: kinds, replicates: 400, seed: 3)
  }

  @Test(arguments: [1, 2, 3])
  func figuresAreThoseOfARanking(_ seed: UInt64) throws {
    let sample = Sample(members: 40, nonMembers: 60, shift: 1, step: 0.5, seed: seed)
    let scores = sample.values.map { Score.ordinary($0) }
    let rows = Array(scores.indices)
    let ranking = sample.ranking
    let area = try #require(PairedFigure(scores: scores, labels: sample.labels, rows: rows))
    #expect(area.value == ranking.auc() && area.count == 40 && area.nonMembers == 60)
    for fpr in [0, 0.01, 0.05, 0.1, 1] {
      let rate = try #require(
        PairedFigure(scores: scores, labels: sample.labels, rows: rows, fpr: fpr))
      let point = try #require(ROC(ranking)?.operatingPoint(fpr: fpr, convention: .achievable))
      #expect(rate.value == point.tpr, "seed \(seed) fpr \(fpr)")
    }
  }

  /// A row that is drawn twice counts as two rows.
  @Test func weightsAreCopies() throws {
    let scores = [3.0, 1, 2, 0].map { Score.ordinary($0) }
    let labels: [Label] = [.member, .member, .nonMember, .nonMember]
    let weights = [1, 2, 3, 1]
    let copies = weights.indices.flatMap { Array(repeating: $0, count: weights[$0]) }
    for fpr in [nil, 0.25, 0.75] {
      let plain = try #require(
        PairedFigure(scores: scores, labels: labels, rows: Array(0..<4), fpr: fpr))
      let copied = try #require(
        PairedFigure(
          scores: copies.map { scores[$0] }, labels: copies.map { labels[$0] },
          rows: Array(copies.indices), fpr: fpr))
      #expect(plain.value { weights[$0] } == copied.value)
    }
    let mean = try #require(PairedFigure(values: [1, 2, 4, 8], rows: [0, 2]))
    #expect(mean.value { weights[$0] } == 13.0 / 4 && mean.value { _ in 0 }.isNaN)
  }

  @Test(arguments: [
    ([1.0, 3, 5], [2.0, 3, 4], 0.5, 1.5), ([0, 1], [1.0, 0], -1, 1),
    ([2, 2, 4], [0, 2, 3], 1, -1),
  ])
  func linesAreLeastSquares(
    _ levels: [Double], _ values: [Double], _ slope: Double, _ intercept: Double
  ) throws {
    let line = try #require(TrendLine(levels: levels))
    func sum(_ weights: [Double]) -> Double { zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } }
    #expect(near(sum(line.slope), slope) && near(sum(line.height(at: 0)), intercept, 1e-9))
    #expect(line.spans(2) == (levels[0] <= 2 && levels.contains { $0 >= 2 }))
    let fit = Trend(zip(levels, values).map { Trend.Point(x: $0, y: $1, standardError: 1) })
    #expect(near(try #require(fit).slope, slope))
  }

  @Test(arguments: [[], [1], [2, 2, 2]])
  func oneLevelIsNoLine(_ levels: [Double]) { #expect(TrendLine(levels: levels) == nil) }

  @Test func slopesAreTestedAndCompared() throws {
    let shifts = [0.2, 0.6, 1.0, 0.3, 0.32, 0.34, 0.6]
    let list = try shifts.enumerated().map { try Self.auc($1, UInt64($0) + 10) }
    let points = zip([1.0, 2, 3, 1, 2, 3, 2], ["a", "a", "a", "b", "b", "b", "c"])
      .map { TrendStudy.Point(group: $1, level: $0) }
    let study = TrendStudy(points, Self.figures(list)) {
      $0 == "a" ? nil : TrendStudy.Base(group: "a")
    }
    #expect(study.groups.map(\.name) == ["a", "b", "c"])
    let slopes = study.groups.map(\.slope)
    #expect(try #require(slopes[0]).pValue < 0.01 && slopes[2] == nil)
    #expect(try #require(slopes[0]).value > 0.05)
    let (lines, level) = (study.comparisons[0], study.comparisons[1])
    #expect(lines.kind == .slopes && lines.difference.value < 0 && lines.holm < 0.05)
    #expect(lines.levels == [1, 2, 3] && level.levels == [2])
    #expect(level.kind == .sameLevel(2) && level.difference.interval.contains(0))
    #expect(level.holm >= level.difference.pValue)
  }

  /// One curve that bends, seen at other levels, has another slope and is the same curve.
  @Test func slopesAreComparedOverSharedLevels() throws {
    let shifts = [0.2, 0.8, 0.9, 0.2, 0.9]
    let list = try shifts.enumerated().map { try Self.auc($1, UInt64($0) + 40) }
    let points = zip([1.0, 3, 5, 1, 5], ["a", "a", "a", "b", "b"])
      .map { TrendStudy.Point(group: $1, level: $0) }
    let study = TrendStudy(points, Self.figures(list)) {
      $0 == "b" ? TrendStudy.Base(group: "a") : nil
    }
    let lines = try #require(study.comparisons.first)
    #expect(lines.kind == .slopes && lines.levels == [1, 5])
    let values = list.map(\.value)
    #expect(near(lines.difference.value, (values[4] - values[3] - values[2] + values[0]) / 4))
    #expect(lines.difference.pValue > 0.05)
  }

  /// Where figures lie on no line there is no slope: they are compared level by level.
  @Test func figuresOffALineAreComparedLevelByLevel() throws {
    let shifts = [0.1, 1.6, 0.1, 0.1, 0.2, 0.3]
    let list = try shifts.enumerated().map { try Self.auc($1, UInt64($0) + 50) }
    let points = zip([1.0, 2, 3, 1, 2, 3], ["a", "a", "a", "b", "b", "b"])
      .map { TrendStudy.Point(group: $1, level: $0) }
    let study = TrendStudy(points, Self.figures(list)) {
      $0 == "b" ? TrendStudy.Base(group: "a") : nil
    }
    #expect(try #require(study.groups[0].scatter) > TrendStudy.mostScatter)
    #expect(study.groups[0].slope == nil && study.groups[1].slope != nil)
    #expect(study.comparisons.map(\.kind) == [.sameLevel(1), .sameLevel(2), .sameLevel(3)])
    #expect(study.comparisons[1].holm < 0.05 && study.comparisons[1].difference.value < 0)
  }

  @Test func aSingleLevelIsSetAgainstTheLine() throws {
    let list = try [0.2, 1.0, 0.1].map { try Self.auc($0, UInt64(saturating: $0 * 10)) }
    let points = zip([1.0, 3, 2], ["a", "a", "b"]).map { TrendStudy.Point(group: $1, level: $0) }
    func study(comparesLevels: Bool, at level: Double = 2) -> TrendStudy {
      let points = points.dropLast() + [TrendStudy.Point(group: "b", level: level)]
      return TrendStudy(Array(points), Self.figures(list)) {
        $0 == "b" ? TrendStudy.Base(group: "a", comparesLevels: comparesLevels) : nil
      }
    }
    let off = try #require(study(comparesLevels: true).comparisons.first)
    let values = list.map(\.value)
    #expect(off.kind == .line(2) && off.difference.pValue < 0.01)
    #expect(near(off.difference.value, values[2] - (values[0] + values[1]) / 2))
    #expect(study(comparesLevels: false).comparisons.isEmpty)
    let beyond = try #require(study(comparesLevels: true, at: 8).comparisons.first)
    #expect(beyond.kind == .nearestLevel(8, against: 3))
    #expect(near(beyond.difference.value, values[2] - values[1]))
  }

  /// Runs share their sequences' luck, so their difference is surer than each of them.
  @Test func pairingNarrows() throws {
    let figures = Self.figures([try Self.auc(0.5, 20), try Self.auc(0.6, 21)])
    let paired = try #require(figures.contrast([0: -1, 1: 1])).interval
    let widths = figures.estimates.compactMap(\.interval).map { $0.upper - $0.lower }
    #expect(paired.upper - paired.lower < 0.6 * widths[0])
  }

  /// Rates of 0 never vary in resamples, though other sequences might differ.
  @Test(arguments: [(0, 0, true), (0, 30, false), (30, 30, true), (0, 2, true)])
  func contrastsOfConstantsAreNoPoints(_ first: Int, _ second: Int, _ holdsZero: Bool) throws {
    let list = try [first, second].enumerated().map { number, count in
      try #require(
        PairedFigure(
          property: (0..<60).map { $0 % 30 < count }, rows: Array(number * 30..<number * 30 + 30)))
    }
    let figures = PairedFigures(
      list, kinds: (0..<60).map { $0 / 30 }, replicates: 200, seed: 1)
    let contrast = try #require(figures.contrast([0: -1, 1: 1]))
    #expect(contrast.interval.lower < contrast.interval.upper)
    #expect(contrast.interval.contains(0) == holdsZero && (contrast.pValue < 0.05) == !holdsZero)
  }

  @Test func documentsAreDrawnWhole() throws {
    // Every document is all hits or none: twenty draws, not two hundred.
    let values = (0..<200).map { $0 / 10 % 2 == 0 ? 1.0 : 0 }
    let mean = try #require(PairedFigure(values: values, rows: Array(0..<200)))
    let kinds = [Int](repeating: 0, count: 200)
    let loose = PairedFigures([mean], kinds: kinds, replicates: 300).estimates[0].standardError
    let whole = PairedFigures(
      [mean], kinds: kinds, clusters: (0..<200).map { $0 / 10 }, replicates: 300
    ).estimates[0].standardError
    #expect(whole > 2 * loose)
  }

  @Test func unitsKeepTheirKinds() {
    let units = SamplingUnits(kinds: [0, 0, 1, 1, 0, 1], clusters: [7, 7, 8, 7, 9, 8])
    // 7 mixes both kinds; 8 and 9 are of one each.
    #expect(units.strata == [1, 1, 1])
    #expect(Set(units.unitOfRow) == [0, 1, 2] && units.unitOfRow[0] == units.unitOfRow[3])
    let alone = SamplingUnits(kinds: [1, 0, 1])
    #expect(alone.strata == [2, 1] && alone.unitOfRow == [0, 2, 1])
  }

  /// Without an event the interval still ends at what so many sequences allow: 3.69 per sequence.
  @Test func ratesOfRareEventsHaveExactLimits() throws {
    let rows = Array(0..<1000)
    let none = try #require(
      PairedFigure(events: rows.map { _ in 0 }, rows: rows, per: 1000))
    let some = try #require(
      PairedFigure(events: rows.map { $0 < 5 ? 2 : 0 }, rows: rows, per: 1000))
    let figures = PairedFigures(
      [none, some], kinds: rows.map { _ in 0 }, replicates: 300, seed: 1)
    let interval = try #require(figures.estimates[0].interval)
    #expect(figures.estimates[0].value == 0 && interval.lower == 0)
    #expect(abs(interval.upper - 3.688879) < 1e-4)
    let wide = try #require(figures.estimates[1].interval)
    // Garwood's limits of a count of 10 are 4.795 and 18.390.
    #expect(abs(figures.estimates[1].value - 10) < 1e-9)
    #expect(wide.lower <= 4.7954 && wide.upper >= 18.3904)
    let poisson = Interval.poisson(events: 10, of: 1000, per: 1000)
    #expect(abs(poisson.lower - 4.79539) < 1e-4 && abs(poisson.upper - 18.39036) < 1e-4)
  }
}
