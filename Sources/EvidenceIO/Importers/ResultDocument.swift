import Basics
import ScoringCore

/// Reads scores kept in one JSON document: mimir's results, lists by class, columns as lists or by
/// row (pandas), a table split into columns and data, or scores by id.
enum ResultDocument {
  /// How large a document may be; scores of millions of rows are far below it.
  private static let largest = 1 << 30

  /// The label of a key that holds one class's scores.
  static func classLabel(_ key: String) -> Label? {
    let key = key.lowercased()
    guard let label = ColumnNames.label(key), label != .unknown, Double(key) == nil else {
      return nil
    }
    return ["y", "n", "t", "f", "yes", "no", "true", "false"].contains(key) ? nil : label
  }

  /// The label of a key that holds one class's texts, as in EZ-MIA's `data.json`.
  static func textsLabel(_ key: String) -> Label? {
    let key = key.lowercased()
    guard key.hasSuffix("_texts") else { return nil }
    return classLabel(String(key.dropLast(6)))
  }

  static func read(
    _ stream: consuming ByteStream, options: IngestOptions
  ) throws(IngestError) -> ScoreFile {
    var stream = stream
    let path = stream.file
    let bytes = try stream.readAll(limit: largest)
    let document: JSONValue
    do throws(JSONError) {
      document = try JSONValue.parse(
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...])
    } catch {
      throw IngestError(file: path, error.problem, remedy: error.remedy)
    }
    guard case .object(let members) = document else {
      throw IngestError(file: path, "is no JSON object")
    }
    if case .object(let classes)? = document["predictions"] {
      return try mimir(document, classes, path, options)
    }
    let classes = members.filter { classLabel($0.key) != nil && $0.value.list != nil }
    if classes.count >= 2 { return try byClass(classes, path, options) }
    if let names = document["columns"]?.list, let data = document["data"]?.list {
      return try split(names.map(\.plainText), data, document["index"]?.list, path, options)
    }
    let lists = members.filter { $0.value.list != nil }
    if lists.count >= 2 { return try columns(lists, path, options) }
    if members.allSatisfy({ if case .object = $0.value { true } else { false } }) {
      return try byRow(members, path, options)
    }
    return try byID(members, path, options)
  }

  /// mimir's `predictions`: scores of either class, signed as its code does, lower for members.
  private static func mimir(
    _ document: JSONValue, _ classes: [JSONValue.Member], _ path: String, _ options: IngestOptions
  ) throws(IngestError) -> ScoreFile {
    var file = try byClass(
      classes.filter { classLabel($0.key) != nil }, path, options,
      name: document["name"]?.string)
    guard let table = file.tables.first, let column = table.columns.first else { return file }
    let own = document["metrics"]?["roc_auc"]?.double
    let ranking = Ranking(values: column.values, statuses: column.statuses, labels: table.labels)
    let auc = ranking.auc() ?? 0.5
    // The file's own AUC tells which sign its tool used; without one, lower is a member.
    let isNegated = own.map { abs($0 - auc) > abs($0 - (1 - auc)) } ?? true
    let used = isNegated ? 1 - auc : auc
    if isNegated {
      file.tables[0] = ScoreTable(
        run: table.run, ids: table.ids, labels: table.labels,
        columns: [
          ScoreColumn(
            attack: column.attack + ":negated", values: column.values.map { -$0 },
            statuses: column.statuses)
        ])
    }
    let reason =
      own.map { "as its own roc_auc of \(NumberFormat.fixed($0, 3)) has it" }
      ?? "as mimir writes them, lower for members"
    file.notes.warnings.append(
      Warning(
        file: path,
        "scores are taken \(isNegated ? "negated" : "as they are"), \(reason)"))
    if let own, abs(own - used) > 0.005 {
      file.notes.warnings.append(
        Warning(
          file: path,
          "its own roc_auc is \(NumberFormat.fixed(own, 3)), that of its scores "
            + NumberFormat.fixed(used, 3)))
    }
    return file
  }

  /// A list of scores per class: `{"member": […], "nonmember": […]}`.
  private static func byClass(
    _ classes: [JSONValue.Member], _ path: String, _ options: IngestOptions, name: String? = nil
  ) throws(IngestError) -> ScoreFile {
    var rows = Rows(path, options)
    for (key, list) in classes.map({ ($0.key, $0.value.list ?? []) }) {
      let label = (classLabel(key) ?? .unknown).name
      for (place, value) in list.enumerated() {
        var members = [JSONValue.Member(key: "label", value: .string(label))]
        if case .object(let inner) = value {
          members += inner.filter { $0.key != "label" }
        } else {
          members.append(JSONValue.Member(key: name ?? "score", value: value))
        }
        let own = members.contains { ColumnNames.place(of: .id, in: [$0.key]) != nil }
        rows.add(members, id: own ? nil : "\(key)-\(place + 1)")
      }
    }
    return try rows.finish()
  }

  /// Columns as lists of one length.
  private static func columns(
    _ lists: [JSONValue.Member], _ path: String, _ options: IngestOptions
  ) throws(IngestError) -> ScoreFile {
    let roles = lists.first { ColumnNames.place(of: .label, in: [$0.key]) != nil } ?? lists[0]
    let count = roles.value.list?.count ?? 0
    var rows = Rows(path, options)
    let used = lists.filter { $0.value.list?.count == count }
    rows.leftOut = lists.filter { $0.value.list?.count != count }.map(\.key)
    for row in 0..<count {
      rows.add(
        used.map { JSONValue.Member(key: $0.key, value: $0.value.list?[row] ?? .null) }, id: nil)
    }
    return try rows.finish()
  }

  /// `{"columns": […], "index": […], "data": [[…]]}`, as pandas splits a table.
  private static func split(
    _ names: [String], _ data: [JSONValue], _ index: [JSONValue]?, _ path: String,
    _ options: IngestOptions
  ) throws(IngestError) -> ScoreFile {
    var rows = Rows(path, options)
    let hasIDs = ColumnNames.place(of: .id, in: names) != nil
    for (place, row) in data.enumerated() {
      let values = row.list ?? []
      let id = index.flatMap { place < $0.count ? $0[place].plainText : nil }
      rows.add(
        zip(names, values).map { JSONValue.Member(key: $0, value: $1) }, id: hasIDs ? nil : id)
    }
    return try rows.finish()
  }

  /// An object per column, from rows to values: what pandas' `to_json` writes unless told
  /// otherwise.
  private static func byRow(
    _ columns: [JSONValue.Member], _ path: String, _ options: IngestOptions
  ) throws(IngestError) -> ScoreFile {
    var order: [String] = []
    var found: [String: [JSONValue.Member]] = [:]
    for column in columns {
      guard case .object(let cells) = column.value else { continue }
      for cell in cells {
        if found[cell.key] == nil { order.append(cell.key) }
        found[cell.key, default: []].append(.init(key: column.key, value: cell.value))
      }
    }
    var rows = Rows(path, options)
    let hasIDs = ColumnNames.place(of: .id, in: columns.map(\.key)) != nil
    for key in order { rows.add(found[key] ?? [], id: hasIDs ? nil : key) }
    return try rows.finish()
  }

  /// A score an id.
  private static func byID(
    _ members: [JSONValue.Member], _ path: String, _ options: IngestOptions
  ) throws(IngestError) -> ScoreFile {
    guard !FinishedFigures.areColumns(members.map(\.key)) else { throw FinishedFigures.error(path) }
    var rows = Rows(path, options)
    for member in members {
      rows.add([JSONValue.Member(key: "score", value: member.value)], id: member.key)
    }
    return try rows.finish()
  }

  /// Rows of any of these.
  private struct Rows {
    private var objects: ScoreObjects
    private var number = 0
    /// Columns of another length than the others.
    var leftOut: [String] = []

    init(_ path: String, _ options: IngestOptions) {
      objects = ScoreObjects(path: path, options: options)
      objects.table.hasLines = false
    }

    mutating func add(_ members: [JSONValue.Member], id: String?) {
      do throws(JSONError) {
        try objects.add(members, id: id, number)
      } catch {
        objects.table.addDefect(error.kind, line: number, "", error.problem, error.remedy)
      }
      number += 1
    }

    mutating func finish() throws(IngestError) -> ScoreFile {
      objects.table.ignored.append(("lists of another length", leftOut))
      return try objects.finish()
    }
  }
}
