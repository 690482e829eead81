import Basics
import Glibc
import ScoringCore

/// Reads scores from CSV: those written here, and any table with a label or an id and a number.
package enum ScoresCSVReader {
  /// Reads a file, a gzip file, or standard input (`-`).
  package static func read(
    _ path: String, options: IngestOptions = IngestOptions(), standardInput: Int32 = STDIN_FILENO
  ) throws(IngestError) -> ScoreFile {
    try read(
      try ByteStream.open(path, mayWait: true, standardInput: standardInput), options: options)
  }

  static func read(
    _ stream: consuming ByteStream, options: IngestOptions
  ) throws(IngestError) -> ScoreFile {
    let path = stream.file
    let bytes = try stream.readAll(limit: 8 << 30)
    var reading = ScoresCSVReading(rows: DelimitedRows(bytes), path: path, options: options)
    return try reading.readAll()
  }

  /// The name of a run that a file does not name: the file's, without its extensions.
  static func runName(_ path: String) -> String {
    guard path != "-" else { return "stdin" }
    var name = path.split(separator: "/").last.map(String.init) ?? path
    for suffix in [".gz", ".csv", ".tsv", ".txt", ".jsonl", ".json", ".safetensors", ".npz"]
    where name.hasSuffix(suffix) {
      name.removeLast(suffix.count)
    }
    return name.isEmpty ? path : name
  }
}

/// The state of reading one CSV file.
private struct ScoresCSVReading {
  var rows: DelimitedRows
  let path: String
  let options: IngestOptions
  var table: ScoreTableReading
  var header: [String] = []
  var id: Int?
  var label: Int?
  var run: Int?
  /// Apart from the names, so that they are copied as plain bits.
  var places: [AttackPlaces] = []

  /// An attack's column and those of its class, P, N and number of errors.
  struct AttackPlaces {
    var value: Int
    var status: Int?
    var up: Int?
    var down: Int?
    var errors: Int?
  }

  init(rows: DelimitedRows, path: String, options: IngestOptions) {
    self.rows = rows
    self.path = path
    self.options = options
    table = ScoreTableReading(path: path, options: options)
    // Where commas part no fields, they are decimal points: a spreadsheet writes one or the other.
    table.commasAreDecimal = rows.delimiter != UInt8(ascii: ",")
  }

  mutating func readAll() throws(IngestError) -> ScoreFile {
    guard try rows.next(in: path) else {
      throw IngestError(file: path, "is empty", remedy: "give a header and one row a sequence")
    }
    header = (0..<rows.fieldCount).map { rows.text($0).trimmed() }
    var more = try rows.next(in: path)
    // R leaves out the name of the column of row names.
    if more, rows.fieldCount == header.count + 1 { header.insert("", at: 0) }
    try readHeader()
    let name = ScoresCSVReader.runName(path)
    var count = 0
    while more {
      readRow(name)
      count += 1
      if count % 4096 == 0 { try options.checkCancelled(path) }
      more = try rows.next(in: path)
    }
    return try table.finish(ifEmpty: ("has a header but no rows", "give one row a sequence"))
  }

  private mutating func readHeader() throws(IngestError) {
    var place: [String: Int] = [:]
    for (index, name) in header.enumerated() where !name.isEmpty {
      guard place.updateValue(index, forKey: name) == nil else {
        throw IngestError(file: path, at: .line(1), field: name, "is the name of two columns")
      }
    }
    try checkHeader()
    let mapping = options.columns
    id = try mapping.place(of: .id, in: header, file: path)
    label = try mapping.place(of: .label, in: header, file: path)
    run = try mapping.place(of: .run, in: header, file: path)
    let text = try mapping.place(of: .text, in: header, file: path)
    table.allNames = Set(header)
    table.isNumbered = id == nil
    for entry in mapping.scores ?? [] where place[entry.name] == nil {
      throw ColumnMapping.noColumn(entry.name, in: header, file: path)
    }
    var passed: [String] = []
    for (index, name) in header.enumerated() where ![id, label, run, text].contains(index) {
      let base = ScoreNames.suffixes.first { name.hasSuffix($0) }
        .map { String(name.dropLast($0.count)) }
      if let base, place[base] != nil { continue }
      guard isWanted(name) else {
        if !name.isEmpty { passed.append(name) }
        continue
      }
      let column = table.column(name)
      let entry = AttackPlaces(
        value: index, status: place[name + "_class"] ?? place[name + "_reason"],
        up: place[name + "_up"], down: place[name + "_down"], errors: place[name + "_errors"])
      if entry.up != nil { table.columns[column].zones = ZoneColumns() }
      table.columns[column].isKnown = entry.status != nil
      places.append(entry)
    }
    if let text, !header[text].isEmpty { table.ignored.append(("texts", [header[text]])) }
    table.ignored.append(("columns that are no scores", passed))
    guard id != nil || label != nil else {
      throw IngestError(
        file: path, at: .line(1), field: "id",
        "there is neither such a column nor one of labels (there are: "
          + "\(header.prefix(12).joined(separator: ", ")))",
        remedy: "name the columns id and label, or say which they are: --columns id=NAME,label=NAME"
      )
    }
  }

