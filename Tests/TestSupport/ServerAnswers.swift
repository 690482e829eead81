import Basics

/// A text as a model saw it, and what servers would say of it.
package struct SpokenText {
  package let id: String
  package let label: Int
  /// Token texts, ids and, for all but the first, log-probabilities and ranks.
  package let tokens: [String]
  package let ids: [Int]
  package let logprobs: [Double]
  package let ranks: [Int]

  /// The whole text.
  package var text: String { tokens.joined() }

  /// The same text as a model finds it that never saw it: members' tokens are less likely.
  package var underBase: SpokenText {
    SpokenText(
      id: id, label: label, tokens: tokens, ids: ids,
      logprobs: logprobs.map { label == 1 ? $0 * 2 - 0.25 : $0 - 0.125 }, ranks: ranks)
  }

  private static let words = [
    "The", " grey", " lamp", " Zoë", " 東京", "'s", " 4417", ",", " x1", "\n", " «", "»", " a\"b",
    "\\",
  ]

  /// Texts of given lengths, the same for a seed.
  package static func some(_ lengths: [Int], seed: UInt64 = 1) -> [SpokenText] {
    var random = SplitMix64(seed: seed)
    return lengths.enumerated().map { number, length in
      let places = (0..<length).map { _ in Int.random(in: 0..<words.count, using: &random) }
      let scale = { Double(Int.random(in: 1...40_000, using: &random)) / 8192 }
      return SpokenText(
        id: "t\(number)", label: number % 2, tokens: places.map { words[$0] },
        ids: places.map { $0 + 100 }, logprobs: (1..<max(1, length)).map { _ in -scale() },
        ranks: (1..<max(1, length)).map { _ in Int.random(in: 1...3, using: &random) })
    }
  }
}

