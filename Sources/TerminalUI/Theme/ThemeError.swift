/// Why a theme cannot be used; everything a user needs to mend it.
package struct ThemeError: Error, Hashable, CustomStringConvertible {
  /// The file, or `built in NAME`.
  package let source: String
  /// The line the mistake is on, from 1, where it is known.
  package let line: Int?
  /// What is wrong.
  package let problem: String
  /// What to do about it.
  package let remedy: String

  package var description: String {
    "\(source)\(line.map { ":\($0)" } ?? ""): \(problem); \(remedy)"
  }
}

/// Something in a theme that was left out of account.
package struct ThemeWarning: Hashable, Sendable, CustomStringConvertible {
  package let source: String
  package let line: Int?
  package let problem: String

  package var description: String { "\(source)\(line.map { ":\($0)" } ?? ""): \(problem)" }
}
