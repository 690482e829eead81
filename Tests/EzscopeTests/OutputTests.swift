import Testing

@testable import ezscope

@Suite struct OutputTests {
  @Test(arguments: [
    (
      Console.Progress(task: "Scoring a", done: 500, total: 2000), 2.0,
      "Scoring a  25%  500 of 2,000 sequences, 250/s, 6s left"
    ),
    (
      Console.Progress(task: "Reading", done: 3_000_000, total: nil, unit: "bytes"), 1.5,
      "Reading  3.0 MB, 2.0 MB/s"
    ),
    (
      Console.Progress(task: "Comparing", done: 0, total: 8, unit: "attacks"), 0,
      "Comparing  0%  0 of 8 attacks"
    ),
  ])
  func progressHasRateAndTimeLeft(_ progress: Console.Progress, _ seconds: Double, _ line: String) {
    #expect(Console.line(progress, seconds: seconds) == line)
  }
}
