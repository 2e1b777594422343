/// Tells rules about records ("quantity cannot be negative") from technical constraints ("must run on Linux").
enum RuleShape {
    static func isAboutRecords(_ text: String) -> Bool {
        guard BriefSentences.isRule(text) else { return false }
        let words = Set(EnglishWords.split(text))
        return words.isDisjoint(with: technical)
    }

    private static let technical: Set<String> = [
        "linux", "windows", "python", "java", "browser", "mobile", "phone", "phones", "server", "database", "offline",
        "gdpr",
        "encrypted", "password", "passwords", "seconds", "performance", "backup", "backups", "install", "installed",
        "license",
        "cloud", "internet", "accessibility", "language", "languages", "standard", "library", "dependencies", "sqlite",
        "api",
    ]
}
