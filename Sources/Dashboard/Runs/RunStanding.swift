import Analysis
import Basics
import ScoringCore
import TerminalUI

/// How a run stands among the others: against the same epoch of other methods, and for what it learned.
struct RunStanding {
  /// A run with what it learned and what it gives away.
  struct Place {
    var run: Int
    var loss: Double
    var area: Double
  }

  private let state: AppState
  private let experiment: ExperimentSnapshot

  init?(_ state: AppState) {
    guard let experiment = state.experiment else { return nil }
    self.state = state
    self.experiment = experiment
  }

  /// Runs of one base whose loss and leakage are known, controls aside: they learned other texts.
  var places: [Place] {
    let base = experiment.run(state.run).reference
    return experiment.runs.indices.compactMap { run in
      let source = experiment.run(run)
      guard source.reference == base, source.method?.family != .control,
        let loss = source.validationLoss, let area = state.evaluation(ofRun: run)?.auc?.auc
      else { return nil }
      return Place(run: run, loss: loss, area: area)
    }
  }

  /// What there is to say, in sentences.
  var sentences: [String] { [equalEpochs, frontier].compactMap { $0 } }

  /// Other methods after as many epochs, those closest by name first.
  private var equalEpochs: String? {
    let here = experiment.run(state.run)
    guard let epoch = here.epoch, let own = state.evaluation(ofRun: state.run)?.auc else {
      return nil
    }
    var seen: Set<String> = []
    let others = experiment.runs.indices.filter { run in
      let other = experiment.run(run)
      guard run != state.run, other.epoch == epoch, other.reference == here.reference,
        let method = other.method, method != here.method, method.family != .control,
        state.evaluation(ofRun: run)?.auc != nil
      else { return false }
      // One run of each method says it.
      return seen.insert(method.rawValue).inserted
    }
    let parts = others.prefix(3).compactMap { run -> String? in
      state.evaluation(ofRun: run)?.auc.map {
        "\(experiment.run(run).name) \(NumberFormat.fixed($0.auc, 3))"
      }
    }
    guard !parts.isEmpty else { return nil }
    return
      "Equal epochs (\(RunsTable.epoch(epoch))): AUC \(NumberFormat.fixed(own.auc, 3)) against "
      + parts.joined(separator: ", ") + "."
  }

  /// Whether another run learned as much and gives away less.
  private var frontier: String? {
    let places = places
    guard places.count > 2, let own = places.first(where: { $0.run == state.run }) else {
      return nil
    }
    let better = places.filter { $0.loss <= own.loss && $0.area < own.area && $0.run != own.run }
    guard let best = better.min(by: { $0.area < $1.area }) else {
      return "Frontier: no run of this base learned as much and leaks less."
    }
    return "Frontier: \(experiment.run(best.run).name) learned as much "
      + "(loss \(NumberFormat.fixed(best.loss, 3)), here \(NumberFormat.fixed(own.loss, 3))) and "
      + "leaks less (AUC \(NumberFormat.fixed(best.area, 3)))."
  }
}

/// Leakage against validation loss, a mark per run and a shape per method.
struct FrontierPlot {
  private let state: AppState
  private let standing: RunStanding
  private let places: [RunStanding.Place]

  /// Nil where fewer than three runs can be compared.
  init?(_ state: AppState) {
    guard let standing = RunStanding(state), standing.places.count > 2 else { return nil }
    self.state = state
    self.standing = standing
    places = standing.places
  }

  private static let marks: [(Glyph, Glyph)] = [
    ("●", "*"), ("○", "o"), ("■", "#"), ("□", "="), ("▲", "^"), ("△", "v"), ("◆", "+"), ("◇", "x"),
  ]

  func draw(in area: Rect, on frame: inout Frame) {
    guard let experiment = state.experiment, area.height >= 5, area.width >= 24 else { return }
    let methods = places.reduce(into: [String]()) { names, place in
      let name = experiment.run(place.run).method?.rawValue ?? "other"
      if !names.contains(name) { names.append(name) }
    }
    let losses = places.map(\.loss)
    let areas = places.map(\.area)
    guard let low = losses.min(), let high = losses.max(), let least = areas.min() else { return }
    let margin = max(0.005, (high - low) * 0.06)
    let axes = PlotAxes(
      x: .linear(low - margin, high + margin), y: .linear(min(0.5, least), 1),
      xTitle: area.height >= 8 ? "validation loss (left: better)" : "", yTitle: "AUC")
    var scatter = Scatter(
      axes: axes,
      classes: methods.enumerated().map { number, name in
        let mark = Self.marks[number % Self.marks.count]
        return .init(
          name, role: Role.curves[number % Role.curves.count], mark: mark.0, asciiMark: mark.1)
      },
      points: places.map { place in
        let name = experiment.run(place.run).method?.rawValue ?? "other"
        return Scatter.Point(
          x: place.loss, y: place.area, group: methods.firstIndex(of: name) ?? 0)
      }, selected: places.firstIndex { $0.run == state.run })
    scatter.hasDiagonal = false
    scatter.draw(in: area, on: &frame, glyphs: state.glyphs)
  }
}
