/// One curve of a plot with how it is drawn and what the legend says of it.
package struct PlotSeries: Sendable {
  package enum Shape: Hashable, Sendable {
    /// Level to the next point, then upright: a step function such as a ROC curve.
    case steps
    /// Straight from point to point.
    case lines
    /// A mark at each point, joined by straight lines.
    case marked
  }

  package struct Point: Hashable, Sendable {
    package var x: Double
    package var y: Double

    package init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// How far the curve may be off at one x, as a confidence band.
  package struct Interval: Hashable, Sendable {
    package var x: Double
    package var lower: Double
    package var upper: Double

    package init(x: Double, lower: Double, upper: Double) {
      self.x = x
      self.lower = lower
      self.upper = upper
    }
  }

  /// In ascending order of x.
  package var points: [Point]
  package var shape: Shape
  package var role: Role
  /// The letter that tells the curve from others without colour.
  package var marker: Character
  package var name: String
  /// What the legend says after the name, such as `AUC 0.81`.
  package var figures: String
  /// In ascending order of x; empty draws no band.
  package var band: [Interval] = []
  /// Whether the band is drawn as a bar at each point (for few points) and not as a tint.
  package var hasErrorBars = false
  /// The selected curve is drawn last and bold.
  package var isSelected = false

  package init(
    points: [Point], shape: Shape = .steps, role: Role, marker: Character, name: String,
    figures: String = "", band: [Interval] = [], isSelected: Bool = false
  ) {
    self.points = points
    self.shape = shape
    self.role = role
    self.marker = marker
    self.name = name
    self.figures = figures
    self.band = band
    self.isSelected = isSelected
  }

  /// The band at an x, as a step function; nil left of its first and right of its last entry.
  func interval(at x: Double) -> Interval? {
    guard let first = band.first, let last = band.last, x >= first.x, x <= last.x else {
      return nil
    }
    var low = 0
    var high = band.count
    while low < high {
      let middle = (low + high) / 2
      if band[middle].x <= x { low = middle + 1 } else { high = middle }
    }
    let left = band[low - 1]
    guard shape != .steps, low < band.count, band[low].x > left.x else { return left }
    let right = band[low]
    let part = (x - left.x) / (right.x - left.x)
    return Interval(
      x: x, lower: left.lower + part * (right.lower - left.lower),
      upper: left.upper + part * (right.upper - left.upper))
  }
}
