import Basics
import TerminalUI

extension ReportDocument {
  /// The document as one page that needs nothing else: no script, no request, and a policy inside
  /// that forbids both.
  package var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta http-equiv="Content-Security-Policy" content="\(ReportStyle.policy)"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta name="color-scheme" content="light dark"/>
    <meta name="referrer" content="no-referrer"/>
    <title>\(SafeText.html(title))</title>
    <style>\(ReportStyle.sheet)</style>
    </head>
    <body>
    <header>
    <h1>\(SafeText.html(title))</h1>
    <p>\(SafeText.html(lead))</p>
    </header>
    <nav aria-label="Contents">
    <ul>
    \(sections.map(Self.link).joined())</ul>
    </nav>
    <main>
    \(sections.map(Self.html).joined())</main>
    <footer>
    <p>\(SafeText.html(colophon))</p>
    </footer>
    </body>
    </html>

    """
  }

  private static func link(_ section: Section) -> String {
    "<li><a href=\"#\(SafeText.html(section.id))\">\(SafeText.html(section.title))</a></li>\n"
  }

  private static func html(_ section: Section) -> String {
    let id = SafeText.html(section.id)
    return "<section id=\"\(id)\" aria-labelledby=\"\(id)-h\">\n"
      + "<h2 id=\"\(id)-h\">\(SafeText.html(section.title))</h2>\n"
      + section.blocks.map(html).joined() + "</section>\n"
  }

  private static func html(_ block: Block) -> String {
    switch block {
    case .heading(let text): "<h3>\(SafeText.html(text))</h3>\n"
    case .paragraph(let text): "<p>\(SafeText.html(text))</p>\n"
    case .list(let items):
      "<ul>\n\(items.map { "<li>\(SafeText.html($0))</li>\n" }.joined())</ul>\n"
    case .table(let table, let caption): table.html(caption: caption)
    case .figure(let figure): html(figure)
    case .answer(let question, let sentences):
      "<div class=\"answer\">\n<h3>\(SafeText.html(question))</h3>\n"
        + sentences.enumerated().map { number, text in
          "<p\(number == 0 ? " class=\"first\"" : "")>\(SafeText.html(text))</p>\n"
        }.joined() + "</div>\n"
    }
  }

  private static func html(_ figure: Figure) -> String {
    let keys = figure.plot.series.enumerated().map { number, one in
      "<li><svg viewBox=\"0 0 16 16\" aria-hidden=\"true\">"
        + "<circle class=\"dot s\(number % 8)\" cx=\"8\" cy=\"8\" r=\"7\"/>"
        + "<text class=\"mark\" x=\"8\" y=\"11.5\" text-anchor=\"middle\">"
        + "\(SafeText.html(String(one.marker)))</text></svg> \(SafeText.html(one.name))"
        + (one.figures.isEmpty ? "" : ", \(SafeText.html(one.figures))") + "</li>\n"
    }
    return "<figure>\n"
      + figure.plot.svg(id: figure.id, title: figure.title, description: figure.caption)
      + "<ul class=\"key\">\n\(keys.joined())</ul>\n"
      + "<figcaption><strong>\(SafeText.html(figure.title)).</strong> "
      + "\(SafeText.html(figure.caption))</figcaption>\n</figure>\n"
  }
}
