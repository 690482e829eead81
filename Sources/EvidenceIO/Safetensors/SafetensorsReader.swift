import ScoringCore

/// Reads evidence from safetensors files: columns are views into the file wherever possible.
package enum SafetensorsReader {
  /// Opens a file.
  ///
  /// - Throws: `IngestError` if the file's structure is wrong; records with impossible values are
  ///   left out and listed instead.
  package static func read(
    _ path: String, options: IngestOptions = IngestOptions()
  ) throws(IngestError) -> EvidenceFile {
    let storage = try FileBytes.load(path, options: options)
    let header = try SafetensorsHeader(storage, file: path)
    var tensors = TensorReader(storage: storage, header: header, file: path)
    let columns = try tensors.columns()
    var notes = IngestNotes(limit: options.listedDefects)
    if !tensors.unused.isEmpty {
      let names = tensors.unused.sorted()
      notes.warnings.append(
        Warning(
          file: path,
          "ignored \(names.count) unknown tensors: \(names.prefix(8).joined(separator: ", "))"))
    }
    let chunk: EvidenceChunk
    do {
      chunk = try EvidenceChunk(columns)
    } catch {
      throw IngestError(
        file: path, at: .tensor(error.column),
        "has \(error.count) entries where \(error.expected) are needed",
        remedy: "write all tensors from the same sequences")
    }
    let checked = try ValueCheck(chunk: chunk, file: path, options: options).run(&notes)
    let file = EvidenceFile(
      path: path, chunks: [checked],
      run: try RunFields.run(json: header.metadata["run"], file: path),
      notes: notes)
    try file.checkUsable(options)
    return file
  }
}

/// Takes typed columns out of a file and remembers which tensors nobody asked for.
private struct TensorReader {
  let storage: ColumnStorage
  let header: SafetensorsHeader
  let file: String
  var unused: Set<String>

  init(storage: ColumnStorage, header: SafetensorsHeader, file: String) {
    self.storage = storage
    self.header = header
    self.file = file
    unused = Set(header.tensors.keys)
  }

  mutating func columns() throws(IngestError) -> EvidenceChunk.Columns {
    guard let ids = try text("sequence.ids") else {
      throw IngestError(
        file: file, at: .tensor("sequence.ids.bytes"), "is missing",
        remedy: header.tensors.isEmpty || header.metadata["ezscope"] == nil
          ? "these look like a model's weights; evidence has sequence.ids and target.logprobs"
          : "every evidence file names its sequences")
    }
    var columns = EvidenceChunk.Columns(ids: ids)
    columns.labels = try values("sequence.labels", Int8.self, ["I8"])
    columns.texts = try text("sequence.texts")
    columns.metas = try text("sequence.metas")
    columns.extras = try text("extra")
    columns.continuations = try text("continuations")
    columns.tokenOffsets = try values("sequence.token_offsets", Int64.self, ["I64"])
    columns.tokenIDs = try values("token_ids", Int32.self, ["I32"])
    columns.vocabulary = try vocabulary()
    columns.scored = try values("scored", UInt8.self, ["U8", "BOOL"])
    columns.target = try model("target")
    columns.reference = try model("reference")
    let needsOffsets =
      columns.tokenIDs != nil || columns.scored != nil || !columns.target.isEmpty
      || !columns.reference.isEmpty
    guard !needsOffsets || columns.tokenOffsets != nil else {
      throw IngestError(
        file: file, at: .tensor("sequence.token_offsets"), "is missing",
        remedy: "values per token need it to know where sequences begin")
    }
    return columns
  }

  private mutating func model(_ name: String) throws(IngestError) -> ModelColumns {
    var model = ModelColumns()
    model.logprobs = try values(name + ".logprobs", Float.self, ["F32"])
    model.ranks = try values(name + ".ranks", Int32.self, ["I32"])
    model.top1IDs = try values(name + ".top1_ids", Int32.self, ["I32"])
    model.top1Logprobs = try values(name + ".top1_logprobs", Float.self, ["F32"])
    let suffix = header.tensors[name + ".logprob_means_unweighted"] == nil ? "" : "_unweighted"
    model.logprobMeans = try values(name + ".logprob_means" + suffix, Float.self, ["F32"])
    model.logprobStds = try values(name + ".logprob_stds" + suffix, Float.self, ["F32"])
    model.momentsAreWeighted = suffix.isEmpty
    return model
  }

  private mutating func vocabulary() throws(IngestError) -> Vocabulary? {
    guard let ids = try values("vocabulary.ids", Int32.self, ["I32"]) else { return nil }
    guard let texts = try text("vocabulary.texts") else {
      throw IngestError(
        file: file, at: .tensor("vocabulary.texts.bytes"), "is missing",
        remedy: "vocabulary.ids need their texts")
    }
    guard
      let vocabulary = Vocabulary(
        ids: ids, texts: texts, idsAreOriginal: header.metadata["token_ids"] != "invented")
    else {
      throw IngestError(
        file: file, at: .tensor("vocabulary.ids"),
        "do not ascend, or are not as many as vocabulary.texts",
        remedy: "sort the vocabulary by id and give each id one text")
    }
    return vocabulary
  }

  private mutating func values<T: BitwiseCopyable & Sendable>(
    _ name: String, _: T.Type, _ types: [String]
  ) throws(IngestError) -> Column<T>? {
    guard let tensor = header.tensors[name] else { return nil }
    unused.remove(name)
    guard types.contains(tensor.type) else {
      throw IngestError(
        file: file, at: .tensor(name), "is of type \(tensor.type), not \(types[0])",
        remedy: "convert it before saving")
    }
    guard tensor.shape.count == 1 else {
      throw IngestError(
        file: file, at: .tensor(name), "has \(tensor.shape.count) dimensions, not 1",
        remedy: "lay sequences end to end instead of padding them")
    }
    guard let column = storage.column(T.self, at: tensor.range.lowerBound, count: tensor.count)
    else { throw IngestError(file: file, at: .tensor(name), "lies outside the file") }
    return column
  }

  private mutating func text(_ name: String) throws(IngestError) -> TextColumn? {
    let bytes = try values(name + ".bytes", UInt8.self, ["U8"])
    let offsets = try values(name + ".offsets", Int64.self, ["I64"])
    if bytes == nil && offsets == nil { return nil }
    guard let bytes, let offsets else {
      throw IngestError(
        file: file, at: .tensor(name + (bytes == nil ? ".bytes" : ".offsets")), "is missing",
        remedy: "text needs bytes and offsets")
    }
    guard let column = TextColumn(bytes: bytes, offsets: offsets) else {
      throw IngestError(
        file: file, at: .tensor(name + ".offsets"),
        "is wrong: " + Self.problem(offsets, bytes.count),
        remedy: "offsets start at 0, never decrease, and end at the length of the bytes")
    }
    return column
  }

  private static func problem(_ offsets: Column<Int64>, _ size: Int) -> String {
    let values = offsets.array
    guard let first = values.first, let last = values.last else { return "it is empty" }
    if first != 0 { return "it starts at \(first)" }
    for index in values.indices.dropFirst() where values[index] < values[index - 1] {
      return "entry \(index) is \(values[index]) after \(values[index - 1])"
    }
    return "it ends at \(last), the bytes at \(size)"
  }
}
