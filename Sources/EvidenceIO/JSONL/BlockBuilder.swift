import Basics
import ScoringCore

/// A column that some records of a block may lack.
struct OptionalColumn<Element: BitwiseCopyable & Sendable> {
  private var values: [Element] = []
  private var isPresent = false
  private let missing: Element

  init(missing: Element) { self.missing = missing }

  /// Appends a record's values, or as many missing ones; `before` is the length so far.
  @inline(__always) mutating func append(_ new: [Element]?, count: Int, before: Int) {
    if let new {
      if !isPresent {
        isPresent = true
        values.append(contentsOf: repeatElement(missing, count: before))
      }
      values.append(contentsOf: new)
    } else if isPresent {
      values.append(contentsOf: repeatElement(missing, count: count))
    }
  }

  /// The column, or nil if no record had it; the builder is empty afterwards.
  mutating func take() -> Column<Element>? {
    defer {
      values.removeAll(keepingCapacity: true)
      isPresent = false
    }
    return isPresent ? Column(values) : nil
  }
}

/// The columns of one model, growing.
private struct ModelBuilder {
  var logprobs = OptionalColumn<Float>(missing: .nan)
  var ranks = OptionalColumn<Int32>(missing: 0)
  var top1IDs = OptionalColumn<Int32>(missing: -1)
  var top1Logprobs = OptionalColumn<Float>(missing: .nan)
  var means = OptionalColumn<Float>(missing: .nan)
  var stds = OptionalColumn<Float>(missing: .nan)
  var weighted: Bool?

  mutating func append(
    _ record: RecordScratch.Model, top1IDs ids: [Int32]?, count: Int, before: Int
  ) {
    logprobs.append(record.logprobs, count: count, before: before)
    ranks.append(record.ranks, count: count, before: before)
    top1IDs.append(ids, count: count, before: before)
    top1Logprobs.append(record.top1Logprobs, count: count, before: before)
    means.append(record.means, count: count, before: before)
    stds.append(record.stds, count: count, before: before)
    weighted = weighted ?? record.weighted
  }

  mutating func take() -> ModelColumns {
    var columns = ModelColumns()
    columns.logprobs = logprobs.take()
    columns.ranks = ranks.take()
    columns.top1IDs = top1IDs.take()
    columns.top1Logprobs = top1Logprobs.take()
    columns.logprobMeans = means.take()
    columns.logprobStds = stds.take()
    columns.momentsAreWeighted = weighted ?? true
    weighted = nil
    return columns
  }
}

/// Turns records into the columns of one chunk.
struct BlockBuilder {
  private var ids = TextList()
  private var labels: [Int8] = []
  private var texts = TextList()
  private var metas = TextList()
  private var extras = TextList()
  private var continuations = TextList()
  private var tokenOffsets: [Int64] = [0]
  private var tokenIDs = OptionalColumn<Int32>(missing: -1)
  private var scored = OptionalColumn<UInt8>(missing: 1)
  private var target = ModelBuilder()
  private var reference = ModelBuilder()
  private var hasTokens = false
  private(set) var vocabulary = BlockVocabulary()
  private(set) var clamped = 0

  /// The number of records.
  var count: Int { labels.count }

  /// Adds a record whose lengths fit.
  mutating func append(_ record: RecordScratch) throws(RecordError) {
    let tokens = try record.checkedTokenCount()
    try record.checkUnknownTexts()
    try checkMoments(record.target, target, "target")
    try checkMoments(record.reference, reference, "reference")
    hasTokens = hasTokens || tokens > 0
    let length = max(1, tokens)
    let (positions, before) = (length - 1, Int(tokenOffsets[count]) - count)
    let recordIDs = tokenIDs(of: record)
    if let extra = record.spellings {
      extra.texts.forEach { vocabulary.add(extra.ids[$0], $1) }
    }
    let targetTop1 = top1IDs(of: record.target)
    let referenceTop1 = top1IDs(of: record.reference)
    target.append(record.target, top1IDs: targetTop1, count: positions, before: before)
    reference.append(record.reference, top1IDs: referenceTop1, count: positions, before: before)
    tokenIDs.append(recordIDs, count: length, before: Int(tokenOffsets[count]))
    scored.append(record.scored, count: positions, before: before)
    tokenOffsets.append(tokenOffsets[count] + Int64(length))
    ids.append(record.id)
    labels.append(record.label)
    texts.append(record.text)
    metas.append(record.meta)
    extras.append(record.extra)
    continuations.append(record.continuations)
    clamped += record.clamped
  }

  private func checkMoments(
    _ record: RecordScratch.Model, _ builder: ModelBuilder, _ model: String
  ) throws(RecordError) {
    guard let mine = record.weighted, let theirs = builder.weighted, mine != theirs else { return }
    throw RecordError(
      field: "\(model).logprob_means",
      failure: JSONError(
        problem: "weighted and unweighted moments in one file", kind: .value,
        remedy: "keep the probability-weighted ones"))
  }