/// The servers and tools whose answers are read, each with how it writes one text.
package enum ServerKind: String, CaseIterable {
  case vllm, vllmWithoutIDs, vllmFlat, vllmZero, tinker, tensorRT, echo, echoZero, fireworks,
    together
  case sglang, tgi, flat, homemade, helm

  /// A whole file of answers.
  package func file(_ texts: [SpokenText]) -> String {
    guard self != .helm else {
      return #"{"adapter_spec":{"name":"x"},"request_states":["#
        + texts.map(helm).joined(separator: ",\n") + "]}"
    }
    return texts.map { "{\(members($0))}" }.joined(separator: "\n")
  }

  private func quoted(_ text: String) -> String {
    var json = JSONQuote()
    return json.quote(text)
  }

  private func list<T>(_ values: [T], _ body: (T) -> String) -> String {
    "[" + values.map(body).joined(separator: ",") + "]"
  }

  private func members(_ text: SpokenText) -> String {
    let head = #""id":"\#(text.id)","label":\#(text.label),"#
    let prompt = #""prompt":\#(quoted(text.text))"#
    let tokens = list(text.tokens, quoted)
    let logprobs = "[" + (["null"] + text.logprobs.map { "\($0)" }).joined(separator: ",") + "]"
    let usage =
      #""usage":{"prompt_tokens":\#(text.tokens.count),"completion_tokens":0}"#
    switch self {
    case .vllm:
      return head + prompt
        + #","prompt_token_ids":\#(text.ids),"prompt_logprobs":\#(entries(text))"#
    case .vllmWithoutIDs: return head + prompt + #","prompt_logprobs":\#(entries(text))"#
    case .vllmZero:
      return head + prompt + #","prompt_token_ids":\#(text.ids),"prompt_logprobs":"#
        + entries(text, first: #"{"\#(text.ids.first ?? 0)":{"logprob":0.0,"rank":1}}"#)
    case .vllmFlat:
      let count = text.logprobs.count
      let starts = [0] + Array(0..<count)
      let ends = [0] + Array(1..<count + 1)
      return head + prompt + #","prompt_token_ids":\#(text.ids),"prompt_logprobs":{"#
        + #""start_indices":\#(starts),"end_indices":\#(ends),"token_ids":"#
        + "\(Array(text.ids.dropFirst()))"
        + #","logprobs":\#(text.logprobs),"ranks":\#(text.ranks),"#
        + #""decoded_tokens":\#(list(Array(text.tokens.dropFirst()), quoted))}"#
    case .tinker:
      return head + prompt + #","prompt_token_ids":\#(text.ids),"prompt_logprobs":\#(logprobs)"#
    case .tensorRT:
      return head + prompt + #","prompt_token_ids":\#(text.ids),"outputs":[{"index":0,"text":"","#
        + #""prompt_logprobs":\#(entries(text, first: nil))}]"#
    case .echo, .echoZero:
      let values = self == .echo ? logprobs : logprobs.replacing("null", with: "0.0")
      return head + prompt + #","response":{"choices":[{"index":0,"text":"","logprobs":{"tokens":"#
        + tokens + #","token_logprobs":\#(values),"top_logprobs":null}}],\#(usage)}"#
    case .fireworks:
      let content = list(Array(text.tokens.indices)) { place in
        #"{"token":\#(quoted(text.tokens[place])),"logprob":"#
          + (place == 0 ? "null" : "\(text.logprobs[place - 1])") + #","top_logprobs":[]}"#
      }
      return head + prompt
        + #","choices":[{"index":0,"logprobs":{"content":\#(content)}}],\#(usage)"#
    case .together:
      return head + #""prompt":[{"text":\#(quoted(text.text)),"logprobs":{"tokens":\#(tokens),"#
        + #""token_ids":\#(text.ids),"token_logprobs":\#(logprobs)}}],"#
        + #""choices":[{"text":"!","logprobs":{"tokens":["!"],"token_logprobs":[-0.5]}}]"#
    case .sglang:
      let triples = list(Array(text.tokens.indices)) { place in
        "[" + (place == 0 ? "null" : "\(text.logprobs[place - 1])")
          + ",\(text.ids[place]),\(quoted(text.tokens[place]))]"
      }
      return head + prompt + #","output":{"text":"","meta_info":{"prompt_tokens":"#
        + "\(text.tokens.count)" + #","input_token_logprobs":\#(triples)}}"#
    case .tgi:
      let prefill = list(Array(text.tokens.indices)) { place in
        #"{"id":\#(text.ids[place]),"logprob":"#
          + (place == 0 ? "null" : "\(text.logprobs[place - 1])")
          + #","text":\#(quoted(text.tokens[place]))}"#
      }
      return head + #""inputs":\#(quoted(text.text)),"generated_text":"","details":{"prefill":"#
        + prefill + "}"
    case .flat: return head + prompt + #","tokens":\#(tokens),"token_logprobs":\#(logprobs)"#
    case .homemade:
      return head + #""text":\#(quoted(text.text)),"target_logprobs":\#(text.logprobs)"#
    case .helm: return ""
    }
  }

  private func entries(_ text: SpokenText, first: String? = "null") -> String {
    let others = text.logprobs.indices.map { place in
      #"{"\#(text.ids[place + 1])":{"logprob":\#(text.logprobs[place]),"rank":\#(text.ranks[place]),"#
        + #""decoded_token":\#(quoted(text.tokens[place + 1]))}}"#
    }
    return "[" + ([first].compactMap { $0 } + others).joined(separator: ",") + "]"
  }

  private func helm(_ text: SpokenText) -> String {
    let tokens = list(Array(text.tokens.indices)) { place in
      #"{"text":\#(quoted(text.tokens[place])),"logprob":"#
        + (place == 0 ? "0.0" : "\(text.logprobs[place - 1])") + "}"
    }
    return #"{"instance":{"id":"\#(text.id)"},"request":{"prompt":\#(quoted(text.text)),"#
      + #""echo_prompt":true},"result":{"success":true,"completions":[{"text":"","tokens":\#(tokens)}]}}"#
  }
}

/// A text between JSON's quotes.
private struct JSONQuote {
  mutating func quote(_ text: String) -> String {
    "\""
      + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing(
        "\n", with: "\\n")
      + "\""
  }
}
