import Basics
import ScoringCore

/// One vocabulary from those of many blocks, and what their stand-ins become in it.
struct VocabularyUnion {
  private var ids = IDTable()
  private var texts = TextList()
  private var standIns = TextInterner()
  private var hasIDs = false
  /// How often an id came with two texts.
  private(set) var respelled = 0

  /// Adds a block's tokens; blocks must come in order.
  ///
  /// - Returns: What the block's stand-ins become, so that those of all blocks are one series.
  mutating func add(_ block: BlockVocabulary) -> [Int32] {
    hasIDs = hasIDs || block.hasIDs || !block.ids.ids.isEmpty
    respelled += block.respelled
    for (place, id) in block.ids.ids.enumerated() {
      block.texts.with(place) { text in
        let (index, isNew) = ids.insert(id)
        if isNew {
          texts.append(text)
        } else if !texts.equals(index, text) {
          respelled += 1
        }
      }
    }
    return (0..<block.standIns.count).map { index in
      block.standIns.texts.with(index) {
        RecordParser.firstStandIn + Int32(truncatingIfNeeded: standIns.insert($0).index)
      }
    }
  }

  /// The vocabulary of all blocks, or nil if no token has a text, and the final ids of stand-ins.
  ///
  /// Without any ids, tokens are numbered in order of first appearance. With some, a token without
  /// one has that of the first token with the same text, or a number no tokenizer has.
  func resolved() -> (vocabulary: Vocabulary?, final: [Int32]) {
    let final = standIns.count == 0 ? [] : standInIDs()
    var entries: [(id: Int32, text: Int, isStandIn: Bool)] = []
    entries.reserveCapacity(ids.ids.count + final.count)
    for (place, id) in ids.ids.enumerated() { entries.append((id, place, false)) }
    for (place, id) in final.enumerated() where !hasIDs || id >= RecordParser.firstStandIn {
      entries.append((id, place, true))
    }
    entries.sort { $0.id < $1.id }
    var list = TextList()
    for entry in entries {
      let source = entry.isStandIn ? standIns.texts : texts
      source.with(entry.text) { list.append($0) }
    }
    let column = Column(entries.map(\.id))
    let vocabulary = list.take().flatMap {
      entries.isEmpty ? nil : Vocabulary(ids: column, texts: $0, idsAreOriginal: hasIDs)
    }
    return (vocabulary, final)
  }

  private func standInIDs() -> [Int32] {
    guard hasIDs else { return (0..<Int32(standIns.count)).map { $0 } }
    var byText = TextInterner()
    var firstID: [Int32] = []
    for (place, id) in ids.ids.enumerated() {
      texts.with(place) { if byText.insert($0).isNew { firstID.append(id) } }
    }
    return (0..<standIns.count).map { index in
      standIns.texts.with(index) { text in
        byText.find(text).map { firstID[$0] } ?? RecordParser.firstStandIn + Int32(index)
      }
    }
  }
}

extension EvidenceChunk.Columns {
  /// Replaces stand-ins for token ids by the ids they became.
  mutating func replaceStandIns(_ final: [Int32]) {
    guard !final.isEmpty else { return }
    func replaced(_ column: Column<Int32>?) -> Column<Int32>? {
      guard let column else { return nil }
      return Column(
        column.array.map {
          $0 < RecordParser.firstStandIn ? $0 : final[Int($0 - RecordParser.firstStandIn)]
        })
    }
    tokenIDs = replaced(tokenIDs)
    target.top1IDs = replaced(target.top1IDs)
    reference.top1IDs = replaced(reference.top1IDs)
  }
}
