import Basics

/// Every attack there is, and how to find one by its spelling.
public enum AttackCatalog {
  /// The attacks, in the order they are listed.
  public static let all: [any Attack.Type] = [
    ErrorZone.self, SoftErrorZone.self, HardTokens.self, Loss.self, Perplexity.self,
    ReferenceDifference.self,
    ReferenceRatio.self, FLoRa.self, Zlib.self, ZlibLoRa.self, MinK.self, ReferenceMinK.self,
    MinKPlusPlus.self, GapK.self, Entropy.self, MaxRenyi.self, SurprisingTokens.self,
    WindowComparison.self,
    CorpusCalibration.self, RelativeMembership.self, LikelihoodRatio.self, Lowercase.self,
    Neighborhood.self, ReCaLL.self, ConReCall.self, ProbabilityVariation.self,
  ]

  /// Every attack with its defaults, without those that rank just as another one.
  public static var defaults: [any Attack] {
    all.filter { $0.card.ranksAs == nil }.map { $0.init() }
  }

  /// The attack a spelling such as `min-k:k=10` names.
  ///
  /// - Throws: `AttackSpellingError` with the nearest known word.
  public static func attack(_ spelling: String) throws(AttackSpellingError) -> any Attack {
    let parts = spelling.split(separator: ":", omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let type = all.first(where: { $0.card.id == name }) else {
      throw .unknownAttack(name, known: all.map { $0.card.id })
    }
    return try type.init(settings: Array(parts.dropFirst()))
  }

  /// The attacks of a comma-separated list; `all` stands for `defaults`.
  ///
  /// - Throws: `AttackSpellingError` for the first spelling that is not understood.
  public static func attacks(_ list: String) throws(AttackSpellingError) -> [any Attack] {
    var attacks: [any Attack] = []
    for spelling in list.split(separator: ",", omittingEmptySubsequences: false) {
      let word = spelling.trimmed()
      let found = word == "all" ? defaults : [try attack(word)]
      for attack in found where !attacks.contains(where: { $0.spelling == attack.spelling }) {
        attacks.append(attack)
      }
    }
    return attacks
  }
}

/// Why a spelling names no attack.
public enum AttackSpellingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No attack has this name.
  case unknownAttack(String, known: [String])
  /// The attack has no such parameter.
  case unknownParameter(String, attack: String, known: [String])
  /// The parameter does not allow this value.
  case badValue(String, parameter: String, attack: String, allowed: String)
  /// The parameter is given more than once.
  case repeatedParameter(String, attack: String)

  /// What is wrong and what would be right.
  public var description: String {
    switch self {
    case .unknownAttack(let name, let known):
      "no attack is named '\(name)'\(Self.hint(name, known)); known: \(known.joined(separator: ", "))"
    case .unknownParameter(let name, let attack, let known):
      known.isEmpty
        ? "\(attack) has no parameters, but '\(name)' was given"
        : "\(attack) has no parameter '\(name)'\(Self.hint(name, known)); "
          + "it has: \(known.joined(separator: ", "))"
    case .badValue(let value, let parameter, let attack, let allowed):
      "\(attack): \(parameter) cannot be '\(value)'"
        + "\(Self.hint(value, allowed.split(separator: "|").map(String.init))); allowed: \(allowed)"
    case .repeatedParameter(let name, let attack):
      "\(attack): \(name) is given more than once; give it once"
    }
  }

  private static func hint(_ word: String, _ known: [String]) -> String {
    nearestWord(to: word, in: known).map { " (did you mean '\($0)'?)" } ?? ""
  }
}
