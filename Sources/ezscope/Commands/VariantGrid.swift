import ScoringCore

/// The variants of a sweep: every combination of the values its parameters are to take.
struct VariantGrid {
  /// Canonical spellings, each once, in the order tried.
  let variants: [String]
  /// The variant others are compared with: the first attack with what is swept at its default.
  let baseline: String
  /// The names of the parameters that vary.
  let parameters: [String]

  /// More variants than this are a mistake, or a search that no half can judge.
  private static let most = 1000

  /// Reads `min-k:k=5..50..5,...` and `k=5,10,20`.
  init(_ list: String, over: [String]) throws(CommandError) {
    var extra: [(name: String, values: [String])] = []
    for item in over {
      let parts = item.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw .usage("--over: '\(item)' is no parameter with values, such as k=5,10,20")
      }
      var values: [String] = []
      for word in parts[1].split(separator: ",") { values += try Self.values(String(word)) }
      guard !values.isEmpty else { throw .usage("--over: '\(item)' has no values") }
      extra.append((parts[0], values))
    }
    var names: [String] = []
    var variants: [String] = []
    var baselines: [String] = []
    for spelling in list.split(separator: ",").map(String.init) {
      var settings = extra
      var fixed: [String] = []
      let parts = spelling.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      for part in parts.dropFirst() {
        let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
        let values = pair.count == 2 ? try Self.values(pair[1]) : []
        if values.count > 1 {
          settings.insert((pair[0], values), at: settings.count - extra.count)
        } else {
          fixed.append(part)
        }
      }
      for name in settings.map(\.name) where !names.contains(name) { names.append(name) }
      let start = ([parts.first ?? ""] + fixed).joined(separator: ":")
      let combinations = settings.reduce([start]) { heads, setting in
        heads.flatMap { head in setting.values.map { "\(head):\(setting.name)=\($0)" } }
      }
      guard variants.count + combinations.count <= Self.most else {
        throw .usage(
          "that is more than \(Self.most) variants; no half could tell the best from the luckiest")
      }
      baselines.append(try Self.canonical(start))
      for combination in combinations {
        let spelling = try Self.canonical(combination)
        if !variants.contains(spelling) { variants.append(spelling) }
      }
    }
    guard let baseline = baselines.first else { throw .usage("--attack: name an attack") }
    if !variants.contains(baseline) { variants.insert(baseline, at: 0) }
    guard variants.count > 1 else {
      throw .usage(
        "there is one variant only, \(baseline); give a parameter several values, as in "
          + "'min-k:k=5..50..5' or --over k=5,10,20")
    }
    self.variants = variants
    self.baseline = baseline
    parameters = names
  }

  private static func canonical(_ spelling: String) throws(CommandError) -> String {
    do throws(AttackSpellingError) {
      return try AttackCatalog.attack(spelling).spelling
    } catch {
      throw .usage("\(error); see ezscope attacks")
    }
  }

  /// `5..50..5` counts from 5 to 50 in fives, `a|b` is a and b; anything else is itself.
  static func values(_ text: String) throws(CommandError) -> [String] {
    if text.contains("|") { return text.split(separator: "|").map(String.init) }
    let ends = text.split(separator: "..", omittingEmptySubsequences: false)
    guard ends.count > 1 else { return [text] }
    let numbers = ends.compactMap { Double($0) }
    guard numbers.count == ends.count, ends.count <= 3, numbers[0] <= numbers[1],
      numbers.count < 3 || numbers[2] > 0
    else {
      throw .usage("'\(text)' is no range; write first..last or first..last..step")
    }
    let step = numbers.count == 3 ? numbers[2] : 1
    let count = ((numbers[1] - numbers[0]) / step * (1 + 1e-12)).rounded(.down)
    guard count < Double(most) else { throw .usage("'\(text)' has more than \(most) values") }
    return (0...Int(count)).map { index in
      let value = numbers[0] + Double(index) * step
      // Steps such as 0.1 must not be spelled 0.30000000000000004.
      return Int(exactly: value).map(String.init) ?? shortest(value)
    }
  }

  private static func shortest(_ value: Double) -> String {
    let rounded = (value * 1e9).rounded() / 1e9
    return rounded.isFinite ? rounded.description : value.description
  }
}
