import Testing

@testable import Basics

@Suite struct NearestWordTests {
  @Test(
    "a slip is guessed, anything further is not",
    arguments: [
      ("fulll", "full"), ("FULL", "full"), ("fu", nil), ("lroa", "lora"), ("orenge", "orange"),
      ("prompt-tunnig", "prompt-tuning"), ("zzzz", nil), ("", nil),
      (String(repeating: "full", count: 40), nil),
    ] as [(String, String?)])
  func nearest(_ word: String, _ meant: String?) {
    #expect(nearestWord(to: word, in: ["orange", "full", "lora", "prompt-tuning"]) == meant)
  }

  @Test(
    "distances count insertions, deletions and substitutions",
    arguments: [("", "", 0), ("", "ab", 2), ("kitten", "sitting", 3), ("abc", "acb", 2)])
  func distance(_ left: String, _ right: String, _ distance: Int) {
    #expect(editDistance(Array(left), Array(right)) == distance)
    #expect(editDistance(Array(right), Array(left)) == distance)
  }
}

@Suite struct Base64Tests {
  @Test(
    "the test vectors of RFC 4648 go both ways",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
  func vectors(_ plain: String, _ encoded: String) {
    #expect(Base64.encode(plain.utf8) == encoded)
    #expect(Base64.decode(Array(encoded.utf8)) == Array(plain.utf8))
  }

  @Test("what is not base64 is refused", arguments: ["Zg", "Zg=", "Z===", "Zm9*", "=m9v"])
  func refused(_ text: String) {
    #expect(Base64.decode(Array(text.utf8)) == nil)
  }
}

@Suite struct SplitMix64Tests {
  /// The first numbers of seed 1234567, as in the authors' Java.
  @Test func firstNumbers() {
    var random = SplitMix64(seed: 1_234_567)
    #expect(random.next() == 6_457_827_717_110_365_317)
    #expect(random.next() == 3_203_168_211_198_807_973)
  }
}
