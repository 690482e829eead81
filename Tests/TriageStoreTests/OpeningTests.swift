import Foundation
import Glibc
import ScoringCore
import Testing
import TestSupport

@testable import TriageStore

@Suite struct OpeningTests {
  @Test func aDamagedForeignOrNewerFileIsAnErrorAndStaysAsItIs() throws {
    let foreign = try TemporaryFolder()
    try foreign.change("CREATE TABLE mine (x)")
    let newer = try TemporaryFolder()
    _ = try newer.open().finish(within: 5)
    try newer.change("PRAGMA user_version = 99")
    let garbage = try TemporaryFolder()
    try garbage.write(StorePlace.fileName, String(repeating: "not a database ", count: 300))
    let torn = try TemporaryFolder()
    let store = try torn.open()
    _ = try store.append(mark(1, (0..<2000).map { "sequence \($0)" }))
    _ = store.finish(within: 5)
    let handle = try #require(FileHandle(forUpdatingAtPath: torn.file))
    try handle.seek(toOffset: 5 * 4096)
    try handle.write(contentsOf: Data(repeating: 0xA5, count: 3 * 4096))
    try handle.close()

    let cases: [(TemporaryFolder, VerdictStoreError.Kind)] = [
      (foreign, .corrupt), (newer, .newerSchema), (garbage, .corrupt), (torn, .corrupt),
    ]
    for (folder, kind) in cases {
      let before = FileManager.default.contents(atPath: folder.file)
      let fallback = try TemporaryFolder()
      let error = #expect(throws: VerdictStoreError.self) {
        try VerdictStore.open(
          experimentFolder: folder.path, fingerprint: fingerprint("a"),
          fallbackDirectory: fallback.path)
      }
      #expect(error?.kind == kind && error?.remedy.isEmpty == false)
      #expect(FileManager.default.contents(atPath: folder.file) == before)
    }
  }

  @Test(
    arguments: [
      (5, VerdictStoreError.Kind.locked), (6, .locked), (517, .locked), (11, .corrupt),
      (26, .corrupt), (8, .readOnly), (14, .readOnly), (13, .diskFull), (10, .inputOutput),
    ] as [(Int32, VerdictStoreError.Kind)])
  func everyCodeOfSQLiteHasARemedy(code: Int32, kind: VerdictStoreError.Kind) {
    let error = VerdictStoreError(sqliteCode: code, message: "\u{1B}[2J", file: "f")
    #expect(error.kind == kind)
    #expect(!error.remedy.isEmpty && !error.description.contains("\u{1B}"))
  }

  @Test func aFolderThatCannotBeWrittenFallsBack() throws {
    let (data, folder) = (try TemporaryFolder(), try TemporaryFolder())
    // Nobody, not even root, can make a file among a process's descriptors.
    var folders = ["/proc/self/fdinfo", folder.path + "/missing"]
    if geteuid() != 0 {
      chmod(folder.path, 0o555)
      folders.append(folder.path)
    }
    for unwritable in folders {
      let store = try VerdictStore.open(
        experimentFolder: unwritable, fingerprint: fingerprint(unwritable),
        fallbackDirectory: data.path + "/new/ezscope")
      _ = try store.append(mark(1, ["a"]))
      #expect(store.path.hasPrefix(data.path) && store.place != .besideExperiment)
      #expect(store.notices.first?.contains(unwritable) == true)
      let error = #expect(throws: VerdictStoreError.self) { try openStore(unwritable) }
      #expect(error?.kind == .readOnly)
    }
    chmod(folder.path, 0o755)
  }

  @Test func verdictsFollowWhenThePlaceChanges() throws {
    let (data, folder) = (try TemporaryFolder(), try TemporaryFolder())
    let away = try VerdictStore.open(
      experimentFolder: nil, fingerprint: fingerprint("a"), fallbackDirectory: data.path)
    _ = try away.append(mark(1, ["x", "y"]))
    func open() throws -> VerdictStore {
      try VerdictStore.open(
        experimentFolder: folder.path, fingerprint: fingerprint("a"), fallbackDirectory: data.path)
    }
    let beside = try open()
    #expect(try current(beside).count == 2)
    #expect(beside.notices.first?.contains("2 changes were copied") == true)
    #expect(try open().notices.isEmpty)
    var late = mark(2, ["z"])
    late.changes[0].time = 99
    _ = try away.append(late)
    #expect(try open().notices.first?.contains("later verdicts") == true)
    #expect(try current(open()).count == 2)
  }
}
