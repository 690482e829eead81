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
    let first = head.first { $0 > 0x20 }
    let isObject = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    let format = try? FormatDetection.detect(head, path: path)
    areLines = areLines && !isObject && (format == nil || format == .manifest)
    switch format {
    case .safetensors, .npz, .vllm, .completions, .sglang, .tgi, .answers:
      let file = try asEvidence(path)
      for chunk in file.chunks {
        for row in 0..<chunk.count {
          if file.hasOwnIDs { try add(id: chunk.columns.ids[row], label, path) }
          if let texts = chunk.columns.texts { try add(text: texts[row], label, path) }
        }
      }
    case .scoresCSV: try readCSV(try stream.readAll(limit: 1 << 30), label, path)
    default:
      if isObject {
        try readObjects(stream, head, label, path)
      } else {
        try readLines(stream, label, path)
      }
    }
  }

  private mutating func readCSV(
    _ bytes: [UInt8], _ label: Label, _ path: String
  ) throws(IngestError) {
    var rows = CSVRows(bytes)
    do throws(JSONFailure) {
      guard try rows.next() else { return }
      let header = rows.fields.indices.map { rows.text($0).trimmingSpaces.lowercased() }
      let (id, text) = (header.firstIndex(of: "id"), header.firstIndex(of: "text"))
      while try rows.next() {
        if let id, id < rows.fields.count { try addFailing(id: rows.text(id), label, path) }
        if let text, text < rows.fields.count { try addFailing(text: rows.text(text), label, path) }
      }
    } catch {
      throw IngestError(file: path, at: .line(rows.rowLine), error.problem, remedy: error.remedy)
    }
  }

  private mutating func addFailing(
    id: String? = nil, text: String? = nil, _ label: Label, _ path: String
  ) throws(JSONFailure) {
    do throws(IngestError) {
      if let id { try add(id: id, label, path) }
      if let text { try add(text: text, label, path) }
    } catch {
      throw JSONFailure(problem: error.problem, kind: .value, remedy: error.remedy)
    }
  }

  private mutating func readObjects(
    _ stream: consuming ByteStream, _ head: [UInt8], _ label: Label, _ path: String
  ) throws(IngestError) {
    var blocks = LineBlocks(stream, reliner: FormatDetection.reliner(head))
    var block = LineBlocks.Block()
    var number = 0
    var failure: IngestError?
    while failure == nil, try blocks.read(into: &block) {
      block.forEachLine { cursor in
        number += 1
        cursor.skipSpace()
        guard failure == nil, cursor.at < cursor.end else { return }
        do throws(JSONFailure) {
          try readObject(&cursor, label, path)
        } catch {
          failure = IngestError(
            file: path, at: .line(number), error.problem, remedy: error.remedy)
        }
      }
    }
    if let failure { throw failure }
  }

  private mutating func readObject(
    _ cursor: inout JSONCursor, _ label: Label, _ path: String
  ) throws(JSONFailure) {
    var names: [String: JSONValue] = [:]
    try cursor.object("an object with id or text") { cursor, raw throws(JSONFailure) in
      let key = try raw.decoded()
      guard ["id", "custom_id", "doc_id", "text", "input", "prompt"].contains(key) else {
        return try cursor.skipValue(depth: 1)
      }
      names[key] = try cursor.value(depth: 1)
    }
    let id = (names["custom_id"] ?? names["id"] ?? names["doc_id"])?.plainText
    let text = (names["text"] ?? names["input"] ?? names["prompt"])?.string
    guard id != nil || text != nil else {
      throw JSONFailure(
        problem: "an object with neither id nor text", kind: .missing,
        remedy: "give one of them to every line")
    }
    try addFailing(id: id, text: text, label, path)
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
