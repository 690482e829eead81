import Basics
import ScoringCore

extension Manifest {
  /// The path of a file the manifest names, which must exist.
  func resolve(
    _ name: String, table: String, _ index: Int, key: String
  ) throws(IngestError) -> String {
    let folder = Folder.parent(path)
    let resolved = name.hasPrefix("/") ? name : Folder.join(folder, name)
    guard !Folder.exists(resolved) else { return resolved }
    let names = (try? Folder.evidenceFiles(folder)) ?? []
    var failure = error(
      table, index, key, "there is no file \"\(name)\"",
      nearestWordHint(name, in: names) ?? "put it beside the manifest, or correct the name")
    failure.kind = .noInput
    throw failure
  }
}

extension Manifest {
  /// The reference a run names, if the manifest describes it.
  func reference(of run: Run) -> Reference? {
    references.first { $0.name == run.reference }
  }
}
