import Glibc
import ScoringCore

/// Reads scores written as one JSON object per line, a list of objects, or objects by id.
package enum ScoresJSONLReader {
  /// Reads a file, a gzip file, or standard input (`-`).
  package static func read(
    _ path: String, options: IngestOptions = IngestOptions(), standardInput: Int32 = STDIN_FILENO
  ) throws(IngestError) -> ScoreFile {
    try read(
      try ByteStream.open(path, mayWait: true, standardInput: standardInput), converter: nil,
      options: options)
  }

  static func read(
    _ stream: consuming ByteStream, converter: JSONLineConverter?, options: IngestOptions
  ) throws(IngestError) -> ScoreFile {
    let path = stream.file
    var reading = ScoreObjects(path: path, options: options)
    reading.table.hasLines = converter == nil
    var line = 0
    var blocks = LineBlocks(stream, converter: converter)
    var block = LineBlocks.Block()
    while try blocks.read(into: &block) {
      try options.checkCancelled(path)
      block.forEachLine { cursor in
        line += 1
        reading.readLine(&cursor, line)
      }
      options.progress?(blocks.progress)
    }
    return try reading.finish()
  }
}

/// Rows of scores that come as JSON objects.
struct ScoreObjects {
  var table: ScoreTableReading
  private let path: String
  private let options: IngestOptions
  private let run: String
  /// The keys that say what a row is, as the first rows name them.
  private var roles: [ColumnRole: String] = [:]
  private var known: Set<String> = []
  private var passed: [String] = []
  private var hasTexts = false

  init(path: String, options: IngestOptions) {
    self.path = path
    self.options = options
    run = ScoresCSVReader.runName(path)
    table = ScoreTableReading(path: path, options: options)
  }

  /// Reads one line: an object, or a key and an object.
  mutating func readLine(_ cursor: inout JSONCursor, _ line: Int) {
    cursor.skipSpace()
    if cursor.at == cursor.end { return }
    do throws(JSONError) {
      let name = try cursor.consumeKey()
      let value = try cursor.value()
      try cursor.finish()
      guard case .object(let members) = value else {
        throw JSONError(problem: "expected an object, one a line", kind: .type)
      }
      try add(members, id: name.map { String(decoding: $0, as: UTF8.self) }, line)
    } catch {
      table.addDefect(error.kind, line: line, "", error.problem, error.remedy)
    }
  }

  /// Adds a row; `id` is the key it stands under, if there is one.
  mutating func add(
    _ members: [JSONValue.Member], id key: String?, _ line: Int
  ) throws(JSONError) {
    let members = Self.flattened(members)
    let names = members.map(\.key)
    let values = Dictionary(members.map { ($0.key, $0.value) }) { first, _ in first }
    learn(names)
    let id = try id(values, key, line)
    let labelText = roles[.label].flatMap { values[$0] }?.plainText ?? ""
    guard let label = ColumnNames.label(labelText) else {
      throw JSONError(
        problem: "label: \"\(labelText.prefix(40))\" is not a label", kind: .value,
        remedy: ColumnNames.labelRemedy)
    }
    let rowRun = roles[.run].flatMap { values[$0]?.string } ?? run
    table.beginRow(run: rowRun, id: id, label: label, line: line)
    for member in members where isScore(member.key, values) { addScore(member, values) }
    table.endRow()
  }

  /// Scores may lie in an object of their own, such as `pred` or `scores`: their names are joined.
  private static func flattened(_ members: [JSONValue.Member]) -> [JSONValue.Member] {
    guard members.contains(where: { if case .object = $0.value { true } else { false } }) else {
      return members
    }
    return members.flatMap { member in
      guard case .object(let inner) = member.value,
        inner.contains(where: { $0.value.double != nil })
      else { return [member] }
      return inner.map { JSONValue.Member(key: "\(member.key).\($0.key)", value: $0.value) }
    }
  }

  /// Finds the keys that say what a row is, as soon as a row has them.
  private mutating func learn(_ names: [String]) {
    for role in [ColumnRole.id, .label, .run, .text] where roles[role] == nil {
      if let name = options.columns.name(of: role) {
        if names.contains(name) { roles[role] = name }
      } else if let place = ColumnNames.place(of: role, in: names) {
        roles[role] = names[place]
      }
    }
  }

