import Basics
import ScoringCore

/// The rows of a table of scores while it is read, whatever file they come from.
///
/// Every value is kept until the end: whether a column holds scores, and whether rows that share
/// an id are tokens of one text, only the whole table tells.
struct ScoreTableReading {
  let path: String
  let options: IngestOptions
  var notes: IngestNotes
  var columns: [ScoreColumnReading] = []
  /// Whether a single comma in a number is its decimal point, as where semicolons part fields.
  var commasAreDecimal = false
  /// Columns that were passed over, by why.
  var ignored: [(reason: String, names: [String])] = []
  /// Names of all columns, to tell one row per token.
  var allNames: Set<String> = []
  private var places: [String: Int] = [:]
  private var runs: [(name: String, ids: TextInterner)] = []
  private var runPlaces: [String: Int] = [:]
  private var rows: [Row] = []
  private var repeated = 0
  /// Whether rows have no ids and are numbered.
  var isNumbered = false
  /// Rows whose label is written as -1, which some write for a non-member.
  var minusOnes = 0
  /// What a row of the file is called in messages.
  var hasLines = true

  private struct Row {
    var run: Int32
    /// The number of the id in its run.
    var id: Int32
    var line: Int32
    var label: Int8
    var isRepeated: Bool
  }

  init(path: String, options: IngestOptions) {
    self.path = path
    self.options = options
    notes = IngestNotes(limit: options.listedDefects)
  }

  /// The number of rows so far.
  var count: Int { rows.count }

  /// The place of a column, which is added if it is new, after some rows without it.
  mutating func column(_ name: String, after rows: Int = 0) -> Int {
    if let place = places[name] { return place }
    places[name] = columns.count
    columns.append(ScoreColumnReading(name: name, missing: rows))
    return columns.count - 1
  }

  /// Begins a row; the scores of all columns must follow, then `endRow`.
  mutating func beginRow(run: String, id: String, label: Label, line: Int) {
    let place: Int
    if let known = runPlaces[run] {
      place = known
    } else {
      place = runs.count
      runPlaces[run] = place
      runs.append((run, TextInterner()))
    }
    var id = id
    let (number, isNew) = id.withUTF8 { runs[place].ids.insert($0) }
    if !isNew { repeated += 1 }
    rows.append(
      Row(
        run: Int32(truncatingIfNeeded: place), id: Int32(truncatingIfNeeded: number),
        line: Int32(truncatingIfNeeded: line), label: label.rawValue, isRepeated: !isNew))
  }

  /// Ends a row: columns it said nothing of lack evidence.
  mutating func endRow() {
    for index in columns.indices where columns[index].values.count < rows.count {
      columns[index].append(.none(.missingEvidence))
      columns[index].zones?.append(up: nil, down: nil, errors: nil)
    }
  }

  mutating func addDefect(
    _ kind: Defect.Kind, line: Int, _ field: String, _ problem: String, _ remedy: String
  ) {
    notes.defects.add(
      Defect(kind, file: path, place(line), field: field, problem, remedy: remedy))
  }

  private func place(_ line: Int) -> Defect.Place {
    hasLines ? .line(line) : .record(line, id: "")
  }

  /// The tables, one per run.
  mutating func finish(
    ifEmpty: (problem: String, remedy: String)
  ) throws(IngestError) -> ScoreFile {
    guard !rows.isEmpty else {
      guard let first = notes.defects.listed.first else {
        throw IngestError(file: path, ifEmpty.problem, remedy: ifEmpty.remedy)
      }
      throw IngestError(
        file: path, at: first.place, field: first.field, first.problem, remedy: first.remedy)
    }
    try checkRepeated()
    try chooseColumns()
    var isDropped = try markOdd()
    if repeated > 0, options.aggregate == nil { markRepeated(&isDropped) }
    warnIgnored()
    let isEmpty = !isDropped.contains(false)
    if let first = notes.defects.listed.first, options.strict || isEmpty {
      throw IngestError(
        file: path, at: first.place, field: first.field, first.problem, remedy: first.remedy)
    }
    guard !isEmpty else { throw IngestError(file: path, ifEmpty.problem, remedy: ifEmpty.remedy) }
    var tables: [ScoreTable] = []
    for run in runs.indices {
      if let table = try table(run, isDropped) { tables.append(table) }
    }
    return ScoreFile(path: path, tables: tables, notes: notes)
  }

