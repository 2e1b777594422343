import Telemetry
import Testing

@Suite struct MetricsTests {
    @Test func rendersPrometheusText() {
        let metrics = Metrics()
        metrics.counter("b_total", "Counts \\ things.\nTwice.", labels: [("kind", "a\"b\\c\nd")]).increment(by: 2)
        metrics.gauge("a", "A level.").set(-3)
        let expected = """
            # HELP a A level.
            # TYPE a gauge
            a -3
            # HELP b_total Counts \\\\ things.\\nTwice.
            # TYPE b_total counter
            b_total{kind="a\\"b\\\\c\\nd"} 2

            """
        #expect(String(decoding: metrics.render(), as: UTF8.self) == expected)
    }
}
