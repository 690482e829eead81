import Basics
import TerminalUI

/// A list as a file holds it: names of columns, and a text per column and row.
package struct ListContent: Sendable {
  package var columns: [String]
  package var rows: [[String]]
}

/// What is to be written to a file, and under which name.
package struct FileRequest: Sendable {
  package enum Content: Sendable {
    case list(ListContent)
    case picture(Frame)
  }
  package var path: String
  package var content: Content

  /// How the content is written, by the end of the name.
  package enum Format: String, CaseIterable, Sendable {
    case csv, jsonl, svg, txt, ansi

    init?(path: String) {
      guard let dot = path.lastIndex(of: ".") else { return nil }
      self.init(rawValue: path[path.index(after: dot)...].lowercased())
    }

    var isList: Bool { self == .csv || self == .jsonl }
  }

  package var format: Format { Format(path: path) ?? .txt }
}

extension AppState {
  /// Asks for a name to write the screen's list, or its picture, under.
  mutating func askForFile() {
    let run = analysis?.run.name ?? "ezscope"
    let safe = run.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" }
    let ending = screen.type.list(self) == nil ? "svg" : "csv"
    prompt = OpenPrompt(
      .write, input: PromptState("ezscope-\(screen.rawValue)-\(String(safe)).\(ending)"))
  }

  /// Hears the name to write under; nil if writing was given up.
  mutating func writeFile(_ text: String?, isFinal: Bool) -> [Effect] {
    guard isFinal, let path = text, !path.isEmpty else { return [] }
    guard let format = FileRequest.Format(path: path) else {
      let known = FileRequest.Format.allCases.map { "." + $0.rawValue }.joined(separator: " ")
      notice = Notice(.warning, "A name ends in one of \(known)")
      prompt = OpenPrompt(.write, input: PromptState(path))
      return []
    }
    guard format.isList else {
      return [.write(FileRequest(path: path, content: .picture(view())))]
    }
    guard let list = screen.type.list(self) else {
      notice = Notice(.warning, "\(screen.title) has no list: write its picture as .svg or .txt")
      prompt = OpenPrompt(.write, input: PromptState(path))
      return []
    }
    return [.write(FileRequest(path: path, content: .list(list)))]
  }
}
