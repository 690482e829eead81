import Foundation
import Testing

@testable import TerminalUI

struct BuiltInThemeTests {
  /// Lines and grounds: not read, so not held to the contrast of text.
  private static let notText: Set<Role> = [.border, .plotGrid, .plotBand, .plotShade]

  private func theme(_ name: String) throws -> Theme { try #require(Theme.builtIn(name)) }

  @Test("the themes in the program are those in the folder, byte for byte")
  func embedded() throws {
    let folder = URL(fileURLWithPath: #filePath).appending(path: "../../../../Themes").standardized
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    let names = files.filter { $0.hasSuffix(".toml") }.map { String($0.dropLast(5)) }
    #expect(names.sorted() == Theme.builtInNames.sorted())
    for name in names {
      let text = try String(contentsOf: folder.appending(path: "\(name).toml"), encoding: .utf8)
      #expect(Theme.builtInText(name) == text)
    }
  }

  @Test("each loads without a warning, under its own name", arguments: Theme.builtInNames)
  func loads(name: String) throws {
    let (theme, warnings) = try Theme.load(name, environment: [:])
    #expect(warnings.isEmpty)
    #expect(theme.name == name)
    #expect(theme.glyphs == (name == "ascii" ? .ascii : .unicode))
  }

  @Test("text can be read at every depth", arguments: Theme.builtInNames)
  func contrast(name: String) throws {
    let theme = try theme(name)
    for depth in ColorDepth.allCases {
      let table = theme.resolved(for: depth)
      // Terminals choose their own sixteen colours: ours are nominal, so less is asked of them.
      let least = table.depth <= .c16 ? 3.0 : 4.5
      for role in Role.allCases where !Self.notText.contains(role) {
        let look = table[Style(role)]
        let text = look.foreground.nominal(default: theme.screenForeground)
        let ground = look.background.nominal(default: theme.screenBackground)
        let contrast = text.contrast(with: ground)
        #expect(contrast >= least, "\(name) \(depth) \(role): \(contrast)")
      }
    }
  }

  @Test("text can be read on every surface", arguments: Theme.builtInNames)
  func contrastOnSurfaces(name: String) throws {
    let theme = try theme(name)
    for depth in [ColorDepth.c256, .truecolor] {
      let table = theme.resolved(for: depth)
      let grounds: [Role] = Role.shiftRamp + Role.levelRamp + [.selection, .selectionInactive]
      var worst = (contrast: 21.0, style: Style.text)
      for ground in grounds {
        for role in Role.allCases where !Self.notText.contains(role) {
          let look = table[Style(role, on: ground)]
          let text = look.foreground.nominal(default: theme.screenForeground)
          let under = look.background.nominal(default: theme.screenBackground)
          let contrast = text.contrast(with: under)
          if contrast < worst.contrast { worst = (contrast, Style(role, on: ground)) }
        }
      }
      // As above: of colours that are the terminal's less is asked.
      let least = theme.maximumDepth <= .c16 ? 3.0 : 4.5
      #expect(worst.contrast >= least, "\(name) \(depth) \(worst.style): \(worst.contrast)")
    }
  }

  @Test("curves are seen on bands and shades", arguments: Theme.builtInNames)
  func curvesOnGrounds(name: String) throws {
    let theme = try theme(name)
    for depth in ColorDepth.allCases where theme.maximumDepth >= depth {
      let table = theme.resolved(for: depth)
      let least = depth <= .c16 ? 2.5 : 3
      for ground in [Role.plotBand, .plotShade] {
        for role in Role.curves {
          let look = table[Style(role, on: ground)]
          guard look.background != .default else { continue }
          let curve = look.foreground.nominal(default: theme.screenForeground)
          let under = look.background.nominal(default: theme.screenBackground)
          #expect(curve.contrast(with: under) >= least, "\(name) \(depth) \(role) on \(ground)")
        }
      }
    }
  }

  @Test("the steps of a shift are told apart by all eyes", arguments: Theme.builtInNames)
  func shiftRamp(name: String) throws {
    let theme = try theme(name)
    for depth in [ColorDepth.c256, .truecolor] where theme.maximumDepth >= depth {
      let table = theme.resolved(for: depth)
      let grounds = Role.shiftRamp.map {
        table[Style($0)].background.nominal(default: theme.screenBackground)
      }
      for eyes in ColorVision.allCases {
        let steps = zip(grounds, grounds.dropFirst()).map { eyes.distance($0, $1) }
        let sides = grounds[..<3].flatMap { down in grounds[4...].map { eyes.distance(down, $0) } }
        #expect(steps.allSatisfy { $0 >= 12 }, "\(name) \(depth) \(eyes): \(steps)")
        #expect(sides.allSatisfy { $0 >= 42 }, "\(name) \(depth) \(eyes): \(sides)")
      }
    }
  }

  @Test("the steps of a level are told apart", arguments: Theme.builtInNames)
  func levelRamp(name: String) throws {
    let theme = try theme(name)
    for depth in [ColorDepth.c256, .truecolor] where theme.maximumDepth >= depth {
      let table = theme.resolved(for: depth)
      let grounds = Role.levelRamp.map {
        table[Style($0)].background.nominal(default: theme.screenBackground)
      }
      for eyes in ColorVision.allCases {
        let steps = zip(grounds, grounds.dropFirst()).map { eyes.distance($0, $1) }
        #expect(steps.allSatisfy { $0 >= 10 }, "\(name) \(depth) \(eyes): \(steps)")
      }
    }
  }

  @Test("no two steps look the same at any depth", arguments: Theme.builtInNames)
  func stepsDiffer(name: String) throws {
    let theme = try theme(name)
    for depth in ColorDepth.allCases {
      let table = theme.resolved(for: depth)
      for ramp in [Role.shiftRamp, Role.levelRamp] {
        #expect(Set(ramp.map { table[Style($0)] }).count == ramp.count, "\(name) \(depth)")
      }
    }
  }

  @Test("the cursor looks like no step of a shift", arguments: Theme.builtInNames)
  func cursorDiffers(name: String) throws {
    let theme = try theme(name)
    for depth in ColorDepth.allCases {
      let table = theme.resolved(for: depth)
      #expect(
        !Role.shiftRamp.contains { table[Style($0)] == table[Style(.cursor)] }, "\(name) \(depth)")
    }
  }

  @Test("up is bold and down is underlined at every depth", arguments: Theme.builtInNames)
  func meaningWithoutColor(name: String) throws {
    let theme = try theme(name)
    for depth in ColorDepth.allCases {
      let table = theme.resolved(for: depth)
      for role in Role.shiftRamp {
        let attributes = table[Style(role)].attributes
        let isUp = [.shiftUp1, .shiftUp2, .shiftUp3].contains(role)
        let isDown = [.shiftDown1, .shiftDown2, .shiftDown3].contains(role)
        #expect(attributes.contains(.bold) == isUp, "\(name) \(depth) \(role)")
        #expect(attributes.contains(.underline) == isDown, "\(name) \(depth) \(role)")
      }
      #expect(table[Style(.selection)].attributes.contains(.reverse))
    }
  }

  @Test("without colours nothing has one", arguments: Theme.builtInNames)
  func mono(name: String) throws {
    let table = try theme(name).resolved(for: .mono)
    #expect(
      Role.allCases.allSatisfy {
        table[Style($0)].foreground == .default && table[Style($0)].background == .default
      })
    let capped = try theme("mono").resolved(for: .truecolor)
    #expect(capped.depth == .mono)
  }

  @Test("plain text is the terminal's own colours", arguments: Theme.builtInNames)
  func plainText(name: String) throws {
    for depth in ColorDepth.allCases {
      let plain = ResolvedStyle(foreground: .default, background: .default, attributes: [])
      #expect(try theme(name).resolved(for: depth)[.text] == plain)
    }
  }
}
