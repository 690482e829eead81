import Analysis
import Basics
import ScoringCore

extension TrendChart {
  typealias Figure = (value: Double, interval: Interval?)

  /// Why a run has no figure.
  struct Lack: Error { let reason: String }

  /// The leaks of every run that has tokens, where the measure needs them; nil if cancelled.
  static func leaks(
    _ key: Key, _ known: [LeakAnalysis], _ isCancelled: @Sendable () -> Bool
  ) -> [LeakAnalysis]? {
    guard !key.measure.isOfAttack else { return isCancelled() ? nil : [] }
    var found: [LeakAnalysis] = []
    for case let analysis? in key.analyses where analysis.table != nil {
      let old = known.first { $0.analysis === analysis }
      guard let one = old ?? LeakAnalysis(analysis, isCancelled: isCancelled) else { return nil }
      found.append(one)
    }
    return found
  }

  /// Runs of one reason together.
  static func together(
    _ leftOut: [(run: String, reason: String)]
  ) -> [(runs: [String], reason: String)] {
    leftOut.map(\.reason).uniqued.map { reason in
      (leftOut.filter { $0.reason == reason }.map(\.run), reason)
    }
  }

  /// The figure of a run over its primary sequences.
  static func figure(
    _ analysis: RunAnalysis?, _ key: Key, _ found: [LeakAnalysis]
  ) -> Result<Figure, Lack> {
    guard let analysis else { return .failure(Lack(reason: "not scored yet")) }
    guard key.measure.isOfAttack else {
      let labels = analysis.scores.labels
      let members = labels.indices.filter { labels[$0] == .member && analysis.isPrimary[$0] }
      return extracted(analysis, members, key, found)
    }
    guard let column = analysis.attackIndex(key.attack),
      let value = value(analysis.attacks[column].evaluation, key.measure)
    else { return .failure(Lack(reason: "no \(key.measure.title) by \(key.attack)")) }
    return .success(value)
  }

  private static func value(
    _ evaluation: AttackEvaluation, _ measure: TrendMeasure
  ) -> Figure? {
    switch measure {
    case .area: evaluation.auc.map { ($0.auc, $0.interval) }
    default:
      evaluation.points.first {
        $0.point.fpr == 0.01 && $0.point.resolution != .notResolvable
      }
      .map { ($0.point.tpr, $0.interval) }
    }
  }

  /// Leaked spans per 1,000 of some members, or the share of them that is discoverable.
  private static func extracted(
    _ analysis: RunAnalysis, _ members: [Int], _ key: Key, _ found: [LeakAnalysis]
  ) -> Result<Figure, Lack> {
    guard let leaks = found.first(where: { $0.analysis === analysis }) else {
      return .failure(Lack(reason: "scores only, no tokens"))
    }
    let members = members.filter(analysis.hasTokens)
    guard key.measure == .leaks else {
      let known = members.filter { row in
        leaks.log2Draws.indices.contains(row) && !leaks.log2Draws[row].isNaN
      }
      let share = Proportion(
        known.count { leaks.log2Draws[$0] <= TrendMeasure.log2Draws }, of: known.count)
      guard let value = share.value else {
        return .failure(Lack(reason: "no member of 100 tokens with log-probabilities"))
      }
      return .success((value, share.interval))
    }
    guard leaks.leaks != nil, !members.isEmpty else {
      return .failure(Lack(reason: leaks.problem ?? "no members"))
    }
    let counts = leaks.spanCounts
    let events = Int(saturating: members.reduce(0) { $0 + counts[$1] })
    return .success(
      (
        1000 * Double(events) / Double(members.count),
        .poisson(events: events, of: members.count, per: 1000)
      ))
  }

  /// Members by how often they were repeated, against all primary non-members, in the run looked at
  /// and in the others of its base with the same epoch.
  static func repeats(
    _ key: Key, _ experiment: ExperimentSnapshot, _ found: [LeakAnalysis]
  ) -> (panels: [Panel], leftOut: [(run: String, reason: String)]) {
    let here = experiment.run(key.run)
    var leftOut: [(run: String, reason: String)] = []
    var series: [Series] = []
    for (index, analysis) in key.analyses.enumerated() {
      let run = experiment.run(index)
      guard run.reference == here.reference, run.epoch == here.epoch else { continue }
      guard let analysis, let repeats = analysis.metadata.column("duplicates"),
        !key.measure.isOfAttack || analysis.attackIndex(key.attack) != nil
      else {
        leftOut.append((run.name, "its sequences do not say how often they were repeated"))
        continue
      }
      let points = repeatPoints(analysis, repeats, key, found).map { level in
        Point(
          run: index, x: level.times, value: level.figure.value, interval: level.figure.interval,
          label: "\(run.name) \(NumberFormat.plain(level.times)) times (\(level.count))")
      }
      if points.count > 1 { series.append(Series(name: run.name, points: points)) }
    }
    let panel = Panel(title: here.reference ?? here.name, series: series)
    return (series.isEmpty ? [] : [panel], leftOut)
  }

  private static func repeatPoints(
    _ analysis: RunAnalysis, _ repeats: Metadata.Column, _ key: Key, _ found: [LeakAnalysis]
  ) -> [(times: Double, figure: Figure, count: Int)] {
    let labels = analysis.scores.labels
    // Repeated records are mostly left out of headline figures; here they are what is asked about.
    let times = labels.indices.map { row in
      labels[row] == .member ? repeats.value(row).flatMap { Double($0) } : nil
    }
    return Set(times.compactMap { $0 }).sorted().compactMap { level in
      let members = labels.indices.filter { times[$0] == level }
      guard members.count >= 5, let figure = repeatFigure(analysis, members, key, found) else {
        return nil
      }
      return (level, figure, members.count)
    }
  }

  private static func repeatFigure(
    _ analysis: RunAnalysis, _ members: [Int], _ key: Key, _ found: [LeakAnalysis]
  ) -> Figure? {
    guard key.measure.isOfAttack else {
      return try? extracted(analysis, members, key, found).get()
    }
    guard let column = analysis.attackIndex(key.attack) else { return nil }
    let (scores, labels) = (analysis.scores.columns[column], analysis.scores.labels)
    var wanted = labels.indices.map { row -> Label in
      labels[row] == .nonMember && analysis.isPrimary[row] ? .nonMember : .unknown
    }
    for row in members { wanted[row] = .member }
    let ranking = Ranking(values: scores.values, statuses: scores.statuses, labels: wanted)
    guard key.measure == .rate else {
      return DeLong.estimate(ranking).map { ($0.auc, $0.interval) }
    }
    guard let point = ROC(ranking)?.operatingPoint(fpr: 0.01) else { return nil }
    return (point.tpr, point.tprInterval())
  }
}

extension Array where Element: Hashable {
  /// Each element once, in the order of first appearance.
  var uniqued: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
