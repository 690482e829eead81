import Analysis
import Dashboard
import Foundation
import TerminalUI
import Testing

@testable import ezscope

/// Every screen on the sample data, as text and by role, compared with what was looked at and kept.
///
/// `RECORD_SNAPSHOTS=1 swift test --filter ScreenSnapshotTests` records them anew: look at each
/// difference before you commit it.
@Suite struct ScreenSnapshotTests {
  static let sizes = [(80, 24), (120, 40), (200, 60)]

  @Test(arguments: ScreenID.allCases, sizes)
  func looksAsRecorded(_ screen: ScreenID, _ size: (width: Int, height: Int)) throws {
    let frame = try Self.frame(screen, Size(width: size.width, height: size.height))
    let name = "\(screen.rawValue)-\(size.width)x\(size.height).txt"
    let file = Self.folder.appendingPathComponent(name)
    let drawn = frame.text() + "\n" + frame.roles() + "\n"
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
      try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
      try drawn.write(to: file, atomically: true, encoding: .utf8)
      return
    }
    let kept = try String(contentsOf: file, encoding: .utf8)
    #expect(drawn == kept, "\(Self.firstDifference(kept, drawn))")
  }

  /// The sequences screen is left on the first text with an error zone, which Tokens and Compare show.
  private static func frame(_ screen: ScreenID, _ size: Size) throws -> Frame {
    var dashboard = HeadlessDashboard(
      size: size, keymap: try DashboardKeymap.standard(), glyphs: GlyphSet.unicode)
    let sample = try #require(try? loaded.get())
    dashboard.open(sample.snapshot, order: sample.order) { sample.analyses[$0] }
    if screen == .tokens {
      dashboard.show(.sequences)
      let keys = ["f"] + "class=ordinary".map(String.init) + ["enter", "enter"]
      for key in keys { dashboard.press(try #require(Chord(key))) }
    }
    dashboard.show(screen)
    return dashboard.state.view()
  }

  private struct Sample: Sendable {
    var snapshot: ExperimentSnapshot
    var order: [Int]
    var analyses: [Int: RunAnalysis]
  }

  /// Opened and scored once for all pictures.
  private static let loaded: Result<Sample, any Error> = Result {
    let experiment = try LoadedExperiment(paths: [sampleData.path])
    var analyses: [Int: RunAnalysis] = [:]
    for run in experiment.scoringOrder { analyses[run] = experiment.analysis(ofRun: run) }
    return Sample(
      snapshot: experiment.snapshot, order: experiment.scoringOrder, analyses: analyses)
  }

  private static let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  private static let folder = here.appendingPathComponent("Snapshots")
  private static let sampleData = here.appendingPathComponent("../../../SampleData")

  private static func firstDifference(_ kept: String, _ drawn: String) -> String {
    let (old, new) = (kept.split(separator: "\n"), drawn.split(separator: "\n"))
    for (row, (left, right)) in zip(old, new).enumerated() where left != right {
      return "row \(row + 1)\nkept:  \(left)\ndrawn: \(right)"
    }
    return "\(old.count) rows were kept, \(new.count) drawn"
  }
}
