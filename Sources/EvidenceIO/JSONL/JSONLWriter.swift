import Basics
import ScoringCore
import Synchronization

/// Writes evidence as one JSON object per line, from which the same evidence can be read again.
package enum JSONLWriter {
  /// Writes chunks to a file, a `.gz` file, or standard output (`-`).
  ///
  /// - Throws: `IngestError` if the file cannot be written, or a `meta`, `extra` or `continuations`
  ///   is not JSON.
  package static func write(
    _ chunks: [EvidenceChunk], to path: String, options: IngestOptions = IngestOptions()
  ) throws(IngestError) {
    var file = try OutputFile.create(path, .texts)
    for chunk in chunks {
      var stripes: [Range<Int>] = []
      for stripe in self.stripes(of: chunk) {
        stripes.append(stripe)
        guard stripes.count == options.workers || stripe.upperBound == chunk.count else { continue }
        try options.checkCancelled(path)
        for part in try lines(chunk, stripes, path) { try file.write(part) }
        stripes.removeAll(keepingCapacity: true)
      }
    }
    try file.commit()
  }

  /// Sequences a worker formats at a time: about a megabyte of text.
  private static func stripes(of chunk: EvidenceChunk) -> [Range<Int>] {
    var stripes: [Range<Int>] = []
    var (start, tokens) = (0, 0)
    for row in 0..<chunk.count {
      tokens += chunk.tokenRange(row).count + 64
      guard tokens > 1 << 14 || row + 1 == chunk.count else { continue }
      stripes.append(start..<row + 1)
      (start, tokens) = (row + 1, 0)
    }
    return stripes
  }

  /// The lines of some sequences, formatted in parallel.
  private static func lines(
    _ chunk: EvidenceChunk, _ stripes: [Range<Int>], _ path: String
  ) throws(IngestError) -> [[UInt8]] {
    let parts = Mutex([[UInt8]](repeating: [], count: stripes.count))
    let failure = Mutex<IngestError?>(nil)
    parallelEach(count: stripes.count) { index in
      var writer = RecordWriter(chunk: chunk)
      do throws(JSONError) {
        for row in stripes[index] { try writer.write(row) }
        let bytes = writer.text.bytes
        parts.withLock { $0[index] = bytes }
      } catch {
        let problem = IngestError(file: path, "cannot be written: \(error.problem)")
        failure.withLock { $0 = $0 ?? problem }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    return parts.withLock { $0 }
  }
}

/// Formats records of one chunk.
private struct RecordWriter {
  let chunk: EvidenceChunk
  var text = JSONText()

  init(chunk: EvidenceChunk) { self.chunk = chunk }

  mutating func write(_ row: Int) throws(JSONError) {
    let columns = chunk.columns
    text.raw("{\"id\":")
    string(columns.ids, row)
    if columns.labels != nil, let label = [1: "1", 0: "0"][chunk.label(row).rawValue] {
      text.raw(",\"label\":" + label)
    }
    if let texts = columns.texts, !texts.range(row).isEmpty {
      text.raw(",\"text\":")
      string(texts, row)
    }
    tokens(row)
    scored(row)
    model("target", columns.target, row)
    model("reference", columns.reference, row)
    try raw("extra", columns.extras, row)
    try raw("continuations", columns.continuations, row)
    try raw("meta", columns.metas, row)
    text.raw("}\n")
  }

  private mutating func string(_ column: TextColumn, _ row: Int) {
    column.withUTF8(row) { text.string($0) }
  }

  /// JSON kept as text, which must still be one JSON value on one line.
  private mutating func raw(
    _ key: StaticString, _ column: TextColumn?, _ row: Int
  ) throws(JSONError) {
    guard let column, !column.range(row).isEmpty else { return }
    let bytes = column.withUTF8(row) { Array($0) }
    do throws(JSONError) {
      try JSONCursor.parse(bytes) { (cursor) throws(JSONError) in
        cursor.skipSpace()
        try cursor.skipValue()
        try cursor.finish()
      }
    } catch {
      throw JSONError(
        problem: "\(key) of \"\(chunk.columns.ids[row])\" is not JSON (\(error.problem))")
    }
    text.raw(",\"\(key)\":")
    // Outside strings a line break is white space; inside it would not have passed the check.
    text.bytes.append(contentsOf: bytes.lazy.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 })
  }

  private mutating func tokens(_ row: Int) {
    guard let ids = chunk.columns.tokenIDs else { return }
    let range = chunk.tokenRange(row)
    let span = ids.span.extracting(range)
    // A text whose first token is not known has −1 there; without any ids there are only those.
    guard !span.isEmpty, span[0] >= 0 || span[span.count - 1] >= 0 else { return }
    let vocabulary = chunk.columns.vocabulary
    if let vocabulary {
      let places = span.indices.map { vocabulary.index(of: span[$0]) }
      if places.contains(where: { $0 != nil }) {
        text.raw(",\"tokens\":")
        shown(places, vocabulary)
        exactBytes(places, vocabulary)
      }
    }
    // A first token known by its text alone has a number that means nothing elsewhere.
    let areOwn = span.indices.dropFirst().allSatisfy { span[$0] < RecordParser.firstStandIn }
    guard vocabulary?.idsAreOriginal ?? true, areOwn else { return }
    text.raw(",\"token_ids\":")
    let isOwn = span[0] < RecordParser.firstStandIn
    text.list(span.indices) { $0.integer($1 == 0 && !isOwn ? -1 : span[$1]) }
  }

  /// Texts of tokens by their places in the vocabulary; null where a text is not known.
  private mutating func shown(_ places: [Int?], _ vocabulary: Vocabulary) {
    text.list(places) { text, place in
      guard let place else { return text.raw("null") }
      vocabulary.texts.withUTF8(place) { bytes in
        if TokenSpelling.isUTF8(bytes) {
          text.string(bytes)
        } else {
          text.string(TokenSpelling.spelling(bytes))
        }
      }
    }
  }

  /// `token_bytes`, if some token is not UTF-8 or looks like the spelling of one that is not.
  private mutating func exactBytes(_ places: [Int?], _ vocabulary: Vocabulary) {
    func needsBytes(_ place: Int) -> Bool {
      vocabulary.texts.withUTF8(place) { !TokenSpelling.isUTF8($0) }
    }
    func isMisleading(_ place: Int) -> Bool {
      vocabulary.texts.withUTF8(place) { TokenSpelling.bytes($0) != nil }
    }
    guard places.contains(where: { $0.map { needsBytes($0) || isMisleading($0) } ?? false }) else {
      return
    }
    text.raw(",\"token_bytes\":")
    text.list(places) { text, place in
      guard let place, needsBytes(place) else { return text.raw("null") }
      let bytes = vocabulary.texts.withUTF8(place) { Array($0) }
      text.string(Base64.encode(bytes))
    }
  }

  private mutating func scored(_ row: Int) {
    guard let column = chunk.columns.scored else { return }
    let span = column.span.extracting(chunk.positionRange(row))
    guard span.indices.contains(where: { span[$0] == 0 }) else { return }
    text.raw(",\"scored\":")
    text.list(span.indices) { $0.raw(span[$1] == 0 ? "false" : "true") }
  }

  private mutating func model(_ name: String, _ model: ModelColumns, _ row: Int) {
    let range = chunk.positionRange(row)
    let before = text.bytes.count
    text.raw(",\"" + name + "\":{")
    let start = text.bytes.count
    floats("logprobs", model.logprobs, range)
    if let ranks = model.ranks, range.isEmpty || ranks[range.lowerBound] > 0 {
      key("ranks")
      integers(ranks, range)
    }
    firstChoices(model, range)
    floats("top1_logprobs", model.top1Logprobs, range)
    let suffix = model.momentsAreWeighted ? "" : "_unweighted"
    floats("logprob_means" + suffix, model.logprobMeans, range)
    floats("logprob_stds" + suffix, model.logprobStds, range)
    if text.bytes.count == start {
      text.bytes.removeLast(start - before)
    } else {
      text.raw("}")
    }
  }

  private mutating func firstChoices(_ model: ModelColumns, _ range: Range<Int>) {
    guard let ids = model.top1IDs, range.isEmpty || ids[range.lowerBound] >= 0 else { return }
    let vocabulary = chunk.columns.vocabulary
    let span = ids.span.extracting(range)
    if vocabulary?.idsAreOriginal ?? true,
      span.indices.allSatisfy({ span[$0] < RecordParser.firstStandIn })
    {
      key("top1_ids")
      integers(ids, range)
    }
    guard let vocabulary else { return }
    let places = span.indices.map { vocabulary.index(of: span[$0]) }
    guard range.isEmpty || places.contains(where: { $0 != nil }) else { return }
    key("top1_tokens")
    shown(places, vocabulary)
  }

  private mutating func key(_ name: String) {
    if text.bytes.last != UInt8(ascii: "{") { text.raw(",") }
    text.raw("\"" + name + "\":")
  }

  private mutating func floats(_ name: String, _ column: Column<Float>?, _ range: Range<Int>) {
    guard let column, range.isEmpty || !column[range.lowerBound].isNaN else { return }
    key(name)
    let span = column.span.extracting(range)
    text.list(span.indices) { $0.float(span[$1]) }
  }

  private mutating func integers(_ column: Column<Int32>, _ range: Range<Int>) {
    let span = column.span.extracting(range)
    text.list(span.indices) { $0.integer(span[$1]) }
  }
}
