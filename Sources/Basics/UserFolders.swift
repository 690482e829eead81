/// Where a user's own files lie, as the XDG base directories say.
package struct UserFolders: Sendable {
  /// What a folder is for.
  package enum Purpose: Sendable {
    /// Settings: keys and themes.
    case config
    /// What the user made: verdicts.
    case data
    /// What can be made again.
    case cache
    /// What a later start goes on from.
    case state

    fileprivate var variable: String {
      switch self {
      case .config: "XDG_CONFIG_HOME"
      case .data: "XDG_DATA_HOME"
      case .cache: "XDG_CACHE_HOME"
      case .state: "XDG_STATE_HOME"
      }
    }

    fileprivate var standard: String {
      switch self {
      case .config: "/.config"
      case .data: "/.local/share"
      case .cache: "/.cache"
      case .state: "/.local/state"
      }
    }
  }

  private let environment: [String: String]

  package init(environment: [String: String]) { self.environment = environment }

  /// The program's folder for a purpose, such as `~/.config/ezscope`; nil without a home.
  ///
  /// Paths that are not absolute count as unset, as the specification demands.
  package func folder(_ purpose: Purpose) -> String? {
    if let base = environment[purpose.variable], base.hasPrefix("/") { return base + "/ezscope" }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return home + purpose.standard + "/ezscope"
  }
}
