import FoundationEssentials
import Glibc

/// Where the experiment that ships with the program lies, for a clone and for an installed binary.
enum SampleDataLocation {
  static let folder = "SampleData"
  /// An experiment within it, of scores of ten thousand members and as many non-members.
  static let larger = "package-descriptions"

  /// The first of `./SampleData`, a `SampleData` beside or above the program, and
  /// `<prefix>/share/ezscope/SampleData` that holds an experiment; nil if none does.
  static func find(
    workingDirectory: String = FileManager.default.currentDirectoryPath,
    program: String? = try? FileManager.default.destinationOfSymbolicLink(
      atPath: "/proc/self/exe")
  ) -> String? {
    candidates(workingDirectory: workingDirectory, program: program).first {
      FileManager.default.fileExists(atPath: $0 + "/experiment.toml")
    }
  }

  static func candidates(workingDirectory: String, program: String?) -> [String] {
    var places = [workingDirectory + "/" + folder]
    guard let program else { return places }
    var directory = URL(fileURLWithPath: program).deletingLastPathComponent()
    places.append(
      directory.deletingLastPathComponent().path + "/share/ezscope/" + folder)
    while directory.path != "/" {
      places.append(directory.path + "/" + folder)
      directory.deleteLastPathComponent()
    }
    return places
  }
}
