import Basics
import ScoringCore

/// Reads padded arrays in an npz file, as LeakPro keeps its evidence: `logprob`, `argmax`,
/// `token_ids`, `mask` of shape (N, T), `lengths` of shape (N), moments where asked for.
///
/// All arrays are of predictions, so the first token of a text is not known. The moments are taken
/// over the vocabulary without weights, and are labelled so.
enum NpzReader {
  /// Names of arrays, ours first.
  private enum Name {
    static let logprobs = ["logprob", "logprobs", "token_logprobs", "logp"]
    static let first = ["argmax", "top1_ids", "top1"]
    static let tokens = ["token_ids", "input_ids", "targets"]
    static let mask = ["mask", "attention_mask"]
    static let lengths = ["lengths", "length"]
    static let ranks = ["ranks", "rank"]
    static let means = ["logp_mean", "logp_means"]
    static let stds = ["logp_std", "logp_stds"]
    static let ids = ["ids", "id", "indices"]
    static let labels = ["labels", "label", "members", "membership", "memberships"]
  }

  static func read(
    _ path: String, side: ModelSide, options: IngestOptions
  ) throws(IngestError) -> EvidenceFile {
    var arrays = try NpzArrays(path, options: options)
    guard let logprobs = try arrays.take(Name.logprobs) else {
      throw IngestError(
        file: path, at: .tensor("logprob"), "is missing (there are: \(arrays.list))",
        remedy: "save logprob, argmax, token_ids and mask of shape (sequences, positions)")
    }
    guard logprobs.shape.count == 2, logprobs.isNumeric else {
      throw IngestError(
        file: path, at: .tensor("logprob"), "is not a table of numbers but \(logprobs.shape)",
        remedy: "pad sequences to one length and save shape (sequences, positions)")
    }
    guard logprobs.count > 0 else {
      throw IngestError(
        file: path, at: .tensor("logprob"), "has no elements (shape \(logprobs.shape))",
        remedy: "save at least one sequence with one position")
    }
    var table = NpzTable(
      rows: logprobs.shape[0], width: logprobs.shape[1], file: path, logprobs: logprobs)
    table.mask = try arrays.integers(Name.mask, table.rows * table.width)
    table.lengths = try arrays.integers(Name.lengths, table.rows)
    table.tokens = try arrays.integers(Name.tokens, table.rows * table.width)
    table.first = try arrays.integers(Name.first, table.rows * table.width)
    table.ranks = try arrays.integers(Name.ranks, table.rows * table.width)
    table.means = try arrays.floats(Name.means, table.rows * table.width)
    table.stds = try arrays.floats(Name.stds, table.rows * table.width)
    table.labels = try arrays.integers(Name.labels, table.rows)
    table.ids = try arrays.texts(Name.ids, table.rows)
    return try table.file(side: side, unused: arrays.unused, options: options)
  }
}

/// The arrays of an npz file, by name.
struct NpzArrays {
  private let archive: ZipArchive
  private(set) var unused: Set<String>

  init(_ path: String, options: IngestOptions) throws(IngestError) {
    archive = try ZipArchive(try FileBytes.load(path, options: options), file: path)
    try archive.checkSize()
    unused = Set(archive.members.map { Self.name($0.name) })
  }

  var list: String { unused.sorted().prefix(12).joined(separator: ", ") }

  private static func name(_ member: String) -> String {
    member.hasSuffix(".npy") ? String(member.dropLast(4)) : member
  }

  /// Whether there is an array of one of these names.
  func has(_ names: [String]) -> Bool {
    archive.members.contains { names.contains(Self.name($0.name)) }
  }

  /// The array of the first of these names that is there.
  mutating func take(_ names: [String]) throws(IngestError) -> NpyArray? {
    for name in names {
      guard let member = archive.members.first(where: { Self.name($0.name) == name }) else {
        continue
      }
      unused.remove(name)
      let (storage, offset) = try archive.content(member)
      return try NpyArray(storage, at: offset, size: member.size, name: name, file: archive.file)
    }
    return nil
  }

  private mutating func checked(_ names: [String], _ count: Int) throws(IngestError) -> NpyArray? {
    guard let array = try take(names) else { return nil }
    guard array.count == count else {
      throw IngestError(
        file: archive.file, at: .tensor(names[0]),
        "has \(array.count) values where \(count) are needed (shape \(array.shape))",
        remedy: "save all arrays from the same sequences")
    }
    return array
  }

  mutating func integers(_ names: [String], _ count: Int) throws(IngestError) -> NpyArray? {
    guard let array = try checked(names, count) else { return nil }
    guard array.isWhole else { throw wrongType(names[0], "whole numbers") }
    return array
  }

  mutating func floats(_ names: [String], _ count: Int) throws(IngestError) -> NpyArray? {
    guard let array = try checked(names, count) else { return nil }
    guard array.isNumeric else { throw wrongType(names[0], "numbers") }
    return array
  }

  mutating func texts(_ names: [String], _ count: Int) throws(IngestError) -> [String]? {
    guard let array = try checked(names, count) else { return nil }
    guard let values = array.texts else { throw wrongType(names[0], "texts or whole numbers") }
    return values
  }

  private func wrongType(_ name: String, _ wanted: String) -> IngestError {
    IngestError(file: archive.file, at: .tensor(name), "does not hold \(wanted)")
  }
}

/// Padded evidence, turned into records row by row.
private struct NpzTable {
  let rows: Int
  let width: Int
  let file: String
  var logprobs: NpyArray
  var mask: NpyArray?
  var lengths: NpyArray?
  var tokens: NpyArray?
  var first: NpyArray?
  var ranks: NpyArray?
  var means: NpyArray?
  var stds: NpyArray?
  var labels: NpyArray?
  var ids: [String]?
  /// Rows of a chunk: what is built is copied once, so not all of it at once.
  private static let chunkRows = 4096

