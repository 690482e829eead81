import Basics

/// A file that is recognised but not read: what it is, and the one line that makes it readable.
package struct ForeignFile: Equatable {
  /// What it is, such as `a Parquet table`.
  let what: String
  /// What to type, or to ask for.
  let remedy: String

  /// The error that says so.
  func error(_ path: String) -> IngestError {
    IngestError(file: path, "is \(what), which is not read directly", remedy: remedy)
  }

  /// What a file's first bytes say, if it is of a known kind.
  static func recognise(_ bytes: [UInt8], path: String) -> ForeignFile? {
    binary(bytes, path) ?? text(bytes, path)
  }

  /// The same for files that are no text at all.
  static func recogniseBinary(_ bytes: [UInt8], path: String) -> ForeignFile? {
    bytes.starts(with: Array("PK\u{3}\u{4}".utf8))
      && String(decoding: bytes.prefix(200), as: UTF8.self).contains(".npy")
      ? nil : binary(bytes, path)
  }

  /// How a message names a path a user may type: quoted where a shell would split it.
  package static func quoted(_ path: String) -> String {
    guard path != "-" else { return "FILE" }
    let isPlain = path.utf8.allSatisfy { byte in
      byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte &- 48 <= 9
        || "./_-+:@%".utf8.contains(byte)
    }
    return isPlain ? path : "'" + path.replacing("'", with: "'\\''") + "'"
  }

  /// The line for the Python package's converter.
  static func convert(_ path: String) -> String {
    "run ezscope-convert \(quoted(path)) OUT.safetensors (evidence) or OUT.csv (scores); "
      + "pip install 'ezscope[parquet]' brings it"
  }

  private static func shell(_ path: String, _ command: String, _ ending: String) -> String {
    let name = path.hasSuffix(ending) ? String(path.dropLast(ending.count)) : path + ".out"
    return "unpack it: \(command) \(quoted(path)) > \(quoted(name))"
  }

  /// What marks at the beginning of a file say it is.
  private static func binary(_ bytes: [UInt8], _ path: String) -> ForeignFile? {
    table(bytes, path) ?? packed(bytes, path) ?? database(bytes, path) ?? model(bytes)
      ?? document(bytes)
  }

  private static func table(_ bytes: [UInt8], _ path: String) -> ForeignFile? {
    func starts(_ mark: String) -> Bool { bytes.starts(with: mark.utf8) }
    let convert = convert(path)
    if starts("PAR1") || starts("PARE") { return .init(what: "a Parquet table", remedy: convert) }
    if starts("ARROW1") { return .init(what: "an Arrow file", remedy: convert) }
    if starts("FEA1") { return .init(what: "a Feather table", remedy: convert) }
    if bytes.count > 8, bytes.starts(with: [0xFF, 0xFF, 0xFF, 0xFF]), bytes[7] == 0, bytes[6] < 16 {
      return .init(what: "an Arrow stream, as the datasets library keeps it", remedy: convert)
    }
    if starts("ORC") { return .init(what: "an ORC table", remedy: convert) }
    if starts("PK\u{3}\u{4}") { return archive(bytes, path) }
    if starts("PK\u{5}\u{6}") {
      return .init(what: "an empty zip archive", remedy: "save it again")
    }
    if bytes.starts(with: [0x93] + Array("NUMPY".utf8)) {
      return .init(what: "a single npy array, without labels or names", remedy: npy(path))
    }
    if bytes.count > 2, bytes[0] == 0x80, (2...5).contains(bytes[1]) { return pickle(bytes, path) }
    return nil
  }

  /// Archives and compressed files.
  private static func packed(_ bytes: [UInt8], _ path: String) -> ForeignFile? {
    if bytes.count > 262, Array(bytes[257..<262]) == Array("ustar".utf8) {
      return .init(
        what: "a tar archive", remedy: "unpack it (tar -xf \(quoted(path))) and open what is in it")
    }
    if bytes.starts(with: "BZh".utf8) {
      return .init(what: "bzip2 compressed", remedy: shell(path, "bzip2 -dc", ".bz2"))
    }
    if bytes.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
      return .init(what: "xz compressed", remedy: shell(path, "xz -dc", ".xz"))
    }
    if bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
      return .init(what: "zstd compressed", remedy: shell(path, "zstd -dc", ".zst"))
    }
    if bytes.starts(with: [0x04, 0x22, 0x4D, 0x18]) {
      return .init(what: "lz4 compressed", remedy: shell(path, "lz4 -dc", ".lz4"))
    }
    if bytes.starts(with: [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]) {
      return .init(
        what: "a 7z archive", remedy: "unpack it (7z x \(quoted(path))) and open what is in it")
    }
    return nil
  }

  private static func database(_ bytes: [UInt8], _ path: String) -> ForeignFile? {
    if bytes.starts(with: "SQLite format 3".utf8) {
      return .init(
        what: "an SQLite database",
        remedy:
          "export the table: sqlite3 -header -csv \(quoted(path)) 'SELECT id, label, score FROM "
          + "results' > scores.csv")
    }
    if bytes.count > 12, Array(bytes[8..<12]) == Array("DUCK".utf8) {
      return .init(
        what: "a DuckDB database",
        remedy: "export the table: duckdb \(quoted(path)) \"COPY results TO 'scores.csv' (HEADER)\""
      )
    }
    if bytes.starts(with: [0x89] + Array("HDF".utf8)) {
      return .init(
        what: "an HDF5 file",
        remedy:
          "export the table: python -c \"import pandas; pandas.read_hdf('\(path)').to_csv('scores.csv')\""
      )
    }
    return nil
  }

  private static func model(_ bytes: [UInt8]) -> ForeignFile? {
    func starts(_ mark: String) -> Bool { bytes.starts(with: mark.utf8) }
    if starts("_logits_") {
      return .init(
        what: "llama-perplexity's --kl-divergence-base file of logits",
        remedy: "it has no texts and no token by token log-probabilities that open here; use "
          + "llama-cpp-python with logits_all=True, echo=True and logprobs=1, or vLLM with "
          + "prompt_logprobs=0")
    }
    if starts("GGUF") || starts("ggml") || starts("ggjt") {
      return .init(
        what: "a model's weights (GGUF)",
        remedy: "serve it with llama-cpp-python (logits_all=True) and ask for completions with "
          + "echo=True and logprobs=1")
    }
    if isWeights(bytes) {
      return .init(
        what: "a model's weights (safetensors)",
        remedy: "run ezscope-export with the model itself and the texts: it writes evidence that "
          + "opens here")
    }
    return nil
  }

  /// Data of other programs, and what is no data.
  private static func document(_ bytes: [UInt8]) -> ForeignFile? {
    func starts(_ mark: String) -> Bool { bytes.starts(with: mark.utf8) }
    if starts("Obj\u{1}") { return .init(what: "an Avro file", remedy: "write it as JSON lines") }
    if starts("MATLAB 5.0") {
      return .init(
        what: "a MATLAB file", remedy: "write the columns with writetable(table, 'scores.csv')")
    }
    if starts("RDX2") || starts("RDX3") || starts("X\u{A}\u{0}\u{0}") {
      return .init(
        what: "R's own data",
        remedy: "write it with write.csv(data, 'scores.csv', row.names = FALSE)")
    }
    if starts("%PDF") || bytes.starts(with: [0x89] + Array("PNG".utf8))
      || bytes.starts(with: [0xFF, 0xD8, 0xFF])
      || bytes.starts(with: [0x7F] + Array("ELF".utf8))
    {
      return .init(
        what: "no data but a document, picture or program",
        remedy: "name evidence, answers or scores")
    }
    return nil
  }

  private static func npy(_ path: String) -> String {
    "save it with its labels: python -c \"import numpy as n; s = n.load('\(path)'); "
      + "n.savez('scores.npz', scores=s, memberships=LABELS)\""
  }

  /// What a pickle holds shows in the names it calls for, which are plain text in it.
  private static func pickle(_ bytes: [UInt8], _ path: String) -> ForeignFile {
    if bytes.starts(with: [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20]) {
      return .init(
        what: "a PyTorch file of the old kind",
        remedy: "save what it holds as JSON lines: python -c \"import torch, json; "
          + "[print(json.dumps(r)) for r in torch.load('\(path)', weights_only=True)]\" > out.jsonl"
      )
    }
    return .init(
      what: "a Python pickle, which runs code when it is opened",
      remedy: "if you trust it, save it as JSON lines: python -c \"import pickle, json; "
        + "[print(json.dumps(r, default=vars)) for r in pickle.load(open('\(path)', 'rb'))]\" > "
        + "out.jsonl")
  }

  /// A zip archive by the names of its first members.
  private static func archive(_ bytes: [UInt8], _ path: String) -> ForeignFile {
    let names = memberNames(bytes)
    if names.contains(where: { $0.hasPrefix("xl/") || $0 == "[Content_Types].xml" }) {
      return .init(
        what: "an Excel workbook",
        remedy: "save the sheet as CSV in the spreadsheet, or run ezscope-convert \(quoted(path)) "
          + "scores.csv (with openpyxl installed)")
    }
    if names.contains(where: { $0.hasSuffix("data.pkl") || $0.hasSuffix("/version") }) {
      return .init(
        what: "a PyTorch file",
        remedy:
          "run ezscope-convert \(quoted(path)) out.jsonl, or save what it holds as JSON lines: "
          + "python -c \"import torch, json; [print(json.dumps(r)) for r in torch.load('\(path)', "
          + "weights_only=True)]\" > out.jsonl")
    }
    if names.first == "mimetype" || names.contains("content.xml") {
      return .init(what: "a document of an office suite", remedy: "save the sheet as CSV")
    }
    let shown = names.prefix(3).joined(separator: ", ")
    return .init(
      what: "a zip archive" + (shown.isEmpty ? "" : " (of \(shown))"),
      remedy: "unpack it (unzip \(quoted(path))) and open what is in it")
  }

  /// Names in the local headers at the beginning of an archive.
  private static func memberNames(_ bytes: [UInt8]) -> [String] {
    var names: [String] = []
    var at = 0
    while names.count < 8, at + 30 <= bytes.count,
      bytes[at..<at + 4].elementsEqual([0x50, 0x4B, 3, 4])
    {
      let name = Int(bytes[at + 26]) | Int(bytes[at + 27]) << 8
      let extra = Int(bytes[at + 28]) | Int(bytes[at + 29]) << 8
      let size = (0..<4).reduce(0) { $0 | Int(bytes[at + 18 + $1]) << (8 * $1) }
      guard at + 30 + name <= bytes.count else { break }
      names.append(String(decoding: bytes[at + 30..<at + 30 + name], as: UTF8.self))
      at += 30 + name + extra + size
    }
    return names
  }

  /// Whether a safetensors header names a model's layers.
  private static func isWeights(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 16, bytes[8] == UInt8(ascii: "{"), bytes[0] != UInt8(ascii: "{"),
      bytes[5..<8].allSatisfy({ $0 == 0 })
    else { return false }
    let head = String(decoding: bytes[8..<min(bytes.count, 4096)], as: UTF8.self)
    guard !head.contains("\"sequence.") && !head.contains("ezscope") else { return false }
    return [".weight\"", ".bias\"", "lora_A", "lora_B", "embed"].contains { head.contains($0) }
  }

  /// Texts that are neither JSON nor tables.
  private static func text(_ bytes: [UInt8], _ path: String) -> ForeignFile? {
    let head = String(decoding: bytes.prefix(1 << 12), as: UTF8.self)
    let start = head.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
    if start.hasPrefix("version https://git-lfs.github.com/") {
      return .init(
        what: "a pointer of Git LFS, not the file itself",
        remedy: "fetch the file: git lfs pull --include \(quoted(path))")
    }
    if start.hasPrefix("data:") || start.hasPrefix("event:") || start.hasPrefix(": ") {
      return .init(
        what: "a stream of server-sent events (data: {…}), in which an answer lies in pieces",
        remedy: "ask the server again without stream, and save one answer a line")
    }
    if isPythonText(start) {
      return .init(
        what: "Python's own spelling of objects (single quotes, None, True), not JSON",
        remedy: "write json.dumps(obj) a line instead of print(obj), or run ezscope-convert "
          + "\(quoted(path)) out.jsonl")
    }
    if start.hasPrefix("<!DOCTYPE") || start.hasPrefix("<html") || start.hasPrefix("<!doctype") {
      return .init(
        what: "a web page, perhaps a server's error or a login",
        remedy: "check the address and the key the answers were asked for with")
    }
    if start.hasPrefix("<?xml") { return .init(what: "XML", remedy: "write CSV or JSON lines") }
    if start.contains("Final estimate: PPL") || start.hasPrefix("perplexity: ")
      || start.contains("\n[1]") && start.contains(",[2]")
    {
      return .init(
        what: "what llama-perplexity prints: perplexities of chunks, not of your texts",
        remedy: "use llama-cpp-python with logits_all=True, echo=True and logprobs=1, or vLLM with "
          + "prompt_logprobs=0, one answer a text")
    }
    if start.hasPrefix("Traceback (most recent call last)") {
      return .init(
        what: "a Python error message", remedy: "mend the script that was to write the file")
    }
    return nil
  }

  /// Whether a text begins as Python prints a dict, a list of dicts or an object of vLLM's.
  private static func isPythonText(_ text: Substring) -> Bool {
    let bare = text.drop { "[( \n".contains($0) }
    return bare.hasPrefix("{'") || bare.hasPrefix("RequestOutput(")
      || bare.hasPrefix("CompletionOutput(") || bare.hasPrefix("Completion(")
      || bare.hasPrefix("ChatCompletion(")
  }
}
