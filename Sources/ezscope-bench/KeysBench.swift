/// How long each key takes to be answered on the screen, once large evidence is scored.
enum KeysBench {
  /// What is pressed, in this order, and what it is.
  private static let keys: [(press: String, what: String)] = [
    ("2", "Sequences"), ("j", "down"), ("k", "up"), ("G", "to the end"),
    ("g", "to the top"),
    ("\u{06}", "a page down"), ("\u{02}", "a page up"), ("s", "sort"), ("S", "reverse"),
    ("s", "sort again"), ("d", "name suspects"), ("/", "search"), ("9", "a letter of a search"),
    ("\u{1B}", "give up a search"), ("f", "filter"), ("p<0.01", "a filter"),
    ("\u{1B}", "give up a filter"), (" ", "pick a row"), ("F", "let go"),
    ("m", "a verdict's first key"),
    ("l", "a verdict"), ("u", "undo"), ("3", "Tokens"), ("J", "next sequence"), ("]", "next zone"),
    ("v", "another view"), ("4", "ROC"), ("l", "along the curve"), ("1", "Runs"), (":", "palette"),
    ("1", "a letter in it"), ("\u{1B}", "close it"), ("?", "help"), ("\u{1B}", "close it"),
  ]

  static func run() throws {
    for (count, aim) in [(100_000, 16), (1_000_000, 50)] {
      try SyntheticEvidence.withFile(sequences: count) { try measure(path: $0, name: $1, aim: aim) }
    }
  }

  private static func measure(path: String, name: String, aim: Int) throws {
    let program = try LaunchBench.besideThisProgram("ezscope")
    let session = try PseudoTerminalSession(program, ["--no-cache", path], width: 120, height: 40)
    defer { session.end() }
    _ = try session.wait(for: "sequence-", seconds: 120)
    try session.waitUntilIdle(seconds: 600)
    // Every round begins and ends with Runs.
    session.type("1")
    var slowest: [Double] = keys.map { _ in 0 }
    var all: [Double] = []
    for _ in 0..<5 {
      for (place, key) in keys.enumerated() {
        session.settle()
        guard let latency = session.latency(of: key.press) else {
          throw BenchError(description: "'\(key.what)' was not answered within two seconds")
        }
        // Escape waits for what may follow it in a terminal's longer sequences.
        if key.press == "\u{1B}" { continue }
        slowest[place] = max(slowest[place], latency)
        all.append(latency)
      }
    }
    let worst = keys.indices.sorted { slowest[$0] > slowest[$1] }
    printRow("\(name) sequences, a key, median", LaunchBench.milliseconds(LaunchBench.median(all)))
    for place in worst.prefix(4) {
      printRow(
        "  slowest of five: \(keys[place].what)", LaunchBench.milliseconds(slowest[place]),
        "aim: under \(aim) ms")
    }
  }
}
