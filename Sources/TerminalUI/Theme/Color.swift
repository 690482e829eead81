import Basics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A colour as a terminal is told it.
package enum Color: Hashable, Sendable {
  /// The terminal's own foreground or background.
  case `default`
  /// A place in the 16- or 256-colour palette.
  case index(UInt8)
  case rgb(RGB)
}

/// A 24-bit sRGB colour.
package struct RGB: Hashable, Sendable {
  package var red: UInt8
  package var green: UInt8
  package var blue: UInt8

  package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// From `#rrggbb`; nil if it is not that.
  package init?(hex: some StringProtocol) {
    let digits = hex.utf8.dropFirst()
    guard hex.utf8.first == UInt8(ascii: "#"), digits.count == 6,
      digits.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
      let value = UInt32(hex.dropFirst(), radix: 16)
    else { return nil }
    self.init(UInt8(value >> 16), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF))
  }

  /// As `#rrggbb`.
  package var hex: String {
    let digits = Array("0123456789abcdef")
    return "#"
      + [red, green, blue].map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined()
  }

  /// The relative luminance of WCAG 2, 0 to 1.
  package var luminance: Double {
    func linear(_ value: UInt8) -> Double {
      let fraction = Double(value) / 255
      return fraction <= 0.04045 ? fraction / 12.92 : pow((fraction + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// The contrast ratio of WCAG 2 between two colours, 1 to 21.
  package func contrast(with other: RGB) -> Double {
    let (first, second) = (luminance, other.luminance)
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)
  }

  /// What xterm shows for a palette index; other terminals vary in the first sixteen.
  package static func palette(_ index: UInt8) -> RGB {
    switch index {
    case 0..<16:
      return ansi[Int(index)]
    case 16..<232:
      let steps: [UInt8] = [0, 95, 135, 175, 215, 255]
      let cube = Int(index) - 16
      return RGB(steps[cube / 36], steps[cube / 6 % 6], steps[cube % 6])
    default:
      let grey = 8 + 10 * (index - 232)
      return RGB(grey, grey, grey)
    }
  }

  private static let ansi = [
    RGB(0, 0, 0), RGB(205, 0, 0), RGB(0, 205, 0), RGB(205, 205, 0),
    RGB(0, 0, 238), RGB(205, 0, 205), RGB(0, 205, 205), RGB(229, 229, 229),
    RGB(127, 127, 127), RGB(255, 0, 0), RGB(0, 255, 0), RGB(255, 255, 0),
    RGB(92, 92, 255), RGB(255, 0, 255), RGB(0, 255, 255), RGB(255, 255, 255),
  ]

  /// The palette index in a range that looks most like this colour.
  func nearestIndex(in range: ClosedRange<UInt8>) -> UInt8 {
    func distance(_ index: UInt8) -> Int {
      let other = Self.palette(index)
      let red = Int(red) - Int(other.red)
      let green = Int(green) - Int(other.green)
      let blue = Int(blue) - Int(other.blue)
      return 3 * red * red + 6 * green * green + blue * blue
    }
    return range.min { distance($0) < distance($1) } ?? range.lowerBound
  }
}

extension Color {
  /// What the colour looks like on screen, given the terminal's own colour for `default`.
  package func nominal(default own: RGB) -> RGB {
    switch self {
    case .default: own
    case .index(let index): .palette(index)
    case .rgb(let rgb): rgb
    }
  }

  /// The sixteen ANSI colours by name, as themes write them.
  package static let ansiNames = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
    "light-black", "light-red", "light-green", "light-yellow", "light-blue", "light-magenta",
    "light-cyan", "light-white",
  ]
}
