import Foundation
import Glibc

/// The `ezscope` that was built together with these tests, and what it needs to run.
enum Program {
  /// The program lies beside the test bundle, which is what runs the tests.
  static let path: String = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: own).deletingLastPathComponent().path + "/ezscope"
  }()

  static let sampleData: String = {
    let place = URL(fileURLWithPath: #filePath)
    return (0..<4).reduce(place) { place, _ in place.deletingLastPathComponent() }
      .appendingPathComponent("SampleData").path
  }()

  /// A home without settings, so that the user's own do not change what tests see.
  static let home: [String: String?] = [
    "HOME": "/nonexistent", "XDG_CONFIG_HOME": nil, "SWIFT_BACKTRACE": "enable=no",
    // Nothing can be kept there: every story begins afresh.
    "XDG_STATE_HOME": "/dev/null",
  ]

  /// Runs a command to its end: no terminal, no key.
  static func run(
    _ arguments: [String], environment: [String] = ["NO_COLOR=1"]
  ) throws -> Subprocess {
    try Subprocess.run(
      ["env", "-u", "XDG_CONFIG_HOME", "HOME=/nonexistent"] + environment + [path] + arguments)
  }

  /// A screen as `snapshot` prints it, by line; the terminal must show the same.
  static func snapshot(
    _ screen: String, of paths: [String], width: Int = 80, height: Int = 24, keys: String = ""
  ) throws -> String {
    let result = try run(
      [
        "snapshot", "--redact", "off", "--screen", screen, "--size", "\(width)x\(height)",
        "--keys", keys,
      ] + paths)
    guard result.status == 0 else { throw StoryError("snapshot: \(result.output)") }
    return result.output
  }
}

extension Story {
  /// The dashboard on `arguments`, in a terminal.
  convenience init(
    dashboard arguments: [String], width: Int = 80, height: Int = 24,
    environment: [String: String?] = [:], term: String = "tmux-256color"
  ) throws {
    try self.init(
      [Program.path] + arguments, width: width, height: height,
      environment: environment.merging(Program.home) { mine, _ in mine }, term: term)
  }

  /// Waits until the sample data is read and every run scored; the screen of runs must be open.
  @discardableResult
  func waitUntilReady() throws -> String {
    try wait("the figures of all runs that are in view, and the hints") { screen in
      screen.contains(" 0.920 ") && screen.contains(" 0.690 ") && screen.contains("help")
        && !screen.contains("Scoring") && !screen.contains("scoring")
    }
  }

  /// Waits until a tab is the current one.
  @discardableResult
  func wait(forTab title: String) throws -> String {
    try wait("the tab \(title)") { $0.prefix { $0 != "\n" }.contains("▌\(title)") }
  }

  /// Waits until the terminal shows this picture: nothing more, nothing less, nothing elsewhere.
  func wait(forPicture picture: String) throws {
    func rows(_ text: String) -> [Substring] {
      text.split(separator: "\n", omittingEmptySubsequences: false).map { row in
        row.lastIndex { $0 != " " }.map { row[...$0] } ?? ""
      }
    }
    let expected = rows(picture)
    let screen = try? wait("the picture") { rows($0) == expected }
    guard screen == nil else { return }
    let shown = rows(try self.screen())
    let different = zip(shown, expected).enumerated().filter { $0.element.0 != $0.element.1 }
      .map { "\($0.offset): shown    \($0.element.0)\n   expected \($0.element.1)" }
    throw StoryError(
      "\(shown.count) rows instead of \(expected.count), or these:\n"
        + different.joined(separator: "\n"))
  }

  /// Presses and releases the left button, or turns the wheel (64 up, 65 down) over a place.
  func mouse(_ button: Int = 0, column: Int, row: Int) throws {
    let place = "\(column + 1);\(row + 1)"
    try send(bytes: "\u{1B}[<\(button);\(place)M".utf8)
    if button < 64 { try send(bytes: "\u{1B}[<\(button);\(place)m".utf8) }
  }
}
