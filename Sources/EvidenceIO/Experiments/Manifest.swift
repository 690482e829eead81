import Basics
import ScoringCore
import TOMLFile

/// What `experiment.toml` says: which files make up which runs.
package struct Manifest: Sendable {
  /// A base model and the files that hold what it said.
  package struct Reference: Sendable {
    /// The name runs refer to.
    package var name: String
    /// Its evidence files, relative to the manifest.
    package var files: [String]
    /// Its validation loss in nats per token.
    package var validationLoss: Double?
    /// The number format its passes ran in.
    package var precision: String?
  }

  /// A run and the files that hold it.
  package struct Entry: Sendable {
    /// What is known of the run.
    package var run: Run
    /// Its evidence files, relative to the manifest.
    package var files: [String]
    /// Its score file: of all sequences, where tokens are there of some or of none.
    package var scores: String?
    /// A file of the sequences it had been trained on.
    package var seen: String?
  }

  /// The manifest's path.
  package var path: String
  /// The experiment's name.
  package var name = ""
  /// What it is about.
  package var summary = ""
  /// Files every run takes part of.
  package var common: [String] = []
  /// A file of how often tokens occur in a reference corpus.
  package var tokenFrequencies: String?
  /// Which sequences headline figures are over.
  package var primary: [Experiment.PrimaryRule] = []
  /// The base models.
  package var references: [Reference] = []
  /// The runs.
  package var runs: [Entry] = []
  let lines: TOMLLines

  /// The name a manifest has in an experiment's folder.
  package static let fileName = "experiment.toml"

  /// Reads a manifest.
  package init(path: String) throws(IngestError) {
    var stream = try ByteStream.open(path)
    let bytes = try stream.readAll(limit: 16 << 20)
    guard !bytes.contains(0), bytes.withUnsafeBufferPointer({ TokenSpelling.isUTF8($0) }) else {
      throw IngestError(file: path, "is not UTF-8 text", remedy: "write the manifest as UTF-8")
    }
    try self.init(text: String(decoding: bytes, as: UTF8.self), path: path)
  }

  /// Reads a manifest's text; `path` is for messages and to find its files.
  package init(text: String, path: String) throws(IngestError) {
    self.path = path
    let document: TOMLDocument
    do throws(TOMLError) {
      document = try TOMLDocument(text)
    } catch {
      throw IngestError(
        file: path, at: .line(error.line), error.problem, remedy: "correct the TOML")
    }
    lines = document.lines
    try read(JSONValue.members(document.root))
  }

  private mutating func read(_ members: [JSONValue.Member]) throws(IngestError) {
    for member in members {
      switch member.key {
      case "name": name = try text(member.value, "", 0, "name")
      case "description": summary = try text(member.value, "", 0, "description")
      case "common": common = try texts(member.value, "", 0, "common")
      case "token_frequencies":
        tokenFrequencies = try text(member.value, "", 0, "token_frequencies")
      case "primary": try readPrimary(member.value)
      case "reference":
        for (index, table) in try tables(member).enumerated() { try readReference(table, index) }
      case "run":
        for (index, table) in try tables(member).enumerated() { try readRun(table, index) }
      default:
        let keys = [
          "name", "description", "common", "token_frequencies", "primary", "reference", "run",
        ]
        throw error(
          "", 0, member.key, "is no key of a manifest",
          nearestWordHint(member.key, in: keys) ?? "use one of " + keys.joined(separator: ", "))
      }
    }
    try checkNames()
  }

  private mutating func readPrimary(_ value: JSONValue) throws(IngestError) {
    guard case .object(let members) = value else {
      throw error("", 0, "primary", "is not a table", "write [primary]")
    }
    let values = Dictionary(uniqueKeysWithValues: members.map { ($0.key, $0.value) })
    for key in inOrder(members.map(\.key), lines.keys("primary")) {
      guard let value = values[key] else { continue }
      let wanted = value.list ?? [value]
      primary.append(
        Experiment.PrimaryRule(key: key, values: wanted.map(\.plainText)))
    }
  }

  private mutating func readReference(
    _ members: [JSONValue.Member], _ index: Int
  ) throws(IngestError) {
    let keys = ["name", "files", "model", "parameters", "validation_loss", "precision"]
    var reference = Reference(name: "", files: [])
    for member in members {
      switch member.key {
      case "name": reference.name = try text(member.value, "reference", index, "name")
      case "files": reference.files = try texts(member.value, "reference", index, "files")
      case "precision":
        reference.precision = try text(member.value, "reference", index, "precision")
      case "validation_loss":
        guard let loss = member.value.double else {
          throw error(
            "reference", index, "validation_loss", "is not a number", "write it without quotes")
        }
        reference.validationLoss = loss
      default:
        // Anything else describes the base model; only near misses of the keys above are refused.
        if !keys.contains(member.key), let hint = nearestWordHint(member.key, in: keys) {
          throw error("reference", index, member.key, "is no key of a reference", hint)
        }
      }
    }
    guard !reference.name.isEmpty else {
      throw error("reference", index, "name", "is missing", "runs refer to it by name")
    }
    // An empty list is a statement: its runs are score files, which hold what was needed of it.
    guard members.contains(where: { $0.key == "files" }) else {
      throw error(
        "reference", index, "files", "is missing",
        "name its evidence files; if its runs are scores only, write files = []")
    }
    references.append(reference)
  }

  private mutating func readRun(
    _ members: [JSONValue.Member], _ index: Int
  ) throws(IngestError) {
    let values = Dictionary(uniqueKeysWithValues: members.map { ($0.key, $0) })
    let ordered = inOrder(members.map(\.key), lines.keys("run[\(index)]")).compactMap { values[$0] }
    let hintable = RunFields.known.filter { $0.count > 4 }
    for member in ordered where !RunFields.known.contains(member.key) {
      if let name = nearestWord(to: member.key, in: hintable), values[name] == nil,
        member.key.count > 4
      {
        throw error("run", index, member.key, "is no key of a run", "did you mean \(name)?")
      }
    }
    let run = try RunFields.run(ordered) { key, problem, remedy in
      error("run", index, key, problem, remedy)
    }
    guard !run.name.isEmpty else {
      throw error("run", index, "name", "is missing", "give every run a name of its own")
    }
    var entry = Entry(run: run, files: [])
    if let value = values["files"]?.value { entry.files = try texts(value, "run", index, "files") }
    if let value = values["scores"]?.value {
      entry.scores = try text(value, "run", index, "scores")
    }
    if let value = values["seen"]?.value { entry.seen = try text(value, "run", index, "seen") }
    guard !entry.files.isEmpty || entry.scores != nil else {
      throw error(
        "run", index, "files", "is missing",
        "name evidence files in files, a score file in scores, or both: scores for all "
          + "sequences and tokens for some")
    }
    runs.append(entry)
  }

  private func checkNames() throws(IngestError) {
    var names: Set<String> = []
    for (index, reference) in references.enumerated() where !names.insert(reference.name).inserted {
      throw error(
        "reference", index, "name", "\"\(reference.name)\" appears twice", "names are unique")
    }
    let known = references.map(\.name)
    names = []
    for (index, entry) in runs.enumerated() {
      guard names.insert(entry.run.name).inserted else {
        throw error("run", index, "name", "\"\(entry.run.name)\" appears twice", "names are unique")
      }
      guard let name = entry.run.reference, !entry.files.isEmpty, !known.contains(name) else {
        continue
      }
      throw error(
        "run", index, "reference", "there is no reference \"\(name)\"",
        nearestWordHint(name, in: known) ?? "add a [[reference]] of that name")
    }
    if runs.isEmpty { throw error("", 0, "run", "there are no runs", "add a [[run]]") }
  }
}

