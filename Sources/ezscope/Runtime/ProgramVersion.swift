import Basics
import CBuild

/// What `--version` answers.
enum ProgramVersion {
  static let answer = described(String(cString: cb_source()))

  /// The version with the commit and day that it was built from, or that nobody said which.
  ///
  /// - Parameter source: a commit's hash, `-modified` behind it if the sources differed from it, and
  ///   the commit's day: `HASH 2026-01-31`.
  static func described(_ source: String) -> String {
    guard
      let match = source.wholeMatch(of: #/([0-9a-f]{12})[0-9a-f]*(-modified)? (\d{4}-\d\d-\d\d)/#)
    else {
      return "ezscope \(ToolVersion.current) (unknown commit)"
    }
    return "ezscope \(ToolVersion.current) (commit \(match.1) of \(match.3)"
      + (match.2 == nil ? ")" : ", modified)")
  }
}
