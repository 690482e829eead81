import ArgumentParser

/// A share on the command line: `0.05`, or in percent, `5%`.
struct ShareArgument: ExpressibleByArgument {
  /// As it was written, for an error to quote.
  let text: String
  /// NaN if the text is no number: whoever knows the option's name refuses it with a remedy.
  let value: Double

  init(argument: String) {
    text = argument
    value = Self.number(argument) ?? .nan
  }

  init(_ value: Double) {
    text = String(value)
    self.value = value
  }

  var defaultValueDescription: String { text }

  /// Whether it is a word and no number, rightly written or not.
  var isWord: Bool { value.isNaN && text.first?.isLetter == true && text.lowercased() != "nan" }

  /// The number that a share or a percentage stands for.
  static func number(_ text: String) -> Double? {
    // Divided, not multiplied by 0.01: 0.1% must be exactly 0.001.
    text.hasSuffix("%") ? Double(text.dropLast()).map { $0 / 100 } : Double(text)
  }

  /// Refuses what is not from 0 to 1.
  func checkRate(_ option: String) throws(ValidationError) {
    guard value >= 0, value <= 1 else {
      throw ValidationError("\(option): '\(text)' is no rate; give 0 to 1, or percent: 0.01 or 1%")
    }
  }

  /// Refuses what is not between 0 and 1; `noun` says what it should have been.
  func checkInside(_ option: String, _ noun: String) throws(ValidationError) {
    guard value > 0, value < 1 else {
      throw ValidationError(
        "\(option): '\(text)' is no \(noun); give a number between 0 and 1, or percent")
    }
  }
}
