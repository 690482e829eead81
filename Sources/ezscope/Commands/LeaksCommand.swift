import Analysis
import ArgumentParser
import Reports
import ScoringCore

/// `leaks`: which text a model gives away that its base would not.
struct LeaksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "leaks",
    abstract: "List the spans of text a model gives away, its base would not, and no other has.",
    discussion: """
      Read off ranks and log-probabilities, without generating a token. A span is a stretch whose \
      every token greedy decoding gives (or that costs at most --budget bits by sampling or \
      ranking) and for whose own tokens the reference would need --reference-bits. Tokens inside \
      n-grams that another record has too are nobody's own. p is calibrated on the non-members. \
      Texts are hidden unless --redact off asks for them. csv holds the spans, json everything.
      """)

  @OptionGroup var input: InputOptions
  @Option(help: "greedy, sampling or ranking: how the text is got out of the target.")
  var decoder = LeakSettings.Decoder.greedy
  @Option(help: "The most bits a span may cost by sampling or ranking; 20 is a million tries.")
  var budget = 20.0
  @Option(help: "The fewest bits the reference must need for the span's own tokens.")
  var referenceBits = 40.0
  @Option(
    help: "Tokens that another sequence must share in a row to be common property; 0: none are.")
  var shared = 4
  @Option(
    help: ArgumentHelp(
      "The share of their n-grams that versions of one record have in common, such as 70%; they "
        + "take nothing from one another. 100%: only copies.", valueName: "share"))
  var sameRecord = ShareArgument(0.7)
  @Option(help: "The last rank an adversary goes through who ranks.") var rankLimit = 20
  @Option(help: "The probability with which the stated draws must bring a span.")
  var probability = ShareArgument(0.5)
  @Option(help: "Only spans whose sequence is named at this false-discovery rate, such as 5%.")
  var fdr: ShareArgument?
  @Option(help: "List only so many spans of each run, those that cost least.") var top: Int?
  @Option(
    help: ArgumentHelp(
      "Put sequences together by this meta key, such as document or subject: every record with "
        + "its worst span.", valueName: "key"))
  var level: String?
  @Option(help: "The meta keys whose values get rates, commas between; duplicates and family.")
  var by: String?
  @OptionGroup var reporting: ReportOptions
  @OptionGroup var redaction: RedactionOptions

  func validate() throws {
    guard (0...1000).contains(budget) else {
      throw ValidationError("--budget: \(budget) is out of range; give 0 to 1000 bits")
    }
    guard (0...1_000_000).contains(referenceBits) else {
      throw ValidationError(
        "--reference-bits: \(referenceBits) is out of range; give 0 to 1000000 bits")
    }
    guard (0...64).contains(shared) else {
      throw ValidationError("--shared: \(shared) is out of range; give 0 to 64 tokens")
    }
    guard (1...1_000_000).contains(rankLimit) else {
      throw ValidationError("--rank-limit: \(rankLimit) is out of range; give 1 to 1000000")
    }
    guard top ?? 1 >= 0 else {
      throw ValidationError("--top: \(top ?? 0) is no number of spans")
    }
    guard sameRecord.value > 0, sameRecord.value <= 1 else {
      throw ValidationError("--same-record: give a share above 0 and up to 100%")
    }
    try probability.checkInside("--probability", "probability")
    try fdr?.checkInside("--fdr", "rate")
  }

  func run() throws {
    let console = Console()
    let runs = try input.open(console)
    var settings = LeakReport.Settings()
    settings.leaks.decoder = decoder
    settings.leaks.budget = budget
    settings.leaks.referenceBits = referenceBits
    settings.leaks.sharedLength = shared
    settings.leaks.versionShare = sameRecord.value
    settings.leaks.rankLimit = rankLimit
    settings.leaks.probability = probability.value
    settings.falseDiscoveryRate = fdr?.value
    settings.ledgerKey = level
    settings.top = top
    if let by { settings.keys = by.split(separator: ",").map { String($0.filter { $0 != " " }) } }
    var found: [RunLeaks] = []
    for run in runs {
      console.report(
        Console.Progress(
          task: "Looking for leaks", done: found.count, total: runs.count, unit: "runs"))
      if let leaks = RunLeaks(run, settings: settings) { found.append(leaks) }
    }
    console.erase()
    guard found.contains(where: { $0.leaks != nil }) else {
      let why = found.first.map { "\($0.run.name): \($0.remarks.joined(separator: " "))" } ?? ""
      throw CommandError(.badData, why)
    }
    let report = LeakReport(settings: settings, runs: found)
    try reporting.write(RedactedLeaks(report, redaction.inExport(of: input.paths)), .texts)
    console.suggest(.dashboard, input, isText: reporting.format == .text)
  }
}

extension LeakSettings.Decoder: ExpressibleByArgument {}
