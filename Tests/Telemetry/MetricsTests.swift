import Telemetry
import Testing

@Suite struct MetricsTests {
    @Test func rendersPrometheusText() {
        let metrics = Metrics()
        metrics.counter("b_total", "Counts \\ things.\nTwice.", labels: [("kind", "a\"b\\c\nd")]).increment(by: 2)
        metrics.gauge("a", "A level.").set(-3)
        let histogram = metrics.histogram("c_seconds", "Times.", labels: [("route", "/x")], bounds: [0.1, 1])
        for value in [0.05, 0.1, 0.5, 7] { histogram.observe(value) }
        let expected = """
            # HELP a A level.
            # TYPE a gauge
            a -3
            # HELP b_total Counts \\\\ things.\\nTwice.
            # TYPE b_total counter
            b_total{kind="a\\"b\\\\c\\nd"} 2
            # HELP c_seconds Times.
            # TYPE c_seconds histogram
            c_seconds_bucket{route="/x",le="0.1"} 2
            c_seconds_bucket{route="/x",le="1.0"} 3
            c_seconds_bucket{route="/x",le="+Inf"} 4
            c_seconds_sum{route="/x"} 7.65
            c_seconds_count{route="/x"} 4

            """
        #expect(String(decoding: metrics.render(), as: UTF8.self) == expected)
    }

    @Test func givesTheSameInstrumentForTheSameLabels() {
        let metrics = Metrics()
        metrics.counter("n", "N.", labels: [("a", "1")]).increment()
        metrics.counter("n", "N.", labels: [("a", "1")]).increment()
        metrics.counter("n", "N.", labels: [("a", "2")]).increment()
        #expect(metrics.counter("n", "N.", labels: [("a", "1")]).value == 2)
        #expect(metrics.counter("n", "N.", labels: [("a", "2")]).value == 1)
    }

    @Test func countsFromManyTasks() async {
        let metrics = Metrics()
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 {
                        metrics.counter("n", "N.").increment()
                        metrics.gauge("g", "G.").add(1)
                        metrics.histogram("h", "H.").observe(.milliseconds(3))
                    }
                }
            }
        }
        #expect(metrics.counter("n", "N.").value == 8_000)
        #expect(metrics.gauge("g", "G.").value == 8_000)
        #expect(metrics.histogram("h", "H.").count == 8_000)
    }

    @Test func rendersNothingWhenThereIsNothing() {
        #expect(Metrics().render().isEmpty)
    }
}
