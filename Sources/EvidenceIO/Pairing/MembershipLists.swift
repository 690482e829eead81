import Basics
import ScoringCore

/// Who is a member, where that is kept beside the evidence: ids or texts in files and folders.
struct MembershipLists {
  private var labels: [String: Label] = [:]
  private var texts: [String: Label] = [:]
  /// Whether all come from plain lines, which may be ids or texts.
  private var areLines = true
  private let names: String

  /// Reads lists; `asEvidence` gives the ids and texts of a file of evidence.
  init(
    members: [String], nonMembers: [String],
    asEvidence: (String) throws(IngestError) -> EvidenceFile
  ) throws(IngestError) {
    names = (members + nonMembers).joined(separator: ", ")
    for path in members { try read(path, .member, asEvidence) }
    for path in nonMembers { try read(path, .nonMember, asEvidence) }
  }

  /// Reads the texts of a data set, whose labels are unknown where it does not say them.
  init(texts path: String) throws(IngestError) {
    names = path
    try read(path, .unknown) { other throws(IngestError) in
      throw IngestError(file: other, "is evidence")
    }
  }

  /// The labels of all texts.
  var textLabels: [Label] { Array(texts.values) }

  private mutating func add(id: String, _ label: Label, _ path: String) throws(IngestError) {
    guard let other = labels.updateValue(label, forKey: id), other != label else { return }
    throw IngestError(
      file: path, field: "id", "\"\(id)\" is among the members and the non-members",
      remedy: "a sequence is one or the other")
  }

  private mutating func add(text: String, _ label: Label, _ path: String) throws(IngestError) {
    let text = text.trimmingBlanks
    guard !text.isEmpty, let other = texts.updateValue(label, forKey: text), other != label else {
      return
    }
    throw IngestError(
      file: path, field: "text",
      "\"\(text.prefix(60))\" is among the members and the non-members",
      remedy: "a text is one or the other")
  }

  private mutating func read(
    _ path: String, _ label: Label, _ asEvidence: (String) throws(IngestError) -> EvidenceFile
  ) throws(IngestError) {
    guard Folder.isFolder(path) else {
      return try readFile(path, label, mayWait: true, asEvidence)
    }
    areLines = false
    let names = try Folder.names(path)
    guard !names.isEmpty else { throw IngestError(.noInput, file: path, "is an empty folder") }
    for name in names {
      let file = Folder.join(path, name)
      if Folder.isFolder(file) { continue }
      if name.hasSuffix(".txt") {
        // A folder of texts: each file is one, and its name may be the id.
        var stream = try ByteStream.open(file)
        let text = String(decoding: try stream.readAll(limit: 64 << 20), as: UTF8.self)
        try add(text: text, label, file)
        try add(id: String(name.dropLast(4)), label, file)
      } else {
        try readFile(file, label, mayWait: false, asEvidence)
      }
    }
  }

  private mutating func readFile(
    _ path: String, _ label: Label, mayWait: Bool,
    _ asEvidence: (String) throws(IngestError) -> EvidenceFile
  ) throws(IngestError) {
    var stream = try ByteStream.open(path, mayWait: mayWait)
    let head = try stream.peek(FormatDetection.prefix)
    if let foreign = ForeignFile.recogniseBinary(head, path: path) { throw foreign.error(path) }
    let first = head.first { $0 > 0x20 && $0 < 0x80 }
    let isJSON = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    let detected = try? FormatDetection.detect(head, path: path)
    let format = detected?.format
    areLines = areLines && !isJSON && (format == nil || format == .manifest)
    var list = LabelledRows(path: path, label: label)
    switch format {
    case .safetensors, .npz, .vllm, .tensorRT, .tinker, .completions, .together, .sglang, .tgi,
      .flat, .answers, .helm:
      let file = try asEvidence(path)
      for chunk in file.chunks {
        for row in 0..<chunk.count {
          let own = chunk.columns.labels == nil ? nil : chunk.label(row)
          list.add(
            id: file.hasOwnIDs ? chunk.columns.ids[row] : nil,
            text: chunk.columns.texts.map { $0[row] }, label: own == .unknown ? nil : own?.name)
        }
      }
    case .scoresCSV: try readTable(try stream.readAll(limit: 1 << 30), &list)
    case nil where !isJSON: return try readLines(stream, label, path)
    case .manifest: return try readLines(stream, label, path)
    default:
      if isDocument(head) {
        try readDocument(try stream.readAll(limit: 1 << 30), &list)
      } else {
        try readObjects(stream, detected?.converter ?? FormatDetection.converter(head), &list)
      }
    }
    try add(list)
  }

  /// Adds what a list names, by its own labels where it has a column of them.
  private mutating func add(_ list: LabelledRows) throws(IngestError) {
    let labels = try list.labels()
    for (row, label) in zip(list.rows, labels) {
      if let id = row.id { try add(id: id, label, list.path) }
      if let text = row.text { try add(text: text, label, list.path) }
    }
  }

