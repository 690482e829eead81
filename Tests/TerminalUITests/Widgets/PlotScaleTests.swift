import Testing

@testable import TerminalUI

@Suite struct PlotScaleTests {
  @Test(arguments: [
    (PlotScale.linear(0, 1), 6, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    (.linear(0, 1), 3, ["0.0", "0.5", "1.0"]),
    (.linear(0, 1), 2, ["0", "1"]),
    (.linear(-3.2, 7.9), 4, ["0", "5"]),
    (.linear(-3.2, 7.9), 8, ["-2", "0", "2", "4", "6"]),
    (.linear(1200, 1900), 5, ["1200", "1400", "1600", "1800"]),
    (.linear(4, 4), 2, ["4"]),
    (.linear(-1e308, 1e308), 2, ["0", "1"]),
    (.linear(.nan, 1), 2, ["0", "1"]),
    (.log10(1e-3, 1), 6, ["10⁻³", "10⁻²", "10⁻¹", "1"]),
    (.log10(1e-4, 1), 3, ["10⁻⁴", "10⁻²", "1"]),
    (.log10(0.0004, 1), 6, ["10⁻³", "10⁻²", "10⁻¹", "1"]),
    (.log10(0.2, 0.9), 6, ["0.2", "0.5"]),
    (.log10(10, 5000), 6, ["10", "10²", "10³"]),
    (.log10(0, .nan), 6, ["10⁻³", "10⁻²", "10⁻¹", "1"]),
  ])
  func ticksFallOnRoundValues(scale: PlotScale, limit: Int, labels: [String]) {
    #expect(scale.ticks(limit: limit).map(\.label) == labels)
  }

  @Test func asciiTicksAndNone() {
    #expect(
      PlotScale.log10(1e-3, 1).ticks(limit: 4, ascii: true).map(\.label)
        == ["1e-3", "1e-2", "1e-1", "1"])
    #expect(PlotScale.linear(0, 1).ticks(limit: 0).isEmpty)
  }

  @Test(arguments: [PlotScale.linear(-2, 5), .log10(1e-4, 1), .linear(3, 3)])
  func valueInvertsFraction(scale: PlotScale) throws {
    for step in 0...20 {
      let fraction = Double(step) / 20
      let back = try #require(scale.fraction(scale.value(at: fraction)))
      #expect(abs(back - fraction) < 1e-9)
    }
  }

  @Test func valuesBeyondTheFloorAreClamped() {
    let scale = PlotScale.log10(1e-3, 1)
    #expect(scale.clamped(0) == 0)
    #expect(scale.clamped(1e-9) == 0)
    #expect(scale.clamped(7) == 1)
    #expect(scale.clamped(.nan) == nil)
    #expect(!scale.contains(1e-4))
  }

  @Test(arguments: 1...12)
  func neverMoreTicksThanAsked(limit: Int) {
    for scale in [
      PlotScale.linear(0, 1), .linear(-1e-7, 3e-7), .linear(99, 1e6), .log10(1e-9, 1),
      .log10(0.3, 0.4), .log10(0.05, 2),
    ] {
      #expect(scale.ticks(limit: limit).count <= limit)
    }
  }
}
