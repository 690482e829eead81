import ScoringCore
import Testing

@Suite struct AttackCatalogTests {
  @Test(arguments: [
    ("ez", "ez"), ("ez:policy=paper", "ez"), ("ez:policy=released", "ez:policy=released"),
    ("min-k", "min-k:k=20"), ("min-k:k=10", "min-k:k=10"), ("min-k++", "min-k++:k=20"),
    ("ez:aggregate=log-ratio:zone=rank-gt-5", "ez:zone=rank-gt-5:aggregate=log-ratio"),
    ("ez:first=keep:min-errors=5", "ez:first=keep:min-errors=5"),
    ("ez:zone=prob-lt-0.10", "ez:zone=prob-lt-0.1"), ("wbc", "wbc"),
    ("wbc:windows=2-3-4-6-9-13-18-25-32-40", "wbc"), ("wbc:windows=1", "wbc:windows=1"),
    ("wbc:windows=2-3-4-5-8-11-15-21-29-40", "wbc:windows=geometric"),
    ("wbc:windows=geometric", "wbc:windows=geometric"), ("con-recall:gamma=1", "con-recall"),
    ("con-recall:gamma=0.50", "con-recall:gamma=0.5"), ("rmia:gamma=2.0", "rmia:gamma=2"),
    ("loss", "loss"), ("ref-diff", "ref-diff"), ("ref-ratio", "ref-ratio"), ("zlib", "zlib"),
  ])
  func canonicalSpellings(_ given: String, _ canonical: String) throws {
    let attack = try AttackCatalog.attack(given)
    #expect(attack.spelling == canonical)
    #expect(try AttackCatalog.attack(canonical).spelling == canonical)
  }

  @Test func everyAttackAndSettingRoundTrips() throws {
    for attack in AttackCatalog.all.map({ $0.init() }) {
      #expect(try AttackCatalog.attack(attack.spelling).spelling == attack.spelling)
      let full = attack.settings.map { ":\($0.name)=\($0.value)" }.joined()
      let name = type(of: attack).card.id
      #expect(try AttackCatalog.attack(name + full).spelling == attack.spelling)
    }
  }

  @Test func namesAreUniqueAndSafeInAShell() {
    let names = AttackCatalog.all.map { $0.card.id }
    #expect(Set(names).count == names.count)
    let safe = Set("abcdefghijklmnopqrstuvwxyz0123456789-+:=.")
    #expect(AttackCatalog.defaults.allSatisfy { $0.spelling.allSatisfy(safe.contains) })
  }

  @Test(arguments: [
    ("ez, min-k:k=10", ["ez", "min-k:k=10"]), ("ez,ez:policy=paper", ["ez"]),
    ("min-k:k=10,min-k:k=20", ["min-k:k=10", "min-k:k=20"]),
    (
      "loss,all",
      [
        "loss", "ez", "soft-ez", "ht-style", "ref-diff", "ref-ratio", "zlib", "min-k:k=20",
        "ref-min-k:k=20", "min-k++:k=20",
        "gap-k:k=20", "entropy", "max-renyi:k=10", "surp:k=40", "wbc", "dc-pdd", "rmia",
        "lira", "lowercase", "neighborhood", "recall", "con-recall", "spv",
      ]
    ),
  ])
  func listsKeepOrderWithoutRepeats(_ list: String, _ expected: [String]) throws {
    #expect(try AttackCatalog.attacks(list).map(\.spelling) == expected)
  }

  /// What is misspelt, and words the message must contain.
  @Test(arguments: [
    ("mink", ["'mink'", "did you mean 'min-k'"]), ("EZ", ["did you mean 'ez'"]),
    ("xyzzy", ["'xyzzy'", "known: ez, soft-ez, ht-style, loss"]), ("", ["no attack is named ''"]),
    ("ez:polcy=paper", ["'polcy'", "did you mean 'policy'", "it has: zone"]),
    ("ez:policy=relased", ["policy", "'relased'", "did you mean 'released'", "paper|released"]),
    ("ez:aggregate=logratio", ["did you mean 'log-ratio'"]), ("min-k:k=0", ["'0'", "1...100"]),
    ("min-k:k=101", ["1...100"]), ("min-k:k", ["k cannot be ''"]), ("min-k:k=2.5", ["1...100"]),
    ("wbc:windows=2-0", ["'2-0'", "joined by '-'"]), ("wbc:windows=", ["windows cannot be ''"]),
    ("loss:k=2", ["loss has no parameters"]), ("ez:zone=rank-gt-0", ["rank-gt-N"]),
    ("min-k:k=1:k=2", ["k is given more than once"]), ("ez:", ["no parameter ''"]),
    ("ez,", ["no attack is named ''"]), ("rmia:a=1.5", ["a cannot be '1.5'", "0...1"]),
    ("dc-pdd:a=nan", ["a cannot be 'nan'"]), ("lira:mode=on", ["online|offline"]),
  ])
  func mistakesNameWhatWouldBeRight(_ list: String, _ words: [String]) {
    #expect {
      try AttackCatalog.attacks(list)
    } throws: { error in
      let message = String(describing: error)
      return error is AttackSpellingError && words.allSatisfy(message.contains)
    }
  }

  /// Aliases exist for their names: all stands for attacks that differ.
  @Test func whatRanksAsAnotherIsNotPartOfAll() {
    let aliases = AttackCatalog.all.filter { $0.card.ranksAs != nil }.map { $0.card.id }
    #expect(aliases == ["perplexity", "flora", "zlib-lora"])
    let defaults = AttackCatalog.defaults.map { type(of: $0).card.id }
    #expect(Set(aliases).isDisjoint(with: defaults))
    #expect(defaults.count + aliases.count == AttackCatalog.all.count)
    let originals = AttackCatalog.all.compactMap { $0.card.ranksAs }
    #expect(originals.allSatisfy(defaults.contains))
  }

  @Test func whatCannotBeComputedSaysWhy() {
    let names = UnsupportedAttack.all.map(\.title)
    let wanted = ["InfoRMIA", "PAC", "SaMIA", "ALoRa", "MoPe", "GradNorm", "LT-MIA", "HT-MIA"]
    #expect(wanted.allSatisfy { name in names.contains { $0.hasPrefix(name) } })
    #expect(UnsupportedAttack.all.allSatisfy { !$0.reason.isEmpty && !$0.source.isEmpty })
  }

  @Test func cardsSayWhereAnAttackComesFrom() {
    let cards = AttackCatalog.all.map { $0.card }
    #expect(cards.allSatisfy { !$0.title.isEmpty && $0.source.contains("20") })
    #expect(cards.allSatisfy { !$0.summary.isEmpty && !$0.needs.isEmpty })
  }
}
