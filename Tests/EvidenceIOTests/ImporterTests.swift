import Basics
import ScoringCore
import Testing
import TestSupport

@testable import EvidenceIO

/// What one line of a dump becomes, in words that a table can hold.
private func outcome(_ line: String) -> String {
  var parser = DumpParser(side: .target)
  let outcomes = try? JSONCursor.parse(line.utf8) { cursor throws(JSONError) in
    parser.parse(&cursor)
  }
  return (outcomes ?? []).map(words).joined(separator: "; ")
}

private func words(_ outcome: ImportOutcome) -> String {
  switch outcome {
  case .defect(let defect):
    "\(defect.field): \(defect.failure.problem); \(defect.failure.remedy)"
  case .record(let record): words(record)
  }
}

private func words(_ record: RecordScratch) -> String {
  let model = record.target
  let tokens = record.tokens.map { list in (0..<list.count).map { list[$0] } }
  var words: [String] = []
  if !record.id.isEmpty { words.append(String(decoding: record.id, as: UTF8.self)) }
  if let ids = record.tokenIDs { words.append("ids \(ids)") }
  if let tokens {
    words.append(
      "tokens " + tokens.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "|"))
  }
  words.append("t \(model.logprobs ?? [])")
  if let ranks = model.ranks { words.append("ranks \(ranks)") }
  words.append("hits " + hits(model, record.tokenIDs, tokens))
  return words.joined(separator: ", ")
}

/// Whether each true token was the first choice, by the same rules as the error zone; ? if unknown.
private func hits(_ model: RecordScratch.Model, _ ids: [Int32]?, _ tokens: [[UInt8]]?) -> String {
  let count = model.logprobs?.count ?? 0
  return (0..<count).map { j in
    if let ranks = model.ranks { return ranks[j] == 1 ? "1" : "0" }
    if let top = model.top1IDs, let ids { return top[j] == ids[j + 1] ? "1" : "0" }
    if let top = model.top1Tokens, let tokens { return top[j] == tokens[j + 1] ? "1" : "0" }
    if let best = model.top1Logprobs, let t = model.logprobs { return best[j] > t[j] ? "0" : "1" }
    return "?"
  }.joined()
}

@Suite("Dumps of model servers")
struct ImporterTests {
  private static let chosen = #"{"logprob":-2.0,"rank":3,"decoded_token":"x"}"#
  private static let first = #"{"logprob":-0.2,"rank":1,"decoded_token":"y"}"#

