import Foundation
import Testing

@testable import TerminalUI

@Suite struct HistogramTests {
  static func bins(_ count: Int) -> HistogramBins {
    var bins = HistogramBins(lower: -1, upper: 3, count: count)
    for i in 0..<2000 {
      let u = Double(i % 45 + i % 37 + i % 29) / 108
      bins.add(u * 3 - 1.2, toSecond: true)
      bins.add(u * 4 - 0.9, toSecond: false)
    }
    return bins
  }

  @Test func show() {
    for ascii in [false, true] {
      for layout in [Histogram.Layout.mirrored, .overlaid] {
        let h = Histogram(
          bins: Self.bins(24), firstName: "members", secondName: "non-members", layout: layout,
          threshold: .init(value: 1.35, label: "t = 1.35"))
        print(
          picture(64, 12, ascii: ascii) { h.draw(in: $0, on: &$1, look: $2) }.joined(
            separator: "\n"))
      }
      let h = Histogram(
        bins: Self.bins(16), firstName: "members", secondName: "non-members", layout: .sideways,
        threshold: .init(value: 1.35))
      print(
        picture(28, 20, ascii: ascii) { h.draw(in: $0, on: &$1, look: $2) }.joined(separator: "\n"))
    }
  }
}
