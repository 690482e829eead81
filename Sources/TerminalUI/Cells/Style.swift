/// Attributes a view asks for itself, besides those its role carries.
package struct Emphasis: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let bold = Emphasis(rawValue: 1)
  package static let underline = Emphasis(rawValue: 2)
  package static let reverse = Emphasis(rawValue: 4)
  package static let dim = Emphasis(rawValue: 8)
}

/// How a cell is to look, in terms of meaning: a role, and optionally the surface it lies on.
///
/// A theme resolves it: foreground of `role`; background of `surface` if given, else of `role`;
/// attributes of both and of `emphasis`.
package struct Style: Hashable, Sendable {
  package var role: Role
  package var surface: Role?
  package var emphasis: Emphasis

  package init(_ role: Role, on surface: Role? = nil, _ emphasis: Emphasis = []) {
    self.role = role
    self.surface = surface
    self.emphasis = emphasis
  }

  package static let text = Style(.text)
}