  init(rows: Int, width: Int, file: String, logprobs: NpyArray) {
    self.rows = rows
    self.width = width
    self.file = file
    self.logprobs = logprobs
  }

  func file(
    side: ModelSide, unused: Set<String>, options: IngestOptions
  ) throws(IngestError) -> EvidenceFile {
    var notes = IngestNotes(limit: options.listedDefects)
    if !unused.isEmpty {
      let names = unused.sorted().prefix(8).joined(separator: ", ")
      notes.warnings.append(Warning(file: file, "ignored \(unused.count) unknown arrays: \(names)"))
    }
    guard mask != nil || lengths != nil || tokens != nil else {
      throw IngestError(
        file: file, at: .tensor("mask"), "there is no array mask, lengths or token_ids",
        remedy: "without one padding cannot be told from log-probabilities of 0")
    }
    var builder = BlockBuilder()
    var seen: Set<String> = []
    var chunks: [EvidenceChunk] = []
    for row in 0..<rows {
      if row % Self.chunkRows == 0 {
        try options.checkCancelled(file)
        try takeChunk(&builder, &chunks, &notes)
      }
      do throws(RecordError) {
        let record = try record(row, side)
        guard seen.insert(ids?[row] ?? "").inserted || ids == nil else {
          throw RecordError("ids", .duplicateID, "is the id of an earlier row already")
        }
        try builder.append(record)
      } catch {
        notes.defects.add(
          Defect(
            error.failure.kind, file: file, .record(row, id: ids?[row] ?? ""), field: error.field,
            error.failure.problem, remedy: error.failure.remedy))
      }
    }
    try takeChunk(&builder, &chunks, &notes)
    if ids == nil {
      notes.warnings.append(
        Warning(
          file: file,
          "rows are numbered: there is no array ids; other files are paired with them by tokens"))
    }
    let result = EvidenceFile(
      path: file, chunks: chunks, run: nil, notes: notes, hasOwnIDs: ids != nil)
    try result.checkUsable(options)
    return result
  }

  private func takeChunk(
    _ builder: inout BlockBuilder, _ chunks: inout [EvidenceChunk], _ notes: inout IngestNotes
  ) throws(IngestError) {
    notes.clamped += builder.clamped
    guard let (columns, _) = builder.take() else { return }
    do {
      chunks.append(try EvidenceChunk(columns))
    } catch {
      throw IngestError(file: file, "\(error)")
    }
  }

  private func record(_ row: Int, _ side: ModelSide) throws(RecordError) -> RecordScratch {
    let range = try range(row)
    var record = RecordScratch()
    record.id = Array((ids?[row] ?? String(row + 1)).utf8)
    if let label = labels?.integer(row) {
      guard (-1...1).contains(label) else {
        throw RecordError(
          "labels", .value, "label \(label)", "1 member, 0 non-member, -1 unknown")
      }
      record.label = Int8(label)
    }
    var model = RecordScratch.Model()
    do throws(JSONError) {
      model.logprobs = try range.map { (index) throws(JSONError) in
        try Logprob.normalised(logprobs.float(index), &record.clamped)
      }
      if let means, let stds {
        model.means = try range.map { (index) throws(JSONError) in
          try Logprob.normalised(means.float(index), &record.clamped)
        }
        model.stds = try range.map { (index) throws(JSONError) in
          let value = stds.float(index)
          guard value >= 0 && value < .infinity else { throw Logprob.impossibleDeviation }
          return value
        }
        model.weighted = false
      }
    } catch {
      throw RecordError(field: "logprob", failure: error)
    }
    if let mask, range.contains(where: { mask.integer($0) == 0 }) {
      record.scored = range.map { mask.integer($0) == 0 ? 0 : 1 }
    }
    if let tokens { record.tokenIDs = [-1] + (try ids(tokens, range, "token_ids")) }
    if let first { model.top1IDs = try ids(first, range, "argmax") }
    if let ranks { model.ranks = try ids(ranks, range, "ranks", from: 1) }
    switch side {
    case .target: record.target = model
    case .reference: record.reference = model
    }
    return record
  }

  /// Where a row's values lie between its padding.
  private func range(_ row: Int) throws(RecordError) -> Range<Int> {
    let start = row * width
    var range = start..<start + width
    if let mask {
      let present = range.filter { mask.integer($0) != 0 }
      range = present.isEmpty ? start..<start : present[0]..<present[present.count - 1] + 1
      if let length = lengths?.integer(row), length != present.count {
        throw RecordError(
          "lengths", .length, "is \(length) where mask has \(present.count) true values",
          "save all arrays from the same sequences")
      }
    } else if let length = lengths?.integer(row) {
      guard (0...width).contains(length) else {
        throw RecordError("lengths", .length, "\(length) exceeds the arrays' \(width)")
      }
      range = start..<start + length
    } else if let tokens {
      range = start..<(range.last { tokens.integer($0) >= 0 }.map { $0 + 1 } ?? start)
    }
    guard !range.isEmpty else {
      throw RecordError("mask", .length, "no position counts", "leave out empty sequences")
    }
    return range
  }

  private func ids(
    _ values: NpyArray, _ range: Range<Int>, _ field: String, from least: Int = 0
  ) throws(RecordError) -> [Int32] {
    try range.map { (index) throws(RecordError) in
      let value = values.integer(index)
      guard value >= least, value < Int(RecordParser.firstStandIn) else {
        throw RecordError(field, .value, "\(value) lies inside the sequence")
      }
      return Int32(value)
    }
  }
}
