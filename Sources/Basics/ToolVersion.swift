/// The version that results name as the one that gave them.
package enum ToolVersion {
  package static let current = "0.1.0"
}