  private func isWanted(_ name: String) -> Bool {
    if let scores = options.columns.scores { return scores.contains { $0.name == name } }
    return !ColumnNames.noScores.contains(ColumnNames.canonical(name))
      && !(ColumnNames.names[.label] ?? []).contains(ColumnNames.canonical(name))
  }

  /// Refuses tables that have no header, or that hold finished figures.
  private func checkHeader() throws(IngestError) {
    guard !header.contains(where: { Double($0) != nil }) else {
      throw IngestError(
        file: path, at: .line(1), "there is no header: the first line holds numbers",
        remedy: "put a line with the columns' names before it, such as id,label,score")
    }
    guard !FinishedFigures.areColumns(header) else { throw FinishedFigures.error(path) }
  }

  private mutating func readRow(_ fileRun: String) {
    let line = rows.rowLine
    guard rows.fieldCount == header.count else {
      return table.addDefect(
        .length, line: line, "",
        "has \(rows.fieldCount) fields where the header has \(header.count)",
        "put fields that hold the delimiter in quotes")
    }
    if let id, !rows.isValid(id) {
      return table.addDefect(
        .value, line: line, "id", "is not UTF-8, so another file cannot name the same sequence",
        "save the table as UTF-8 (iconv -f WINDOWS-1252 -t UTF-8)")
    }
    // Blanks around a name belong to it only in quotes.
    let sequence =
      id.map { CSVText.text(rows.isQuoted($0) ? rows.text($0) : rows.text($0).trimmed()) }
      ?? String(table.count + 1)
    guard !sequence.isEmpty else {
      return table.addDefect(.missing, line: line, "id", "is empty", "give every row an id")
    }
    if let place = self.label, rows.text(place).trimmed() == "-1" { table.minusOnes += 1 }
    guard let label = label.map({ ColumnNames.label(rows.text($0)) }) ?? .unknown else {
      let text = self.label.map { rows.text($0) } ?? ""
      return table.addDefect(
        .value, line: line, "label", "\"\(text.prefix(40))\" is not a label",
        ColumnNames.labelRemedy)
    }
    table.beginRow(
      run: run.map { CSVText.text(rows.text($0)) } ?? fileRun, id: sequence, label: label,
      line: line)
    for index in places.indices { addScore(index) }
  }

  @inline(__always)
  private mutating func addScore(_ index: Int) {
    let place = places[index]
    if let status = place.status.flatMap({ ScoreStatus(name: rows.text($0)) }) {
      let value = rows.number(place.value).flatMap { $0.isNaN ? nil : $0 }
      table.columns[index].append(
        ScoreNames.score(value, status, up: place.up.flatMap { rows.number($0) }))
    } else if let value = rows.plainNumber(place.value) {
      table.columns[index].append(.ordinary(value))
    } else if table.columns[index].isHopeless {
      table.columns[index].append(.text, text: "")
    } else {
      let text = rows.text(place.value)
      table.columns[index].append(TableNumber.reading(text), text: text)
    }
    guard place.up != nil else { return }
    table.columns[index].zones?.append(
      up: place.up.flatMap { rows.number($0) }, down: place.down.flatMap { rows.number($0) },
      errors: place.errors.flatMap { rows.number($0) })
  }
}

/// Tables of finished figures, such as an AUC a method: from them nothing can be computed.
enum FinishedFigures {
  private static let figures: Set<String> = [
    "auc", "auroc", "roc_auc", "aucroc", "fpr95", "fpr@95", "tpr05", "tpr@5", "tpr@1%fpr",
    "tpr@0.1%fpr", "tpr@1", "tpr_at_1", "tpr", "balanced_accuracy", "advantage", "pr_auc",
    "tpr@5%fpr", "asr", "attack_success_rate",
  ]

  /// Whether columns of these names hold such figures and no scores.
  static func areColumns(_ header: [String]) -> Bool {
    let names = Set(header.map { $0.lowercased() })
    let isLong = names.contains("metric") && names.contains("value")
    let hasRows =
      ColumnNames.place(of: .label, in: header) != nil || names.contains("id")
      || names.contains("score")
    return !hasRows && (isLong || !names.isDisjoint(with: figures))
  }

  static func error(_ path: String) -> IngestError {
    IngestError(
      file: path, "holds finished figures, such as an AUC, not a score a sequence",
      remedy: "figures cannot be computed anew from figures: have the tool write each sequence's "
        + "score and label, or give the models' log-probabilities")
  }
}
