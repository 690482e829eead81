/// Which sequences figures are over.
package enum Population: String, CaseIterable, Sendable {
  /// Those that the experiment's rules name.
  case primary
  /// All of known label.
  case all
}