  private func readTable(_ bytes: [UInt8], _ list: inout LabelledRows) throws(IngestError) {
    var rows = DelimitedRows(bytes)
    guard try rows.next(in: list.path) else { return }
    let header = (0..<rows.fieldCount).map { rows.text($0) }
    let (id, text) = (
      ColumnNames.place(of: .id, in: header), ColumnNames.place(of: .text, in: header)
    )
    let label = ColumnNames.place(of: .label, in: header)
    guard id != nil || text != nil else {
      throw IngestError(
        file: list.path, at: .line(1), "has neither a column of ids nor one of texts",
        remedy: "name it id, or text")
    }
    while try rows.next(in: list.path) {
      func field(_ place: Int?) -> String? {
        place.flatMap { $0 < rows.fieldCount ? rows.text($0) : nil }
      }
      list.add(id: field(id).map(CSVText.text), text: field(text), label: field(label))
    }
  }

  /// Whether this is one JSON document: a list of texts, or texts by class.
  private func isDocument(_ head: [UInt8]) -> Bool {
    let text = head.drop { $0 <= 0x20 || $0 >= 0x80 }
    guard text.first == UInt8(ascii: "[") else {
      let keys = ObjectKeys.first(in: Array(text)).top
      return keys.contains {
        ResultDocument.textsLabel($0) != nil || ResultDocument.classLabel($0) != nil
      }
        || keys == ["data"]
    }
    return text.dropFirst().first { $0 > 0x20 } == UInt8(ascii: "\"")
  }

  private func readDocument(_ bytes: [UInt8], _ list: inout LabelledRows) throws(IngestError) {
    do throws(JSONError) {
      let document = try JSONValue.parse(bytes.drop { $0 >= 0x80 })
      var lists: [(label: Label?, texts: [JSONValue])] = []
      if let texts = document.list { lists.append((nil, texts)) }
      if case .object(let members) = document {
        for member in members {
          let texts = member.value.list ?? member.value["text"]?.list
          guard let texts else { continue }
          let label = ResultDocument.textsLabel(member.key) ?? ResultDocument.classLabel(member.key)
          lists.append((label, texts))
        }
      }
      for (label, texts) in lists {
        for case .string(let text) in texts {
          list.add(id: label == nil ? text : nil, text: text, label: label?.name)
        }
      }
    } catch {
      throw IngestError(file: list.path, error.problem, remedy: error.remedy)
    }
  }

  private func readObjects(
    _ stream: consuming ByteStream, _ converter: JSONLineConverter?, _ list: inout LabelledRows
  ) throws(IngestError) {
    var blocks = LineBlocks(stream, converter: converter)
    var block = LineBlocks.Block()
    var number = 0
    var failure: IngestError?
    while failure == nil, try blocks.read(into: &block) {
      block.forEachLine { cursor in
        number += 1
        cursor.skipSpace()
        guard failure == nil, cursor.at < cursor.end else { return }
        do throws(JSONError) {
          try readObject(&cursor, &list)
        } catch {
          failure = IngestError(
            file: list.path, at: .line(number), error.problem, remedy: error.remedy)
        }
      }
    }
    if let failure { throw failure }
  }

  private static let wanted = Set(
    [ColumnRole.id, .text, .label].flatMap { ColumnNames.names[$0] ?? [] })

  private func readObject(
    _ cursor: inout JSONCursor, _ list: inout LabelledRows
  ) throws(JSONError) {
    let key = try cursor.consumeKey()
    var names: [String] = []
    var values: [JSONValue] = []
    try cursor.object("an object with id or text") { cursor, raw throws(JSONError) in
      let key = try raw.decoded()
      guard Self.wanted.contains(ColumnNames.canonical(key)) else {
        return try cursor.skipValue(depth: 1)
      }
      names.append(key)
      values.append(try cursor.value(depth: 1))
    }
    func value(_ role: ColumnRole) -> JSONValue? {
      ColumnNames.place(of: role, in: names).map { values[$0] }
    }
    let id = key.map { String(decoding: $0, as: UTF8.self) } ?? value(.id)?.plainText
    let text = value(.text)?.string
    guard id != nil || text != nil else {
      throw JSONError(
        problem: "an object with neither id nor text", kind: .missing,
        remedy: "give one of them to every line")
    }
    list.add(id: id, text: text, label: value(.label)?.plainText)
  }

