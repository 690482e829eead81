import Analysis
import Dashboard
import EvidenceIO
import Foundation
import ScoringCore
import TerminalUI

/// How long a frame takes to draw, for every screen, on the sample data.
enum FrameBench {
  static func run() throws {
    let folder = "SampleData"
    guard FileManager.default.fileExists(atPath: folder + "/experiment.toml") else {
      throw BenchError(description: "run it where SampleData lies")
    }
    let opened = try ExperimentReader.open([folder])
    let snapshot = ExperimentSnapshot(opened.experiment)
    let keymap = try DashboardKeymap.standard()
    for size in [Size(width: 80, height: 24), Size(width: 200, height: 60)] {
      var dashboard = HeadlessDashboard(size: size, keymap: keymap, glyphs: GlyphSet.unicode)
      dashboard.open(snapshot) { run in
        let source = snapshot.runs[run]
        let metadata =
          if case .evidence(let table) = source { MetadataReader.read(table) } else {
            Metadata(columns: [])
          }
        return RunAnalysis.make(source, metadata: metadata, primary: snapshot.primary)
      }
      for screen in ScreenID.allCases {
        dashboard.show(screen)
        let state = dashboard.state
        let seconds = Timing.median(of: 21) { blackHole(state.view().size) }
        printRow(
          "\(screen.title), \(size.width)x\(size.height)", "\(digits(seconds * 1e3, 3)) ms",
          size.width == 200 ? "aim: under 2 ms" : "")
      }
    }
  }
}
