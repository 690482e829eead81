import Basics
import Testing

@testable import TerminalUI

@Suite struct TableTests {
  private func table(_ count: Int, cut: Table.Cut? = nil) -> Table {
    Table(
      columns: [
        TableColumn("#", .fixed(3), align: .right),
        TableColumn("Score", .fixed(7), align: .right, sort: .descending),
        TableColumn("Family", .fixed(6), priority: 2),
        TableColumn("Text", .flex(min: 6), priority: 1),
      ], rowCount: count, cuts: cut.map { [$0] } ?? []
    ) { row in
      row == 0
        ? .section("LoRA", note: "\(count - 1) rows")
        : .cells([
          TableCell("\(row)"), TableCell(NumberFormat.fixed(9.5 - Double(row), 2)),
          TableCell("lora", .textDim), TableCell("the quick brown fox \(row)"),
        ])
    }
  }

  @Test func drawsHeaderSelectionCutAndScrollbar() {
    let table = table(9, cut: Table.Cut(above: 3, label: "FDR 5%"))
    let drawn = picture(44, 8) { area, frame, glyphs in
      table.draw(in: area, on: &frame, state: TableState(selected: 2), glyphs: glyphs)
    }
    #expect(
      drawn
        == rows(
          """
             # Score ▼ Family Text
          ────────────────────────────────────────────
           LoRA ───────────────────────────── 8 rows █
             1    8.50 lora   the quick brown fox 1  █
          ▌  2    7.50 lora   the quick brown fox 2  █
          ╌╌╌ FDR 5% ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌│
             3    6.50 lora   the quick brown fox 3  │
             4    5.50 lora   the quick brown fox 4  │
          """))
  }

  @Test func narrowTablesHideByPriorityAndSpeakASCII() {
    let drawn = picture(22, 5, ascii: true) { area, frame, glyphs in
      table(4).draw(in: area, on: &frame, state: TableState(selected: 1), glyphs: glyphs)
    }
    #expect(
      drawn
        == rows(
          """
             # Score v Text
          ----------------------
           LoRA ------- 3 rows #
          >  1    8.50 the qu~ #
             2    7.50 the qu~ |
          """))
  }

  @Test func asksOnlyForRowsOnScreen() {
    var asked: [Int] = []
    let table = Table(columns: [TableColumn("n", .flex(min: 1))], rowCount: 1_000_000) { row in
      asked.append(row)
      return .cells([TableCell("\(row)")])
    }
    var state = TableState()
    state.move(.end, rowCount: 1_000_000, page: 10)
    let drawn = picture(20, 12) { area, frame, glyphs in
      table.draw(in: area, on: &frame, state: state, glyphs: glyphs)
    }
    #expect(asked == Array(999_990..<1_000_000))
    #expect(drawn.last == "▌999999            █")
  }

  @Test(arguments: [
    (TableState.Move.down, 1, 0), (.up, 0, 0), (.pageDown, 10, 3), (.end, 99, 90),
    (.to(50), 50, 43), (.scroll(5), 7, 5), (.halfPageDown, 5, 0), (.to(-3), 0, 0),
    (.to(999), 99, 90),
  ])
  func moves(move: TableState.Move, selected: Int, top: Int) {
    var state = TableState()
    state.move(move, rowCount: 100, page: 10)
    #expect(state == TableState(selected: selected, top: top))
  }

  @Test func movesStepOverSections() {
    var state = TableState(selected: 1)
    let sections: Set = [0, 3, 4, 9]
    var visited: [Int] = []
    for move in [.down, .down, .down, .up, .up, .up, .end, .home] as [TableState.Move] {
      state.move(move, rowCount: 10, page: 4) { !sections.contains($0) }
      visited.append(state.selected)
    }
    #expect(visited == [2, 5, 6, 5, 2, 1, 8, 1])
    #expect(state.top == 0)
    state.move(.down, rowCount: 0, page: 4)
    #expect(state == TableState())
  }

  @Test func hitTestAgreesWithDrawing() {
    let table = table(50, cut: Table.Cut(above: 12, label: ""))
    let area = Rect(x: 3, y: 2, width: 50, height: 20)
    var state = TableState(selected: 15, top: 10)
    state.settle(rowCount: 50, page: table.page(in: area))
    for row in 10..<26 {
      for column in 0..<4 {
        guard let cell = table.cell(row: row, column: column, in: area, state: state) else {
          Issue.record("row \(row) column \(column) is not on screen")
          continue
        }
        let hit = table.hit(Point(x: cell.x, y: cell.y), in: area, state: state)
        #expect(hit == .row(row, column: column))
      }
    }
    #expect(table.hit(Point(x: 8, y: 2), in: area, state: state) == .header(column: 1))
    #expect(table.hit(Point(x: 52, y: 21), in: area, state: state) == .scrollbar(first: 33))
    #expect(table.hit(Point(x: 10, y: 6), in: area, state: state) == nil)
  }

  @Test(arguments: [
    (40, [3, 7, 6, 18]), (24, [3, 7, 10]), (19, [3, 7]), (12, [3, 7]), (6, [3, 1]), (0, []),
  ])
  func columnWidths(width: Int, widths: [Int]) {
    #expect(TableColumn.place(table(1).columns, width: width).map(\.width).prefix(9) == widths[...])
  }

  @Test func flexibleColumnsShareByWeightUpToTheirLimit() {
    let columns = [
      TableColumn("a", .flex(min: 4, weight: 1)), TableColumn("b", .flex(min: 4, weight: 3)),
      TableColumn("c", .flex(min: 2, weight: 1, max: 5)),
    ]
    let placed = TableColumn.place(columns, width: 54, gap: 2)
    #expect(placed.reduce(0) { $0 + $1.width } == 50)
    #expect(placed.last?.width == 5)
    #expect(placed[1].width > 2 * placed[0].width)
  }

  @Test func staysInItsArea() {
    let faults = staysInside { area, frame, glyphs in
      table(30, cut: Table.Cut(above: 1, label: "cut")).draw(
        in: area, on: &frame, state: TableState(selected: 4, top: 2), glyphs: glyphs)
    }
    #expect(faults.isEmpty)
  }

  @Test(arguments: [
    (0, 0, 4), (1, 1, 4), (95, 5, 4), (96, 6, 4), (50, 3, 4),
  ])
  func scrollbarShowsItsEndsOnlyWhenReached(first: Int, start: Int, height: Int) {
    let thumb = Scrollbar(total: 100, visible: 4, first: first).thumb(height: 7)
    #expect(thumb?.start == start)
    #expect(thumb?.height == 1)
    #expect(Scrollbar(total: 4, visible: height, first: 0).thumb(height: 7) == nil)
  }
}
