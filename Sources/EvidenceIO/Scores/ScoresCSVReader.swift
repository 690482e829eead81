import Basics
import Glibc
import ScoringCore

/// Reads scores from CSV: those written here, and any table with an id and a numeric column.
package enum ScoresCSVReader {
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
    let bytes = try stream.readAll(limit: 8 << 30)
    var reading = ScoresCSVReading(rows: CSVRows(bytes), path: path, options: options)
    return try reading.readAll()
  }

  /// The name of a run that a file does not name: the file's, without its extensions.
  static func runName(_ path: String) -> String {
    guard path != "-" else { return "stdin" }
    var name = path.split(separator: "/").last.map(String.init) ?? path
    for suffix in [".gz", ".csv", ".jsonl", ".json", ".safetensors", ".npz"]
    where name.hasSuffix(suffix) {
      name.removeLast(suffix.count)
    }
    return name.isEmpty ? path : name
  }
}

/// The state of reading one CSV file.
private struct ScoresCSVReading {
  var rows: CSVRows
  let path: String
  let options: IngestOptions
  var notes = IngestNotes()
  var id = 0
  var label: Int?
  var run: Int?
  var names: [String] = []
  // Apart from the names, so that they are copied as plain bits.
  var places: [AttackPlaces] = []
  var runs = ScoreRuns()
  /// The scores of the row that is read.
  var scores: [Score] = []

  /// An attack's column and those of its class, P, N and number of errors.
  struct AttackPlaces {
    var value: Int
    var status: Int?
    var up: Int?
    var down: Int?
    var errors: Int?
  }

  init(rows: CSVRows, path: String, options: IngestOptions) {
    self.rows = rows
    self.path = path
    self.options = options
    notes = IngestNotes(limit: options.listedDefects)
  }

  mutating func readAll() throws(IngestError) -> ScoreFile {
    guard try next() else {
      throw IngestError(file: path, "is empty", remedy: "give a header and one row a sequence")
    }
    let header = rows.fields.indices.map { rows.text($0).trimmingSpaces }
    let first = try next()
    try readHeader(header, hasRow: first)
    var more = first
    var count = 0
    while more {
      readRow(header.count)
      count += 1
      if count % 4096 == 0 { try options.checkCancelled(path) }
      more = try next()
    }
    return try runs.file(
      path, notes: notes, options: options,
      ifEmpty: ("has a header but no rows", "give one row a sequence"))
  }

  private mutating func next() throws(IngestError) -> Bool {
    do throws(JSONFailure) {
      return try rows.next()
    } catch {
      throw IngestError(file: path, at: .line(rows.rowLine), error.problem)
    }
  }

  private mutating func readHeader(_ header: [String], hasRow: Bool) throws(IngestError) {
    var place: [String: Int] = [:]
    for (index, name) in header.enumerated() {
      guard place.updateValue(index, forKey: name) == nil else {
        throw IngestError(file: path, at: .line(1), field: name, "is the name of two columns")
      }
    }
    let lower = header.map { $0.lowercased() }
    guard let id = lower.firstIndex(of: "id") else {
      throw IngestError(
        file: path, at: .line(1), field: "id", "there is no such column",
        remedy: "name the column with the sequences' ids \"id\"")
    }
    self.id = id
    label = lower.firstIndex { ["label", "member", "is_member", "membership"].contains($0) }
    run = lower.firstIndex(of: "run")
    let suffixes = ["_class", "_up", "_down", "_errors"]
    var ignored: [String] = []
    for (index, name) in header.enumerated() where ![id, label, run].contains(index) {
      let base = suffixes.first { name.hasSuffix($0) }.map { String(name.dropLast($0.count)) }
      if let base, place[base] != nil { continue }
      guard !hasRow || isNumeric(index) else {
        ignored.append(name)
        continue
      }
      names.append(name)
      places.append(
        AttackPlaces(
          value: index, status: place[name + "_class"], up: place[name + "_up"],
          down: place[name + "_down"], errors: place[name + "_errors"]))
    }
    guard !names.isEmpty else {
      throw IngestError(
        file: path, at: .line(1), "there is no column of numbers",
        remedy: "give at least one score a row")
    }
    if !ignored.isEmpty {
      notes.warnings.append(
        Warning(file: path, "ignored columns without numbers: " + ignored.joined(separator: ", ")))
    }
  }

