import Foundation

/// How long the real program takes to its first frame and its screens, and what it costs at rest.
enum LaunchBench {
  static func run() throws {
    let program = try besideThisProgram("ezscope")
    var (first, screens): ([Double], [Double]) = ([], [])
    for _ in 0..<7 {
      let session = try PseudoTerminalSession(program, width: 200, height: 60)
      defer { session.end() }
      first.append(try session.wait(for: "Sequences"))
      var seen = 0.0
      // Each screen's own words appear only once it has figures to show.
      for (key, words) in [
        ("1", "full-e3"), ("2", "Scores by"), ("3", "likely"), ("4", "false-positive rate"),
        ("5", "The same text"),
      ] {
        session.type(key)
        seen = try session.wait(for: words)
      }
      screens.append(seen)
    }
    printRow("launch to first frame, 200x60", "\(milliseconds(median(first)))", "aim: under 50 ms")
    printRow(
      "launch to all screens seen once", "\(milliseconds(median(screens)))",
      "aim: under 500 ms")
    try measureIdling(program)
  }

  private static func measureIdling(_ program: String) throws {
    let session = try PseudoTerminalSession(program, width: 120, height: 40)
    defer { session.end() }
    _ = try session.wait(for: "full-e3")
    sleep(2)
    let before = try session.processorTicks()
    sleep(10)
    printRow("processor ticks in 10 idle seconds", "\(try session.processorTicks() - before)")
  }

  static func besideThisProgram(_ name: String) throws -> String {
    let here = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let path = URL(fileURLWithPath: here).deletingLastPathComponent()
      .appendingPathComponent(name).path
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw BenchError(
        description: "\(path) is not built: swift build -c release --product \(name)")
    }
    return path
  }

  static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
  static func milliseconds(_ seconds: Double) -> String { "\(digits(seconds * 1e3, 1)) ms" }
}
