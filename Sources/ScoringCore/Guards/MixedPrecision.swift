/// Whether log-probabilities of two models come from different number formats.
///
/// bfloat16 rounds a log-probability of 5 nats by up to 0.016: a shift against a model that ran in
/// float32 is then partly rounding, and small shifts turn into ties.
public struct MixedPrecision: Hashable, Sendable {
  /// The share of values on a format's grid from which they are taken to come from it.
  public static let share = 0.99
  /// The fewest values that can show a grid.
  public static let fewest = 100

  /// One model's number format.
  public struct Side: Hashable, Sendable {
    /// What sentences call the model, such as `target`.
    public let name: String
    /// What the metadata says.
    public let declared: String?
    /// The shorter format whose grid the values lie on, or `float32`; nil for too few values.
    public let found: String?

    /// Judges a model by what is said of it and by its values.
    public init(_ name: String, declared: String?, grid: EvidenceSurvey.Grid?) {
      self.name = name
      self.declared = declared.map(Self.canonical)
      guard let grid, grid.count >= MixedPrecision.fewest else {
        found = nil
        return
      }
      let needed = MixedPrecision.share * Double(grid.count)
      found =
        Double(grid.bfloat16) >= needed
        ? "bfloat16" : Double(grid.float16) >= needed ? "float16" : "float32"
    }

    /// One spelling for the usual names of a format.
    private static func canonical(_ name: String) -> String {
      var name = name.lowercased()
      if name.hasPrefix("torch.") { name.removeFirst(6) }
      switch name {
      case "bf16": return "bfloat16"
      case "fp16", "half", "f16": return "float16"
      case "fp32", "float", "f32", "single": return "float32"
      default: return name
      }
    }
  }

  /// The models that are compared.
  public let sides: [Side]

  /// Compares models.
  public init(_ sides: [Side]) { self.sides = sides }

  private var declared: [Side] { sides.filter { $0.declared != nil } }
  private var found: [Side] { sides.filter { $0.found != nil } }

  /// Whether the metadata or the values show different formats.
  public var isMixed: Bool {
    Set(declared.map(\.declared)).count > 1 || Set(found.map(\.found)).count > 1
  }

  /// What was found, in words.
  public var finding: GuardFinding {
    guard declared.count > 1 || found.count > 1 else {
      return .notChecked(
        .mixedPrecision,
        because: "neither metadata nor enough log-probabilities tell two models' number formats")
    }
    let valuesDiffer = Set(found.map(\.found)).count > 1
    let shown = isMixed ? (valuesDiffer ? found : declared) : found.count > 1 ? found : declared
    let isByValue = isMixed ? valuesDiffer : found.count > 1
    let list = shown.map { "\($0.name) \((isByValue ? $0.found : $0.declared) ?? "")" }
      .joined(separator: ", ")
    let source = isByValue ? "by the values' rounding" : "by the metadata"
    let sentence =
      isMixed
      ? "Number formats differ \(source) (\(list)): small shifts are rounding and not memory, and "
        + "coarse values tie. Run the model passes in one format, best float32."
      : "Number formats agree \(source) (\(list))."
    return GuardFinding(
      .mixedPrecision, isMixed ? .tripped : .passed, sentence: sentence,
      summary: "number formats differ (\(list))")
  }
}
