import ScoringCore
import TestSupport

@testable import EvidenceIO

/// What figures of worked examples are computed from, and how a figure is named.
///
/// A figure is spelled as an attack is: a name, then parameters, as in `tpr:fpr=0.1`.
struct WorkedFigures {
  /// The evidence above the table, if that is what stands there.
  var evidence: EvidenceTable?
  /// The scores above the table, if that is what stands there.
  var scores: ScoreTable?
  /// The rows of other data above the table: a header and numbers.
  var rows: [[String]] = []

  init(_ example: WorkedExample) throws {
    let folder = try TemporaryFolder()
    var options = IngestOptions()
    options.strict = true
    if !example.frequencies.isEmpty {
      options.tokenFrequencies = try folder.write("counts.csv", example.frequencies + "\n")
    }
    guard example.language == "jsonl" || example.data.hasPrefix("id,") else {
      rows = example.data.split(separator: "\n").map {
        $0.split(separator: ",").map(String.init)
      }
      return
    }
    let path = try folder.write("example.\(example.language)", example.data + "\n")
    switch try ExperimentReader.open(path, options: options).experiment.runs.first {
    case .evidence(let table): evidence = table
    case .scores(let table): scores = table
    case nil: throw FigureProblem("no run")
    }
  }

  /// What differs between a table of figures and what is computed.
  ///
  /// With two columns a row is a figure and its value. With more, a figure is the column's heading
  /// and the row's, joined by a colon.
  mutating func differences(_ table: [[String]]) -> [String] {
    let header = table[0]
    return table.dropFirst().flatMap { row in
      zip(header, row).dropFirst().compactMap { heading, expected in
        let spelling = header.count == 2 ? row[0] : "\(heading):\(row[0])"
        do {
          let actual = try value(spelling)
          return agrees(expected, actual) ? nil : "\(spelling): \(actual), not \(expected)"
        } catch {
          return "\(spelling): \(error)"
        }
      }
    }
  }

  /// Every figure by its name.
  static let vocabulary = [
    curveFigures, testFigures, plainFigures, evidenceFigures, guardFigures,
    leakFigures,
  ].reduce(into: [String: Figure]()) { $0.merge($1) { first, _ in first } }

  /// A figure's value: a word, a number, or several with spaces between.
  func value(_ spelling: String) throws -> String {
    var arguments = try FigureArguments(spelling)
    guard let figure = Self.vocabulary[arguments.name] else {
      throw FigureProblem("no figure is named \(arguments.name)")
    }
    let value = try figure(self, &arguments)
    try arguments.requireAllUsed()
    return value
  }

  typealias Figure = @Sendable (Self, inout FigureArguments) throws -> String

  /// The ranking of the scores: of the named column, or of the first.
  func ranking(_ arguments: inout FigureArguments) throws -> Ranking {
    guard let scores else { throw FigureProblem("no scores stand above") }
    let name = arguments.word("column", or: scores.columns.first?.attack ?? "")
    guard let column = scores.column(name) else { throw FigureProblem("no column \(name)") }
    let undefined = UndefinedPolicy(rawValue: arguments.word("undefined", or: "keep")) ?? .keep
    return Ranking(
      values: column.values, statuses: column.statuses, labels: scores.labels,
      undefined: undefined)
  }

  /// The curve of the scores.
  func roc(_ arguments: inout FigureArguments) throws -> ROC {
    guard let roc = ROC(try ranking(&arguments)) else { throw FigureProblem("one class only") }
    return roc
  }

  /// A column of other data.
  func column(_ name: String) throws -> [Double] {
    guard let place = rows.first?.firstIndex(of: name) else {
      throw FigureProblem("no column \(name)")
    }
    return rows.dropFirst().compactMap { Double($0[place]) }
  }
}

/// Why a figure cannot be computed.
struct FigureProblem: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// The name and the parameters of a figure, each of which must be used.
struct FigureArguments {
  let name: String
  private var given: [String: String] = [:]

  init(_ spelling: String) throws {
    let parts = spelling.split(separator: ":").map(String.init)
    name = parts.first ?? ""
    for part in parts.dropFirst() {
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard pair.count == 2, given.updateValue(pair[1], forKey: pair[0]) == nil else {
        throw FigureProblem("cannot read \(part)")
      }
    }
  }

  mutating func word(_ key: String, or standard: String) -> String {
    given.removeValue(forKey: key) ?? standard
  }

  mutating func number(_ key: String, or standard: Double? = nil) throws -> Double {
    guard let value = given.removeValue(forKey: key) ?? standard.map({ "\($0)" }),
      let number = Double(value)
    else { throw FigureProblem("needs \(key)") }
    return number
  }

  /// Numbers joined by dashes.
  mutating func numbers(_ key: String) throws -> [Double] {
    word(key, or: "").split(separator: "-").compactMap { Double($0) }
  }

  func requireAllUsed() throws {
    guard given.isEmpty else { throw FigureProblem("knows no \(given.keys.sorted())") }
  }
}

/// The cell of an interval.
func cell(_ interval: Interval?) -> String {
  interval.map { "[\($0.lower), \($0.upper)]" } ?? "none"
}

/// The cell of numbers.
func cell(_ numbers: [Double]) -> String { numbers.map { "\($0)" }.joined(separator: " ") }

/// The cell of a number that may be missing.
func cell(_ number: Double?) -> String { number.map { "\($0)" } ?? "none" }
