import Basics
import Glibc

/// How one axis of a plot turns values into places: linear, or logarithmic to base ten.
package struct PlotScale: Hashable, Sendable {
  package enum Kind: Hashable, Sendable { case linear, log10 }

  package let kind: Kind
  package let lower: Double
  package let upper: Double

  /// A linear scale; an empty or reversed domain is widened so that it can be drawn.
  package static func linear(_ lower: Double, _ upper: Double) -> PlotScale {
    // The difference too: two far ends can be finite and still too far apart.
    guard (upper - lower).isFinite else { return PlotScale(.linear, 0, 1) }
    if lower < upper { return PlotScale(.linear, lower, upper) }
    if lower > upper { return PlotScale(.linear, upper, lower) }
    let margin = max(abs(lower) * 0.1, 0.5)
    return PlotScale(.linear, lower - margin, lower + margin)
  }

  /// A scale in decades; `lower` is its floor, below which values are clamped to the edge.
  package static func log10(_ lower: Double, _ upper: Double) -> PlotScale {
    guard lower.isFinite, upper.isFinite, upper > 0 else { return PlotScale(.log10, 1e-3, 1) }
    let floor = lower > 0 ? lower : upper / 1000
    return floor < upper
      ? PlotScale(.log10, floor, upper) : PlotScale(.log10, upper / 10, upper)
  }

  private init(_ kind: Kind, _ lower: Double, _ upper: Double) {
    self.kind = kind
    self.lower = lower
    self.upper = upper
    low = kind == .linear ? lower : Self.logarithm(lower)
    span = (kind == .linear ? upper : Self.logarithm(upper)) - low
  }

  /// The lower end and the length of the scale in drawing units: values, or decades.
  private let low: Double
  private let span: Double

  private static func logarithm(_ value: Double) -> Double { Glibc.log10(value) }
  private static func power(_ exponent: Double) -> Double { Glibc.pow(10, exponent) }

  /// Where a value lies: 0 at the lower end, 1 at the upper end, outside beyond them; nil for NaN.
  package func fraction(_ value: Double) -> Double? {
    if value.isNaN { return nil }
    switch kind {
    case .linear: return (value - low) / span
    case .log10: return value > 0 ? (Self.logarithm(value) - low) / span : -.infinity
    }
  }

  /// Where a value is drawn: `fraction` kept within 0...1.
  package func clamped(_ value: Double) -> Double? {
    fraction(value).map { min(max($0, 0), 1) }
  }

  /// Whether a value lies on the scale rather than beyond an end of it.
  package func contains(_ value: Double) -> Bool { value >= lower && value <= upper }

  /// The value at a fraction of the scale; the inverse of `fraction`.
  package func value(at fraction: Double) -> Double {
    let place = low + fraction * span
    return kind == .linear ? place : Self.power(place)
  }

  /// A labelled mark on an axis.
  package struct Tick: Hashable, Sendable {
    package let value: Double
    package let label: String
  }

  /// At most `limit` marks at round values: nice steps when linear, whole decades when not.
  package func ticks(limit: Int, ascii: Bool = false) -> [Tick] {
    guard limit > 0 else { return [] }
    return kind == .linear ? linearTicks(limit) : logTicks(limit, ascii: ascii)
  }

  private func linearTicks(_ limit: Int) -> [Tick] {
    let wanted = Double(max(1, limit - 1))
    var exponent = NumberFormat.decade(of: span / wanted)
    for round in 0..<6 {
      if round > 0, round % 3 == 0 { exponent += 1 }
      let step = [1.0, 2, 5][round % 3] * NumberFormat.powerOfTen(exponent)
      // Half an ulp of slack keeps an end that is a multiple of the step.
      let first = (lower / step - 1e-9).rounded(.up)
      let last = (upper / step + 1e-9).rounded(.down)
      guard last - first < Double(limit), last >= first else { continue }
      return stride(from: first, through: last, by: 1).map { multiple in
        let value = multiple * step
        return Tick(value: value, label: NumberFormat.fixed(value, max(0, -exponent)))
      }
    }
    return []
  }

  private func logTicks(_ limit: Int, ascii: Bool) -> [Tick] {
    let first = Int(saturating: (low - 1e-9).rounded(.up))
    let last = Int(saturating: (low + span + 1e-9).rounded(.down))
    guard last >= first else { return fineLogTicks(limit) }
    let decades = last - first + 1
    if decades == 1, limit >= 3 {
      let fine = fineLogTicks(limit)
      if fine.count > 1 { return fine }
    }
    let step = (decades + limit - 1) / limit
    // Counted back from the upper end, so that 1 keeps its label when decades are skipped.
    return stride(from: last, through: first, by: -step).reversed().map { exponent in
      Tick(
        value: NumberFormat.powerOfTen(exponent),
        label: NumberFormat.power(ofTen: exponent, ascii: ascii))
    }
  }

  /// Marks at 1, 2 and 5 of each decade, for a scale too short for decades alone.
  private func fineLogTicks(_ limit: Int) -> [Tick] {
    let start = NumberFormat.decade(of: lower)
    let end = NumberFormat.decade(of: upper)
    let ticks = (start...max(start, end)).flatMap { exponent in
      [1.0, 2, 5].compactMap { digit -> Tick? in
        let value = digit * NumberFormat.powerOfTen(exponent)
        guard value >= lower * (1 - 1e-9), value <= upper * (1 + 1e-9) else { return nil }
        return Tick(value: value, label: NumberFormat.fixed(value, max(0, -exponent)))
      }
    }
    return ticks.count <= limit ? ticks : Array(ticks.prefix(limit))
  }
}