  /// Refuses a table with a row per token, unless somebody said how to sum it up.
  private func checkRepeated() throws(IngestError) {
    guard repeated > 0, options.aggregate == nil else { return }
    let distinct = rows.count - repeated
    let tells = allNames.contains { ColumnNames.perToken.contains(ColumnNames.canonical($0)) }
    guard repeated >= distinct || tells else { return }
    guard let row = rows.first(where: \.isRepeated) else { return }
    let id = text(row)
    let times = rows.count { $0.run == row.run && $0.id == row.id }
    throw IngestError(
      file: path, field: "id",
      "has one row a token, not one a sequence: \"\(id)\" stands on \(times) rows",
      remedy: "give one score a sequence, or add --aggregate mean (or sum, min, max) to make one "
        + "of its rows; log-probabilities by token are better kept as evidence, a list a sequence")
  }

  private func text(_ row: Row) -> String {
    String(decoding: runs[Int(row.run)].ids.texts[Int(row.id)], as: UTF8.self)
  }

  /// Keeps the columns that hold scores, and settles how their numbers are written.
  private mutating func chooseColumns() throws(IngestError) {
    let named = options.columns.scores
    var kept: [ScoreColumnReading] = []
    var texts: [String] = []
    for var column in columns {
      let (base, isNegated) = ColumnMapping.spelled(column.name)
      let entry = named?.first { $0.name == column.name || $0.name == base }
      let isAttack = !column.isOdd && (try? AttackCatalog.attack(base)) != nil
      guard column.holdsNumbers || entry != nil || isAttack else {
        texts.append(column.name)
        continue
      }
      guard column.settleCommas(areDecimal: commasAreDecimal) else {
        throw IngestError(
          file: path, field: column.name,
          "it cannot be told whether commas are decimal points or group thousands",
          remedy: "write numbers with a decimal point, 1234.5")
      }
      if isNegated || entry?.isNegated == true {
        column.negate()
        column.name = base + ":negated"
      }
      kept.append(column)
    }
    if !texts.isEmpty { ignored.append(("columns without numbers", texts)) }
    columns = kept
    guard !columns.isEmpty else {
      throw IngestError(
        file: path,
        "there is no column of numbers"
          + (allNames.isEmpty ? "" : " besides those that say what a row is")
          + (texts.isEmpty ? "" : " (without numbers: \(texts.prefix(8).joined(separator: ", ")))"),
        remedy: "give at least one score a row, or name its column: --columns score=NAME")
    }
  }

  /// Rows with a text where the column's others have numbers.
  private mutating func markOdd() throws(IngestError) -> [Bool] {
    var isDropped = [Bool](repeating: false, count: rows.count)
    for column in columns where column.isOdd {
      notes.defects.count(.type, column.unlistedOdd)
      for (row, text) in column.odd where !isDropped[row] {
        isDropped[row] = true
        addDefect(
          .type, line: Int(rows[row].line), column.name,
          "\"\(text.prefix(40))\" is not a number", "leave it empty if undefined")
      }
    }
    return isDropped
  }

  private mutating func markRepeated(_ isDropped: inout [Bool]) {
    for (index, row) in rows.enumerated() where row.isRepeated && !isDropped[index] {
      isDropped[index] = true
      addDefect(
        .duplicateID, line: Int(row.line), "id", "\"\(text(row))\" appears twice in its run",
        "ids are unique in a run")
    }
  }

