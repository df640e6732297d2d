// `whichset stats --watch`: what happened between two looks at the daemon's metrics, a block of text each time.

package import Console
import DaemonClient
import Platform
import WireProtocol

package enum Watch {
  /// Prints a block every `interval`, as often as `count` says, or until the program is ended. A daemon that goes away
  /// meanwhile is said to be away, and asked again: that it is restarted is what one wants to see.
  ///
  /// - Throws: where the daemon does not answer at first, or with `count` later.
  package static func run(
    _ path: String, interval: Duration, count: Int?, print: (String) throws(Trouble) -> Void
  ) throws(Trouble) {
    var before = try Look(path)
    var blocks = 0
    while count.map({ blocks < $0 }) ?? true {
      MonotonicClock.sleep(interval)
      blocks += 1
      do throws(Trouble) {
        let look = try Look(path)
        let frame = WatchFrame(
          look.samples, before: before.samples, seconds: (look.moment - before.moment) / .seconds(1),
          loads: look.loads)
        before = look
        try print((blocks > 1 ? "\n" : "") + frame.text(socket: path))
      } catch {
        if count != nil { throw error }
        try print(error.text + "\n")
      }
    }
  }

  /// What is seen at one moment.
  private struct Look {
    let samples: MetricSamples
    let loads: [LoadsRequest.StagedLoad]
    let moment: ContinuousClock.Instant

    init(_ path: String) throws(Trouble) {
      var daemon = try DaemonLink(path: path, patience: DaemonLink.usualPatience)
      samples = MetricSamples(try daemon.ask(MetricsRequest()).lines)
      loads = try daemon.ask(LoadsRequest()).records
      moment = .now
    }
  }
}
