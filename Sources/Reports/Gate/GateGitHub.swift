import Analysis
import ScoringCore
import TerminalUI

extension GateReport {
  /// Annotations as GitHub's runners read them from standard output.
  package var github: String {
    byRun.map { verdicts in
      verdicts.map {
        Self.annotation($0.outcome == .passed ? "notice" : "error", $0.reason)
      }.joined()
        + Self.doubts(verdicts).map {
          Self.annotation("warning", "\(verdicts[0].run): doubtful: \($0)")
        }.joined()
    }.joined()
  }

  private static func annotation(_ kind: String, _ text: String) -> String {
    let message = Sanitize.text(text)
      .replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    return "::\(kind) title=ezscope gate::\(message)\n"
  }
}
