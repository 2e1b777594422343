internal import Kernel
internal import Telemetry

extension ServerLoop {
    func record(_ record: AccessRecord) {
        let route = record.exchange.route ?? .none
        let method = record.exchange.method
        let seconds = Double(MonotonicClock.now &- record.exchange.startedAt) / 1e9
        metrics.count(route, method, status: record.status, seconds: seconds)
        guard let level = configuration.accessLog, logger.isEnabled(level) else { return }
        logger.log(
            level, "request",
            [
                ("method", .string(method.rawValue)), ("route", .string(route.template)),
                ("status", .int(record.status)), ("ms", .double((seconds * 1e6).rounded() / 1e3)),
                ("bytes", .int(record.bytes)), ("request_id", .id(record.exchange.id)),
            ])
    }

    func recordRefusal(_ problem: Problem, id: RequestID) {
        metrics.countRefusal(status: problem.status)
        guard let level = configuration.accessLog, logger.isEnabled(level) else { return }
        logger.log(
            level, "request refused",
            [
                ("problem", .string(problem.code)), ("status", .int(problem.status)),
                ("reason", .string(problem.detail)), ("request_id", .id(id)),
            ])
    }
}