  /// Whether the first row has a number, or nothing, in a column.
  private func isNumeric(_ index: Int) -> Bool {
    index >= rows.fields.count || rows.isEmpty(index) || rows.number(index) != nil
  }

  private mutating func readRow(_ width: Int) {
    let line = rows.rowLine
    func defect(_ kind: Defect.Kind, _ field: String, _ problem: String, _ remedy: String) -> Defect
    {
      Defect(kind, file: path, .line(line), field: field, problem, remedy: remedy)
    }
    guard rows.fields.count == width else {
      notes.defects.add(
        defect(.length, "", "has \(rows.fields.count) fields where the header has \(width)", ""))
      return
    }
    let sequence = CSVText.text(rows.text(id))
    guard !sequence.isEmpty else {
      notes.defects.add(defect(.missing, "id", "is empty", "give every row an id"))
      return
    }
    guard let label = label.map({ ScoreNames.label(rows.text($0)) }) ?? .unknown else {
      notes.defects.add(
        defect(.value, "label", "is not a label", "use member, non-member or unknown"))
      return
    }
    scores.removeAll(keepingCapacity: true)
    for (index, place) in places.enumerated() {
      guard let score = score(place) else {
        notes.defects.add(
          defect(.type, names[index], "is not a number", "leave it empty if undefined"))
        return
      }
      scores.append(score)
    }
    let name = run.map { CSVText.text(rows.text($0)) } ?? ScoresCSVReader.runName(path)
    let table = runs.place(of: name) ?? addRun(name)
    guard runs.rows[table].add(sequence, label) else {
      notes.defects.add(
        defect(
          .duplicateID, "id", "\"\(sequence)\" appears twice in its run", "ids are unique in a run")
      )
      return
    }
    for (index, score) in scores.enumerated() {
      runs.rows[table].attacks[index].append(score)
      let place = places[index]
      guard place.up != nil else { continue }
      runs.rows[table].attacks[index].zones?.append(
        up: place.up.flatMap { rows.number($0) }, down: place.down.flatMap { rows.number($0) },
        errors: place.errors.flatMap { rows.number($0) })
    }
  }

  private mutating func addRun(_ name: String) -> Int {
    runs.add(
      name,
      attacks: zip(names, places).map { name, place in
        ScoreRows.AttackColumn(name: name, zones: place.up == nil ? nil : ZoneColumns())
      })
  }

  /// A row's score, or nil if it is neither a number nor empty.
  private func score(_ place: AttackPlaces) -> Score? {
    let value = rows.number(place.value)
    let isNaN = value?.isNaN ?? false
    if value == nil && !rows.isEmpty(place.value) {
      guard ["na", "none", "null"].contains(rows.text(place.value).lowercased()) else {
        return nil
      }
    }
    let status = place.status.flatMap { ScoreStatus(name: rows.text($0)) }
    return ScoreNames.score(isNaN ? nil : value, status, up: place.up.flatMap { rows.number($0) })
  }
}

extension ScoreRows {
  /// Adds a sequence; false if its id is there already.
  mutating func add(_ id: String, _ label: Label) -> Bool {
    var id = id
    guard id.withUTF8({ ids.insert($0).isNew }) else { return false }
    labels.append(label)
    return true
  }
}

extension ZoneColumns {
  /// Adds what one sequence's zone holds.
  mutating func append(up: Double?, down: Double?, errors: Double?) {
    self.up.append(up ?? .nan)
    self.down.append(down ?? .nan)
    self.errors.append(errors.flatMap { Int32(exactly: $0) } ?? 0)
  }
}