  private mutating func warnIgnored() {
    for (reason, names) in ignored where !names.isEmpty {
      let shown = names.prefix(12).joined(separator: ", ")
      let rest = names.count > 12 ? " and \(names.count - 12) more" : ""
      notes.warnings.append(Warning(file: path, "ignored \(reason): \(shown)\(rest)"))
    }
    let nonMember = Label.nonMember.rawValue
    if minusOnes > 0, !rows.contains(where: { $0.label == nonMember }) {
      notes.warnings.append(
        Warning(
          file: path,
          "labels \(NumberFormat.counted(minusOnes, "row")) -1 and none 0: -1 is read as unknown; if it "
            + "means non-member, write 0 or non-member instead"))
    }
    if isNumbered {
      notes.warnings.append(
        Warning(
          file: path,
          "has no ids: its \(NumberFormat.counted(rows.count, "row")) are numbered; name a column of "
            + "ids with --columns id=NAME"))
    }
  }

  private func table(_ run: Int, _ isDropped: [Bool]) throws(IngestError) -> ScoreTable? {
    let indices = rows.indices.filter { rows[$0].run == run && !isDropped[$0] }
    if repeated > 0, let aggregate = options.aggregate {
      return try aggregated(run, indices, aggregate)
    }
    guard !indices.isEmpty else { return nil }
    var ids = TextList()
    for index in indices { runs[run].ids.texts.with(Int(rows[index].id)) { ids.append($0) } }
    guard let column = ids.take() else { return nil }
    let isWhole = indices.count == rows.count
    return ScoreTable(
      run: Run(name: runs[run].name), ids: column,
      labels: indices.map { Label(rawValue: rows[$0].label) ?? .unknown },
      columns: columns.compactMap { column in
        let statuses = isWhole ? column.statuses : indices.map { column.statuses[$0] }
        // A column that this run's rows never name is another run's.
        guard runs.count == 1 || statuses.contains(where: { $0 != .missingEvidence }) else {
          return nil
        }
        var zones: ZoneColumns?
        if let all = column.zones, all.up.count == rows.count {
          var some = ZoneColumns()
          some.up = indices.map { all.up[$0] }
          some.down = indices.map { all.down[$0] }
          some.errors = indices.map { all.errors[$0] }
          zones = some
        }
        return ScoreColumn(
          attack: column.name,
          values: isWhole ? column.values : indices.map { column.values[$0] }, statuses: statuses,
          zones: zones)
      })
  }

  /// One row per sequence out of several.
  private func aggregated(
    _ run: Int, _ indices: [Int], _ aggregate: RowAggregate
  ) throws(IngestError) -> ScoreTable? {
    let count = runs[run].ids.count
    var groups = [[Int]](repeating: [], count: count)
    for index in indices { groups[Int(rows[index].id)].append(index) }
    let present = groups.indices.filter { !groups[$0].isEmpty }
    for group in present {
      let labels = Set(groups[group].map { rows[$0].label })
      guard labels.count == 1 else {
        throw IngestError(
          file: path, field: "label",
          "rows of \"\(text(rows[groups[group][0]]))\" have different labels",
          remedy: "a sequence is a member or is not")
      }
    }
    guard !present.isEmpty else { return nil }
    var ids = TextList()
    for group in present { runs[run].ids.texts.with(group) { ids.append($0) } }
    guard let column = ids.take() else { return nil }
    return ScoreTable(
      run: Run(name: runs[run].name), ids: column,
      labels: present.map { Label(rawValue: rows[groups[$0][0]].label) ?? .unknown },
      columns: columns.map { column in
        let values = present.map { group in
          aggregate.value(
            groups[group].lazy.filter { column.statuses[$0] == .ordinary }.map { column.values[$0] }
          )
        }
        return ScoreColumn(
          attack: column.name, values: values.map { $0 ?? .nan },
          statuses: values.map { $0 == nil ? .undefined : .ordinary })
      })
  }
}

/// How rows that share an id become one score.
package enum RowAggregate: String, CaseIterable, Sendable {
  case mean, sum, min, max

  /// The value of some rows; nil if there are none.
  func value(_ values: some Sequence<Double>) -> Double? {
    var (count, result) = (0, 0.0)
    for value in values {
      switch self {
      case .mean, .sum: result += value
      case .min: result = count == 0 ? value : Swift.min(result, value)
      case .max: result = count == 0 ? value : Swift.max(result, value)
      }
      count += 1
    }
    guard count > 0 else { return nil }
    return self == .mean ? result / Double(count) : result
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
