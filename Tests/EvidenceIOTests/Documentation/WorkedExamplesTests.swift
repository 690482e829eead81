import ScoringCore
import Testing

/// The documentation is held to what the code does: its examples, its attacks, their parameters.
@Suite struct WorkedExamplesTests {
  static let examples = Catalogue.articles.flatMap(WorkedExample.all)

  @Test(arguments: examples)
  func comesOutAsWritten(_ example: WorkedExample) throws {
    let differences = try example.differences()
    #expect(differences.isEmpty, "\(example.page): \(differences.joined(separator: "; "))")
  }

  /// Each attack's page: heading, evidence, every parameter with its default, a worked example.
  @Test(arguments: AttackCatalog.all.map { $0.card.id })
  func everyAttackHasItsPage(_ id: String) throws {
    let attack = try AttackCatalog.attack(id)
    let card = type(of: attack).card
    let name = Self.fileName(card.id)
    let article = try #require(Catalogue.article(name), "write Attacks/\(name).md")
    let isAttackPage = article.path == "Attacks/\(name).md"
    #expect(isAttackPage && article.title == "\(card.title) (\(card.id))")
    let missing = card.needs.columnNames.filter { !article.text.contains($0) }
    #expect(missing.isEmpty, "the page names no \(missing)")
    let documented = Self.documentedParameters(article)
    let actual = Self.parameters(attack)
    #expect(documented == actual, "\(documented) is documented, \(actual) is true")
    let shown = WorkedExample.all(in: article).flatMap(\.attacks)
    #expect(shown == Self.commands(article), "the commands are not those of the tables")
    #expect(shown.contains { $0 == card.id || $0.hasPrefix(card.id + ":") }, "show \(card.id)")
  }

  /// Every page has its parts: a sentence, a formula, an example that is computed, a source.
  @Test(arguments: Catalogue.articles.filter { $0.path.contains("/") })
  func isComplete(_ article: Article) {
    let headings = Set(article.blocks.map(\.section))
    let missing = Set(["Formula", "Worked example", "Conventions", "Other tools", "Source"])
      .subtracting(headings)
    #expect(missing.isEmpty, "\(article.path) has no \(missing.sorted())")
    let isComputed = WorkedExample.all(in: article).contains { !$0.tables.isEmpty }
    #expect(isComputed, "\(article.path) has an example without a table of what comes out")
    let hasFormula = article.section("Formula").contains {
      if case .code = $0 { true } else { false }
    }
    #expect(hasFormula, "\(article.path) has a formula that is no block")
  }

  @Test(arguments: GuardKind.allCases)
  func everyGuardHasItsPage(_ kind: GuardKind) {
    let name = kind.rawValue.replacing("_", with: "-")
    #expect(Catalogue.article(name)?.path == "Guards/\(name).md")
  }

  /// Every attack that cannot be computed is named where that is explained.
  @Test func whatCannotBeComputedIsNamed() throws {
    let text = try #require(Catalogue.article("not-computed")).text
    let missing = UnsupportedAttack.all.map(\.title).filter { !text.contains($0) }
    #expect(missing.isEmpty)
  }

  /// Every figure that examples may ask for is listed where the notation is explained.
  @Test func everyFigureIsListed() throws {
    let text = try #require(Catalogue.article("conventions")).text
    let missing = WorkedFigures.vocabulary.keys.filter { !text.contains("`\($0)`") }
    #expect(missing.isEmpty)
  }

  /// The first page leads to every other, and no page leads to one that is not there.
  @Test func linksLeadToPages() throws {
    let landing = try #require(Catalogue.article("ScoringCore")).text
    let names = Set(Catalogue.articles.map(\.name)).subtracting(["ScoringCore"])
    #expect(names.filter { !landing.contains("<doc:\($0)>") } == [])
    let targets = Catalogue.articles.flatMap { article in
      article.text.split(separator: "<doc:").dropFirst().map { $0.prefix { $0 != ">" } }
    }
    #expect(Set(targets.map(String.init)).subtracting(names) == [])
  }

  /// Every page about an attack is about one that exists.
  @Test func noPageIsLeftOver() {
    let known = Set(AttackCatalog.all.map { Self.fileName($0.card.id) })
    let pages = Catalogue.articles.filter { $0.path.hasPrefix("Attacks/") }.map(\.name)
    #expect(Set(pages).subtracting(known) == [])
  }

  /// The attacks that the commands of a page's examples ask for, in order.
  private static func commands(_ article: Article) -> [String] {
    article.section("Worked example").flatMap { block -> [String] in
      guard case .code("sh", let text) = block else { return [] }
      let words = text.split(separator: " ")
      guard let place = words.firstIndex(of: "--attack"), place + 1 < words.count else { return [] }
      return words[place + 1].split(separator: ",").map(String.init)
    }
  }

  /// A page's name: a plus cannot stand in the address of a page.
  private static func fileName(_ id: String) -> String { id.replacing("+", with: "-plus") }

  /// Name, default and allowed values of each parameter, as the page has them.
  private static func documentedParameters(_ article: Article) -> [[String]] {
    article.section("Parameters").flatMap { block -> [[String]] in
      guard case .table(let rows) = block else { return [] }
      return rows.dropFirst().map { Array($0.prefix(3)) }
    }
  }

  private static func parameters<A: Attack>(_ attack: A) -> [[String]] {
    zip(A.parameters, A().settings).map { [$0.name, $1.value, $0.allowed] }
  }
}
