package import Kernel

package enum JobSubject {}
package typealias JobID = ID<JobSubject>

/// Work to be done later by a worker, not yet enqueued.
package struct NewJob: Sendable {
    /// When the job is due, by the database's clock.
    package enum Due: Sendable {
        case now
        case after(Duration)
        case at(Timestamp)
    }

    package let kind: String
    package let payload: JSON
    package let due: Due
    package let maximumAttempts: Int
    /// What the job is about, in columns of its own so that it can be found again.
    let topic: Topic?
    package let revision: Int?

    package init(kind: String, payload: JSON = [:], due: Due = .now, maximumAttempts: Int = 3) {
        self.kind = kind
        self.payload = payload
        self.due = due
        self.maximumAttempts = maximumAttempts
        topic = nil
        revision = nil
    }

    package init<Feature>(
        kind: String, payload: JSON = [:], feature: ID<Feature>, revision: Int? = nil, due: Due = .now,
        maximumAttempts: Int = 3
    ) {
        self.kind = kind
        self.payload = payload
        self.due = due
        self.maximumAttempts = maximumAttempts
        topic = Topic(high: feature.high, low: feature.low)
        self.revision = revision
    }
}

/// What a job is about; the queue does not know what that is.
enum TopicSubject {}
typealias Topic = ID<TopicSubject>
