import Basics

/// A complete `CSI` (or `SS3`) sequence, taken apart.
struct ControlSequence {
  enum Meaning {
    case input(Input)
    case pasteBegins
    /// Known and of no interest: a key's release, a wheel's release.
    case nothing
  }

  /// One of `< = > ?` at the front: a private sequence.
  private var marker: UInt8?
  private var intermediates: [UInt8] = []
  /// Numbers between `;`, each with its `:` parts; an empty number is 0.
  private var parameters: [[Int]] = []
  private let final: UInt8
  private let text: String

  init(body: ArraySlice<UInt8>, final: UInt8) {
    self.final = final
    text = String(decoding: [UInt8(ascii: "[")] + body + [final], as: UTF8.self)
    var rest = body
    if let first = rest.first, (0x3C...0x3F).contains(first) {
      marker = first
      rest = rest.dropFirst()
    }
    intermediates = rest.filter { (0x20...0x2F).contains($0) }
    let numbers = rest.filter { (0x30...0x3B).contains($0) }
    guard !numbers.isEmpty else { return }
    parameters = numbers.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
      .map { group in
        group.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
          .map(Self.number)
      }
  }

  /// Saturates: sixty digits are not a column.
  private static func number(_ digits: some Sequence<UInt8>) -> Int {
    digits.reduce(0) { min($0 * 10 + Int($1 - 0x30), 0x1F_FFFF) }
  }

  private func parameter(_ index: Int, _ part: Int = 0) -> Int? {
    guard index < parameters.count, part < parameters[index].count else { return nil }
    return parameters[index][part]
  }

  var meaning: Meaning {
    if marker == UInt8(ascii: "<") { return mouse }
    guard marker == nil, intermediates.isEmpty else { return .input(.reply(text)) }
    // Kitty's protocol reports releases (event 3) only when asked; they are never presses.
    if parameter(1, 1) == 3 { return .nothing }
    switch final {
    case UInt8(ascii: "~"): return numbered
    case UInt8(ascii: "u"): return .input(unicode(parameter(0), shifted: parameter(0, 1)))
    case UInt8(ascii: "I") where parameters.isEmpty: return .input(.focus(true))
    case UInt8(ascii: "O") where parameters.isEmpty: return .input(.focus(false))
    case UInt8(ascii: "Z"): return .input(.key(.tab, modifiers.union(.shift)))
    case UInt8(ascii: "R") where parameter(0) != 1 && !parameters.isEmpty:
      return .input(.reply(text))
    default:
      guard let key = Self.letterKeys[final] else { return .input(.reply(text)) }
      return .input(.key(key, modifiers))
    }
  }

  /// The sequence read as `SS3`: the arrows and function keys of application mode, the keypad.
  var applicationKey: Input {
    if let key = Self.letterKeys[final] { return .key(key, applicationModifiers) }
    if final == UInt8(ascii: "M") { return .key(.enter, applicationModifiers) }
    // Keypad: `j` is `*`, up to `y`, which is `9`.
    if (UInt8(ascii: "j")...UInt8(ascii: "y")).contains(final) {
      let scalar = Unicode.Scalar(final - 0x40)
      return .key(.character(Character(scalar)), applicationModifiers)
    }
    return .reply("O" + text.dropFirst())
  }

  private var modifiers: Modifiers { Self.modifiers(parameter(1) ?? 1) }

  /// `SS3 5 P` and `SS3 1 ; 5 P` both mean Ctrl-F1.
  private var applicationModifiers: Modifiers {
    Self.modifiers(parameter(1) ?? parameter(0) ?? 1)
  }

  /// A report is 1 plus the bits shift 1, alt 2, control 4, super 8, hyper 16, meta 32.
  private static func modifiers(_ report: Int) -> Modifiers {
    let bits = max(0, report - 1)
    var modifiers = Modifiers(rawValue: UInt8(bits & 7))
    if bits & 32 != 0 { modifiers.insert(.alt) }
    return modifiers
  }

  private var mouse: Meaning {
    guard let code = parameter(0), let column = parameter(1), let row = parameter(2),
      intermediates.isEmpty, final == UInt8(ascii: "M") || final == UInt8(ascii: "m")
    else { return .input(.reply(text)) }
    let mouse = Mouse(
      sgr: code, column: column, row: row, isRelease: final == UInt8(ascii: "m"))
    return mouse.map { .input(.mouse($0)) } ?? .nothing
  }

  private var numbered: Meaning {
    switch parameter(0) {
    case 200: return .pasteBegins
    case 201: return .nothing
    // xterm's modifyOtherKeys: `CSI 27 ; modifiers ; scalar ~`.
    case 27 where parameters.count == 3: return .input(unicode(parameter(2), shifted: nil))
    case let number?:
      guard let key = Self.numberedKeys[number] else { return .input(.reply(text)) }
      return .input(.key(key, modifiers))
    case nil: return .input(.reply(text))
    }
  }

  private func unicode(_ code: Int?, shifted: Int?) -> Input {
    guard let code else { return .reply(text) }
    if let key = Self.unicodeKeys[code] { return .key(key, modifiers) }
    let isShifted = modifiers.contains(.shift) && !modifiers.contains(.control)
    let chosen = isShifted ? (shifted ?? code) : code
    // Kitty keeps its keys without a character (Caps Lock, media keys) in the private use area.
    guard chosen >= 0x20, !(0xE000...0xF8FF).contains(chosen), let value = UInt32(exactly: chosen),
      let scalar = Unicode.Scalar(value)
    else { return .reply(text) }
    return .key(.character(Character(scalar)), modifiers)
  }

  private static let letterKeys: [UInt8: Key] = [
    UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down,
    UInt8(ascii: "C"): .right, UInt8(ascii: "D"): .left,
    UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end,
    UInt8(ascii: "P"): .function(1), UInt8(ascii: "Q"): .function(2),
    UInt8(ascii: "R"): .function(3), UInt8(ascii: "S"): .function(4),
  ]

  private static let numberedKeys: [Int: Key] = [
    1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
    11: .function(1), 12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5),
    17: .function(6), 18: .function(7), 19: .function(8), 20: .function(9), 21: .function(10),
    23: .function(11), 24: .function(12), 25: .function(13), 26: .function(14),
    28: .function(15), 29: .function(16), 31: .function(17), 32: .function(18),
    33: .function(19), 34: .function(20),
  ]

  private static let unicodeKeys: [Int: Key] = [
    9: .tab, 13: .enter, 27: .escape, 8: .backspace, 127: .backspace, 57_414: .enter,
  ]
}
