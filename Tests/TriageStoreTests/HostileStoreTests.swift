import Foundation
import Glibc
import ScoringCore
import TestSupport
import Testing

@testable import TriageStore

@Suite struct HostileStoreTests {
  @Test(
    "a store whose tables are not those the program makes is refused and left as it is",
    arguments: [
      "CREATE TRIGGER t AFTER INSERT ON change BEGIN DELETE FROM change; END",
      "CREATE VIEW v AS SELECT 1",
      """
      ALTER TABLE change RENAME TO old; CREATE VIEW change AS WITH RECURSIVE r(n) AS
      (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n AS sequence FROM r
      """,
      "ALTER TABLE change DROP COLUMN origin", "ALTER TABLE change ADD COLUMN secret TEXT",
      "DROP TABLE change", "CREATE TABLE secret (x)",
      "CREATE INDEX more ON change (author)", "DROP INDEX change_of_id",
      "PRAGMA user_version = -1", "PRAGMA user_version = -2147483648", "PRAGMA user_version = 0",
    ])
  func foreignTables(_ statements: String) throws {
    let folder = try TemporaryFolder()
    let store = try folder.open()
    _ = try store.append(mark(1, ["a"]))
    _ = store.finish(within: 5)
    try folder.change(statements)
    let before = FileManager.default.contents(atPath: folder.file)
    let error = #expect(throws: VerdictStoreError.self) { try folder.open() }
    #expect(error?.kind == .corrupt)
    #expect(error?.description.contains("secret") == false)
    #expect(FileManager.default.contents(atPath: folder.file) == before)
  }

  @Test("a trigger planted while the store is open keeps a verdict from being acknowledged")
  func plantedTrigger() throws {
    let folder = try TemporaryFolder()
    let store = try folder.open()
    _ = try store.append(mark(1, ["a"]))
    try folder.change("CREATE TRIGGER t AFTER INSERT ON change BEGIN DELETE FROM change; END")
    let error = #expect(throws: VerdictStoreError.self) { try store.append(mark(2, ["b"])) }
    #expect(error?.kind == .corrupt)
    #expect(try current(store).keys.sorted() == ["a"])
  }

  @Test(
    "rows that no program of ours wrote are named without their content",
    arguments: [
      "UPDATE change SET new_verdict = 'secret'", "UPDATE change SET time = 'secret'",
      "UPDATE change SET id = x'ff'",
      "UPDATE change SET origin = 'secret'",
    ])
  func foreignRows(_ statement: String) throws {
    let folder = try TemporaryFolder()
    let store = try folder.open()
    _ = try store.append(mark(1, ["a"]))
    try folder.change(statement)
    let error = #expect(throws: VerdictStoreError.self) { try store.load() }
    #expect(error?.kind == .corrupt)
    #expect(error?.description.contains("secret") == false)
  }

  @Test("a link to nowhere, a pipe or a folder in the store's place makes no file elsewhere")
  func plantedEntries() throws {
    let (folder, elsewhere) = (try TemporaryFolder(), try TemporaryFolder())
    let target = elsewhere.path + "/made-by-link"
    let plants: [(String, () -> Int32)] = [
      ("link", { symlink(target, folder.file) }), ("pipe", { mkfifo(folder.file, 0o600) }),
      ("folder", { mkdir(folder.file, 0o700) }),
    ]
    for (name, plant) in plants {
      #expect(plant() == 0, "\(name)")
      let error = #expect(throws: VerdictStoreError.self) { try folder.open() }
      #expect(error?.kind == .foreign, "\(name)")
      #expect(!FileManager.default.fileExists(atPath: target), "\(name)")
      try FileManager.default.removeItem(atPath: folder.file)
    }
  }

  @Test("only its owner may read a store")
  func permissions() throws {
    let folder = try TemporaryFolder()
    let store = try folder.open()
    _ = try store.append(mark(1, ["a"]))
    for ending in ["", "-wal", "-shm"] {
      var status = stat()
      #expect(stat(folder.file + ending, &status) == 0 && status.st_mode & 0o777 == 0o600)
    }
  }
}
