import Basics
import Dashboard
import Dispatch
import EvidenceIO
import FoundationEssentials
import Glibc

/// The file that a dashboard's next start on the same evidence goes on from, in the user's state folder.
///
/// It holds names and filters, written whole or not at all. Whatever else is found there is left out:
/// a file that is broken, too large, of other evidence or no file costs the view it held, never the
/// start. Several dashboards may be open on one experiment: the last to end decides where the next
/// one begins, and filters are kept as soon as they are named.
final class ResumeFile: Sendable {
  private let folder: String
  private let path: String
  /// Which evidence it is about, by its paths.
  private let evidence: [String]
  private let queue = DispatchQueue(label: "ezscope.resume-file", qos: .utility)

  private static let mostBytes = 1 << 18
  private static let longestText = 4096
  private static let mostItems = 256

  /// Nil if the evidence comes from a pipe, or if there is no place for state.
  init?(
    of sources: EvidenceSources,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    guard let state = UserFolders(environment: environment).folder(.state) else { return nil }
    var evidence: [String] = []
    for path in sources.all + sources.members + sources.nonMembers {
      guard path != "-", let whole = Self.wholePath(path) else { return nil }
      evidence.append(whole)
    }
    self.evidence = evidence
    folder = state + "/views"
    let hash = CachedColumn.hash(Array(evidence.joined(separator: "\n").utf8))
    path = "\(folder)/\(String(hash, radix: 16)).json"
  }

  /// The path without links; nil for what is neither a file nor a folder.
  private static func wholePath(_ path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0, [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT),
      let whole = realpath(path, nil)
    else { return nil }
    defer { free(whole) }
    return String(cString: whole)
  }

  /// What was kept; nil if there is nothing of use.
  func read() -> ViewMemory? {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      let bytes = try? WholeFile.readOwn(path, limit: Self.mostBytes),
      let document = try? JSONValue.parse(bytes), document["version"]?.int == 1,
      document["evidence"]?.list?.map(\.string) == evidence
    else { return nil }
    return Self.memory(document)
  }

  /// Keeps how things are looked at; the named filters stay as they are kept.
  func keep(_ memory: ViewMemory) {
    queue.sync {
      var memory = memory
      memory.filters = read()?.filters ?? memory.filters
      // Nothing is lost but the way back to where somebody was.
      try? write(memory)
    }
  }

  /// Keeps or forgets a named filter; `report` hears if that cannot be.
  func change(_ change: FilterChange, report: @escaping @Sendable (any Error) -> Void) {
    queue.async { [self] in
      var memory = read() ?? ViewMemory()
      memory.filters.apply(change)
      do { try write(memory) } catch { report(error) }
    }
  }

  private func write(_ memory: ViewMemory) throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    // A filter may hold words of the data.
    var file = try OutputFile.create(path, .texts)
    try file.write(document(memory).plainText + "\n")
    try file.commit()
  }
}

// MARK: - What the file holds

extension ResumeFile {
  private func document(_ memory: ViewMemory) -> JSONValue {
    let lists = memory.lists.sorted { $0.key < $1.key }.map { name, list in
      JSONValue.Member(
        key: name,
        value: Self.object([
          ("sort", .string(list.sort)), ("descending", .bool(list.isDescending)),
          ("filter", .string(list.filter)), ("columns", .list(list.columns.map { .string($0) })),
        ]))
    }
    let filters = memory.filters.suffix(Self.mostItems).map { filter in
      Self.object([
        ("of", .string(filter.subject.rawValue)), ("name", .string(filter.name)),
        ("filter", .string(filter.text)),
      ])
    }
    return Self.object([
      ("version", .integer(1)), ("evidence", .list(evidence.map { .string($0) })),
      ("screen", .string(memory.screen)), ("run", .string(memory.run)),
      ("attack", .string(memory.attack)), ("theme", .string(memory.theme)),
      ("lists", .object(lists)), ("filters", .list(filters)),
    ])
  }

  private static func object(_ members: [(String, JSONValue)]) -> JSONValue {
    .object(members.map { JSONValue.Member(key: $0.0, value: $0.1) })
  }

  private static func memory(_ document: JSONValue) -> ViewMemory {
    var memory = ViewMemory()
    memory.screen = text(document["screen"])
    memory.run = text(document["run"])
    memory.attack = text(document["attack"])
    memory.theme = text(document["theme"])
    if case .object(let lists) = document["lists"] {
      for list in lists.prefix(mostItems) { memory.lists[list.key] = self.list(list.value) }
    }
    for filter in (document["filters"]?.list ?? []).suffix(mostItems) {
      guard let subject = NamedFilter.Subject(rawValue: text(filter["of"])),
        case let name = text(filter["name"]), !name.isEmpty
      else { continue }
      memory.filters.apply(.keep(NamedFilter(subject, name: name, text: text(filter["filter"]))))
    }
    return memory
  }

  private static func list(_ value: JSONValue) -> ListMemory {
    var list = ListMemory()
    list.sort = text(value["sort"])
    list.isDescending = value["descending"] == .bool(true)
    list.filter = text(value["filter"])
    list.columns = (value["columns"]?.list ?? []).prefix(mostItems).map(text)
    return list
  }

  /// A text of reasonable length that can be shown as it is; empty if it is none.
  private static func text(_ value: JSONValue?) -> String {
    guard let text = value?.string, text.utf8.count <= longestText,
      SafeText.oneLine(text, limit: longestText) == text
    else { return "" }
    return text
  }
}
