import Basics

/// Where a result comes from, so that somebody else can get it again: the same on every machine.
package struct Provenance: Hashable, Sendable {
  /// A file that was read.
  package struct Input: Hashable, Sendable {
    /// Its path below the folder that holds all inputs.
    package let name: String
    package let bytes: Int
    /// SHA-256 in hexadecimal digits.
    package let sha256: String

    package init(name: String, bytes: Int, sha256: String) {
      self.name = name
      self.bytes = bytes
      self.sha256 = sha256
    }
  }

  package let version: String
  /// The command with its arguments; of paths only their last part.
  package let command: [String]
  /// Every file that was read, by name.
  package let inputs: [Input]

  /// - Parameters:
  ///   - arguments: the command line behind the program's name.
  ///   - inputs: the files that were read, under their full paths.
  package init(
    arguments: [String], inputs: [Input] = [], version: String = ToolVersion.current
  ) {
    self.version = version
    command = ["ezscope"] + arguments.map(Self.portable)
    let folder = Self.commonFolder(inputs.map(\.name))
    self.inputs = inputs.map {
      Input(
        name: $0.name.split(separator: "/").dropFirst(folder).joined(separator: "/"),
        bytes: $0.bytes, sha256: $0.sha256)
    }.sorted { $0.name < $1.name }
  }

  /// How many leading folders all paths share.
  private static func commonFolder(_ paths: [String]) -> Int {
    let folders = paths.map { $0.split(separator: "/").dropLast() }
    guard let first = folders.first else { return 0 }
    return folders.dropFirst().reduce(first.count) { known, folder in
      zip(first.prefix(known), folder).prefix { $0 == $1 }.count
    }
  }

  /// An argument without the folders of the machine it was given on.
  private static func portable(_ argument: String) -> String {
    guard argument.contains("/") else { return argument }
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let isOption = argument.hasPrefix("-") && parts.count == 2
    let path = isOption ? parts[1] : argument[...]
    let name = path.split(separator: "/").last.map(String.init) ?? "/"
    return isOption ? "\(parts[0])=\(name)" : name
  }
}
