// Figures for people.

import Console
import Testing

@Suite struct FiguresTests {
  @Test(
    "digits are grouped by three",
    arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (-24_000_000, "-24,000,000")])
  func grouped(value: Int, text: String) { #expect(Figures.grouped(value) == text) }

  @Test("a noun follows its count", arguments: [(0, "0 images"), (1, "1 image"), (2_000, "2,000 images")])
  func counted(value: Int, text: String) { #expect(Figures.counted(value, "image") == text) }

  @Test(
    "sizes use binary units",
    arguments: [(0, "0 B"), (1_023, "1023 B"), (1_536, "1.5 KiB"), (3 << 30, "3.0 GiB")])
  func bytes(value: Int, text: String) { #expect(Figures.bytes(value) == text) }

  @Test(
    "times grow coarser as they grow",
    arguments: [(0.4249, "0.42 s"), (12.9, "12 s"), (185.0, "3 min 05 s"), (7_800.0, "2 h 10 min")])
  func durations(value: Double, text: String) { #expect(Figures.duration(seconds: value) == text) }

  @Test(
    "moments are those of the calendar",
    arguments: [
      (0, "1970-01-01 00:00:00 UTC"), (951_782_400, "2000-02-29 00:00:00 UTC"),
      (1_735_689_599, "2024-12-31 23:59:59 UTC"),
    ])
  func moments(value: Int, text: String) { #expect(Figures.moment(value) == text) }
}
