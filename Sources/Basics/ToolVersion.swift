/// The version that results name as the one that gave them.
package enum ToolVersion {
  /// What the exporter's `version.txt` says: program, exporter and packages share that one file.
  package static let current = String(
    decoding: PackageResources.version_txt.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
}