extension Manifest {
  func error(
    _ table: String, _ index: Int, _ key: String, _ problem: String, _ remedy: String
  ) -> IngestError {
    let keyPath = table.isEmpty ? key : "\(table)[\(index)].\(key)"
    return IngestError(
      file: path, at: .line(lines.nearest(keyPath)),
      field: table.isEmpty ? key : key.isEmpty ? table : "\(table).\(key)", problem, remedy: remedy)
  }

  /// Keys in the order of the text; those the text scan missed come last.
  private func inOrder(_ keys: [String], _ order: [String]) -> [String] {
    order.filter(keys.contains) + keys.filter { !order.contains($0) }
  }

  private func text(
    _ value: JSONValue, _ table: String, _ index: Int, _ key: String
  ) throws(IngestError) -> String {
    guard let text = value.string else {
      throw error(table, index, key, "is not a text", "write it in quotes")
    }
    return text
  }

  private func texts(
    _ value: JSONValue, _ table: String, _ index: Int, _ key: String
  ) throws(IngestError) -> [String] {
    guard let list = value.list, list.allSatisfy({ $0.string != nil }) else {
      throw error(table, index, key, "is not a list of texts", "write [\"file.safetensors\"]")
    }
    return list.compactMap(\.string)
  }

  private func tables(_ member: JSONValue.Member) throws(IngestError) -> [[JSONValue.Member]] {
    guard let list = member.value.list else {
      throw error(
        member.key, 0, "", "is not a list of tables", "write [[\(member.key)]] in double brackets")
    }
    var tables: [[JSONValue.Member]] = []
    for element in list {
      guard case .object(let members) = element else {
        throw error(
          "", 0, member.key, "is not a list of tables", "write [[\(member.key)]]")
      }
      tables.append(members)
    }
    return tables
  }
}

extension JSONValue {
  /// The same value as TOML has it; dates and times as texts.
  init(_ value: TOMLValue) {
    switch value {
    case .table(let table): self = .object(Self.members(table))
    case .array(let list): self = .list(list.map(JSONValue.init))
    case .string(let text), .time(let text): self = .string(text)
    case .integer(let number): self = .integer(number)
    case .number(let number): self = .number(number)
    case .bool(let truth): self = .bool(truth)
    }
  }

  static func members(_ table: TOMLTable) -> [JSONValue.Member] {
    table.keys.compactMap { key in
      table[key].map { JSONValue.Member(key: key, value: JSONValue($0)) }
    }
  }
}
