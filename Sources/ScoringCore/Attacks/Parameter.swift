import Basics

/// A named, typed parameter of an attack: how it is read, spelled and explained.
public struct Parameter<Root>: Sendable {
  /// The name in spellings.
  public let name: String
  /// One line of explanation.
  public let help: String
  /// The allowed values in words, such as `1...100` or `paper|released`.
  public let allowed: String
  /// Whether the spelling carries it even at its default.
  public let alwaysSpelled: Bool
  let get: @Sendable (Root) -> String
  let set: @Sendable (inout Root, String) -> Bool

  /// An integer in a range.
  static func int(
    _ name: String, _ path: WritableKeyPath<Root, Int> & Sendable, _ range: ClosedRange<Int>,
    _ help: String, alwaysSpelled: Bool = false
  ) -> Parameter {
    Parameter(
      name: name, help: help, allowed: "\(range.lowerBound)...\(range.upperBound)",
      alwaysSpelled: alwaysSpelled,
      get: { String($0[keyPath: path]) },
      set: {
        guard let value = Int($1), range.contains(value) else { return false }
        $0[keyPath: path] = value
        return true
      })
  }

  /// A number in a range, whose ends are allowed.
  static func number(
    _ name: String, _ path: WritableKeyPath<Root, Double> & Sendable, _ range: ClosedRange<Double>,
    _ help: String, alwaysSpelled: Bool = false
  ) -> Parameter {
    Parameter(
      name: name, help: help,
      allowed: "\(spelled(range.lowerBound))...\(spelled(range.upperBound))",
      alwaysSpelled: alwaysSpelled,
      get: { spelled($0[keyPath: path]) },
      set: {
        guard let value = Double($1), range.contains(value) else { return false }
        $0[keyPath: path] = value
        return true
      })
  }

  /// The shortest digits of a number, without a fraction of 0.
  private static func spelled(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)"
  }

  /// One of a few words.
  static func choice<Choice: RawRepresentable & CaseIterable & Sendable>(
    _ name: String, _ path: WritableKeyPath<Root, Choice> & Sendable, _ help: String
  ) -> Parameter where Choice.RawValue == String {
    Parameter(
      name: name, help: help,
      allowed: Choice.allCases.map(\.rawValue).joined(separator: "|"), alwaysSpelled: false,
      get: { $0[keyPath: path].rawValue },
      set: {
        guard let value = Choice(rawValue: $1) else { return false }
        $0[keyPath: path] = value
        return true
      })
  }

  /// Anything that can be read from and written as one word.
  static func word<Value: LosslessStringConvertible & SendableMetatype>(
    _ name: String, _ path: WritableKeyPath<Root, Value> & Sendable, allowed: String,
    _ help: String
  ) -> Parameter {
    Parameter(
      name: name, help: help, allowed: allowed, alwaysSpelled: false,
      get: { $0[keyPath: path].description },
      set: {
        guard let value = Value($1) else { return false }
        $0[keyPath: path] = value
        return true
      })
  }
}

extension Attack {
  /// The canonical spelling: the name, then every parameter that is not at its default.
  public var spelling: String {
    let standard = Self()
    return Self.parameters.reduce(into: Self.card.id) { spelling, parameter in
      let value = parameter.get(self)
      if parameter.alwaysSpelled || value != parameter.get(standard) {
        spelling += ":\(parameter.name)=\(value)"
      }
    }
  }

  /// Every parameter's name and value.
  public var settings: [(name: String, value: String)] {
    Self.parameters.map { ($0.name, $0.get(self)) }
  }

  /// The attack with parameters set from `name=value` words.
  ///
  /// - Throws: `AttackSpellingError` naming the parameter and what it allows.
  init(settings: [Substring]) throws(AttackSpellingError) {
    self.init()
    var given: Set<String> = []
    for setting in settings {
      let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard let parameter = Self.parameters.first(where: { $0.name == name }) else {
        throw .unknownParameter(
          name, attack: Self.card.id, known: Self.parameters.map(\.name))
      }
      guard given.insert(name).inserted else {
        throw .repeatedParameter(name, attack: Self.card.id)
      }
      let value = parts.count == 2 ? String(parts[1]) : ""
      guard parameter.set(&self, value) else {
        throw .badValue(value, parameter: name, attack: Self.card.id, allowed: parameter.allowed)
      }
    }
  }
}
