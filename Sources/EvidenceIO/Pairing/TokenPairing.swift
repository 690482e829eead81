import Basics
import ScoringCore

/// Gives sequences without an id of their own those of another file with the same tokens.
struct TokenPairing {
  private let files: [EvidenceFile]
  private let inputs: [[EvidenceChunk]]
  private let vocabulary: Vocabulary?

  /// `inputs` are the files' chunks with ids of the common vocabulary.
  init(_ files: [EvidenceFile], _ inputs: [[EvidenceChunk]], _ vocabulary: Vocabulary?) {
    self.files = files
    self.inputs = inputs
    self.vocabulary = vocabulary
  }

  /// The chunks with ids that agree where tokens do.
  ///
  /// - Throws: `IngestError` with the first difference if sequences of both files are left over.
  func renamed() throws(IngestError) -> [[EvidenceChunk]] {
    let place = files.indices.first { files[$0].hasOwnIDs && hasTokens($0) }
    guard let base = place ?? files.indices.first(where: hasTokens) else { return inputs }
    var result = inputs
    for index in files.indices where index != base && !files[index].hasOwnIDs {
      result[index] = try renamed(index, after: base)
    }
    return result
  }

  private func hasTokens(_ index: Int) -> Bool {
    inputs[index].contains { $0.columns.tokenIDs != nil }
  }

  private func renamed(_ index: Int, after base: Int) throws(IngestError) -> [EvidenceChunk] {
    guard hasTokens(index) else {
      throw IngestError(
        file: files[index].path, "has neither ids nor tokens to pair it with \(files[base].path)",
        remedy: "give the same id to the same sequence in both files")
    }
    let mode = try comparison(index, base)
    var places: [[UInt8]: [RowReference]] = [:]
    for row in Rows(inputs[base]) {
      places[key(inputs[base], row, mode), default: []].append(row)
    }
    // The same text twice: the first with the first, the second with the second.
    for key in places.keys { places[key]?.reverse() }
    var names: [RowReference?] = []
    var unmatched: RowReference?
    for row in Rows(inputs[index]) {
      let match = places[key(inputs[index], row, mode)]?.popLast()
      names.append(match)
      if match == nil { unmatched = unmatched ?? row }
    }
    if let unmatched {
      let left = places.values.joined().min { ($0.chunk, $0.row) < ($1.chunk, $1.row) }
      if let left { throw difference(index, unmatched, base, left, mode) }
    }
    return try named(index, names, base)
  }

  /// What tells tokens apart in two files.
  private enum Mode { case ids, texts }

  /// A file without token ids has numbers for texts, which mean nothing elsewhere.
  private func comparison(_ index: Int, _ base: Int) throws(IngestError) -> Mode {
    let invented = [index, base].contains { file in
      inputs[file].contains { $0.columns.vocabulary?.idsAreOriginal == false }
    }
    guard invented else { return .ids }
    for file in [index, base] where inputs[file].allSatisfy({ $0.columns.vocabulary == nil }) {
      throw IngestError(
        file: files[index].path,
        "cannot be paired with \(files[base].path) by tokens: one has their texts, the other their "
          + "ids alone",
        remedy: "give the same id to the same sequence in both files")
    }
    return .texts
  }

  private func key(_ chunks: [EvidenceChunk], _ row: RowReference, _ mode: Mode) -> [UInt8] {
    let chunk = chunks[Int(row.chunk)]
    guard let ids = chunk.columns.tokenIDs else { return [] }
    var key: [UInt8] = []
    // The first token may be unknown in one of the files: it is compared where sequences are joined.
    for token in chunk.tokenRange(Int(row.row)).dropFirst() {
      switch mode {
      case .ids: withUnsafeBytes(of: ids[token]) { key.append(contentsOf: $0) }
      case .texts:
        key.append(contentsOf: text(ids[token]))
        key.append(0xFF)
      }
    }
    return key
  }

  private func text(_ id: Int32) -> [UInt8] { vocabulary?.bytes(of: id) ?? [] }

  private func named(
    _ index: Int, _ names: [RowReference?], _ base: Int
  ) throws(IngestError) -> [EvidenceChunk] {
    var result: [EvidenceChunk] = []
    var place = 0
    do {
      for chunk in inputs[index] {
        var columns = chunk.columns
        var list = TextList()
        for row in 0..<chunk.count {
          if let name = names[place] {
            inputs[base][Int(name.chunk)].columns.ids.withUTF8(Int(name.row)) { list.append($0) }
          } else {
            // No id of the other file begins with a 0, so this sequence stays unmatched.
            columns.ids.withUTF8(row) { list.append([0] + $0) }
          }
          place += 1
        }
        if let ids = list.take() { columns.ids = ids }
        result.append(try EvidenceChunk(columns))
      }
    } catch {
      throw IngestError(file: files[index].path, "\(error)")
    }
    return result
  }

  private func difference(
    _ index: Int, _ row: RowReference, _ base: Int, _ left: RowReference, _ mode: Mode
  ) -> IngestError {
    let mine = inputs[index][Int(row.chunk)]
    let theirs = inputs[base][Int(left.chunk)]
    return TokenDifference(
      file: files[index].path, other: files[base].path, vocabulary: vocabulary
    ).error(mine, Int(row.row), theirs, Int(left.row))
  }
}

/// The first token at which two sequences that should be one differ.
struct TokenDifference {
  let file: String
  let other: String
  let vocabulary: Vocabulary?

  /// The error that shows it.
  func error(
    _ mine: EvidenceChunk, _ row: Int, _ theirs: EvidenceChunk, _ otherRow: Int
  ) -> IngestError {
    let (left, right) = (tokens(mine, row), tokens(theirs, otherRow))
    let shared = min(left.count, right.count)
    let position = (0..<shared).first { left[$0] != right[$0] } ?? shared
    let (name, otherName) = (mine.columns.ids[row], theirs.columns.ids[otherRow])
    let names = name == otherName ? "\"\(name)\"" : "\"\(name)\" and \"\(otherName)\""
    return IngestError(
      file: file, field: "token_ids",
      "differ from \(other), first at \(names), position \(position): \(show(left, position)) "
        + "where \(other) has \(show(right, position))",
      remedy: "dump both models from the same texts with one tokenizer, the same truncation, and "
        + "a beginning-of-text token in both or neither")
  }

  private func tokens(_ chunk: EvidenceChunk, _ row: Int) -> [Int32] {
    guard let ids = chunk.columns.tokenIDs else { return [] }
    return chunk.tokenRange(row).map { ids[$0] }
  }

  private func show(_ tokens: [Int32], _ position: Int) -> String {
    guard position < tokens.count else { return "the end after \(tokens.count) tokens" }
    let id = tokens[position]
    if id < 0 { return "an unknown token" }
    let text = vocabulary?.bytes(of: id).map { "\"" + String(decoding: $0, as: UTF8.self) + "\"" }
    let isOwn = id < RecordParser.firstStandIn && vocabulary?.idsAreOriginal ?? true
    return isOwn ? "token \(id)" + (text.map { " \($0)" } ?? "") : text ?? "token \(id)"
  }
}

/// Every row of a list of chunks.
private struct Rows: Sequence, IteratorProtocol {
  private let counts: [Int]
  private var chunk = 0
  private var row = 0

  init(_ chunks: [EvidenceChunk]) { counts = chunks.map(\.count) }

  mutating func next() -> RowReference? {
    while chunk < counts.count, row == counts[chunk] {
      chunk += 1
      row = 0
    }
    guard chunk < counts.count else { return nil }
    row += 1
    return RowReference(chunk: Int32(chunk), row: Int32(row - 1))
  }
}
