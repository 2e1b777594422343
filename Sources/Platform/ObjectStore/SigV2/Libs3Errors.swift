internal import CS3

extension ObjectStoreError {
    /// libs3 tells the error's name and keeps the HTTP status that came with it.
    ///
    /// - Parameter name: as libs3 has it: S3's own codes begin with `Error`, bare statuses with `HttpError`.
    init(_ status: S3Status, name: String) {
        let code = name.hasPrefix("Error") ? String(name.dropFirst(5)) : name
        switch status {
        case S3StatusErrorNoSuchKey, S3StatusHttpErrorNotFound: self = .notFound
        case S3StatusErrorNoSuchBucket: self = .rejected(status: 404, code: code)
        case S3StatusErrorBadDigest, S3StatusErrorInvalidDigest, S3StatusErrorIncompleteBody: self = .mismatch(code)
        case S3StatusErrorPreconditionFailed: self = .mismatch("the object was replaced while it was read")
        case S3StatusErrorInvalidRange: self = .rangeNotSatisfiable
        case S3StatusErrorSlowDown, S3StatusErrorInternalError, S3StatusErrorRequestTimeout:
            self = .unavailable(status: 503, code: code)
        case S3StatusErrorBucketAlreadyExists, S3StatusErrorBucketAlreadyOwnedByYou, S3StatusErrorOperationAborted,
            S3StatusHttpErrorConflict:
            self = .rejected(status: 409, code: code)
        case S3StatusErrorAccessDenied, S3StatusErrorSignatureDoesNotMatch, S3StatusErrorInvalidAccessKeyId,
            S3StatusErrorInvalidSecurity, S3StatusErrorRequestTimeTooSkewed, S3StatusErrorAccountProblem,
            S3StatusErrorExpiredToken, S3StatusErrorInvalidToken, S3StatusHttpErrorForbidden:
            self = .denied(code: code)
        case S3StatusErrorPermanentRedirect, S3StatusErrorRedirect, S3StatusErrorTemporaryRedirect,
            S3StatusHttpErrorMovedTemporarily:
            self = .misconfigured("the endpoint redirects elsewhere")
        case S3StatusNameLookupError, S3StatusFailedToConnect, S3StatusConnectionFailed, S3StatusInterrupted,
            S3StatusInternalError, S3StatusOutOfMemory:
            self = .network(code)
        case S3StatusXmlParseFailure, S3StatusXmlDocumentTooLarge: self = .unreadableAnswer
        default: self = .rejected(status: 400, code: code)
        }
    }
}
