import Analysis
import Basics
import ScoringCore
import TerminalUI

/// Every joined sequence by what it scores under both runs, parted at both thresholds.
struct ScorePlot {
  private let comparison: RunComparison
  private let isLogarithmic: Bool
  private let joined: Int?
  private let glyphs: GlyphSet

  init?(_ state: AppState) {
    guard let comparison = state.compare.comparison, !comparison.clouds.byShare.isEmpty else {
      return nil
    }
    self.comparison = comparison
    isLogarithmic = state.compare.isLogarithmic
    joined = state.compare.joined
    glyphs = state.glyphs
  }

  private var axes: PlotAxes {
    let (one, two) = (comparison.left.run.name, comparison.right.run.name)
    guard isLogarithmic else {
      let scale = PlotScale.linear(0, 1)
      return PlotAxes(
        x: scale, y: scale, xTitle: "\(one): share of non-members below", yTitle: two)
    }
    let scale = PlotScale.linear(0, comparison.clouds.mostEvidence)
    let minus = glyphs.pick("−", "-")
    return PlotAxes(x: scale, y: scale, xTitle: "\(one): \(minus)log10 p", yTitle: two)
  }

  private func value(_ pValue: Double) -> Double {
    isLogarithmic ? ScoreClouds.evidence(pValue) : 1 - pValue
  }

  private func place(of joined: Int) -> (x: Double, y: Double) {
    (value(comparison.left.pValues[joined]), value(comparison.right.pValues[joined]))
  }

  func draw(in area: Rect, on frame: inout Frame) {
    let cloud = isLogarithmic ? comparison.clouds.byEvidence : comparison.clouds.byShare
    var points = cloud.map { Scatter.Point(x: $0.x, y: $0.y, group: $0.label.scatterClass) }
    var selected: Int?
    if let joined {
      let place = place(of: joined)
      points.append(
        Scatter.Point(
          x: place.x, y: place.y, group: comparison.labels[joined].scatterClass))
      selected = points.count - 1
    }
    var scatter = Scatter(
      axes: axes,
      classes: [
        .init("member", role: .text, mark: "●", asciiMark: "*"),
        .init("non-member", role: .textDim, mark: "○", asciiMark: "o"),
        .init("unknown", role: .unknown, mark: "?", asciiMark: "?"),
      ], points: points, quadrants: quadrants, selected: selected)
    if !comparison.labels.contains(.unknown) { scatter.classes.removeLast() }
    scatter.draw(in: area, on: &frame, glyphs: glyphs)
  }

  /// Between the last sequence detected and the first one not.
  private var quadrants: Scatter.Quadrants? {
    guard let left = comparison.left.limit, let right = comparison.right.limit else { return nil }
    let counts = comparison.quadrants
    let (one, two) = (comparison.left.run.name, comparison.right.run.name)
    return Scatter.Quadrants(
      x: value(left), y: value(right),
      topLeft: "only \(two) \(NumberFormat.count(counts.onlyRight))",
      topRight: "both \(NumberFormat.count(counts.both))",
      bottomLeft: "neither \(NumberFormat.count(counts.neither))",
      bottomRight: "only \(one) \(NumberFormat.count(counts.onlyLeft))")
  }

  /// The sequence drawn nearest to a point of the screen.
  func nearest(to point: Point, in area: Rect) -> Int? {
    let axes = axes
    let inner = axes.inner(of: area, glyphs: glyphs)
    guard inner.contains(point) else { return nil }
    var best: (joined: Int, distance: Int)?
    for joined in 0..<comparison.count {
      let place = place(of: joined)
      guard let cell = axes.cell(place.x, place.y, in: inner) else { continue }
      // A cell is twice as high as it is wide.
      let (across, up) = (cell.x - point.x, 2 * (cell.y - point.y))
      let distance = across * across + up * up
      if best.map({ distance < $0.distance }) ?? true { best = (joined, distance) }
    }
    return best?.joined
  }
}

extension RunComparison.Side {
  /// A p-value between those of the sequences detected and the others; nil if nothing is detected.
  fileprivate var limit: Double? {
    guard !pValues.isEmpty else { return nil }
    var (detected, missed) = (0.0, 1.0)
    for (pValue, isDetected) in zip(pValues, isDetected) {
      if isDetected { detected = max(detected, pValue) } else { missed = min(missed, pValue) }
    }
    return detected > 0 ? max(detected, (detected + missed) / 2) : nil
  }
}

/// Both curves over the joined sequences.
enum CurveOverlay {
  static func draw(_ state: AppState, in area: Rect, on frame: inout Frame) {
    guard let comparison = state.compare.comparison, let left = comparison.left.roc,
      let right = comparison.right.roc
    else {
      frame.putLine(
        "no curves without known members and non-members", in: area, style: Style(.textDim),
        align: .center, glyphs: state.glyphs)
      return
    }
    let axes = PlotAxes.roc(
      state.compare.isLogarithmic ? .logLog : .linear, resolution: left.resolution,
      lowest: min(left.firstTPR, right.firstTPR))
    let inner = axes.inner(of: area, glyphs: state.glyphs)
    func series(_ side: RunComparison.Side, _ roc: ROC, _ role: Role, _ marker: Character)
      -> PlotSeries
    {
      PlotSeries(
        points: roc.points(axes: axes, columns: inner.width), role: role, marker: marker,
        name: side.run.name,
        figures: side.area.map { "AUC " + NumberFormat.fixed($0.auc, 3) } ?? "")
    }
    var plot = Plot(
      axes: axes,
      series: [
        series(comparison.left, left, .curve3, "A"), series(comparison.right, right, .curve4, "B"),
      ], guides: [.diagonal])
    plot.shadeUnresolved(left.resolution, in: inner)
    plot.shade?.label = ""
    plot.draw(in: area, on: &frame, glyphs: state.glyphs)
  }
}

extension Label {
  /// The place of a label among the scatter plot's classes.
  fileprivate var scatterClass: Int {
    switch self {
    case .member: 0
    case .nonMember: 1
    case .unknown: 2
    }
  }
}
