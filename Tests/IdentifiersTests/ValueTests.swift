// Values that are given with their namespace, digests and account ids that need none, and the table of
// namespaces itself.

import ByteText
import Testing

@testable import Identifiers

@Suite("Namespaces")
struct ValueTests {
  @Test("ids lose leading zeros and are never zero or too large")
  func integers() {
    for name in ["flickr", "flickr-set", "coco", "yfcc", "imdb-rm"] {
      check([
        ("\(name):1", "\(name):1"), ("\(name):007", "\(name):7"), (" \(name):42 ", "\(name):42"),
        ("\(name):18446744073709551615", "\(name):18446744073709551615"),
        ("\(name):0000000000000000000000001", "\(name):1"),
        ("\(name):18446744073709551616", "!NUMBER_TOO_LARGE"),
        ("\(name):99999999999999999999999999", "!NUMBER_TOO_LARGE"),
        ("\(name):0", "!ZERO"), ("\(name):000", "!ZERO"), ("\(name):", "!NOT_DECIMAL"),
        ("\(name):-1", "!NOT_DECIMAL"), ("\(name):+1", "!NOT_DECIMAL"), ("\(name):1.0", "!NOT_DECIMAL"),
        ("\(name):12a", "!NOT_DECIMAL"), ("\(name): 1", "!NOT_DECIMAL"), ("\(name):1 2", "!NOT_DECIMAL"),
        ("\(name):①", "!NOT_DECIMAL"), ("\(name):١٢٣", "!NOT_DECIMAL"), ("\(name):１２", "!NOT_DECIMAL"),
        ("\(name.uppercased()):5", "\(name):5"),
      ])
    }
    check([
      ("flickr:1\u{0}", "!CONTROL_BYTE"), ("coco:1\u{0}2", "!CONTROL_BYTE"),
      ("imdb-rm:rm123", "imdb-rm:123"), ("imdb-rm:rm", "!NOT_DECIMAL"),
      ("openimages:0123456789ABCDEF", "openimages:0123456789abcdef"),
      ("openimages:ffffffffffffffff", "openimages:ffffffffffffffff"),
      ("openimages:0000000000000001", "openimages:0000000000000001"),
      ("openimages:0000000000000000", "!ZERO"), ("openimages:123", "!NOT_OPENIMAGES_ID"),
      ("openimages:0123456789abcdef0", "!NOT_OPENIMAGES_ID"),
      ("openimages:0123456789abcdeg", "!NOT_OPENIMAGES_ID"),
    ])
  }

  @Test("digests are hexadecimal of the right length, in lower case")
  func digests() {
    for (name, digits) in [("md5", 32), ("sha1", 40), ("sha256", 64)] {
      let digest = String(String(repeating: "0aB9f", count: 13).prefix(digits))
      check([
        ("\(name):\(digest)", "\(name):\(digest.lowercased())"),
        ("\(name):\(digest.uppercased())", "\(name):\(digest.lowercased())"),
        (digest, "\(name):\(digest.lowercased())"),
        (String(repeating: "1", count: digits), "!BARE_NUMBER"),
        ("\(name):\(digest)0", "!NOT_DIGEST"), ("\(name):\(digest.dropLast())", "!NOT_DIGEST"),
        ("\(name):\(digest.dropLast())g", "!NOT_DIGEST"), ("\(name):", "!NOT_DIGEST"),
        (digest + "0", "!PLAIN_WORD"), (String(digest.dropLast()) + "g", "!PLAIN_WORD"),
      ])
    }
  }

