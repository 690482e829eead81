import TerminalUI
import Testing

@testable import Dashboard

@Suite struct ColumnChoiceTests {
  /// The titles of the list that is shown, from left to right.
  private func header(_ story: Story) -> String {
    story.text.split(separator: "\n").prefix(3).first { $0.contains("AUC") || $0.contains(" id ") }
      .map(String.init) ?? ""
  }

  @Test func columnsAreHiddenMovedAndForgotten() throws {
    var story = try Story(160, 40, on: .sequences)
    let names = story.state.columnNames.shown
    #expect(names.prefix(3) == ["verdict", "id", "score"] && names.contains("text"))
    #expect(header(story).contains(" P ") && header(story).contains(" label "))
    story.press("c", "down", "down", "right")
    #expect(story.text.contains("Columns; Enter shows or hides"))
    #expect(story.state.columnNames.shown.prefix(4) == ["verdict", "id", "p", "score"])
    story.type("label")
    story.press("enter")
    #expect(story.state.overlay != nil && story.state.columnNames.hidden == ["label"])
    story.press("esc")
    #expect(!header(story).contains(" label "))
    let titles = header(story)
    let (p, score) = (titles.firstRange(of: " p "), titles.firstRange(of: " score "))
    #expect(try #require(p).lowerBound < #require(score).lowerBound)
    // A click on a title sorts by the column that stands there.
    let isHit = story.click(on: " p ")
    #expect(isHit && story.state.currentOrder?.query.sort == .pValue)
    story.press("c", "delete", "esc")
    #expect(story.state.columns.isEmpty && header(story).contains(" label "))
  }

  @Test func whatWasChosenFirstStaysLongest() throws {
    var state = try Story(80, 24, on: .runs).state
    func shown(_ width: Int) -> [String] {
      let table = RunsTable(state, RunList(state), width: width).table
      let area = Rect(x: 0, y: 0, width: width, height: 20)
      return table.geometry(in: area).columns.map { table.columns[$0.index].name }
    }
    #expect(!shown(80).contains("model"))
    state.columns[.runs] = ["model", "run", "AUC", "method", "epoch", "loss", "n", "TPR@1%"]
    #expect(shown(200) == state.columns[.runs])
    #expect(shown(60).starts(with: ["model", "run", "AUC"]) && !shown(60).contains("TPR@1%"))
  }

  @Test func oneIsAlwaysLeft() throws {
    var state = try Story(120, 40, on: .leaks).state
    let all = state.columnNames.shown
    for name in all { state.toggle(column: name) }
    #expect(all.count > 3 && state.columnNames.shown == [all[all.count - 1]])
  }

  @Test func whoeverComesBackFindsTheirColumns() throws {
    var story = try Story(120, 40, on: .runs)
    story.press("c", "down", "enter", "esc")
    let memory = story.state.memory
    #expect(memory.lists["runs"]?.columns == story.state.columnNames.shown)
    #expect(memory.lists["runs"]?.columns.contains("method") == false)
    var later = try Story(120, 40, on: .runs).state
    let experiment = try #require(later.experiment)
    var kept = memory
    kept.lists["runs"]?.columns += ["no such column", "run", "run"]
    let words = later.resume(kept, in: experiment)
    #expect(words != nil && later.columnNames.shown == story.state.columnNames.shown)
  }
}