  /// Token ids, or stand-ins for the texts of tokens without ids; texts are remembered.
  private mutating func tokenIDs(of record: RecordScratch) -> [Int32]? {
    if record.tokenIDs != nil { vocabulary.hasIDs = true }
    guard let tokens = record.tokens else { return withFirstText(record.tokenIDs, record) }
    guard let ids = record.tokenIDs, record.exact == nil, record.unknownTexts.isEmpty,
      ids.first != -1
    else { return slowTokenIDs(of: record, tokens) }
    remember(ids, tokens)
    return ids
  }

  /// A first token without an id gets a stand-in where its text is known.
  private mutating func withFirstText(_ ids: [Int32]?, _ record: RecordScratch) -> [Int32]? {
    guard var ids, ids.first == -1, let text = record.firstText else { return ids }
    ids[0] = text.withUnsafeBufferPointer { vocabulary.standIn($0) }
    return ids
  }

  /// Remembers the texts of ids, whose bytes are exact unless spelled otherwise.
  @inline(__always)
  private mutating func remember(_ ids: [Int32], _ texts: TextList) {
    texts.forEach { index, shown in
      if shown.count >= 6, let exact = TokenSpelling.bytes(shown) {
        exact.withUnsafeBufferPointer { vocabulary.add(ids[index], $0) }
      } else {
        vocabulary.add(ids[index], shown)
      }
    }
  }

  /// Token ids of a record that lacks them or gives exact bytes.
  private mutating func slowTokenIDs(of record: RecordScratch, _ tokens: TextList) -> [Int32] {
    var result = record.tokenIDs ?? []
    let needsIDs = record.tokenIDs == nil
    for index in 0..<tokens.count {
      if record.unknownTexts.contains(index) {
        if needsIDs { result.append(-1) }
        continue
      }
      tokens.with(index) { shown in
        var exact = TokenSpelling.bytes(shown)
        if let given = record.exact {
          exact = given.given[index] ? given.texts[index] : nil
        }
        let known = needsIDs || result[index] < 0 ? nil : result[index]
        let id: Int32
        if let exact {
          id = exact.withUnsafeBufferPointer { remember(known, $0) }
        } else {
          id = remember(known, shown)
        }
        if needsIDs { result.append(id) } else { result[index] = id }
      }
    }
    return result
  }

  @inline(__always)
  private mutating func remember(_ id: Int32?, _ text: UnsafeBufferPointer<UInt8>) -> Int32 {
    guard let id else { return vocabulary.standIn(text) }
    vocabulary.add(id, text)
    return id
  }

  private mutating func top1IDs(of model: RecordScratch.Model) -> [Int32]? {
    guard let tokens = model.top1Tokens else { return model.top1IDs }
    if let ids = model.top1IDs {
      guard !model.unknownChoices.isEmpty else {
        remember(ids, tokens)
        return ids
      }
      for index in 0..<tokens.count where !model.unknownChoices.contains(index) {
        tokens.with(index) { shown in
          if let exact = TokenSpelling.bytes(shown) {
            exact.withUnsafeBufferPointer { vocabulary.add(ids[index], $0) }
          } else {
            vocabulary.add(ids[index], shown)
          }
        }
      }
      return ids
    }
    var result: [Int32] = []
    result.reserveCapacity(tokens.count)
    for index in 0..<tokens.count {
      tokens.with(index) { shown in
        if let exact = TokenSpelling.bytes(shown) {
          result.append(exact.withUnsafeBufferPointer { remember(nil, $0) })
        } else {
          result.append(remember(nil, shown))
        }
      }
    }
    return result
  }

  /// The columns of all records so far; the builder is empty afterwards.
  mutating func take() -> (EvidenceChunk.Columns, BlockVocabulary)? {
    guard count > 0, let idColumn = ids.take() else { return nil }
    var columns = EvidenceChunk.Columns(ids: idColumn)
    if labels.contains(where: { $0 >= 0 }) { columns.labels = Column(labels) }
    columns.texts = texts.takeIfAny()
    columns.metas = metas.takeIfAny()
    columns.extras = extras.takeIfAny()
    columns.continuations = continuations.takeIfAny()
    if hasTokens { columns.tokenOffsets = Column(tokenOffsets) }
    let (takenIDs, takenScored) = (tokenIDs.take(), scored.take())
    columns.tokenIDs = takenIDs
    columns.scored = takenScored
    columns.target = target.take()
    columns.reference = reference.take()
    let words = vocabulary
    vocabulary = BlockVocabulary()
    labels.removeAll(keepingCapacity: true)
    tokenOffsets = [0]
    hasTokens = false
    clamped = 0
    return (columns, words)
  }
}

extension TextList {
  /// The texts as a column; the list is empty afterwards.
  mutating func take() -> TextColumn? {
    defer { removeAll() }
    return TextColumn(bytes: Column(bytes), offsets: Column(offsets))
  }

  /// The texts as a column, or nil if all are empty; the list is empty afterwards.
  mutating func takeIfAny() -> TextColumn? {
    guard !bytes.isEmpty else {
      removeAll()
      return nil
    }
    return take()
  }
}
