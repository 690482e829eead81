import ScoringCore

/// The samples lm-evaluation-harness logs: the log-likelihood of whole texts, nothing per token.
package struct HarnessSamples: Sendable {
  /// One text and what the model said of it.
  struct Sample: Sendable {
    var id: String
    /// The sum of its log-probabilities, in nats.
    var sum: Double
    /// Whether every token was the model's first choice; nil where the request does not tell.
    var isGreedy: Bool?
    /// The length in bytes of the text that was scored, 0 if it is not there.
    var bytes: Int
    /// A hash of all that was asked, to tell whether two models were asked the same.
    var question: UInt64
    var label: Label
  }

  package var path: String
  var samples: [Sample] = []
  package var notes: IngestNotes

  /// Reads the rest of a stream.
  static func read(
    _ stream: consuming ByteStream, converter: JSONLineConverter?, options: IngestOptions
  ) throws(IngestError) -> HarnessSamples {
    let path = stream.file
    var reading = HarnessReading(path: path, hasLines: converter == nil, options: options)
    var blocks = LineBlocks(stream, converter: converter)
    var block = LineBlocks.Block()
    while try blocks.read(into: &block) {
      try options.checkCancelled(path)
      reading.read(block)
      options.progress?(blocks.progress)
    }
    return try reading.finish()
  }

  /// The scores of a target's samples, and of a reference's if they are there.
  ///
  /// Without token counts neither mean log-probabilities nor differences of them are known, but
  /// sums are, and their ratio is that of the losses.
  static func scores(
    _ target: HarnessSamples, against reference: HarnessSamples?, run: Run,
    options: IngestOptions
  ) throws(IngestError) -> (table: ScoreTable, notes: IngestNotes) {
    var notes = IngestNotes(limit: options.listedDefects)
    var rows: [(target: Sample, reference: Sample?)] = target.samples.map { ($0, nil) }
    if let reference { rows = try paired(target, reference, &notes) }
    var columns: [ScoreColumn] = []
    func add(_ attack: String, _ value: ((target: Sample, reference: Sample?)) -> Double?) {
      let values = rows.map { value($0) ?? .nan }
      guard values.contains(where: { !$0.isNaN }) else { return }
      columns.append(
        ScoreColumn(
          attack: attack, values: values,
          statuses: values.map { $0.isNaN ? .undefined : .ordinary }))
    }
    add("loss-sum") { $0.target.sum }
    add("loss-per-byte") { $0.target.bytes > 0 ? $0.target.sum / Double($0.target.bytes) : nil }
    add("ref-diff-sum") { row in row.reference.map { row.target.sum - $0.sum } }
    add("ref-diff-per-byte") { row in
      guard let reference = row.reference, row.target.bytes > 0 else { return nil }
      return (row.target.sum - reference.sum) / Double(row.target.bytes)
    }
    add("ref-ratio") { row in
      row.reference.flatMap { $0.sum == 0 ? nil : -(row.target.sum / $0.sum) }
    }
    add("no-errors") { row in row.target.isGreedy.map { $0 ? 1 : 0 } }
    let table = ScoreTable(
      run: run, ids: TextColumn(rows.map(\.target.id)), labels: rows.map(\.target.label),
      columns: columns)
    return (table, notes)
  }

  private static func paired(
    _ target: HarnessSamples, _ reference: HarnessSamples, _ notes: inout IngestNotes
  ) throws(IngestError) -> [(target: Sample, reference: Sample?)] {
    let known = Dictionary(reference.samples.map { ($0.id, $0) }) { first, _ in first }
    var rows: [(target: Sample, reference: Sample?)] = []
    for sample in target.samples {
      guard let other = known[sample.id] else {
        notes.defects.add(
          Defect(
            .unmatchedID, file: target.path, .whole, field: "doc_id",
            "\"\(sample.id)\" is not in \(reference.path)",
            remedy: "a run holds the documents that both files have"))
        continue
      }
      guard other.question == sample.question else {
        throw IngestError(
          file: reference.path, field: "arguments",
          "differ from those of \(target.path), first at doc_id \"\(sample.id)\"",
          remedy: "run the same task, with the same few-shot seed, on both models")
      }
      rows.append((sample, other))
    }
    guard !rows.isEmpty else {
      throw IngestError(
        file: target.path, field: "doc_id", "shares no document with \(reference.path)",
        remedy: "run the same task on both models")
    }
    let ids = Set(target.samples.map(\.id))
    for sample in reference.samples where !ids.contains(sample.id) {
      notes.defects.add(
        Defect(
          .unmatchedID, file: reference.path, .whole, field: "doc_id",
          "\"\(sample.id)\" is not in \(target.path)",
          remedy: "a run holds the documents that both files have"))
    }
    return rows
  }
}

