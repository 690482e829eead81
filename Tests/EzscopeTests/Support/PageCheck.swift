import Foundation
import FoundationXML

/// Whether a page of HTML that is well-formed XML as well holds nothing but what a report may.
final class PageCheck: NSObject, XMLParserDelegate {
  private static let allowed: Set<String> = [
    "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "p", "nav", "ul",
    "li", "a", "main", "section", "div", "table", "caption", "thead", "tbody", "tr", "th", "td",
    "figure", "figcaption", "strong", "svg", "desc", "path", "circle", "text", "footer",
  ]

  private var problems: [String] = []
  private var ids: Set<String> = []
  private var targets: [String] = []
  private var levels: [Int] = []
  private var path: [String] = []
  private var captioned: [Bool] = []

  /// What is wrong, in words; empty for a page that is as it should be.
  static func problems(of page: String) -> [String] {
    let check = PageCheck()
    let parser = XMLParser(data: Data(page.utf8))
    parser.delegate = check
    if !parser.parse() {
      check.problems.append("line \(parser.lineNumber): \(parser.parserError.debugDescription)")
    }
    for target in check.targets where !check.ids.contains(target) {
      check.problems.append("nothing has the id \(target)")
    }
    return check.problems
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    path.append(name)
    if !Self.allowed.contains(name) { problems.append("<\(name)>") }
    for (key, value) in attributes {
      switch key {
      case "href":
        if value.hasPrefix("#") {
          targets.append(String(value.dropFirst()))
        } else {
          problems.append("a link to \(value)")
        }
      case "aria-labelledby": targets += value.split(separator: " ").map(String.init)
      case "id": if !ids.insert(value).inserted { problems.append("two ids \(value)") }
      case "style", "src", "srcset": problems.append("\(key) of \(name)")
      default: if key.hasPrefix("on") { problems.append("\(key) of \(name)") }
      }
    }
    if name == "th", attributes["scope"] == nil { problems.append("a heading without scope") }
    if name == "svg", attributes["role"] != "img", attributes["aria-hidden"] == nil {
      problems.append("a picture that nobody names")
    }
    if let level = name.first == "h" ? Int(name.dropFirst()) : nil {
      if level > (levels.last ?? 0) + 1 { problems.append("h\(level) after h\(levels.last ?? 0)") }
      levels.append(level)
    }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    path.removeLast()
  }
}
