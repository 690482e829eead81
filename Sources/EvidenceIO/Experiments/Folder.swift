import Glibc

/// Looking at folders.
enum Folder {
  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  static func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  static func parent(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The names of files that may hold evidence or scores, sorted.
  ///
  /// Other JSON is looked at only where dumps are asked for: a folder of an experiment has more.
  static func evidenceFiles(
    _ folder: String, dumps: Bool = false
  ) throws(IngestError) -> [String] {
    let endings =
      [".jsonl", ".jsonl.gz", ".safetensors", ".csv", ".csv.gz", ".npz"]
      + (dumps ? [".json", ".json.gz"] : [])
    return try names(folder).filter { name in endings.contains { name.hasSuffix($0) } }
  }

  /// Results of other tools in a folder and those in it: LeakPro's, mimir's, Privacy Meter's.
  static func resultFiles(_ folder: String, depth: Int = 3) throws(IngestError) -> [String] {
    var found: [String] = []
    for name in try names(folder) {
      let path = join(folder, name)
      if isFolder(path) {
        if depth > 0 { found += try resultFiles(path, depth: depth - 1) }
      } else if name == "result.json" || name.hasSuffix("_results.json")
        || name.hasPrefix("attack_result_") && name.hasSuffix(".npz")
      {
        found.append(path)
      }
    }
    return found
  }

  /// The names of everything in a folder that is not hidden, sorted.
  static func names(_ folder: String) throws(IngestError) -> [String] {
    try allNames(folder).filter { !$0.hasPrefix(".") }
  }

  /// The names of everything in a folder, hidden or not, sorted.
  static func allNames(_ folder: String) throws(IngestError) -> [String] {
    guard let handle = opendir(folder.isEmpty ? "." : folder) else {
      throw IngestError(
        .noInput, file: folder, "cannot be listed (\(SystemResources.lastError))",
        remedy: "check its permissions")
    }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      names.append(name)
    }
    return names.sorted()
  }
}
