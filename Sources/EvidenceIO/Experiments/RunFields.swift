import Basics
import ScoringCore

/// The keys of a run, the same in a manifest and in the metadata of a safetensors file.
enum RunFields {
  /// Keys with a place of their own in `Run`; all others are kept as details.
  static let known = [
    "name", "reference", "files", "scores", "method", "model", "parameters",
    "trainable_parameters", "epoch", "steps", "batch", "seen", "seed", "validation_loss",
    "precision",
  ]

  /// A run from its keys.
  static func run(
    _ members: [JSONValue.Member], fail: (String, String, String) -> IngestError
  ) throws(IngestError) -> Run {
    var run = Run(name: "")
    for member in members {
      let value = member.value
      switch member.key {
      case "name": run.name = try text(member, fail)
      case "reference": run.reference = try text(member, fail)
      case "files", "scores", "seen": break
      case "method": run.method = try method(member, fail)
      case "model": run.model = try text(member, fail)
      case "parameters": run.parameters = try count(member, fail)
      case "trainable_parameters": run.trainableParameters = try count(member, fail)
      case "seed": run.seed = try count(member, fail)
      case "epoch": run.epoch = try number(member, fail)
      case "steps": run.steps = try count(member, fail)
      case "batch": run.batch = try count(member, fail)
      case "validation_loss": run.validationLoss = try number(member, fail)
      case "precision": run.precision = try text(member, fail)
      default: run.details.append(Run.Detail(key: member.key, value: value.plainText))
      }
    }
    return run
  }

  /// The run a safetensors file's metadata names, if any.
  static func run(json: String?, file: String) throws(IngestError) -> Run? {
    guard let json else { return nil }
    func fail(_ key: String, _ problem: String, _ remedy: String) -> IngestError {
      IngestError(file: file, field: "__metadata__.run.\(key)", problem, remedy: remedy)
    }
    let document: JSONValue
    do throws(JSONError) {
      document = try JSONValue.parse(json.utf8)
    } catch {
      throw IngestError(file: file, field: "__metadata__.run", error.problem)
    }
    guard case .object(let members) = document else {
      throw IngestError(file: file, field: "__metadata__.run", "is not an object")
    }
    return try run(members, fail: fail)
  }

  /// A run's keys as JSON, for a safetensors file's metadata.
  static func json(_ run: Run) -> String { JSONValue.object(members(run)).plainText }

  /// A run's keys as lines of a manifest.
  ///
  /// Its base is not among them: what that said lies in the files of the run.
  static func toml(_ run: Run) -> [String] {
    members(run).compactMap { member in
      let key = TOMLText.key(member.key)
      switch member.value {
      case .string(let text): return "\(key) = \(TOMLText.string(text))"
      case .integer, .number, .bool: return "\(key) = \(member.value.plainText)"
      // What is written in JSON's own words stays a text.
      default: return "\(key) = \(TOMLText.string(member.value.plainText))"
      }
    }
  }

  private static func members(_ run: Run) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    func add(_ key: String, _ value: JSONValue?) {
      if let value { members.append(JSONValue.Member(key: key, value: value)) }
    }
    func whole(_ value: Double) -> JSONValue {
      Int(exactly: value).map(JSONValue.integer) ?? .number(value)
    }
    add("name", .string(run.name))
    add("reference", run.reference.map(JSONValue.string))
    add("method", run.method.map { .string($0.rawValue) })
    add("model", run.model.map(JSONValue.string))
    add("parameters", run.parameters.map(JSONValue.integer))
    add("trainable_parameters", run.trainableParameters.map(JSONValue.integer))
    add("epoch", run.epoch.map(whole))
    add("steps", run.steps.map(JSONValue.integer))
    add("batch", run.batch.map(JSONValue.integer))
    add("seed", run.seed.map(JSONValue.integer))
    add("validation_loss", run.validationLoss.map(JSONValue.number))
    add("precision", run.precision.map(JSONValue.string))
    for detail in run.details { add(detail.key, typed(detail.value)) }
    return members
  }

  /// A detail's text as the value it was written as: number, boolean or string.
  private static func typed(_ text: String) -> JSONValue {
    guard let value = try? JSONValue.parse(text.utf8), value.plainText == text else {
      return .string(text)
    }
    if case .null = value { return .string(text) }
    return value
  }

  private static func text(
    _ member: JSONValue.Member, _ fail: (String, String, String) -> IngestError
  ) throws(IngestError) -> String {
    guard let text = member.value.string else {
      throw fail(member.key, "is not a text", "write it in quotes")
    }
    return text
  }

  private static func count(
    _ member: JSONValue.Member, _ fail: (String, String, String) -> IngestError
  ) throws(IngestError) -> Int {
    guard let value = member.value.int, value >= 0 else {
      throw fail(member.key, "is not a whole number of 0 or more", "write one without quotes")
    }
    return value
  }

  private static func number(
    _ member: JSONValue.Member, _ fail: (String, String, String) -> IngestError
  ) throws(IngestError) -> Double {
    guard let value = member.value.double, value.isFinite else {
      throw fail(member.key, "is not a number", "write it without quotes")
    }
    return value
  }

  private static func method(
    _ member: JSONValue.Member, _ fail: (String, String, String) -> IngestError
  ) throws(IngestError) -> FineTuningMethod {
    let text = try text(member, fail)
    guard let method = FineTuningMethod(rawValue: text) else {
      let all = FineTuningMethod.allCases.map(\.rawValue)
      throw fail(
        member.key, "\"\(text)\" is no method known here",
        nearestWordHint(text, in: all) ?? "use one of " + all.joined(separator: ", "))
    }
    return method
  }
}
