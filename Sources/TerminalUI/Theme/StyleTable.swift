import Basics

/// What a style comes to on a terminal.
package struct ResolvedStyle: Hashable, Sendable {
  package var foreground: Color
  package var background: Color
  package var attributes: Emphasis

  package init(foreground: Color, background: Color, attributes: Emphasis) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }
}

/// Every style of a theme at one colour depth, worked out once so that drawing only looks up.
package struct StyleTable: Sendable {
  /// The depth its colours are for: the terminal's, or less where the theme uses less.
  package let depth: ColorDepth
  private let styles: [ResolvedStyle]

  init(theme: Theme, depth: ColorDepth) {
    let depth = min(depth, theme.maximumDepth)
    self.depth = depth
    let roles = Role.allCases.map { RoleColors(theme: theme, role: $0, depth: depth) }
    let text = roles[Role.text.index]
    var styles: [ResolvedStyle] = []
    styles.reserveCapacity(roles.count * (roles.count + 1))
    for surface in [nil] + roles.map(Optional.some) {
      for role in roles { styles.append(Self.resolve(role, on: surface, text: text)) }
    }
    self.styles = styles
  }

  package subscript(_ style: Style) -> ResolvedStyle {
    var resolved = styles[style.index >> 4]
    guard !style.emphasis.isEmpty else { return resolved }
    // Reversing what is reversed already must stay visible: it turns back.
    let reverses = resolved.attributes.symmetricDifference(style.emphasis).intersection(.reverse)
    resolved.attributes = resolved.attributes.union(style.emphasis).subtracting(.reverse)
      .union(reverses)
    return resolved
  }

  private static func resolve(
    _ role: RoleColors, on surface: RoleColors?, text: RoleColors
  ) -> ResolvedStyle {
    guard let surface else {
      return ResolvedStyle(
        foreground: role.foreground, background: role.background, attributes: role.attributes)
    }
    let attributes = role.attributes.union(surface.attributes).subtracting(.reverse)
      .union(role.attributes.symmetricDifference(surface.attributes).intersection(.reverse))
    if surface.attributes.contains(.reverse) {
      // One even bar: role colours would turn into patches of background, dim into mud.
      return ResolvedStyle(
        foreground: surface.foreground, background: surface.background,
        attributes: attributes.subtracting(.dim))
    }
    guard surface.background != .default else {
      return ResolvedStyle(
        foreground: role.foreground, background: role.background, attributes: attributes)
    }
    return ResolvedStyle(
      foreground: legible(role, on: surface, text: text), background: surface.background,
      attributes: attributes)
  }

  /// The role's colour where it can be seen on the surface, and else one that can.
  private static func legible(
    _ role: RoleColors, on surface: RoleColors, text: RoleColors
  ) -> Color {
    // What has no text of its own is the ground of graphics, which need less contrast than letters.
    guard surface.foreground == surface.background else {
      return role.isLegible(on: surface) ? role.foreground : surface.foreground
    }
    return role.isLegible(on: surface, contrast: 3) ? role.foreground : text.foreground
  }
}

/// A role's colours at one depth, with the luminance they come to.
private struct RoleColors {
  let foreground: Color
  let background: Color
  let attributes: Emphasis
  let foregroundLuminance: Double
  let backgroundLuminance: Double

  init(theme: Theme, role: Role, depth: ColorDepth) {
    let look = theme[role]
    foreground = look.foreground?.color(at: depth) ?? .default
    background = look.background?.color(at: depth) ?? .default
    attributes = look.attributes(at: depth)
    foregroundLuminance = foreground.nominal(default: theme.screenForeground).luminance
    backgroundLuminance = background.nominal(default: theme.screenBackground).luminance
  }

  /// Whether this role's text can be read on that surface.
  func isLegible(on surface: RoleColors, contrast: Double = 4.5) -> Bool {
    guard foreground != .default else { return false }
    let (text, ground) = (foregroundLuminance, surface.backgroundLuminance)
    return (max(text, ground) + 0.05) / (min(text, ground) + 0.05) >= contrast
  }
}

extension Style {
  /// How many different styles there are: backends may keep one entry for each.
  package static let count = (Role.allCases.count + 1) * Role.allCases.count << 4

  /// This style's place among all, from 0.
  package var index: Int {
    let surface = surface.map { $0.index + 1 } ?? 0
    return (surface * Role.allCases.count + role.index) << 4 | Int(emphasis.rawValue & 15)
  }
}

extension Theme {
  /// Every style at one depth.
  package func resolved(for depth: ColorDepth) -> StyleTable {
    StyleTable(theme: self, depth: depth)
  }
}
