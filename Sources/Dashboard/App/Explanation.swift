import ScoringCore
import TerminalUI

/// A page of the documentation, of which a screen shows how it begins.
package struct DocumentationPage: Hashable, Sendable {
  package let title: String
  /// The paragraphs before the formula.
  package let summary: String
  /// Where the whole page lies.
  package let path: String

  /// Nil where there is no such page.
  package init?(_ name: String) {
    guard let (folder, bytes) = Self.pages[name] else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    var paragraphs: [String] = []
    var title = ""
    for block in text.split(separator: "\n\n") {
      if block.hasPrefix("# ") {
        title = String(block.dropFirst(2))
      } else if block.hasPrefix("#") || block.hasPrefix("```") || block.hasPrefix("|") {
        break
      } else {
        paragraphs.append(Self.plain(block))
      }
    }
    self.title = title
    summary = paragraphs.joined(separator: "\n")
    path = "Sources/ScoringCore/ScoringCore.docc/\(folder)/\(name).md"
  }

  /// A paragraph on one line, without the marks of links, code and stress.
  private static func plain(_ block: Substring) -> String {
    var text = block.split(separator: "\n").joined(separator: " ")
    while let link = text.firstRange(of: "<doc:"),
      let end = text[link.upperBound...].firstIndex(of: ">")
    {
      text.replaceSubrange(link.lowerBound...end, with: text[link.upperBound..<end])
    }
    return text.replacing("**", with: "").filter { $0 != "`" }
  }

  private static let pages: [String: (folder: String, bytes: [UInt8])] = [
    "con-recall": ("Attacks", PackageResources.con_recall_md),
    "dc-pdd": ("Attacks", PackageResources.dc_pdd_md),
    "entropy": ("Attacks", PackageResources.entropy_md),
    "ez": ("Attacks", PackageResources.ez_md),
    "gap-k": ("Attacks", PackageResources.gap_k_md),
    "loss": ("Attacks", PackageResources.loss_md),
    "ht-style": ("Attacks", PackageResources.ht_style_md),
    "lira": ("Attacks", PackageResources.lira_md),
    "lowercase": ("Attacks", PackageResources.lowercase_md),
    "max-renyi": ("Attacks", PackageResources.max_renyi_md),
    "min-k": ("Attacks", PackageResources.min_k_md),
    "ref-min-k": ("Attacks", PackageResources.ref_min_k_md),
    "min-k-plus-plus": ("Attacks", PackageResources.min_k_plus_plus_md),
    "neighborhood": ("Attacks", PackageResources.neighborhood_md),
    "recall": ("Attacks", PackageResources.recall_md),
    "ref-diff": ("Attacks", PackageResources.ref_diff_md),
    "ref-ratio": ("Attacks", PackageResources.ref_ratio_md),
    "rmia": ("Attacks", PackageResources.rmia_md),
    "soft-ez": ("Attacks", PackageResources.soft_ez_md),
    "spv": ("Attacks", PackageResources.spv_md),
    "surp": ("Attacks", PackageResources.surp_md),
    "wbc": ("Attacks", PackageResources.wbc_md),
    "zlib": ("Attacks", PackageResources.zlib_md),
    "zlib-lora": ("Attacks", PackageResources.zlib_lora_md),
    "edge-cases": ("Guards", PackageResources.edge_cases_md),
    "too-few-non-members": ("Guards", PackageResources.too_few_non_members_md),
    "discoverable": ("Memorization", PackageResources.discoverable_md),
    "inextractability": ("Memorization", PackageResources.inextractability_md),
    "leaks": ("Memorization", PackageResources.leaks_md),
    "auc": ("Metrics", PackageResources.auc_md),
    "clopper-pearson": ("Metrics", PackageResources.clopper_pearson_md),
    "false-discovery": ("Metrics", PackageResources.false_discovery_md),
    "p-value": ("Metrics", PackageResources.p_value_md),
    "paired-tests": ("Metrics", PackageResources.paired_tests_md),
    "ppv": ("Metrics", PackageResources.ppv_md),
    "roc": ("Metrics", PackageResources.roc_md),
    "roc-band": ("Metrics", PackageResources.roc_band_md),
    "tpr-at-fpr": ("Metrics", PackageResources.tpr_at_fpr_md),
  ]

  static var names: [String] { pages.keys.sorted() }
}

/// What the explanation's memory is: how far it is scrolled.
package struct ExplanationState: Sendable {
  package var scroll = 0
  package init() {}
}

extension AppState {
  /// The pages on what is looked at: the attack first, then the screen's figures.
  var explained: [DocumentationPage] {
    let spelling = currentAttack?.spelling ?? attack
    let card = (try? AttackCatalog.attack(spelling)).map { type(of: $0).card.id }
    // Min-K%++ and its kin have names that no file can have.
    let page = card.map { $0.hasSuffix("++") ? String($0.dropLast(2)) + "-plus-plus" : $0 }
    return ([page].compactMap { $0 } + screen.type.pages).compactMap { DocumentationPage($0) }
  }

  func explanation(_ state: ExplanationState) -> TextOverlay {
    var lines: [StyledText] = []
    var overlay = TextOverlay(title: "What this is", note: "Esc closes")
    let width = overlay.textWidth(in: bodyArea)
    for page in explained {
      if !lines.isEmpty { lines.append(StyledText("")) }
      lines.append(StyledText(page.title, .heading))
      lines += TextMeasure.wrap(page.summary, width: width).map { StyledText($0, Role.text) }
      lines.append(StyledText(page.path, .textDim))
    }
    overlay.lines = lines
    overlay.scroll = state.scroll
    return overlay
  }

  /// Lets the open explanation have a key.
  mutating func handle(_ press: KeyPress, in state: ExplanationState) -> OverlayAnswer {
    var state = state
    let last = explanation(state).lastScroll(in: bodyArea)
    switch press.key {
    case .escape, .enter, .character("i"), .character("q"):
      overlay = nil
      return .done
    case .down, .character("j"): state.scroll = min(state.scroll + 1, last)
    case .up, .character("k"): state.scroll = max(0, state.scroll - 1)
    case .pageDown, .character(" "): state.scroll = min(state.scroll + 10, last)
    case .pageUp: state.scroll = max(0, state.scroll - 10)
    default: return .pass
    }
    overlay = .explanation(state)
    return .done
  }
}