  private mutating func readLines(
    _ stream: consuming ByteStream, _ label: Label, _ path: String
  ) throws(IngestError) {
    var blocks = LineBlocks(stream)
    var block = LineBlocks.Block()
    var failure: IngestError?
    while failure == nil, try blocks.read(into: &block) {
      block.forEachLine { cursor in
        let line = UnsafeBufferPointer(start: cursor.at, count: cursor.end - cursor.at)
        guard failure == nil else { return }
        do throws(IngestError) {
          guard !line.contains(0) else {
            throw IngestError(
              file: path, "is neither a list of ids nor texts nor evidence",
              remedy:
                "give ids one a line, JSONL with id or text, CSV with a column id, or a folder")
          }
          let id = String(decoding: line, as: UTF8.self).trimmingBlanks
          if id.isEmpty { return }
          try add(id: id, label, path)
          try add(text: id, label, path)
        } catch { failure = error }
      }
    }
    if let failure { throw failure }
  }

  /// Labels sequences; what the lists do not name keeps its label.
  func labelled(
    _ file: EvidenceFile, _ notes: inout IngestNotes
  ) throws(IngestError) -> EvidenceFile {
    var result = file
    var count = LabelCount()
    do {
      result.chunks = try file.chunks.map { chunk in
        var columns = chunk.columns
        columns.labels = Column(
          (0..<chunk.count).map { row in
            let old = chunk.label(row)
            let text = columns.texts.map { $0[row].trimmingBlanks } ?? ""
            // Numbers given while reading mean nothing where texts tell.
            let mayUseID = file.hasOwnIDs || areLines
            let new = texts[text] ?? (mayUseID ? labels[columns.ids[row]] : nil)
            return count.add(old, new).rawValue
          })
        return try EvidenceChunk(columns)
      }
    } catch {
      throw IngestError(file: file.path, "\(error)")
    }
    try count.check(file.path, names, example: file.chunks.first?.columns.ids[0], &notes)
    return result
  }

  /// The same for a table of scores, which has ids only.
  func labelled(
    _ table: ScoreTable, _ path: String, _ notes: inout IngestNotes
  ) throws(IngestError) -> ScoreTable {
    var count = LabelCount()
    let new = (0..<table.count).map { count.add(table.labels[$0], labels[table.ids[$0]]) }
    try count.check(path, names, example: table.count > 0 ? table.ids[0] : nil, &notes)
    return ScoreTable(run: table.run, ids: table.ids, labels: new, columns: table.columns)
  }
}

/// The rows of a list, and the label each gives itself.
struct LabelledRows {
  let path: String
  /// The label of the option that names the file.
  let label: Label
  private(set) var rows: [(id: String?, text: String?)] = []
  private var own: [String?] = []

  init(path: String, label: Label) {
    self.path = path
    self.label = label
  }

  mutating func add(id: String?, text: String?, label: String?) {
    rows.append((id, text))
    own.append(label)
  }

  /// Each row's label: its own where the list has labels, otherwise the option's.
  ///
  /// A column that holds anything but labels is another thing's, such as a topic's, and says nothing.
  func labels() throws(IngestError) -> [Label] {
    let read = own.map { $0.map(ColumnNames.label) }
    guard !read.contains(where: { if case .some(nil) = $0 { true } else { false } }) else {
      return rows.map { _ in label }
    }
    let labels = read.map { $0.flatMap { $0 == .unknown ? nil : $0 } ?? label }
    guard label != .unknown, !labels.isEmpty, !labels.contains(label) else { return labels }
    let (option, other) =
      label == .member ? ("--members", "--non-members") : ("--non-members", "--members")
    throw IngestError(
      file: path, field: "label",
      "all rows are labelled \(label == .member ? "non-members" : "members"), but it is named with "
        + option,
      remedy: "name it with \(other), or take the column of labels away")
  }
}

/// How many sequences lists labelled.
private struct LabelCount {
  private var found = 0
  private var total = 0
  private var changed = 0

  mutating func add(_ old: Label, _ new: Label?) -> Label {
    total += 1
    guard let new else { return old }
    found += 1
    if old != .unknown && old != new { changed += 1 }
    return new
  }

  func check(
    _ path: String, _ lists: String, example: String?, _ notes: inout IngestNotes
  ) throws(IngestError) {
    guard found > 0 || total == 0 else {
      throw IngestError(
        file: lists, "names none of the \(total) sequences of \(path)",
        remedy: "ids or texts must be spelled as in the evidence, where the first id is "
          + "\"\(example ?? "")\"")
    }
    if found < total {
      notes.warnings.append(
        Warning(
          file: path, "\(total - found) of \(total) sequences are in none of \(lists)"))
    }
    if changed > 0 {
      notes.warnings.append(
        Warning(file: path, "\(changed) labels were replaced by those of \(lists)"))
    }
  }
}

extension String {
  /// The text without white space at its ends.
  fileprivate var trimmingBlanks: String {
    // By bytes: a carriage return and a line feed are one character.
    var rest = utf8[...]
    while let first = rest.first, first <= 0x20 { rest.removeFirst() }
    while let last = rest.last, last <= 0x20 { rest.removeLast() }
    return String(decoding: rest, as: UTF8.self)
  }
}
