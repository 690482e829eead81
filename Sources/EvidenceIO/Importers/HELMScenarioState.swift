import Basics
import ScoringCore

/// Reads HELM's `scenario_state.json`: the tokens of requests whose prompt was echoed.
///
/// A request's answer lists every token with its log-probability and perhaps the first choices;
/// where `echo_prompt` was false the tokens are generated ones, which tell nothing of a text.
enum HELMScenarioState {
  private static let largest = 4 << 30

  static func read(
    _ stream: consuming ByteStream, side: ModelSide, options: IngestOptions
  ) throws(IngestError) -> EvidenceFile {
    var stream = stream
    let path = stream.file
    let bytes = try stream.readAll(limit: largest)
    var builder = BlockBuilder()
    var notes = IngestNotes(limit: options.listedDefects)
    var seen: Set<String> = []
    var number = 0
    do throws(JSONError) {
      try JSONCursor.parse(bytes) { cursor throws(JSONError) in
        cursor.skipSpace()
        try cursor.object { cursor, raw throws(JSONError) in
          guard raw.equals("request_states"), cursor.byte == UInt8(ascii: "[") else {
            return try cursor.skipValue(depth: 1)
          }
          try cursor.list { (cursor) throws(JSONError) in
            let state = try cursor.value(depth: 2)
            do throws(RecordError) {
              let record = try record(state, side, number)
              guard seen.insert(String(decoding: record.id, as: UTF8.self)).inserted else {
                throw RecordError(
                  "instance.id", .duplicateID, "is the id of an earlier request already",
                  "keep one trial and one perturbation a file")
              }
              try builder.append(record)
            } catch {
              notes.defects.add(
                Defect(
                  error.failure.kind, file: path, .record(number, id: ""), field: error.field,
                  error.failure.problem, remedy: error.failure.remedy))
            }
            number += 1
          }
        }
        try cursor.finish()
      }
    } catch {
      throw IngestError(file: path, error.problem, remedy: error.remedy)
    }
    return try builder.file(path, notes, options)
  }

  private static func record(
    _ state: JSONValue, _ side: ModelSide, _ number: Int
  ) throws(RecordError) -> RecordScratch {
    guard case .bool(true)? = state["request"]?["echo_prompt"] else {
      throw RecordError(
        "request.echo_prompt", .missing, "is not true, so the tokens are generated ones",
        "run a scenario with method language_modeling, which echoes the prompt")
    }
    let tokens = state["result"]?["completions"]?.list?.first?["tokens"]?.list ?? []
    guard !tokens.isEmpty else {
      throw RecordError("result.completions.tokens", .missing, "there are none")
    }
    var record = RecordScratch()
    let id = state["instance"]?["id"]?.plainText ?? ""
    record.id = Array((id.isEmpty ? String(number + 1) : id).utf8)
    if let text = state["request"]?["prompt"]?.string { record.text = Array(text.utf8) }
    var texts = TextList()
    var model = RecordScratch.Model()
    var logprobs: [Float] = []
    var choices = FirstChoices()
    for (place, token) in tokens.enumerated() {
      guard let text = token["text"]?.string else {
        throw RecordError("tokens.text", .missing, "there is none at token \(place)")
      }
      texts.append(Array(text.utf8))
      guard place > 0 else { continue }
      guard let value = token["logprob"]?.double,
        let logprob = Logprob.normalised(Float(value), &record.clamped)
      else { throw RecordError("tokens.logprob", .value, "is none at token \(place)") }
      logprobs.append(logprob)
      guard case .object(let top)? = token["top_logprobs"], !top.isEmpty else {
        choices.addUnknown()
        continue
      }
      var candidates = Candidates()
      for candidate in top {
        if let value = candidate.value.double {
          candidates.add(id: -1, logprob: Float(value), text: Array(candidate.key.utf8))
        }
      }
      candidates.endPosition()
      choices.add(candidates, 0, id: nil, text: Array(text.utf8), logprob: logprob)
    }
    record.tokens = texts
    model.logprobs = logprobs
    var counts = ImportCounts()
    choices.fill(&model, &counts)
    switch side {
    case .target: record.target = model
    case .reference: record.reference = model
    }
    return record
  }
}

extension BlockBuilder {
  /// The records so far as a file of evidence.
  mutating func file(
    _ path: String, _ notes: IngestNotes, _ options: IngestOptions, hasOwnIDs: Bool = true
  ) throws(IngestError) -> EvidenceFile {
    var notes = notes
    notes.clamped += clamped
    var chunks: [EvidenceChunk] = []
    if let (taken, words) = take() {
      var columns = taken
      var union = VocabularyUnion()
      columns.replaceStandIns(union.add(words))
      let (vocabulary, final) = union.resolved()
      if columns.tokenIDs != nil { columns.vocabulary = vocabulary }
      columns.replaceStandIns(final)
      do {
        chunks.append(try EvidenceChunk(columns))
      } catch {
        throw IngestError(file: path, "\(error)")
      }
    }
    let result = EvidenceFile(
      path: path, chunks: chunks, run: nil, notes: notes, hasOwnIDs: hasOwnIDs)
    try result.checkUsable(options)
    return result
  }
}
