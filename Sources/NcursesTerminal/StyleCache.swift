internal import CTerminal
import Basics
import TerminalUI

/// What each style is to ncurses: attributes and a colour pair, made when first drawn.
struct StyleCache {
  struct Rendition {
    var attributes: attr_t
    var pair: Int32
  }

  private struct Pair: Hashable {
    var foreground: Int32
    var background: Int32
  }

  private var table: StyleTable?
  private var renditions: [Rendition?] = []
  private var pairs: [Pair: Int32] = [:]
  private let colors: Int32
  private let pairLimit: Int32
  private let hasDefaultColors: Bool
  private let isDirect: Bool

  /// Reads what the terminal offers; call it after `start_color`.
  init(isDirect: Bool, hasDefaultColors: Bool) {
    colors = ct_colors()
    pairLimit = ct_color_pairs()
    self.hasDefaultColors = hasDefaultColors
    self.isDirect = isDirect
  }

  /// Takes another theme's styles; true if the screen must be drawn whole because pairs ran out.
  mutating func use(_ table: StyleTable) -> Bool {
    self.table = table
    renditions = Array(repeating: nil, count: Style.count)
    // The pairs of the old theme stay, as cells on screen refer to them, unless they pile up.
    guard pairs.count > Int(min(pairLimit, 32_000)) / 2 else { return false }
    pairs = [:]
    reset_color_pairs()
    return true
  }

  mutating func rendition(of style: Style) -> Rendition {
    let index = style.index
    guard index < renditions.count else { return Rendition(attributes: ct_normal, pair: 0) }
    if let rendition = renditions[index] { return rendition }
    let rendition = resolve(style)
    renditions[index] = rendition
    return rendition
  }

  private mutating func resolve(_ style: Style) -> Rendition {
    guard let table else { return Rendition(attributes: ct_normal, pair: 0) }
    let resolved = table[style]
    var attributes = ct_normal
    if resolved.attributes.contains(.bold) { attributes |= ct_bold }
    if resolved.attributes.contains(.dim) { attributes |= ct_dim }
    if resolved.attributes.contains(.underline) { attributes |= ct_underline }
    if resolved.attributes.contains(.reverse) { attributes |= ct_reverse }
    guard colors > 0, table.depth != .mono else {
      return Rendition(attributes: attributes, pair: 0)
    }
    var foreground = number(resolved.foreground)
    if colors < 16, case .index(let index) = resolved.foreground, (8..<16).contains(index) {
      // Eight colours: the bright ones are the plain ones in bold.
      attributes |= ct_bold
      foreground = Int32(index) - 8
    }
    let pair = pair(foreground, number(resolved.background))
    return Rendition(attributes: attributes, pair: pair)
  }

  private func number(_ color: Color) -> Int32 {
    switch color {
    case .default:
      return -1
    case .index(let index):
      let index = Int32(index)
      return index < colors ? index : index < 16 ? index - 8 : -1
    case .rgb(let rgb):
      guard isDirect else { return -1 }
      let value = Int32(rgb.red) << 16 | Int32(rgb.green) << 8 | Int32(rgb.blue)
      // Numbers below 256 are palette places. 16 is black there; the darkest blues get one step
      // of green.
      if value == 0 { return 16 }
      return value < 256 ? value | 0x100 : value
    }
  }

  private mutating func pair(_ foreground: Int32, _ background: Int32) -> Int32 {
    var wanted = Pair(foreground: foreground, background: background)
    if !hasDefaultColors {
      if wanted.foreground < 0 { wanted.foreground = Int32(COLOR_WHITE) }
      if wanted.background < 0 { wanted.background = Int32(COLOR_BLACK) }
    }
    if wanted.foreground < 0, wanted.background < 0 { return 0 }
    if let known = pairs[wanted] { return known }
    let number = Int32(pairs.count + 1)
    guard number < pairLimit,
      init_extended_pair(number, wanted.foreground, wanted.background) == OK
    else { return 0 }
    pairs[wanted] = number
    return number
  }
}
