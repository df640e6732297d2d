// Hosts: addresses by number, names of all scripts, and the encoder behind them.

import Testing

@testable import Identifiers

@Suite("Hosts")
struct HostTests {
  @Test("IPv4 addresses are written in four decimal parts")
  func v4() {
    check([
      ("http://192.0.2.1/a", "url:192.0.2.1/a"), ("192.0.2.1/a", "url:192.0.2.1/a"),
      ("192.0.2.1:8080/a", "url:192.0.2.1:8080/a"), ("http://192.0.2.1./a", "url:192.0.2.1/a"),
      ("http://0xC0.0.2.1/a", "url:192.0.2.1/a"), ("http://0300.0.2.1/a", "url:192.0.2.1/a"),
      ("http://192.0.513/a", "url:192.0.2.1/a"), ("http://192.513/a", "url:192.0.2.1/a"),
      ("http://3221225985/a", "url:192.0.2.1/a"), ("http://0xc0000201/a", "url:192.0.2.1/a"),
      ("http://0x/a", "url:0.0.0.0/a"), ("http://255.255.255.255/a", "url:255.255.255.255/a"),
      ("http://１９２.0.2.1/a", "url:192.0.2.1/a"),
      ("http://256.0.2.1/a", "!BAD_IPV4"), ("http://1.2.3.4.5/a", "!BAD_IPV4"),
      ("http://1.2.3.256/a", "!BAD_IPV4"), ("http://4294967296/a", "!BAD_IPV4"), ("http://08/a", "!BAD_IPV4"),
      ("http://a.1/a", "!BAD_IPV4"), ("http://www.192.0.2.1/a", "!BAD_IPV4"),
      ("http://99999999999999999999999/a", "!BAD_IPV4"),
      ("http://1.2.3.4a/a", "url:1.2.3.4a/a"), ("http://1.example/a", "url:1.example/a"),
    ])
  }

  @Test("IPv6 addresses are written as RFC 5952 has it")
  func v6() {
    check([
      ("http://[2001:DB8::1]/a", "url:[2001:db8::1]/a"), ("[2001:db8::1]/a", "url:[2001:db8::1]/a"),
      ("[::1]/a", "url:[::1]/a"), ("http://[::]/a", "url:[::]/a"), ("http://[1::]/a", "url:[1::]/a"),
      ("http://[2001:0db8:0000:0000:0000:0000:0000:0001]/a", "url:[2001:db8::1]/a"),
      ("http://[2001:db8:0:1:1:1:1:1]/a", "url:[2001:db8:0:1:1:1:1:1]/a"),
      ("http://[2001:0:0:1:0:0:0:1]/a", "url:[2001:0:0:1::1]/a"),
      ("http://[2001:db8:0:0:1:0:0:1]/a", "url:[2001:db8::1:0:0:1]/a"),
      ("http://[0:0:1:2:3:4:5:6]/a", "url:[::1:2:3:4:5:6]/a"),
      ("http://[1:2:3:4:5:6:0:0]/a", "url:[1:2:3:4:5:6::]/a"),
      ("http://[1:2:3:4:5:6:7::]/a", "url:[1:2:3:4:5:6:7:0]/a"),
      ("http://[::ffff:192.0.2.1]/a", "url:[::ffff:192.0.2.1]/a"),
      ("http://[::ffff:c000:201]/a", "url:[::ffff:192.0.2.1]/a"),
      ("http://[64:ff9b::192.0.2.33]/a", "url:[64:ff9b::c000:221]/a"),
      ("http://[2001:db8::1]:8080/a", "url:[2001:db8::1]:8080/a"),
      ("http://u:p@[2001:db8::1]:80/a", "url:[2001:db8::1]/a"),
      ("http://[]/a", "!BAD_IPV6"), ("http://[:]/a", "!BAD_IPV6"), ("http://[:::]/a", "!BAD_IPV6"),
      ("http://[1]/a", "!BAD_IPV6"), ("http://[1:2:3:4:5:6:7]/a", "!BAD_IPV6"),
      ("http://[1:2:3:4:5:6:7:8:9]/a", "!BAD_IPV6"), ("http://[1:2:3:4:5:6:7:8::]/a", "!BAD_IPV6"),
      ("http://[1::2::3]/a", "!BAD_IPV6"), ("http://[12345::]/a", "!BAD_IPV6"),
      ("http://[g::]/a", "!BAD_IPV6"),
      ("http://[1:]/a", "!BAD_IPV6"), ("http://[:1]/a", "!BAD_IPV6"),
      ("http://[fe80::1%25eth0]/a", "!BAD_IPV6"),
      ("http://[::1.2.3]/a", "!BAD_IPV6"), ("http://[::1.2.3.256]/a", "!BAD_IPV6"),
      ("http://[::01.2.3.4]/a", "!BAD_IPV6"), ("http://[::1.2.3.4:1]/a", "!BAD_IPV6"),
      ("http://[1:2:3:4:5:6:7:1.2.3.4]/a", "!BAD_IPV6"), ("http://[::1/a", "!BAD_IPV6"),
      ("http://[::1]x/a", "!BAD_IPV6"), ("[/a", "!BAD_IPV6"),
      ("http://2001:db8::1/a", "!BAD_PORT"),
    ])
  }

