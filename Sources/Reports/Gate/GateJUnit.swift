import Analysis
import ScoringCore
import TerminalUI

extension GateReport {
  /// JUnit's XML: a suite with one case a check.
  package var junit: String {
    let failures = verdicts.count { $0.outcome != .passed }
    var lines = [
      #"<?xml version="1.0" encoding="UTF-8"?>"#,
      #"<testsuite name="ezscope gate" tests="\#(verdicts.count)" failures="\#(failures)">"#,
    ]
    for verdict in verdicts {
      let name = Self.xml(verdict.title)
      let head = #"  <testcase classname="\#(Self.xml(verdict.run))" name="\#(name)""#
      let doubts = verdict.doubts.map { Self.xml($0.sentence) }.joined(separator: "\n")
      let output = doubts.isEmpty ? [] : ["    <system-out>doubtful: \(doubts)</system-out>"]
      if verdict.outcome == .passed {
        lines += output.isEmpty ? [head + "/>"] : [head + ">"] + output + ["  </testcase>"]
      } else {
        lines.append(head + ">")
        lines.append(
          #"    <failure type="\#(verdict.outcome.rawValue)" message="\#(Self.xml(verdict.reason))"/>"#
        )
        lines += output + ["  </testcase>"]
      }
    }
    return (lines + ["</testsuite>", ""]).joined(separator: "\n")
  }

  private static func xml(_ text: String) -> String {
    Sanitize.text(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
  }
}
