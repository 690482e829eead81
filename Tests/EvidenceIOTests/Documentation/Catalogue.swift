import Foundation
import Testing

/// The pages of the documentation, read from the sources they lie beside.
enum Catalogue {
  /// Every page, in order of its path.
  static let articles: [Article] = {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(".md") }.sorted().compactMap { path in
      guard let data = FileManager.default.contents(atPath: folder + "/" + path) else { return nil }
      return Article(path: path, text: String(decoding: data, as: UTF8.self))
    }
  }()

  /// The page with this name, which is its file's without the ending.
  static func article(_ name: String) -> Article? { articles.first { $0.name == name } }

  private static let folder: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(4)
    return parts.joined(separator: "/") + "/Sources/ScoringCore/ScoringCore.docc"
  }()
}

/// One page: its blocks, each under the heading it stands below.
struct Article: Sendable, CustomTestStringConvertible {
  /// A block of a page, as far as tests look at one.
  enum Block: Hashable, Sendable {
    /// A fenced block and what stands behind its opening fence.
    case code(language: String, text: String)
    /// A table: its rows, the one of dashes left out, code marks left out.
    case table([[String]])
    /// A line of anything else.
    case line(String)
  }

  /// The path below the catalogue.
  let path: String
  /// The first heading.
  let title: String
  /// The whole page.
  let text: String
  /// Every block with its section, which is the last heading of the second order.
  let blocks: [(section: String, block: Block)]

  /// The file's name without its ending.
  var name: String { String(path.split(separator: "/").last ?? "").replacing(".md", with: "") }
  var testDescription: String { path }

  init(path: String, text: String) {
    self.path = path
    self.text = text
    var reader = ArticleReader()
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      reader.read(String(line))
    }
    reader.endTable()
    title = reader.title
    blocks = reader.blocks
  }

  /// The blocks below a heading.
  func section(_ title: String) -> [Block] {
    blocks.filter { $0.section == title }.map(\.block)
  }
}

/// The state of reading a page line by line.
private struct ArticleReader {
  var title = ""
  var blocks: [(section: String, block: Article.Block)] = []
  private var section = ""
  private var fence: (language: String, lines: [String])?
  private var table: [[String]] = []

  mutating func read(_ line: String) {
    if let open = fence {
      guard line == "```" else {
        fence?.lines.append(line)
        return
      }
      blocks.append(
        (section, .code(language: open.language, text: open.lines.joined(separator: "\n"))))
      fence = nil
    } else if line.hasPrefix("```") {
      endTable()
      fence = (String(line.dropFirst(3)), [])
    } else if line.hasPrefix("|") {
      let cells = Self.cells(line)
      if !cells.allSatisfy({ $0.allSatisfy { "-: ".contains($0) } }) { table.append(cells) }
    } else {
      endTable()
      if line.hasPrefix("# ") { title = String(line.dropFirst(2)) }
      if line.hasPrefix("## ") { section = String(line.dropFirst(3)) }
      blocks.append((section, .line(line)))
    }
  }

  mutating func endTable() {
    if !table.isEmpty { blocks.append((section, .table(table))) }
    table = []
  }

  /// The cells of a table's row; a bar behind a backslash is part of its cell.
  private static func cells(_ line: String) -> [String] {
    line.replacing("\\|", with: "\u{0}").split(separator: "|", omittingEmptySubsequences: false)
      .dropFirst().dropLast()
      .map {
        $0.replacing("\u{0}", with: "|").replacing("`", with: "")
          .trimmingCharacters(in: .whitespaces)
      }
  }
}
