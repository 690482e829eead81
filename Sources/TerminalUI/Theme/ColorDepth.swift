/// How many colours a terminal shows.
package enum ColorDepth: Int, CaseIterable, Comparable, Sendable {
  /// No colours, only attributes.
  case mono
  /// The sixteen ANSI colours.
  case c16
  /// The 256-colour palette of xterm.
  case c256
  /// 24-bit colours.
  case truecolor

  package static func < (left: ColorDepth, right: ColorDepth) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// What the user asked for with `--color`.
package enum ColorChoice: String, CaseIterable, Sendable {
  case auto
  case never
  case c16 = "16"
  case c256 = "256"
  case truecolor
}

extension ColorDepth {
  /// The depth to use: the user's choice, else `NO_COLOR`, else `COLORTERM`, else the terminal's
  /// own number of colours (terminfo's `colors`), else what its name in `TERM` says.
  package static func detect(
    choice: ColorChoice, environment: [String: String], terminalColors: Int? = nil
  ) -> ColorDepth {
    switch choice {
    case .never: return .mono
    case .c16: return .c16
    case .c256: return .c256
    case .truecolor: return .truecolor
    case .auto: break
    }
    if let value = environment["NO_COLOR"], !value.isEmpty { return .mono }
    let term = environment["TERM"] ?? ""
    if term == "dumb" { return .mono }
    if ["truecolor", "24bit"].contains(environment["COLORTERM"]) { return .truecolor }
    if let colors = terminalColors { return depth(colors: colors) }
    if term.isEmpty || term.hasPrefix("vt1") || term.hasSuffix("-mono") { return .mono }
    if term.hasSuffix("-direct") { return .truecolor }
    return term.contains("256color") ? .c256 : .c16
  }

  private static func depth(colors: Int) -> ColorDepth {
    switch colors {
    case 0x100_0000...: .truecolor
    case 256...: .c256
    case 8...: .c16
    default: .mono
    }
  }
}
