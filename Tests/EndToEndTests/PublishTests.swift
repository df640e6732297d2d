// An index that is published and asked without its daemon, with the real programs.

import Foundation
import TestSupport
import Testing

@Suite("A published index", .fewAtOnce)
struct PublishTests {
  private static let script = """
    export XDG_STATE_HOME=$PWD/state
    ask() { whichset check --published out --key k.pub "$@"; }
    """

  private static func load(_ workspace: Workspace) async throws {
    _ = try workspace.write("parks.txt", (1...3_000).map { "flickr:\($0)\n" }.joined())
    _ = try workspace.write(
      "strangers.txt",
      """
      flickr:1\tnsid=99100001@N02\tmd5=0123456789abcdef0123456789abcdef
      https://example.org/a b.jpg\tlisted=https://example.org/a b.jpg?size=2
      sha1:0123456789abcdef0123456789abcdef01234567
      url:example.net/c.jpg\tflickr=99100000002
      file:strangers/x/1.jpg

      """)
    let result = try await workspace.script(
      """
      set -e
      whichset ingest --dataset parks parks.txt
      whichset ingest --dataset strangers --list-format plain strangers.txt
      whichset dataset set empty note=
      ssh-keygen -q -t ed25519 -N '' -f k
      whichset publish --key k out
      """)
    #expect(result.end == .exited(0), "\(result.errors)")
    #expect(result.output.contains(" of 3 datasets, "), "\(result.output)")
  }

