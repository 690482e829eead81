import Basics

/// One thing wrong with one record: the record is left out, the defect counted and listed.
package struct Defect: Hashable, Sendable, CustomStringConvertible {
  /// What sort of defect it is; defects are counted by it.
  package enum Kind: String, CaseIterable, Sendable {
    /// Not JSON, or not an object.
    case syntax = "malformed JSON"
    /// Bytes that are not UTF-8, or escapes that are no character.
    case encoding = "invalid text"
    /// A value of another type than the field's.
    case type = "wrong type"
    /// A required field is not there.
    case missing = "missing field"
    /// A list whose length does not fit the others.
    case length = "wrong length"
    /// A number outside its range, such as NaN or a positive log-probability.
    case value = "impossible value"
    /// An id that an earlier record has.
    case duplicateID = "duplicate id"
    /// A line or nesting beyond any sensible limit.
    case tooLarge = "too large"
    /// A record that another file of the same run lacks.
    case unmatchedID = "id not in every file"
  }

  /// Where in a file something lies.
  package enum Place: Hashable, Sendable {
    /// Nowhere in particular.
    case whole
    /// A line, from 1.
    case line(Int)
    /// A tensor.
    case tensor(String)
    /// A sequence of a binary file, from 0.
    case record(Int, id: String)
    /// A byte offset, from 0.
    case byte(Int)
  }

  /// What sort of defect it is.
  package var kind: Kind
  /// The file as the user named it, `-` for standard input.
  package var file: String
  /// Where in the file.
  package var place: Place
  /// The field, tensor or key concerned; empty if the whole record is.
  package var field: String
  /// What is wrong.
  package var problem: String
  /// What to do about it; empty where it is obvious.
  package var remedy: String

  package init(
    _ kind: Kind, file: String, _ place: Place, field: String = "", _ problem: String,
    remedy: String = ""
  ) {
    self.kind = kind
    self.file = file
    self.place = place
    self.field = field
    self.problem = problem
    self.remedy = remedy
  }

  /// One line, `file:line: field: problem; remedy`, safe to print whatever the data holds.
  package var description: String {
    var line = file
    switch place {
    case .whole: break
    case .line(let number): line += ":\(number)"
    case .tensor(let name): line += ": \(name)"
    case .record(let index, let id): line += ": record \(index)" + (id.isEmpty ? "" : " (\(id))")
    case .byte(let offset): line += ": byte \(offset)"
    }
    line += ": "
    if !field.isEmpty { line += field + ": " }
    line += problem
    if !remedy.isEmpty { line += "; " + remedy }
    return SafeText.oneLine(line, limit: 600)
  }
}

/// Defects of an input: how many of each kind, and the first few in full.
package struct DefectList: Sendable {
  /// The first defects, in the order of the input.
  package private(set) var listed: [Defect] = []
  /// How many there are of each kind.
  package private(set) var counts: [Defect.Kind: Int] = [:]
  /// How many defects are kept in full.
  package let limit: Int

  package init(limit: Int = 20) { self.limit = limit }

  /// All defects, listed or not.
  package var total: Int { counts.values.reduce(0, +) }
  /// Whether there are none.
  package var isEmpty: Bool { counts.isEmpty }

  package mutating func add(_ defect: Defect) {
    counts[defect.kind, default: 0] += 1
    if listed.count < limit { listed.append(defect) }
  }

  package mutating func add(_ other: DefectList) {
    counts.merge(other.counts, uniquingKeysWith: +)
    listed.append(contentsOf: other.listed.prefix(max(0, limit - listed.count)))
  }

  /// Counts further defects of a kind that are not worth listing one by one.
  mutating func count(_ kind: Defect.Kind, _ number: Int) {
    if number > 0 { counts[kind, default: 0] += number }
  }

  /// The counts in words, such as `3 wrong length, 1 duplicate id`.
  package var summary: String {
    Defect.Kind.allCases.compactMap { kind in counts[kind].map { "\($0) \(kind.rawValue)" } }
      .joined(separator: ", ")
  }
}

/// Something a user should know although nothing was left out because of it.
package struct Warning: Hashable, Sendable, CustomStringConvertible {
  /// The file as the user named it.
  package var file: String
  /// What was noticed, and what it means.
  package var message: String

  package init(file: String, _ message: String) {
    self.file = file
    self.message = message
  }

  /// One line, safe to print whatever the data holds.
  package var description: String { SafeText.oneLine("\(file): \(message)", limit: 600) }
}

/// What reading an input brought up besides its contents.
package struct IngestNotes: Sendable {
  /// Records left out, and why.
  package var defects: DefectList
  /// Oddities that cost nothing.
  package var warnings: [Warning] = []
  /// Log-probabilities that were positive by rounding and are 0 now.
  package var clamped = 0
  /// Files of a folder that could not be read.
  package var skippedFiles = 0

  package init(limit: Int = 20) { defects = DefectList(limit: limit) }

  package mutating func add(_ other: IngestNotes) {
    defects.add(other.defects)
    warnings.append(contentsOf: other.warnings)
    clamped += other.clamped
    skippedFiles += other.skippedFiles
  }
}
