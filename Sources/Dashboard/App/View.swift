import Analysis
import ScoringCore
import TerminalUI

extension AppState {
  /// The least size a screen can be drawn at.
  package static let smallest = Size(width: 40, height: 12)

  /// Draws the whole screen; the same state at the same size gives the same frame.
  package func view() -> Frame {
    var frame = Frame(size: size)
    guard size.width >= Self.smallest.width, size.height >= Self.smallest.height else {
      TooSmall(needs: Self.smallest).draw(in: frame.bounds, on: &frame, glyphs: glyphs)
      return frame
    }
    tabBar.draw(in: tabArea, on: &frame, glyphs: glyphs)
    drawBody(on: &frame)
    drawBottom(on: &frame)
    drawCaption(on: &frame)
    switch overlay {
    case .help: helpOverlay.draw(in: bodyArea, on: &frame, glyphs: glyphs)
    case .picker(let picker): palette(picker).draw(in: bodyArea, on: &frame, glyphs: glyphs)
    case .explanation(let state): explanation(state).draw(in: bodyArea, on: &frame, glyphs: glyphs)
    case nil: break
    }
    return frame
  }

  /// The row of screens at the top.
  var tabArea: Rect { Rect(size).splitTop(1).top }
  /// What the current screen draws into.
  package var bodyArea: Rect {
    Rect(size).splitTop(1).rest.splitBottom(1).rest.splitBottom(captionHeight).rest
  }
  /// The row of hints, notices and input at the bottom.
  var bottomArea: Rect { Rect(size).splitBottom(1).bottom }

  var tabBar: TabBar {
    let tabs = ScreenID.allCases.enumerated().map {
      TabBar.Tab(key: String($0.offset + 1), title: $0.element.title)
    }
    return TabBar(
      tabs: tabs, current: ScreenID.allCases.firstIndex(of: screen) ?? 0, status: status,
      banner: redaction.banner)
  }

  /// What is open: the run and attack looked at.
  private var status: String {
    guard let experiment, experiment.runs.indices.contains(run) else { return "ezscope" }
    let lacking = analysis.flatMap(substitute) == nil ? "" : " (no \(attack))"
    let outdated = isOutdated ? glyphs.pick("changed · ", "changed - ") : ""
    return outdated + "\(experiment.run(run).name) \(glyphs.pick("·", "-")) "
      + "\(currentAttack?.spelling ?? attack)\(lacking)"
  }

  var hints: [KeyHint<Action>] {
    pending.isEmpty
      ? keymap.hints(in: [screen.context, .global], arrows: !glyphs.isASCII)
      : keymap.continuations(
        of: pending, in: [screen.context, .global], arrows: !glyphs.isASCII)
  }

  var hintLine: HintLine {
    HintLine(
      hints.enumerated().map { place, hint in
        // Whoever misses a hint must find help.
        let priority = hint.actions.contains(.help) ? 0 : place + 1
        return HintLine.Hint(hint.keys, hint.text, priority: priority)
      })
  }

  private func drawBody(on frame: inout Frame) {
    let area = bodyArea
    if let failure {
      EmptyState(title: "Nothing to show", why: failure, actions: [.init("q", "quit")])
        .draw(in: area, on: &frame, glyphs: glyphs)
      return
    }
    if isAtStart {
      startScreen.draw(in: area, on: &frame, glyphs: glyphs)
      return
    }
    guard let experiment else {
      drawOpening(in: area, on: &frame)
      return
    }
    guard !experiment.runs.isEmpty else {
      EmptyState(
        title: "No runs", why: "\(experiment.name) holds no run to show.",
        actions: [.init("q", "quit")]
      ).draw(in: area, on: &frame, glyphs: glyphs)
      return
    }
    screen.type.draw(self, in: area, on: &frame)
  }

