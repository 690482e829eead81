import Basics
import Testing

@Suite struct NumberFormatTests {
  @Test(arguments: [
    (0.0, 2, "0.00"), (-0.001, 2, "0.00"), (1.005, 2, "1.00"), (1.115, 2, "1.11"),
    (0.125, 2, "0.12"), (0.375, 2, "0.38"), (-2.5, 0, "-2"), (3.5, 0, "4"), (0.9996, 3, "1.000"),
    (12.05, 3, "12.050"), (.nan, 1, "nan"), (-.infinity, 1, "-inf"), (1e300, 2, "1e+300"),
  ])
  func fixedRoundsAsPrintfDoes(value: Double, decimals: Int, text: String) {
    #expect(NumberFormat.fixed(value, decimals) == text)
  }

  @Test(arguments: [
    (1.25, "+1.2"), (-0.3, "-0.3"), (0.01, "0.0"), (0.0, "0.0"), (.infinity, "+inf"),
  ])
  func signed(value: Double, text: String) { #expect(NumberFormat.signed(value, 1) == text) }

  @Test(arguments: [
    (0, "0"), (999, "999"), (12431, "12,431"), (-1_000_000, "-1,000,000"),
    (Int.min, "-9,223,372,036,854,775,808"),
  ])
  func counts(value: Int, text: String) { #expect(NumberFormat.count(value) == text) }

  @Test(arguments: [
    (0, "0 canaries"), (1, "1 canary"), (2400, "2,400 canaries"),
  ])
  func counted(value: Int, text: String) {
    #expect(NumberFormat.counted(value, "canary", "canaries") == text)
    #expect(
      NumberFormat.counted(value, "text") == "\(text.split(separator: " ")[0]) text"
        + (value == 1 ? "" : "s"))
  }

  @Test(arguments: [
    (0.01, "1%", "1.0%"), (0.001, "0.1%", "0.1%"), (0.125, "12.5%", "12%"), (0, "0%", "0%"),
    (1e-9, "1.0e-7%", "0.0%"), (1, "100%", "100%"),
  ])
  func ratesAndShares(value: Double, rate: String, share: String) {
    #expect(NumberFormat.rate(value) == rate && NumberFormat.share(value) == share)
  }

  @Test(arguments: [
    (950, "950"), (12_431, "12.4k"), (999_949, "1.0M"), (123_456, "123k"), (-1200, "-1.2k"),
    (2_500_000_000, "2.5G"),
  ])
  func compact(value: Int, text: String) { #expect(NumberFormat.compact(value) == text) }

  @Test(arguments: [
    (0.5, "0.50"), (0.0412, "0.041"), (0.0009, "9.0e-4"), (3.21e-7, "3.2e-7"), (9.96e-5, "1.0e-4"),
    (0.0, "< 1e-300"), (.nan, "nan"), (4e-300, "4.0e-300"),
  ])
  func pValues(value: Double, text: String) { #expect(NumberFormat.pValue(value) == text) }

  @Test(arguments: [
    (8.2, "8s"), (80, "1m 20s"), (7505, "2h 05m"), (-1, "?"), (.nan, "?"), (59.6, "1m 00s"),
  ])
  func durations(value: Double, text: String) { #expect(NumberFormat.duration(value) == text) }

  @Test(arguments: [(0, "1", "1"), (1, "10", "10"), (-3, "10⁻³", "1e-3"), (12, "10¹²", "1e12")])
  func powers(exponent: Int, unicode: String, ascii: String) {
    #expect(NumberFormat.power(ofTen: exponent, ascii: false) == unicode)
    #expect(NumberFormat.power(ofTen: exponent, ascii: true) == ascii)
  }

  @Test func bytesPercentAndIntervals() {
    #expect(
      [NumberFormat.bytes(999), NumberFormat.bytes(1_234_567), NumberFormat.bytes(999_600)]
        == ["999 B", "1.2 MB", "1.0 MB"])
    #expect(NumberFormat.percent(0.12345) == "12.3%")
    #expect(NumberFormat.interval(0.79, 0.8336, 3) == "[0.790, 0.834]")
  }

  @Test(arguments: -300...300)
  func decadesAreExact(exponent: Int) {
    #expect(NumberFormat.decade(of: NumberFormat.powerOfTen(exponent)) == exponent)
  }

  @Test(arguments: [(0.01, "1%"), (0.001, "0.1%"), (0.0003, "0.03%"), (1, "100%"), (0, "0%")])
  func ratesHaveNoNeedlessZeros(_ rate: Double, _ text: String) {
    #expect(NumberFormat.rate(rate) == text)
  }
}