  @Test("answers what its daemon does, byte for byte and with the same status, in each format")
  func sameAnswers() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    try await Self.load(workspace)
    _ = try workspace.write(
      "ids.txt",
      """
      flickr:1
      flickr:3001
      https://live.staticflickr.com/65535/99100000002_0123456789_b.jpg
      nsid:99100001@N02
      nsid:99100009@N02
      flickr-user:somebody
      0123456789abcdef0123456789abcdef
      1123456789abcdef0123456789abcdef
      0123456789abcdef0123456789abcdef01234567
      sha256:\(String(repeating: "ab", count: 32))
      https://example.org/a b.jpg
      https://example.org/a b.jpg?size=2
      http://www.example.net/c.jpg
      example.net/c.jpg
      file:strangers/x/1.jpg
      not an identifier
      https://flic.kr/s/aHsjEqU6Bc
      """)
    let result = try await workspace.script(
      Self.script + """

        for format in text tsv json; do
          for options in '' '-v' '--hits' '-c' '-q' '-vc'; do
            whichset check $options --format $format --input ids.txt > a 2> a.err; echo $? >> a
            ask $options --format $format --input ids.txt > b 2> b.err; echo $? >> b
            cmp a b && cmp a.err b.err || { echo $format $options; diff a b; diff a.err b.err; }
          done
          for id in flickr:1 flickr:3001 nsid:99100009@N02 flickr-user:x; do
            whichset check --format $format $id > a 2>&1; echo $? >> a
            ask --format $format $id > b 2>&1; echo $? >> b
            cmp a b || diff a b
          done
          printf x > picture; whichset check --format $format --file picture > a 2>&1; echo $? >> a
          ask --format $format --file picture > b 2>&1; echo $? >> b
          cmp a b || diff a b
        done
        whichset export | grep -v '^#' | cut -f1 > all.txt
        whichset check --format tsv --input all.txt > a
        ask --format tsv --input all.txt > b
        cmp a b; wc -l < b
        """)
    #expect(result.output == "3005\n" && result.errors.isEmpty, "\(result.output)\(result.errors)")
    try await daemon.stop()
  }

  @Test("is compared with a list as its daemon does it: counts, labels, matches and rejects")
  func sameCounts() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    try await Self.load(workspace)
    let many = (1...40_000).map { "flickr:\($0 % 7_001)\tl\($0 % 1_000)\n" }.joined()
    _ = try workspace.write("many.txt", many)
    _ = try workspace.write(
      "a.txt",
      """
      flickr:1\tDE
      flickr:99999999\tFR
      flickr:2
      not one
      not one either\tIT
      flickr:1\tFR
      flickr:1\ta b
      nsid:99100001@N02\tDE
      https://flic.kr/s/aHsjEqU6Bc\tES
      sha256:\(String(repeating: "ab", count: 32))\tPT
      https://example.org/a b.jpg
      """)
    _ = try workspace.write(
      "b.csv",
      "country,photo,hash\nDE,flickr:1,\n\"FR, south\",flickr:2,0123456789abcdef0123456789abcdef\nIT,,0123456789abcdef0123456789abcdef\n"
    )
    let result = try await workspace.script(
      Self.script + """

        compare() {
          whichset xref "$@" --matches am --rejects ar > a 2> a.err; echo $? >> a
          whichset xref --published out --key k.pub "$@" --matches bm --rejects br > b 2> b.err; echo $? >> b
          for kind in '' m r .err; do cmp a$kind b$kind || { echo "$@"; diff a$kind b$kind; }; done
          whichset xref "$@" > a 2> /dev/null
          whichset xref --published out --key k.pub "$@" > b 2> /dev/null
          cmp a b || { echo "$@"; diff a b; }
        }
        for format in text tsv json; do
          compare --format $format --list-format plain a.txt
          compare --format $format many.txt
          compare --format $format --column identifier=photo --column md5=hash --column label=country b.csv
        done
        echo flickr:99999999 > none.txt; compare none.txt
        seq 2000 | sed 's/.*/flickr:1\\tlabel&/' > labels.txt; compare labels.txt
        wc -l < bm; cat b
        """)
    #expect(result.output == "0\n" && result.errors.isEmpty, "\(result.output)\(result.errors)")
    try await daemon.stop()
  }

  @Test("needs no daemon, and is refused with a reason where it is not what was signed, with status 2")
  func refusals() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    try await Self.load(workspace)
    try await daemon.stop()
    let result = try await workspace.script(
      Self.script + """

        ask flickr:1 > hit && echo hit; ask flickr:99 > miss && echo hit; ask flickr:3001 > miss || echo $?
        ssh-keygen -q -t ed25519 -N '' -f other
        whichset check --published out --key other.pub flickr:1 2>&1; echo $?
        ask --max-age 1 flickr:3001 > miss; echo $?
        cp -r out good
        for file in out/rows/*/*; do printf x >> $file; done
        ask flickr:3001 2>&1 | grep -c 'is longer than'; ask flickr:3001 2> /dev/null; echo $?
        rm -r out; cp -r good out; rm out/rows/*/0*
        ask flickr:1 flickr:2 flickr:3 2>&1 > none | grep -c 'is missing'; echo ${PIPESTATUS[0]}; cat none
        rm -r out; ask flickr:1 2>&1 | grep -c 'cannot read'
        cp -r good out; sed -i 's/^sequence: ./sequence: 0/' out/head; ask flickr:1 2>&1 | grep -c 'was changed'
        ask --explain flickr:1 2> /dev/null; echo $?
        whichset check --published out flickr:1 2> /dev/null; echo $?
        ask --no-cache flickr:1 2> /dev/null; echo $?
        whichset check --published ftp://127.0.0.1/out --key k.pub flickr:1 2>&1; echo $?
        ls state/whichset | wc -l
        """)
    #expect(
      result.output == """
        hit
        hit
        1
        whichset: \(workspace.path)/out: the head is not signed with the key that was given, or was changed
        2
        1
        1
        2
        1
        2
        1
        1
        64
        64
        64
        whichset: cannot ask ftp://127.0.0.1/out: a publication is asked over https or http; give such a URL, or a folder
        2
        1

        """, "\(result.output)\(result.errors)")
  }

  @Test("is whole whenever publishing is stopped, and the next run makes the same files")
  func stopped() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    try await Self.load(workspace)
    let result = try await workspace.script(
      Self.script + """

        seq 3001 30000 | sed 's/^/flickr:/' | whichset ingest --dataset more --list-format plain - > loaded
        for delay in 0.01 0.03 0.1 0.2 0.3 0.5 0.8 1.2; do
          whichset publish --key k out > published 2>&1 & sleep $delay; kill -TERM $! 2> none; wait $! 2> none
          ask flickr:1
          ls out | grep -v -e '^head' -e '^manifest-' -e '^rows$'
        done | sort -u
        whichset publish --key k out > published && whichset publish --key k fresh > published
        diff -rq -x head out fresh && echo same
        """)
    #expect(
      result.output == "flickr:1\tflickr:1\tparks,strangers\nsame\n", "\(result.output)\(result.errors)")
    try await daemon.stop()
  }

  @Test(
    "that is published again after an erasure has nothing of it; one that fails leaves the former",
    .disabled(if: Sanitizer.isThere, "a sanitizer has files of its own, which no bound of files allows"))
  func again() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    try await Self.load(workspace)
    let result = try await workspace.script(
      Self.script + """

        whichset publish --key k out | grep -o ': .*'
        ask flickr:17
        whichset erase --yes flickr:17 > erased
        cp -r out before
        whichset publish --key missing out 2>&1; echo $?
        whichset publish --key k.txt out 2> /dev/null; echo $?
        (ulimit -f 2; trap '' XFSZ; whichset publish --key k out 2>&1; echo $?)
        diff -r before out && echo same
        whichset publish --key k out | grep -o ': .*'
        ask flickr:17 || echo $?
        key=$(printf flickr:17 | sha256sum | cut -c1-32)
        LC_ALL=C grep -rlaP "$(printf $key | sed 's/../\\\\x&/g')" before | wc -l
        LC_ALL=C grep -rlaP "$(printf $key | sed 's/../\\\\x&/g')" out | wc -l
        """)
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(
      lines == [
        ": 4 files, 0 written, 0 removed", "flickr:17\tflickr:17\tparks",
        "whichset: cannot sign with missing: there is no such file", "2", "2",
      ] + lines[5...6] + [
        "same", ": 4 files, 1 written, 2 removed", "flickr:17\tflickr:17\t-", "1", "1", "0",
      ], "\(result.output)\(result.errors)")
    #expect(lines.count > 6 && lines[5].contains("cannot write") && lines[6] == "2", "\(result.output)")
    try await daemon.stop()
  }
}