  private var startScreen: EmptyState {
    EmptyState(
      title: "Welcome to ezscope",
      why: """
        ezscope shows where a fine-tuned language model has memorized its training data. \
        No evidence was named and the sample data is not here. Quit, then run \
        "ezscope EVIDENCE" with a .jsonl or .safetensors file or an experiment folder, or run it \
        from a clone of the repository to see the sample data. "ezscope check FILE" explains what a \
        file holds.
        """,
      actions: [.init("q", "quit"), .init("?", "help")])
  }

  /// The rows the tour's caption takes from the screen: its lines and a frame around them.
  private var captionHeight: Int { caption == nil ? 0 : captionLines.count + 2 }

  private var captionLines: [String] {
    let lines = TextMeasure.wrap(caption ?? "", width: max(1, size.width - 4))
    return Array(lines.prefix(max(1, size.height / 3)))
  }

  private func drawCaption(on frame: inout Frame) {
    guard caption != nil else { return }
    let box = Rect(size).splitBottom(1).rest.splitBottom(captionHeight).bottom
    let panel = Panel("Tour", note: "Space pauses, any other key takes over", isFocused: true)
    panel.draw(in: box, on: &frame, glyphs: glyphs)
    for (row, line) in captionLines.enumerated() {
      let inner = panel.inner(of: box)
      frame.putLine(
        line, in: Rect(x: inner.x + 1, y: inner.y + row, width: inner.width - 2, height: 1),
        style: Style(.textStrong), glyphs: glyphs)
    }
  }

  private func drawOpening(in area: Rect, on frame: inout Frame) {
    let row = Rect(x: area.x + 2, y: area.y + area.height / 2, width: area.width - 4, height: 1)
    frame.putLine(
      "Opening" + glyphs.pick("…", "..."), in: row, style: Style(.textDim), align: .center,
      glyphs: glyphs)
  }

  private func drawBottom(on frame: inout Frame) {
    let area = bottomArea
    if let prompt {
      promptLine(prompt).draw(in: area, on: &frame, glyphs: glyphs)
    } else if let notice {
      StatusLine(message: StyledText(notice.text, notice.kind.role))
        .draw(in: area, on: &frame, glyphs: glyphs)
    } else if let progress {
      let (left, right) = area.splitRight(min(48, area.width / 2))
      hintLine.draw(in: left, on: &frame, glyphs: glyphs)
      Progress(
        label: progress.task, done: progress.done, total: progress.total, rate: progress.rate
      )
      .draw(in: right, on: &frame, glyphs: glyphs)
    } else {
      hintLine.draw(in: area, on: &frame, glyphs: glyphs)
    }
  }

  private func promptLine(_ prompt: OpenPrompt) -> Prompt {
    switch prompt.purpose {
    case .search:
      Prompt(
        label: "/", state: prompt.input, placeholder: "text to find",
        note: screen.type.promptNote(self).map { StyledText($0, .textDim) })
    case .filter:
      Prompt(
        label: "filter ", state: prompt.input,
        placeholder: "label=member|unknown p<0.01 score=2..3 not text~\"due date\"; Tab completes",
        note: screen.type.promptNote(self).map { StyledText($0, .textDim) })
    case .note:
      Prompt(
        label: "note ", state: prompt.input,
        placeholder: "what to remember of \(triage.noting.map(redaction.id) ?? "it")")
    case .write:
      Prompt(
        label: "write ", state: prompt.input,
        placeholder: "a name that ends in .csv .jsonl .svg .txt",
        note: redaction == .off ? nil : StyledText("as redacted as the screen", .textDim))
    case .filterName:
      Prompt(label: "name of the filter ", state: prompt.input, placeholder: "such as worst first")
    case .markAll(let verdict):
      Prompt(label: Triage.question(verdict, self), state: prompt.input)
    }
  }
}

extension Notice.Kind {
  var role: Role {
    switch self {
    case .info: .statusInfo
    case .success: .statusOK
    case .warning: .statusWarning
    case .error: .statusError
    }
  }
}
