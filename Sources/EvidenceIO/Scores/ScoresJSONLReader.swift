import Glibc
import ScoringCore

/// Reads scores written as one JSON object a line.
package enum ScoresJSONLReader {
  /// Reads a file, a gzip file, or standard input (`-`).
  package static func read(
    _ path: String, options: IngestOptions = IngestOptions(), standardInput: Int32 = STDIN_FILENO
  ) throws(IngestError) -> ScoreFile {
    try read(try ByteStream.open(path, standardInput: standardInput), options: options)
  }

  static func read(
    _ stream: consuming ByteStream, options: IngestOptions
  ) throws(IngestError) -> ScoreFile {
    let path = stream.file
    var reading = ScoresJSONLReading(path: path, options: options)
    var blocks = LineBlocks(stream)
    var block = LineBlocks.Block()
    while try blocks.read(into: &block) {
      try options.checkCancelled(path)
      reading.read(block)
      options.progress?(blocks.progress)
    }
    return try reading.finish()
  }
}

/// The state of reading one file of scores.
private struct ScoresJSONLReading {
  let path: String
  let options: IngestOptions
  private var notes: IngestNotes
  private var runs = ScoreRuns()
  private var line = 0

  init(path: String, options: IngestOptions) {
    self.path = path
    self.options = options
    notes = IngestNotes(limit: options.listedDefects)
  }

  mutating func read(_ block: borrowing LineBlocks.Block) {
    block.forEachLine { cursor in
      line += 1
      readLine(&cursor)
    }
  }

  private mutating func readLine(_ cursor: inout JSONCursor) {
    cursor.skipSpace()
    if cursor.at == cursor.end { return }
    do throws(JSONFailure) {
      let value = try cursor.value()
      try cursor.finish()
      guard case .object(let members) = value else {
        throw JSONFailure(problem: "expected an object, one a line", kind: .type)
      }
      try add(members)
    } catch {
      notes.defects.add(
        Defect(error.kind, file: path, .line(line), error.problem, remedy: error.remedy))
    }
  }

  private mutating func add(_ members: [JSONValue.Member]) throws(JSONFailure) {
    let values = Dictionary(uniqueKeysWithValues: members.map { ($0.key, $0.value) })
    guard let id = values["id"]?.string, !id.isEmpty else {
      throw JSONFailure(
        problem: "id: there is none", kind: .missing, remedy: "give every line an id")
    }
    let labelText = values["label"].map(\.plainText) ?? ""
    guard let label = ScoreNames.label(labelText) else {
      throw JSONFailure(
        problem: "label: is not a label", kind: .value, remedy: "use member, non-member or unknown")
    }
    let run = values["run"]?.string ?? ScoresCSVReader.runName(path)
    let attacks = members.filter { isAttack($0, values) }
    for attack in attacks {
      guard Self.isScore(attack.value) else {
        throw JSONFailure(
          problem: "\(attack.key): is not a number", kind: .type, remedy: "write null if undefined")
      }
    }
    let table = runs.place(of: run) ?? runs.add(run)
    guard runs.rows[table].add(id, label) else {
      throw JSONFailure(problem: "id: \"\(id)\" appears twice in its run", kind: .duplicateID)
    }
    let rows = runs.rows[table].labels.count
    for attack in attacks { addScore(attack, values, table, rows) }
    for index in runs.rows[table].attacks.indices
    where runs.rows[table].attacks[index].values.count < rows {
      runs.rows[table].attacks[index].append(.none(.missingEvidence))
      runs.rows[table].attacks[index].zones?.append(up: nil, down: nil, errors: nil)
    }
  }

  private func isAttack(_ member: JSONValue.Member, _ all: [String: JSONValue]) -> Bool {
    if ["id", "label", "run"].contains(member.key) { return false }
    for suffix in ["_class", "_up", "_down", "_errors", "_reason"]
    where member.key.hasSuffix(suffix) && all[String(member.key.dropLast(suffix.count))] != nil {
      return false
    }
    return true
  }

  private static func isScore(_ value: JSONValue) -> Bool {
    switch value {
    case .integer, .number, .null: true
    case .string(let text): number(text) != nil
    default: false
    }
  }

  private static func number(_ text: String) -> Double? {
    switch text.lowercased() {
    case "inf", "infinity": .infinity
    case "-inf", "-infinity": -.infinity
    default: nil
    }
  }

  private mutating func addScore(
    _ attack: JSONValue.Member, _ values: [String: JSONValue], _ table: Int, _ rows: Int
  ) {
    let name = attack.key
    var place = runs.rows[table].attacks.firstIndex { $0.name == name }
    if place == nil {
      var column = ScoreRows.AttackColumn(name: name)
      if values[name + "_up"] != nil { column.zones = ZoneColumns() }
      for _ in 0..<rows - 1 {
        column.append(.none(.missingEvidence))
        column.zones?.append(up: nil, down: nil, errors: nil)
      }
      runs.rows[table].attacks.append(column)
      place = runs.rows[table].attacks.count - 1
    }
    guard let place else { return }
    let value = attack.value.double ?? attack.value.string.flatMap(Self.number)
    let status = (values[name + "_class"] ?? values[name + "_reason"])?.string
      .flatMap(ScoreStatus.init(name:))
    let up = values[name + "_up"]?.double
    runs.rows[table].attacks[place].append(ScoreNames.score(value, status, up: up))
    runs.rows[table].attacks[place].zones?.append(
      up: up, down: values[name + "_down"]?.double, errors: values[name + "_errors"]?.double)
  }

  func finish() throws(IngestError) -> ScoreFile {
    try runs.file(
      path, notes: notes, options: options,
      ifEmpty: ("is empty", "give one JSON object a line"))
  }
}
