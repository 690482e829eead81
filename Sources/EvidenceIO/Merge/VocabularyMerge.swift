import ScoringCore

/// One vocabulary for files that belong together.
///
/// Ids given out while reading tokens without ids mean nothing outside their file: they are
/// replaced by the id another file gives the same text, or by one nobody has.
struct VocabularyMerge {
  /// The common vocabulary, or nil if no file has one.
  private(set) var vocabulary: Vocabulary?
  /// For each file, what its invented ids become; empty if it has none.
  private(set) var replacements: [[Int32: Int32]]
  /// Ids that files spell differently.
  private(set) var conflicts = 0

  init(_ files: [EvidenceFile]) {
    let all = files.map { $0.chunks.lazy.compactMap(\.columns.vocabulary).first }
    replacements = files.map { _ in [:] }
    let present = all.compactMap { $0 }
    if present.count <= 1 || present.dropFirst().allSatisfy({ $0 === present[0] }) {
      vocabulary = present.first
      return
    }
    var union = Union()
    for vocabulary in present { union.addOriginal(vocabulary) }
    for (index, vocabulary) in all.enumerated() {
      if let vocabulary { replacements[index] = union.addInvented(vocabulary) }
    }
    conflicts = union.conflicts
    vocabulary = union.vocabulary
  }

  /// A file's chunks with the common vocabulary's ids.
  func chunks(of file: EvidenceFile, _ index: Int) throws(EvidenceShapeError) -> [EvidenceChunk] {
    let replacement = replacements[index]
    guard !replacement.isEmpty else { return file.chunks }
    var result: [EvidenceChunk] = []
    for chunk in file.chunks {
      var columns = chunk.columns
      func replaced(_ column: Column<Int32>?) -> Column<Int32>? {
        column.map { Column($0.array.map { replacement[$0] ?? $0 }) }
      }
      columns.tokenIDs = replaced(columns.tokenIDs)
      columns.target.top1IDs = replaced(columns.target.top1IDs)
      columns.reference.top1IDs = replaced(columns.reference.top1IDs)
      result.append(try EvidenceChunk(columns))
    }
    return result
  }

  private struct Union {
    var ids = IDTable()
    var texts = TextList()
    var byText = TextInterner()
    var idOfText: [Int32] = []
    var conflicts = 0
    var hasOriginal = false
    var nextInvented: Int32 = 0

    private static func isInvented(_ id: Int32, _ vocabulary: Vocabulary) -> Bool {
      !vocabulary.idsAreOriginal || id >= RecordParser.firstStandIn
    }

    mutating func addOriginal(_ vocabulary: Vocabulary) {
      let texts = vocabulary.texts
      for (index, id) in vocabulary.ids.array.enumerated()
      where !Self.isInvented(id, vocabulary) {
        hasOriginal = true
        texts.utf8(index).withUnsafeBufferPointer { add(id, $0) }
      }
      if hasOriginal { nextInvented = RecordParser.firstStandIn }
    }

    mutating func addInvented(_ vocabulary: Vocabulary) -> [Int32: Int32] {
      var replacement: [Int32: Int32] = [:]
      let texts = vocabulary.texts
      for (index, id) in vocabulary.ids.array.enumerated() where Self.isInvented(id, vocabulary) {
        texts.utf8(index).withUnsafeBufferPointer { text in
          if let known = byText.find(text) {
            replacement[id] = idOfText[known]
          } else {
            replacement[id] = nextInvented
            add(nextInvented, text)
            nextInvented += 1
          }
        }
      }
      return replacement
    }

    private mutating func add(_ id: Int32, _ text: UnsafeBufferPointer<UInt8>) {
      let (index, isNew) = ids.insert(id)
      guard isNew else {
        if !texts.equals(index, text) { conflicts += 1 }
        return
      }
      texts.append(text)
      if byText.insert(text).isNew { idOfText.append(id) }
    }

    var vocabulary: Vocabulary? {
      let order = ids.ids.indices.sorted { ids.ids[$0] < ids.ids[$1] }
      var list = TextList()
      for index in order { texts.with(index) { list.append($0) } }
      return list.take().flatMap {
        Vocabulary(
          ids: Column(order.map { ids.ids[$0] }), texts: $0, idsAreOriginal: hasOriginal)
      }
    }
  }
}
