import Analysis
import Basics
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
    lines += properties
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

  /// Where the verdicts come from.
  private var properties: [String] {
    guard let provenance else { return [] }
    let inputs = provenance.inputs.map { ("input", "\($0.name) sha256 \($0.sha256)") }
    let all =
      [
        ("ezscope", provenance.version), ("command", provenance.command.joined(separator: " ")),
      ] + inputs
    return ["  <properties>"]
      + all.map { #"    <property name="\#($0)" value="\#(Self.xml($1))"/>"# }
      + ["  </properties>"]
  }

  private static func xml(_ text: String) -> String { SafeText.html(Sanitize.text(text)) }
}
