import ScoringCore
import TerminalUI
import Testing

@testable import Dashboard

/// Where somebody left is where the next start begins.
@Suite struct ResumeTests {
  /// A dashboard that goes on from a memory, opened and scored.
  private func resumed(_ memory: ViewMemory, analyses: Bool = true) throws -> Story {
    var story = try Story(160, 40, experiment: Sample.experiment, analyses: nil) {
      $0.resuming = memory
    }
    guard analyses else { return story }
    for (run, analysis) in Sample.analyses.enumerated() {
      story.send(.analysed(run: run, analysis))
    }
    return story
  }

  @Test func everythingThatShapesAViewComesBack() throws {
    var story = try Story(160, 40, on: .sequences)
    story.press(">", ")")
    story.ask("f", "label=member")
    story.press("s", "S")
    story.press("1", "s", "2")
    let left = story.state.memory
    #expect(left.screen == "sequences" && left.run == "lora-e3")
    #expect(left.lists["sequences"]?.filter == "label=member")
    let again = try resumed(left)
    #expect(again.state.memory == left)
    #expect(again.state.screen == .sequences && again.state.run == 1)
    #expect(again.state.attack == story.state.attack)
    #expect(again.state.currentOrder?.query.filter.text == "label=member")
    #expect(again.state.currentOrder?.query.sort == story.state.currentOrder?.query.sort)
    #expect(again.state.runs.sort == .area)
    #expect(again.text.contains("Resumed: Sequences, lora-e3, \(left.attack)"), "and it says so")
    #expect(again.text.contains("--fresh starts anew"))
  }

  @Test func nothingIsSaidWhereNothingIsOtherThanAtFirst() throws {
    let first = try Story(160, 40)
    let again = try resumed(first.state.memory)
    #expect(again.state.notice == nil)
  }

  @Test func whatIsGoneIsLeftOut() throws {
    var memory = ViewMemory()
    memory.screen = "no-such-screen"
    memory.run = "deleted"
    memory.attack = "no-such-attack"
    var list = ListMemory()
    list.sort = "colour"
    list.filter = "nokey=7"
    memory.lists = ["sequences": list, "runs": list, "ghosts": list]
    var story = try resumed(memory)
    let fresh = try Story(160, 40)
    #expect(story.state.screen == fresh.state.screen)
    #expect(story.state.run == fresh.state.run && story.state.attack == fresh.state.attack)
    #expect(story.state.runs.filter == "" && story.state.runs.sort == .group)
    story.press("2")
    #expect(story.state.currentOrder?.count == 13)
    #expect(story.text.contains("The filter of last time does not fit"))
    #expect(story.state.memory.lists["sequences"]?.filter == "", "it is not kept for ever")
  }

  /// Values of the data are not shown by the sentence on a filter that does not fit.
  @Test func anOldFilterIsNotQuoted() throws {
    var memory = ViewMemory()
    memory.screen = "sequences"
    var list = ListMemory()
    list.filter = "family=Hildegard"
    memory.lists["sequences"] = list
    let story = try resumed(memory)
    #expect(story.text.contains("does not fit") && !story.text.contains("did you mean"))
  }

  @Test func aFilterTypedMeanwhileIsTheOneThatHolds() throws {
    var memory = ViewMemory()
    memory.screen = "sequences"
    var list = ListMemory()
    list.filter = "label=member"
    memory.lists["sequences"] = list
    var story = try resumed(memory, analyses: false)
    story.ask("f", "label=unknown")
    for (run, analysis) in Sample.analyses.enumerated() {
      story.send(.analysed(run: run, analysis))
    }
    #expect(story.state.currentOrder?.query.filter.text == "label=unknown")
  }

  @Test func aScreenChosenWhileFilesAreReadIsKept() throws {
    var memory = ViewMemory()
    memory.screen = "roc"
    var story = try Story(160, 40, experiment: nil) { $0.resuming = memory }
    story.press("2")
    story.send(.opened(Sample.experiment))
    #expect(story.state.screen == .sequences)
  }
}

@Suite struct NamedFilterTests {
  private func changes(_ story: Story) -> [FilterChange] {
    story.effects.compactMap { if case .changeFilters(let change) = $0 { change } else { nil } }
  }

  @Test func aFilterIsNamedChosenAndForgotten() throws {
    var story = try Story(160, 40, on: .sequences)
    story.ask("f", "label=member family=ticket")
    story.ask("\"", "tickets of members")
    let filter = NamedFilter(
      .sequences, name: "tickets of members", text: "label=member family=ticket")
    #expect(changes(story) == [.keep(filter)])
    #expect(story.text.contains("The filter is kept tickets of members; ' chooses it again"))
    story.press("F")
    #expect(story.state.currentOrder?.count == 13)
    story.press("'")
    #expect(story.text.contains("tickets of members") && story.text.contains("family=ticket"))
    story.press("enter")
    #expect(story.state.currentOrder?.count == 2 && story.state.overlay == nil)
    #expect(story.text.contains("Filtered by tickets of members"))
    // Leaks lists the same sequences; the runs do not.
    story.press("6", "'", "enter")
    #expect(story.state.leaks.query.filter.text == filter.text)
    story.press("1", "'")
    #expect(story.text.contains("No filter has a name yet: \" names the one in force"))
    story.press("2", "'", "delete")
    #expect(story.state.filters.isEmpty && story.state.overlay == nil)
    #expect(changes(story).last == .forget(filter))
  }

  @Test func aNameIsThereOnce() throws {
    var story = try Story(160, 40, on: .sequences)
    story.ask("f", "label=member")
    story.ask("\"", "mine")
    story.ask("f", "primary")
    story.ask("\"", "mine")
    #expect(story.state.filters.map(\.text) == ["label=member primary"])
    story.press("1")
    story.ask("f", "lora")
    story.ask("\"", "mine")
    #expect(story.state.filters.count == 2, "runs have names of their own")
    story.press("F", "'", "enter")
    #expect(story.state.runs.filter == "lora" && story.state.run == 1)
  }

  @Test func nothingIsNamedWithoutAFilter() throws {
    var story = try Story(160, 40, on: .sequences)
    story.press("\"")
    #expect(story.state.prompt == nil)
    #expect(story.text.contains("There is no filter to name"))
    story.ask("f", "label=member")
    story.ask("\"", "   ")
    #expect(story.state.filters.isEmpty)
  }

  @Test func aFilterThatDoesNotFitChangesNothing() throws {
    var story = try Story(160, 40, on: .sequences)
    story.ask("f", "label=member")
    var memory = ViewMemory()
    memory.filters = [NamedFilter(.sequences, name: "old", text: "gone=1")]
    story = try Story(160, 40, experiment: Sample.experiment) { $0.resuming = memory }
    story.press("2")
    story.ask("f", "label=member")
    story.press("'", "enter")
    #expect(story.text.contains("old does not fit: no 'gone'"))
    #expect(story.state.currentOrder?.query.filter.text == "label=member")
  }

  @Test func redactionHidesNamesAndConditions() throws {
    var story = try Story(160, 40, on: .sequences)
    story.ask("f", "text~\"7741\"")
    story.ask("\"", "Anna 7741")
    story.press("F", "x", "x", "'")
    #expect(!story.text.contains("7741") && !story.text.contains("Anna"))
  }
}