  private mutating func id(
    _ values: [String: JSONValue], _ key: String?, _ line: Int
  ) throws(JSONError) -> String {
    if let key { return key }
    switch roles[.id].flatMap({ values[$0] }) {
    case .string(let text) where !text.isEmpty: return text
    case .integer(let number): return String(number)
    case .number(let number): return number.description
    default: break
    }
    guard roles[.id] == nil, roles[.label] != nil else {
      throw JSONError(
        problem: "id: there is none", kind: .missing,
        remedy: "give every line an id, or name the key that holds it: --columns id=NAME")
    }
    table.isNumbered = true
    return String(table.count + 1)
  }

  private mutating func isScore(_ name: String, _ values: [String: JSONValue]) -> Bool {
    if known.contains(name) { return true }
    table.allNames.insert(name)
    if roles.values.contains(name) { return false }
    for suffix in ScoreNames.suffixes
    where name.hasSuffix(suffix) && values[String(name.dropLast(suffix.count))] != nil {
      return false
    }
    let base = String(name.split(separator: ".").last ?? "")
    let isNamed = options.columns.scores?.contains { $0.name == name }
    let isOther =
      ColumnNames.noScores.contains(ColumnNames.canonical(base))
      || (ColumnNames.names[.label] ?? []).contains(ColumnNames.canonical(base))
    guard isNamed ?? !isOther else {
      if !passed.contains(name), passed.count < 64 { passed.append(name) }
      return false
    }
    known.insert(name)
    return true
  }

  private mutating func addScore(_ member: JSONValue.Member, _ values: [String: JSONValue]) {
    let name = member.key
    let rows = table.count - 1
    let place = table.column(name, after: rows)
    let up = values[name + "_up"]?.double
    if values[name + "_up"] != nil, table.columns[place].zones == nil {
      var zones = ZoneColumns()
      for _ in 0..<rows { zones.append(up: nil, down: nil, errors: nil) }
      table.columns[place].zones = zones
    }
    let status = (values[name + "_class"] ?? values[name + "_reason"])?.string
      .flatMap(ScoreStatus.init(name:))
    if status != nil { table.columns[place].isKnown = true }
    switch (status, member.value) {
    case (.some, _):
      table.columns[place].append(ScoreNames.score(number(member.value), status, up: up))
    case (nil, .null): table.columns[place].append(.undefined, text: "")
    case (nil, .string(let text)):
      table.columns[place].append(TableNumber.reading(text), text: text)
    case (nil, let value):
      if let number = value.double {
        table.columns[place].append(number.isNaN ? .undefined : .number(number), text: "")
      } else {
        table.columns[place].append(.text, text: String(value.plainText.prefix(40)))
      }
    }
    table.columns[place].zones?.append(
      up: up, down: values[name + "_down"]?.double, errors: values[name + "_errors"]?.double)
  }

  private func number(_ value: JSONValue) -> Double? {
    if let number = value.double { return number.isNaN ? nil : number }
    if case .number(let number) = value.string.map(TableNumber.reading) { return number }
    return nil
  }

  mutating func finish() throws(IngestError) -> ScoreFile {
    for entry in options.columns.scores ?? [] where !table.allNames.contains(entry.name) {
      throw ColumnMapping.noColumn(entry.name, in: table.allNames.sorted(), file: path)
    }
    for entry in options.columns.entries
    where entry.role != .score && roles[entry.role] == nil {
      throw ColumnMapping.noColumn(entry.name, in: table.allNames.sorted(), file: path)
    }
    table.ignored.append(("columns that are no scores", passed))
    return try table.finish(ifEmpty: ("is empty", "give one JSON object a line"))
  }
}

extension JSONCursor {
  /// Takes the key before a value that stands under one, as in an object of records by id.
  mutating func consumeKey() throws(JSONError) -> [UInt8]? {
    guard byte == UInt8(ascii: "\"") else { return nil }
    var key: [UInt8] = []
    try string(into: &key)
    try expect(UInt8(ascii: ":"))
    skipSpace()
    return key
  }
}