/// The state of reading one file of samples.
private struct HarnessReading {
  let path: String
  let hasLines: Bool
  let options: IngestOptions
  private var samples: [HarnessSamples.Sample] = []
  private var notes: IngestNotes
  private var seen: Set<String> = []
  private var line = 0

  init(path: String, hasLines: Bool, options: IngestOptions) {
    self.path = path
    self.hasLines = hasLines
    self.options = options
    notes = IngestNotes(limit: options.listedDefects)
  }

  mutating func read(_ block: borrowing LineBlocks.Block) {
    block.forEachLine { cursor in
      line += 1
      cursor.skipSpace()
      if cursor.at == cursor.end { return }
      do throws(RecordError) {
        try add(&cursor)
      } catch {
        notes.defects.add(
          Defect(
            error.failure.kind, file: path, hasLines ? .line(line) : .record(line - 1, id: ""),
            field: error.field, error.failure.problem, remedy: error.failure.remedy))
      }
    }
  }

  private mutating func add(_ cursor: inout JSONCursor) throws(RecordError) {
    let record: JSONValue
    do throws(JSONError) {
      record = try cursor.value()
      try cursor.finish()
    } catch {
      throw RecordError(field: "", failure: error)
    }
    guard let doc = record["doc_id"]?.plainText else {
      throw RecordError("doc_id", .missing, "there is none")
    }
    let arguments = Self.arguments(record["arguments"])
    let answers = try Self.answers(record)
    for (index, answer) in answers.enumerated() {
      let id = answers.count == 1 ? doc : "\(doc)/\(index)"
      guard seen.insert(id).inserted else {
        throw RecordError(
          "doc_id", .duplicateID, "\(id) is that of an earlier line already",
          "keep one filter, and one task, a file")
      }
      let asked = index < arguments.count ? arguments[index] : []
      var hash: UInt64 = 0
      for part in asked {
        hash = hash &* 31 &+ Array(part.utf8).withUnsafeBufferPointer { ByteHash.hash($0) }
      }
      samples.append(
        .init(
          id: id, sum: answer.sum, isGreedy: answer.isGreedy,
          bytes: asked.last.map { $0.utf8.count } ?? 0, question: hash, label: .unknown))
    }
  }

  /// The texts of each request: a list of lists, or in new versions an object of objects.
  private static func arguments(_ value: JSONValue?) -> [[String]] {
    switch value {
    case .list(let requests): requests.map { ($0.list ?? [$0]).compactMap(\.string) }
    case .object(let requests):
      requests.map { request in
        if case .object(let parts) = request.value {
          parts.sorted { $0.key < $1.key }.compactMap(\.value.string)
        } else {
          request.value.list?.compactMap(\.string) ?? []
        }
      }
    default: []
    }
  }

  /// Sums and flags of each request: `[sum, is greedy]` or a sum alone, often written as texts.
  private static func answers(
    _ record: JSONValue
  ) throws(RecordError) -> [(sum: Double, isGreedy: Bool?)] {
    let field = record["filtered_resps"]?.list?.isEmpty == false ? "filtered_resps" : "resps"
    guard let responses = record[field]?.list, !responses.isEmpty else {
      throw RecordError("resps", .missing, "there are none", "log with --log_samples")
    }
    return try responses.map { (response) throws(RecordError) in
      guard let answer = answer(response) else {
        throw RecordError(
          field, .type, "holds no log-likelihood but \(response.plainText.prefix(40))",
          "only loglikelihood and loglikelihood_rolling tasks give one; generated answers do not")
      }
      guard answer.sum <= 1e-4 else {
        throw RecordError(field, .value, "\(answer.sum) is no log-likelihood")
      }
      return answer
    }
  }

  private static func answer(_ value: JSONValue) -> (sum: Double, isGreedy: Bool?)? {
    if let sum = number(value) { return (sum, nil) }
    guard case .list(let parts) = value, let first = parts.first else { return nil }
    // `resps` has one list more around each answer than `filtered_resps`.
    if parts.count == 1, case .list = first { return answer(first) }
    guard let sum = number(first) else { return nil }
    return (sum, parts.count > 1 ? flag(parts[1]) : nil)
  }

  private static func number(_ value: JSONValue) -> Double? {
    let number = value.double ?? value.string.flatMap { Double($0) }
    return number.flatMap { $0.isNaN ? nil : $0 }
  }

  private static func flag(_ value: JSONValue) -> Bool? {
    switch value.plainText.lowercased() {
    case "true", "1": true
    case "false", "0": false
    default: nil
    }
  }

  consuming func finish() throws(IngestError) -> HarnessSamples {
    if let first = notes.defects.listed.first, options.strict || samples.isEmpty {
      throw IngestError(
        file: path, at: first.place, field: first.field, first.problem, remedy: first.remedy)
    }
    guard !samples.isEmpty else {
      throw IngestError(file: path, "is empty", remedy: "log with --log_samples")
    }
    return HarnessSamples(path: path, samples: samples, notes: notes)
  }
}
