import Analysis
import ScoringCore
import TerminalUI
import Testing

@testable import Dashboard

@Suite struct PickerTests {
  @Test func choosesRunsByNameAndByProperty() throws {
    var story = try Story(120, 40, on: .runs)
    story.press("r")
    #expect(story.text.contains("▌full-e3"), "what is current is selected")
    story.type("lora parameter")
    story.press("enter")
    #expect(story.state.run == 1 && story.state.overlay == nil)
  }

  @Test func choosesAttacksByWhatTheyDo() throws {
    var story = try Story(120, 40, on: .sequences)
    story.press("e")
    story.type("min-k")
    story.press("enter")
    #expect(story.state.attack.hasPrefix("min-k"))
    story.press("e", "esc")
    #expect(story.state.attack.hasPrefix("min-k"))
  }

  @Test func themesAreSeenBeforeTheyAreChosen() throws {
    var story = try Story(120, 40, on: .runs)
    story.press("T")
    story.type("frost")
    func asked(_ story: Story) -> [String] {
      story.effects.compactMap { if case .useTheme(let name) = $0 { name } else { nil } }
    }
    #expect(asked(story).last == "frost")
    story.send(.themed(name: "frost", GlyphSet.unicode))
    story.press("esc")
    #expect(asked(story).last == "", "given up, the theme before is asked for again")
  }

  @Test func thePaletteTakesEverything() throws {
    for (typed, check) in [
      (
        "ticket-1",
        { (state: AppState) in state.screen == .tokens && state.selectedID == "ticket-1" }
      ),
      ("lora-e3", { $0.run == 1 }), ("toggle-mouse", { !$0.isMouseOn }),
      ("show-compare", { $0.screen == .compare }),
    ] as [(String, (AppState) -> Bool)] {
      var story = try Story(120, 40, on: .sequences)
      story.press(":")
      story.type(typed)
      story.press("enter")
      #expect(check(story.state), "\(typed)")
    }
  }
}

@Suite struct ExplanationTests {
  /// Every page named somewhere exists and begins with prose.
  @Test func everyPageExplains() throws {
    let named = ScreenCatalog.all.flatMap { $0.pages } + DocumentationPage.names
    for name in named {
      let page = try #require(DocumentationPage(name), "\(name)")
      #expect(page.summary.count > 40 && !page.title.isEmpty, "\(name)")
      #expect(!page.summary.contains("<doc:") && !page.summary.contains("`"), "\(name)")
    }
  }

  /// Attacks that score by default have a page each.
  @Test func everyDefaultAttackHasAPage() {
    for attack in AttackCatalog.defaults {
      let id = type(of: attack).card.id
      let name = id.hasSuffix("++") ? String(id.dropLast(2)) + "-plus-plus" : id
      #expect(DocumentationPage(name) != nil, "\(id)")
    }
  }

  @Test(arguments: ScreenID.allCases, [(60, 20), (80, 24), (120, 40)])
  func explainsEveryScreen(screen: ScreenID, size: (Int, Int)) throws {
    var story = try Story(size.0, size.1, on: screen)
    story.press("i")
    #expect(story.text.contains("EZ-MIA (ez)"))
    story.press("pagedown", "pagedown", "j", "k", "pageup")
    #expect(story.lines.count == size.1)
    story.press("esc")
    #expect(story.state.overlay == nil && story.state.screen == screen)
  }
}

@Suite struct HelpTests {
  @Test func aSlashSearchesTheHelp() throws {
    var story = try Story(120, 40, on: .runs)
    story.press("?")
    story.type("/redact")
    story.press("up")
    #expect(story.text.contains("Redact: hide what patterns find"))
    #expect(!story.text.contains("No key does that"))
  }
}