  @Test("international names are written in Punycode, in all their spellings")
  func names() {
    check([
      ("http://bücher.example/a", "url:xn--bcher-kva.example/a"),
      ("http://BÜCHER.example/a", "url:xn--bcher-kva.example/a"),
      ("http://b%C3%BCcher.example/a", "url:xn--bcher-kva.example/a"),
      ("http://bu\u{308}cher.example/a", "url:xn--bcher-kva.example/a"),
      ("http://XN--BCHER-KVA.example/a", "url:xn--bcher-kva.example/a"),
      ("http://www.bücher.example/a", "url:xn--bcher-kva.example/a"),
      ("bücher.example/a", "url:xn--bcher-kva.example/a"),
      ("http://bücher.example./a", "url:xn--bcher-kva.example/a"),
      ("http://bücher。example/a", "url:xn--bcher-kva.example/a"),
      ("http://bü\u{200B}cher.example/a", "url:xn--bcher-kva.example/a"),
      ("http://faß.example/a", "url:xn--fa-hia.example/a"),
      ("http://例え.テスト/a", "url:xn--r8jz45g.xn--zckzah/a"),
      ("http://пример.испытание/a", "url:xn--e1afmkfd.xn--80akhbyknj4f/a"),
      ("http://παράδειγμα.δοκιμή/a", "url:xn--hxajbheg2az3al.xn--jxalpdlp/a"),
      ("http://☃.example/a", "url:xn--n3h.example/a"),
      ("http://💩.example/a", "url:xn--ls8h.example/a"),
      ("http://ü..example/a", "!BAD_HOST"), ("http://.ü.example/a", "!BAD_HOST"),
      ("http://\(String(repeating: "ü", count: 64)).example/a", "!BAD_HOST"),
      ("http://\(String(repeating: "💩x", count: 31)).example/a", "!BAD_HOST"),
      ("http://\u{AD}/a", "!BAD_HOST"),
    ])
  }

  @Test(
    "Punycode encodes the samples of RFC 3492",
    arguments: [
      // RFC 3492, section 7.1, (B), (I), (L), (P), (R) and (S).
      ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
      ("почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"),
      ("3年b組金八先生", "3b-ww4c5e180e575a65lsy2b"),
      ("maji", "maji-"),
      ("そのスピードで", "d9juau41awczczp"),
      ("-> $1.00 <-", "-> $1.00 <--"),
    ])
  func punycode(text: String, encoded: String) {
    var output: [UInt8] = []
    Punycode.append(Array(text.unicodeScalars), to: &output)
    #expect(String(decoding: output, as: UTF8.self) == encoded)
  }

  @Test("the byte sets hold the characters that their standards name")
  func sets() {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    let sets: [(ASCIISet, String)] = [
      (.unreserved, letters + "-._~"), (.pathSegment, letters + "-._~!$&'()*+,;=:@"),
      (.query, letters + "-._~!$'()*+,;=:@/?"), (.barePath, letters + "-._~!$&'()*,;=:@"),
      (.bareQuery, letters + "-._~!$'()*,:@/?"), (.hostName, letters + "-_."),
      (.lowerHostName, letters.filter { !$0.isUppercase } + "-_."),
    ]
    for (set, characters) in sets {
      for byte in UInt8.min...UInt8.max {
        #expect(set.contains(byte) == characters.utf8.contains(byte))
      }
    }
  }
}
