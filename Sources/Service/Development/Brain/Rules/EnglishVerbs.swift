/// What people do with records, with words of one meaning made the same.
enum EnglishVerbs {
    /// "lent", "borrowed", "a loan" and "a booking" all give "take"; other words their stem.
    static func canonical(_ word: String) -> String {
        let stem = EnglishWords.stem(word)
        return groups[stem] ?? stem
    }

    static func changes(_ word: String) -> Bool { change.contains(EnglishWords.stem(word)) }
    static func deletes(_ word: String) -> Bool { delete.contains(EnglishWords.stem(word)) }
    static func creates(_ word: String) -> Bool { create.contains(EnglishWords.stem(word)) }

    private static let change: Set<String> = [
        "chang", "edit", "modify", "modifi", "updat", "alter", "amend", "rewrit", "mov",
    ]
    private static let delete: Set<String> = ["delet", "remov", "eras"]
    private static let create: Set<String> = [
        "creat", "add", "mak", "mad", "plac", "open", "enter", "record", "start", "giv", "log", "issu", "register",
    ]

    private static let groups: [String: String] = {
        let table: [(String, String)] = [
            ("take", "loan lend borrow rent rental hir hire book booking reserv reservation checkout leas lease"),
            (
                "register",
                "register registr registration enrol enroll enrolment enrollment signup join attend participat"
            ),
            ("order", "order buy purchas purchase sell sale"), ("pay", "pay payment"), ("assign", "assign assignment"),
            ("appoint", "appoint appointment visit"), ("review", "review rat rate"),
            ("start", "start begin"), ("end", "end finish stop"), ("birth", "born birthday birth birthdate"),
        ]
        var groups: [String: String] = [:]
        for (name, words) in table { for word in words.split(separator: " ") { groups[String(word)] = name } }
        return groups
    }()
}
