/// One record as it was read, before its lengths are checked and it joins the columns.
struct RecordScratch {
  /// What one model said.
  struct Model {
    var logprobs: [Float]?
    var ranks: [Int32]?
    var top1IDs: [Int32]?
    var top1Tokens: TextList?
    var top1Logprobs: [Float]?
    var means: [Float]?
    var stds: [Float]?
    /// First choices whose text is not known, by their places in `top1Tokens`.
    var unknownChoices: Set<Int> = []
    /// Whether the moments are weighted by probability; nil if there are none.
    var weighted: Bool?

    /// Whether there is any column.
    var isEmpty: Bool {
      logprobs == nil && ranks == nil && top1IDs == nil && top1Tokens == nil
        && top1Logprobs == nil && means == nil && stds == nil
    }
  }

  var id: [UInt8] = []
  var label: Int8 = -1
  var text: [UInt8] = []
  var meta: [UInt8] = []
  var extra: [UInt8] = []
  var continuations: [UInt8] = []
  var tokens: TextList?
  /// Exact bytes of tokens; the flag says whether there is an entry.
  var exact: (texts: TextList, given: [Bool])?
  var tokenIDs: [Int32]?
  var scored: [UInt8]?
  var target = Model()
  var reference = Model()
  /// Texts of token ids besides those of `tokens`.
  var spellings: Spellings?
  /// The first token's text, where its id is not known.
  var firstText: [UInt8]?
  /// Tokens whose text is not known, by their places in `tokens`.
  var unknownTexts: Set<Int> = []
  /// Values that were positive by rounding.
  var clamped = 0
}