  @Test("hashes of YFCC100M have 16 to 32 digits, and are no MD5 of a file")
  func yfccHashes() {
    let hash = "4E2f7a26a1dfbf165a7e30bdabf7e72a"
    for digits in 16...32 {
      let part = String(hash.prefix(digits))
      check([
        ("yfcc-hash:\(part)", "yfcc-hash:\(part.lowercased())"),
        ("YFCC:\(part)", "yfcc-hash:\(part.lowercased())"),
      ])
    }
    check([
      ("yfcc-hash:\(hash.prefix(15))", "!NOT_YFCC_HASH"), ("yfcc-hash:\(hash)0", "!NOT_YFCC_HASH"),
      ("yfcc-hash:\(hash.dropLast())g", "!NOT_YFCC_HASH"), ("yfcc-hash:", "!NOT_YFCC_HASH"),
      ("yfcc-hash:0000000000000042", "yfcc-hash:0000000000000042"), ("yfcc:0000000000000042", "yfcc:42"),
      ("yfcc:\(hash.prefix(15))", "!NOT_DECIMAL"), ("yfcc:\(hash)0", "!NOT_DECIMAL"),
      (hash, "md5:\(hash.lowercased())"), (String(hash.dropLast()), "!PLAIN_WORD"),
    ])
  }

  @Test("account ids have an upper-case N, and need no namespace")
  func accounts() {
    check([
      ("nsid:12345678@N00", "nsid:12345678@N00"), ("nsid:12345678@n00", "nsid:12345678@N00"),
      ("nsid:12345678%40n00", "nsid:12345678@N00"), ("12345678@N00", "nsid:12345678@N00"),
      ("12345@n07", "nsid:12345@N07"), ("nsid:12345678901@N07", "nsid:12345678901@N07"),
      ("nsid:1234@N07", "!NOT_NSID"), ("nsid:123456789012@N07", "!NOT_NSID"),
      ("nsid:12345678@N0", "!NOT_NSID"),
      ("nsid:12345678@N000", "!NOT_NSID"), ("nsid:12345678@M00", "!NOT_NSID"), ("nsid:alias", "!NOT_NSID"),
      ("nsid:", "!NOT_NSID"), ("1234@N07", "!PLAIN_WORD"),
      ("flickr-user:some_alias", "flickr-user:some_alias"), ("flickr-user:1%305678@n00", "nsid:105678@N00"),
      ("flickr-user:Some-Alias", "flickr-user:Some-Alias"),
      ("flickr-user:a%62c", "flickr-user:abc"), ("flickr-user:ü", "flickr-user:%C3%BC"),
      ("flickr-user:12345678@n00", "nsid:12345678@N00"),
      ("flickr-user:", "!NOT_ALIAS"), ("flickr-user:a/b", "!NOT_ALIAS"), ("flickr-user:a?b", "!NOT_ALIAS"),
      ("flickr-user:a#b", "!NOT_ALIAS"), ("flickr-user:..", "!NOT_ALIAS"), ("flickr-user:.", "!NOT_ALIAS"),
    ])
  }

  @Test("stems and file names keep their case")
  func texts() {
    check([
      ("imdb:MV5BAbC@@", "imdb:MV5BAbC@@"), ("imdb:MV5BAbC@@._V1_SX300.jpg", "imdb:MV5BAbC@@"),
      ("imdb:MV5BAbC%40%40", "imdb:MV5BAbC@@"), ("imdb:tt0000001", "!NOT_IMDB_STEM"),
      ("imdb:rm1", "!NOT_IMDB_STEM"), ("imdb:", "!NOT_IMDB_STEM"), ("imdb:MV5B", "!NOT_IMDB_STEM"),
      ("imdb:MV5BA/b", "!NOT_IMDB_STEM"), ("imdb:MV5BA b", "!NOT_IMDB_STEM"),
      ("file:lfw/Some_Name/Some_Name_0001.jpg", "file:lfw/Some_Name/Some_Name_0001.jpg"),
      ("file:LFW/a.jpg", "file:lfw/a.jpg"), ("file:lfw/A b%20c.jpg", "file:lfw/A b%20c.jpg"),
      ("file:wider_face/0--Parade/ü.jpg", "file:wider_face/0--Parade/ü.jpg"),
      ("file:lfw", "!NOT_FILE_NAME"), ("file:lfw/", "!NOT_FILE_NAME"), ("file:/a", "!NOT_FILE_NAME"),
      ("file:///etc/a", "!NOT_FILE_NAME"), ("file:l fw/a", "!NOT_FILE_NAME"), ("file:", "!NOT_FILE_NAME"),
    ])
    var parser = IdentifierParser()
    let wrongUTF8: [UInt8] = Array("file:lfw/".utf8) + [0xff]
    #expect(parser.parse(wrongUTF8.span) == .invalid(.notFileName))
  }

