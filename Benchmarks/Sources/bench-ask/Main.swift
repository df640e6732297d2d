// Sends one line to a server and prints what comes back: how the script asks for counts, and whether the
// daemon is up.  bench-ask SOCKET REQUEST

internal import BenchmarkWork

@main struct Ask {
  static func main() {
    runProgram { arguments in
      let path = try arguments.word("the path of the socket")
      let request = try arguments.word("the request")
      try arguments.finish()

      let socket = try UnixSocket(connectingTo: path)
      try writeAll([UInt8]((request + "\n").utf8), to: socket.descriptor)
      try socket.finishWriting()
      var output = OutputFile()
      while case let bytes = try socket.read(), !bytes.isEmpty {
        try output.append { $0 += bytes }
      }
      try output.flush()
    }
  }
}