  @Test(
    "vLLM: the prompt's token is found by id, or by its rank where that is unique",
    arguments: [
      // K = 1 without ids, as in the parser's test vectors: the largest rank of K + 1 entries.
      (
        #""prompt_logprobs":[null,{"5":\#(chosen),"9":\#(first)}]"#,
        "ids [-1, 5], t [-2.0], ranks [3], hits 0"
      ),
      (#""prompt_logprobs":[null,{"9":\#(first)}]"#, "ids [-1, 9], t [-0.2], ranks [1], hits 1"),
      // Ids say it whatever the entries.
      (
        #""prompt_token_ids":[7,5,9],"prompt_logprobs":[null,{"5":\#(chosen),"9":\#(first)},{"8":\#(chosen),"9":\#(first)}]"#,
        "ids [7, 5, 9], t [-2.0, -0.2], ranks [3, 1], hits 01"
      ),
      // K = 0: the true token alone, with its rank.
      (
        #""prompt_logprobs":[null,{"5":\#(chosen)},{"6":\#(chosen)}],"prompt_token_ids":[7,5,6]"#,
        "ids [7, 5, 6], t [-2.0, -2.0], ranks [3, 3], hits 00"
      ),
      // K = 2 without ids: a hit among K entries cannot be told.
      (
        #""prompt_logprobs":[null,{"5":{"logprob":-2,"rank":2},"9":\#(first)}]"#,
        "which of the 2 entries at position 1"
      ),
      // ... but two positions outside the K most probable can, by the gap in their ranks.
      (
        #""prompt_logprobs":[null,{"4":{"logprob":-1,"rank":2},"5":{"logprob":-3,"rank":9},"9":\#(first)}]"#,
        "ids [-1, 5], t [-3.0], ranks [9], hits 0"
      ),
      (
        #""prompt_token_ids":[7,4],"prompt_logprobs":[null,{"5":\#(chosen)}]"#,
        "token 4 at position 1"
      ),
      (#""prompt_token_ids":[7],"prompt_logprobs":[null,{"5":\#(chosen)}]"#, "has 2 entries where"),
      (#""prompt_logprobs":[{"5":\#(chosen)},{"5":\#(chosen)}]"#, "token 0 has a log-probability"),
      (#""prompt_logprobs":[null,null]"#, "there is none at token 1"),
      (#""prompt_logprobs":[null,{"5":{"rank":1}}]"#, "has no logprob"),
      (#""prompt_logprobs":[null,{"x":\#(first)}]"#, "is no token id"),
      (#""prompt_logprobs":[null,{"5":{"logprob":-1,"rank":0}}]"#, "rank 0"),
      // Stand-ins for minus infinity, and what is none.
      (
        #""prompt_token_ids":[7,5],"prompt_logprobs":[null,{"5":{"logprob":-9999.0,"rank":3}}]"#,
        "t [-inf]"
      ),
      (
        #""prompt_token_ids":[7,5],"prompt_logprobs":[null,{"5":{"logprob":-Infinity,"rank":3}}]"#,
        "t [-inf]"
      ),
      (
        #""prompt_token_ids":[7,5],"prompt_logprobs":[null,{"5":{"logprob":NaN,"rank":3}}]"#,
        "NaN is no"
      ),
      (
        #""prompt_token_ids":[7,5],"prompt_logprobs":[null,{"5":{"logprob":0.5,"rank":3}}]"#,
        "0.5 is no"
      ),
      // Before 0.4: bare numbers, so first choices by log-probability.
      (
        #""prompt_token_ids":[7,5,9],"prompt_logprobs":[null,{"5":-2.0,"9":-0.2},{"9":-0.2}]"#,
        "ids [7, 5, 9], t [-2.0, -0.2], hits 01"
      ),
    ])
  func vllm(_ members: String, _ expected: String) {
    let got = outcome("{\(members)}")
    #expect(got.contains(expected), "\(got)")
  }

  /// A completion of these lists, with whatever else the response and its choice say.
  private static func echo(
    _ tokens: String, _ logprobs: String, _ top: String = "null", choice: String = "",
    response: String = ""
  ) -> String {
    #"{"id":"cmpl-1","choices":[{"index":0,"logprobs":{"tokens":\#(tokens),"token_logprobs":"#
      + #"\#(logprobs),"top_logprobs":\#(top)}\#(choice)}]\#(response)}"#
  }

  private static func usage(_ prompt: Int, _ completion: Int) -> String {
    #","usage":{"prompt_tokens":\#(prompt),"completion_tokens":\#(completion)}"#
  }

  @Test(
    "completions: first choices, generated tokens, spellings",
    arguments: [
      // The parser's test vectors.
      (
        echo(#"["x"," a"]"#, "[null,-1.5]", #"[null,{" a":-1.5," b":-0.9}]"#),
        "tokens x| a, t [-1.5], hits 0"
      ),
      (
        echo(#"["x"," a"]"#, "[null,-1.5]", #"[null,{" a":-1.5}]"#), "tokens x| a, t [-1.5], hits 1"
      ),
      (
        echo(#"["x"," a"," b"," c"]"#, "[-0.5]"),
        "1 log-prob for 4 prompt tokens; llama.cpp's server"
      ),
      (
        echo(#"["a"]"#, "[-0.5]", response: usage(9, 1)),
        "1 log-prob for 9 prompt tokens; llama.cpp's server"
      ),
      (echo(#"["x"," a"]"#, "[null,-1.5]"), "t [-1.5], hits ?"),
      // A tie is no error.
      (echo(#"["x"," a"]"#, "[null,-1.5]", #"[null,{" b":-1.5," a":-1.5}]"#), "hits 1"),
      // Two tokens of one text are one key: the log-probabilities tell them apart.
      (echo(#"["x","\ufffd"]"#, "[null,-3]", #"[null,{"\ufffd":-0.5}]"#), "t [-3.0], hits 0"),
      // With max_tokens 1 the last token is generated.
      (
        echo(#"["x"," a","!"]"#, "[null,-1.5,-0.1]", response: usage(2, 1)), "tokens x| a, t [-1.5]"
      ),
      // vLLM counts one with max_tokens 0, and lists the prompt's only.
      (
        echo(#"["x"," a"]"#, "[null,-1.5]", choice: #","stop_reason":null"#, response: usage(2, 1)),
        "tokens x| a, t [-1.5]"
      ),
      // llama-cpp-python counts a first token that it does not list.
      (
        echo(#"["x"," a","!"]"#, "[null,-1.5,-0.1]", response: usage(3, 1)), "tokens x| a, t [-1.5]"
      ),
      (
        #"{"prompt":"é a","choices":[{"logprobs":{"tokens":["é"," a","!"],"token_logprobs":"#
          + #"[null,-1,-2],"text_offset":[0,1,3]}}]}"#, "tokens é| a, t [-1.0]"
      ),
      (
        echo(
          #"["token_id:7","token_id:5"]"#, "[null,-1]",
          #"[null,{"token_id:9":-0.5,"token_id:5":-1}]"#),
        "ids [7, 5], t [-1.0], hits 0"
      ),
      (echo(#"["bytes:\\xc3","bytes:\\xa9"]"#, "[null,-1]"), "t [-1.0]"),
      (echo(#"["a","b"]"#, "[-0.5,-1]"), "token 0 has a log-probability, as a generated token"),
      (echo(#"["a","b","c"]"#, "[null,-1]"), "has 2 entries where tokens has 3"),
      (echo(#"["a","b"]"#, "[null,-1]", "[null]"), "top_logprobs: has 1 entries"),
      (
        echo(#"["a","b"]"#, "[null,-1]", response: usage(7, 0)), "has 2 entries for 7 prompt tokens"
      ),
      (echo(#"["a","b","c"]"#, "[null,null,-1]"), "is null at token 1"),
      (echo(#"["a","b"]"#, "[null,-Infinity]"), "t [-inf]"),
    ])
  func completions(_ line: String, _ expected: String) {
    let got = outcome(line)
    #expect(got.contains(expected), "\(got)")
  }

  @Test("tokens that are no text arrive byte by byte")
  func bytes() {
    #expect(EchoToken(Array(#"bytes:\xe6\x97a"#.utf8)).bytes == [0xE6, 0x97, 0x61])
    #expect(EchoToken(Array("bytes: of".utf8)).bytes == Array("bytes: of".utf8))
    #expect(EchoToken(Array("token_id:x".utf8)).id == nil)
  }

  private static func sglang(_ input: String, _ rest: String = "") -> String {
    #"{"id":"s","output":{"text":"!","meta_info":{"input_token_logprobs":\#(input)\#(rest)}}}"#
  }

  @Test(
    "SGLang and TGI",
    arguments: [
      // Without a list of first choices there are no hits: the parser's test vector.
      (sglang("[[null,1,null],[-2.01,304,null]]"), "s, ids [1, 304], t [-2.01], hits ?"),
      (
        sglang(
          #"[[null,1,"a"],[-2.01,304,"b"],[-0.5,7,"c"]]"#,
          #","input_top_logprobs":[null,[[-0.9,374,"z"],[-2.01,304,"b"]],[[-0.5,7,"c"]]]"#),
        "s, ids [1, 304, 7], tokens a|b|c, t [-2.01, -0.5], hits 01"
      ),
      (sglang("[[null,1],[-2.01,304]]"), "ids [1, 304], t [-2.01]"),
      (sglang("[[null,1,null],[-3.4028234663852886e+38,3,null]]"), "t [-inf]"),
      (
        sglang("[[-1,5,null],[-2,6,null]]", #","prompt_tokens":9"#),
        "ids [-1, 5, 6], t [-1.0, -2.0]"
      ),
      (sglang("[]"), "logprob_start_len: 0"),
      (sglang("[[-1,5,null]]", #","prompt_tokens":9"#), "1 log-prob for 9 prompt tokens"),
      (
        sglang("[[null,5,null],[-1,6,null]]", #","prompt_tokens":9"#),
        "has 2 entries for 9 prompt tokens"
      ),
      (sglang("[[null,5,null],[null,6,null]]"), "is null at token 1"),
      (sglang("[[null]]"), "an entry of 1 values"),
      (
        sglang("[[null,1,null],[-1,2,null]]", #","input_top_logprobs":[null]"#),
        "has 1 entries where"
      ),
      (
        #"{"meta_info":{"prompt_tokens":3,"output_token_logprobs":[]}}"#,
        "holds no log-probabilities of the input"
      ),
      (
        #"{"generated_text":"!","details":{"prefill":[{"id":7,"logprob":null,"text":"a"},"#
          + #"{"id":8,"logprob":-10.5859375,"text":" b"}],"tokens":[{"id":1,"logprob":-1,"text":"!"}]}}"#,
        "ids [7, 8], tokens a| b, t [-10.5859375], hits ?"
      ),
      (
        #"{"generated_text":"!","details":{"prefill":[],"tokens":[]}}"#,
        "decoder_input_details: true"
      ),
      (
        #"{"details":{"prefill":[{"id":7,"logprob":null},{"id":8,"logprob":null}]}}"#,
        "has no logprob at token 1"
      ),
    ])
  func others(_ line: String, _ expected: String) {
    let got = outcome(line)
    #expect(got.contains(expected), "\(got)")
  }

  @Test(
    "answers of generated tokens only are refused with a way out",
    arguments: [
      (
        #"{"choices":[{"message":{"content":"!"},"logprobs":{"content":[{"token":"!","logprob":-0.3}]}}]}"#,
        "chat completion"
      ),
      (
        #"{"choices":[{"text":"!","logprobs":{"content":[{"token":"!","logprob":-0.3}]}}]}"#,
        "llama.cpp's server"
      ),
      (
        #"{"content":"!","completion_probabilities":[{"id":1,"logprob":-1}]}"#, "llama.cpp's server"
      ),
      (#"{"object":"response","output":[{"content":[{"logprobs":[]}]}]}"#, "Responses API"),
      (#"{"choices":[{"text":"!","logprobs":null}]}"#, "echo: true"),
      (#"{"custom_id":"a","response":null,"error":{"message":"too long"}}"#, "too long"),
      (#"{"id":"a"}"#, "no log-probabilities of a prompt"),
    ])
  func refused(_ line: String, _ expected: String) {
    let got = outcome(line)
    #expect(got.contains(expected) && !got.contains(", t ["), "\(got)")
  }

  @Test("ids, labels and texts come from the object around an answer, then from the answer")
  func wrapping() throws {
    let answer = #""prompt_token_ids":[1,2],"prompt_logprobs":[null,{"2":{"logprob":-1,"rank":1}}]"#
    let lines = [
      #"{"custom_id":"a","id":"batch_req_1","label":"member","response":{"body":{"id":"x",\#(answer)}}}"#,
      #"{"id":7,"label":0,"text":"hello","meta":{"family":"mail"},"output":{\#(answer)}}"#,
      #"{"request_id":"0","prompt":"hi",\#(answer)}"#,
    ]
    let folder = try TemporaryFolder()
    let file = try JSONLReader.read(
      try ByteStream.open(try folder.write("x.jsonl", lines.joined(separator: "\n"))),
      .dump(.target), options: IngestOptions())
    let table = EvidenceTable(run: Run(name: "x"), chunks: file.chunks)
    #expect((0..<3).map { table.id($0) } == ["a", "7", "3"] && !file.hasOwnIDs)
    #expect(table.labels == [.member, .nonMember, .unknown])
    #expect(
      table.text(1) == "hello" && table.text(2) == "hi" && table.meta(1) == #"{"family":"mail"}"#)
    #expect(file.notes.warnings.contains { $0.message.contains("without an id") })
  }

  @Test("several completions of one answer are told apart by their index")
  func batches() {
    let choice = #"{"index":%,"logprobs":{"tokens":["a","b"],"token_logprobs":[null,-1]}}"#
    let line =
      #"{"custom_id":"q","choices":["#
      + [1, 0].map { choice.replacing("%", with: String($0)) }.joined(separator: ",") + "]}"
    #expect(outcome(line) == "q/1, tokens a|b, t [-1.0], hits ?; q/0, tokens a|b, t [-1.0], hits ?")
    #expect(outcome("[\(line),\(line)]").split(separator: ";").count == 4)
  }

  @Test("a list that never names another token tells no first choices")
  func hollow() throws {
    let folder = try TemporaryFolder()
    func kinds(_ lines: [String]) throws -> EvidenceKinds {
      let path = try folder.write("x.jsonl", lines.joined(separator: "\n"))
      guard case .evidence(let table) = try ExperimentReader.open(path).experiment.runs[0] else {
        return []
      }
      return table.available
    }
    let hit = Self.echo(#"["x"," a"]"#, "[null,-1.5]", #"[null,{" a":-1.5}]"#)
    let miss = Self.echo(#"["x"," b"]"#, "[null,-1.5]", #"[null,{" b":-1.5," c":-0.9}]"#)
    #expect(try !kinds([hit, hit]).contains(.targetErrors))
    #expect(try kinds([hit, miss]).contains(.targetErrors))
  }

  @Test(
    "lists and printed documents are read as lines are",
    arguments: ["[%,%]", "[\n%\n,\n%]\n", "%\n%\n", "[%]\n[%]\n", "[[%],[%]]", "%,%"])
  func relining(_ layout: String) throws {
    let pretty =
      "{\n  \"id\": \"#\",\n \"prompt_token_ids\": [1,\n2], \"prompt\": \"a\\\"[{,\","
      + "\"prompt_logprobs\": [null,\n {\"2\": {\"logprob\": -1}}]}"
    var text = layout
    for id in ["p", "q"] {
      guard let place = text.firstIndex(of: "%") else { break }
      text.replaceSubrange(place...place, with: pretty.replacing("#", with: id))
    }
    let folder = try TemporaryFolder()
    let opened = try ExperimentReader.open(try folder.write("x.json", text))
    guard case .evidence(let table) = opened.experiment.runs[0] else { return }
    #expect((0..<table.count).map { table.id($0) } == ["p", "q"] && table.text(0) == "a\"[{,")
  }

  @Test("a defect of a record names its place, and the others are kept")
  func defects() throws {
    let good =
      #"{"id":"%","prompt_token_ids":[1,2],"prompt_logprobs":[null,{"2":{"logprob":-1,"rank":1}}]}"#
    let lines = [
      good.replacing("%", with: "a"), #"{"id":"b","prompt_logprobs":[null,{"2":{"logprob":1}}]}"#,
      good.replacing("%", with: "a"), good.replacing("%", with: "c"), "{",
    ]
    let folder = try TemporaryFolder()
    for (text, second) in [
      (lines.joined(separator: "\n"), "x.jsonl:2: prompt_logprobs: 1.0 is no log-probability"),
      ("[" + lines.dropLast().joined(separator: ",\n") + "]", "x.jsonl: record 1: prompt_logprobs"),
    ] {
      let opened = try ExperimentReader.open(try folder.write("x.jsonl", text))
      guard case .evidence(let table) = opened.experiment.runs[0] else { return }
      #expect((0..<table.count).map { table.id($0) } == ["a", "c"])
      let defects = opened.notes.defects.listed.map(\.description)
      #expect(defects.contains { $0.contains(second) }, "\(defects)")
      #expect(opened.notes.defects.counts[.duplicateID] == 1)
    }
  }
}