  @Test("a value parsed for its namespace is as if the namespace stood before it")
  func columns() {
    var parser = IdentifierParser()
    #expect(parser.parse(Array(" 42 ".utf8).span, as: .coco) == .integer(.coco, 42))
    #expect(parser.parse(Array("example.org/a".utf8).span, as: .url) == .text(.url))
    #expect(String(parser.text) == "example.org/a")
    #expect(parser.parse(Array("x".utf8).span, as: .md5) == .invalid(.notDigest))
    #expect(String(parser.text) == "")
  }

  @Test("every namespace is found by its name, and raw values stay what they are")
  func names() {
    let raw: [(Namespace, UInt8)] = [
      (.flickr, 1), (.flickrSet, 2), (.coco, 3), (.yfcc, 4), (.openimages, 5), (.imdbRm, 6), (.url, 64),
      (.nsid, 65), (.flickrUser, 66), (.imdb, 67), (.md5, 68), (.sha1, 69), (.sha256, 70), (.file, 71),
      (.yfccHash, 72),
    ]
    #expect(raw.count == Namespace.allCases.count)
    for (namespace, value) in raw {
      #expect(namespace.rawValue == value)
      #expect(Namespace(name: namespace.name) == namespace)
      #expect(Namespace(name: namespace.name.uppercased()) == namespace)
      #expect(Namespace(name: namespace.name + "x") == nil)
      #expect(Namespace(name: String(namespace.name.dropLast()) + "\u{0}") == nil)
      #expect(namespace.isInteger == (value < 64))
    }
    #expect(Namespace(name: "") == nil)
    #expect(Namespace(name: "flickr\rset") == nil)
    let ranked = Namespace.allCases.filter { $0.imageRank != nil }.sorted { $0.imageRank! < $1.imageRank! }
    #expect(
      ranked == [
        .flickr, .imdb, .imdbRm, .openimages, .yfcc, .yfccHash, .coco, .url, .sha256, .sha1, .md5, .file,
      ])
  }

  @Test("codes are unique, and every message is a line of ASCII")
  func reasons() {
    let codes = InvalidReason.allCases.map(\.code) + UnresolvableReason.allCases.map(\.code)
    #expect(Set(codes).count == codes.count)
    for message in InvalidReason.allCases.map(\.message) + UnresolvableReason.allCases.map(\.message) {
      #expect(!message.isEmpty && message.utf8.allSatisfy { (0x20..<0x7f).contains($0) })
    }
    #expect(InvalidReason.bareNumber.message == "a bare number is ambiguous: write flickr:12345")
    #expect(InvalidReason.tooLong.message.contains("\(IdentifierLimits.inputBytesMax)"))
  }

  @Test("a face of VGGFace2 is one with and without .jpg")
  func vggFace2() {
    check([
      ("file:vggface2/n000001/0001_01", "file:vggface2/n000001/0001_01.jpg"),
      ("file:VGGFace2/n000001/0001_01.jpg", "file:vggface2/n000001/0001_01.jpg"),
      ("file:x/n000001/0001_1", "file:x/n000001/0001_1"),
      ("file:x/n000001/0001_010", "file:x/n000001/0001_010"),
      ("file:x/m000001/0001_01", "file:x/m000001/0001_01"),
      ("file:x/n000001_0001_01", "file:x/n000001_0001_01"),
    ])
  }
}
