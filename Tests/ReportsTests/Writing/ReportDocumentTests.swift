import EvidenceIO
import Foundation
import TerminalUI
import Testing

@testable import Reports

@Suite struct ReportDocumentTests {
  private static var document: ReportDocument {
    var table = AlignedTable(["run", ">AUC"])
    table.add(["a<b", "0.5"])
    table.add(["  part", "0.6"])
    return ReportDocument(
      title: "A & B", lead: "Lead",
      sections: [
        .init(
          id: "one", title: "One",
          blocks: [
            .answer("Who?", ["He.", "She."]), .table(table, caption: "A <caption>"),
            .list(["x", "y"]), .paragraph("p | q"),
          ])
      ], colophon: "End")
  }

  @Test func thePolicyAllowsTheStylesheetAndNothingElse() {
    let digest = Data(FileDigest.digest(of: ReportStyle.sheet.utf8)).base64EncodedString()
    #expect(ReportStyle.digest == digest)
    #expect(ReportStyle.policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
    #expect(Self.document.html.contains("<style>\(ReportStyle.sheet)</style>"))
  }

  @Test func tablesHaveHeadsAndCaptions() {
    let page = Self.document.html
    #expect(page.contains("<caption>A &lt;caption&gt;</caption>"))
    #expect(page.contains("<th scope=\"col\">run</th><th scope=\"col\" class=\"n\">AUC</th>"))
    #expect(page.contains("<th scope=\"row\">a&lt;b</th><td class=\"n\">0.5</td>"))
    #expect(page.contains("<th scope=\"row\" class=\"part\">part</th>"))
    #expect(page.contains("<title>A &amp; B</title>"))
  }

  @Test func markdownSaysTheSame() {
    let text = Self.document.markdown
    #expect(text.hasPrefix("# A &amp; B\n\nLead\n\n## One\n"))
    #expect(text.contains("**Who?** He. She."))
    #expect(text.contains("- x\n- y\n") && text.contains("p \\| q"))
  }
}
