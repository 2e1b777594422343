from .writing import Feature

# Written after the thresholds of the checks were set, and not looked at for them.
feature = f = Feature(
    "choir_library", "CLI", "Sheet music of a choir",
    "A choir's librarian knows which copies are with whom and gets them back before the next concert.",
    users=["librarian", "singers", "conductor"],
    stories=["As the librarian, I want to hand out numbered copies, so that none get lost.",
             "As the conductor, I want to know whether there are enough copies, so that I can plan a concert."],
    entities={"Work": "title:text! composer:text! copies:integer!", "Copy": "work:reference! number:integer! holder:text"},
    rules=["Each copy has a number and is with one singer at most.",
           "A singer holds at most 8 works at a time.",
           "Copies are due 14 days after the concert; after that the singer is on the reminder list.",
           "A lost copy costs the singer 15 euros.",
           "Only the conductor may lend works to another choir."],
    constraints=["A single executable in Rust, data in SQLite.", "Usable without a mouse."],
    out_of_scope=["Recordings", "Membership fees"],
    summary="A terminal program that keeps works, copies and who holds them.")
f.requires("If a copy is with a singer, then the system shall refuse to hand it to another.", "Copy 7 of the Requiem goes to one singer only.")
f.requires("If a singer holds 8 works, then the system shall refuse a further one.", "The eighth is handed out, the ninth refused.")
f.requires("When 14 days have passed since the concert, the system shall put singers with copies on the reminder list.", "On day 14 nobody is listed.", "On day 15 all who hold copies are.")
f.requires("When a copy is reported lost, the system shall charge the singer 15 euros.", "The bill says 15.00.")
f.requires("When the conductor lends a work to another choir, the system shall mark its copies as away; nobody else may lend one.", "A singer who tries is refused.")
f.requires("When the conductor asks for a work, the system shall say how many copies are free.", "20 copies with 5 out say 15.")
f.requires("The system shall be a single executable in Rust with SQLite that is usable without a mouse.", "Every command has a key.")
f.offers("hand_out", "Gives a numbered copy to a singer.", "R1 R2")
f.offers("remind", "Lists whose copies are due.", "R3 R4")
f.offers("lend_work", "Lends a work to another choir.", "R5 R6 R7")
f.plans("Rules in one module, SQLite in another, a terminal interface over both.")
f.builds("Rules", "src/rules.rs: may_take(singer, copy) with at most 8 works; due(concert, today) after 14 days; LOST is 15 euros.", "src/rules.rs", "R1 R2 R3 R4")
f.builds("Storage", "src/store.rs keeps works and copies, free(work) counts those that nobody holds.", "src/store.rs Cargo.toml", "R1 R6", "T1")
f.builds("Terminal", "src/main.rs: keys for every command; lend asks who is conductor.", "src/main.rs README.md", "R5 R7", "T2")
f.shows("Run: cargo test")
f.test("tests/rules.rs", "use choir::rules::*;", [
    ("A copy goes to one singer only", "R1", "#[test]\nfn c#_one() { assert!(!may_take(&bob(), &held_by(ann()))); }"),
    ("The ninth work is refused", "R2", "#[test]\nfn c#_ninth() { assert!(!may_take(&holding(8), &free_copy())); }"),
    ("On day 15 all who hold copies are listed", "R3", "#[test]\nfn c#_due() { assert_eq!(due(day(0), day(15)).len(), 2); }"),
    ("A lost copy costs 15 euros", "R4", "#[test]\nfn c#_lost() { assert_eq!(LOST, 1500); }"),
])
f.test("tests/store.rs", "use choir::store::*;", [
    ("A singer cannot lend a work", "R5", "#[test]\nfn c#_lend() { assert!(lend(\"singer\").is_err()); }"),
    ("Says how many copies are free", "R6 R7", "#[test]\nfn c#_free() { assert_eq!(free(20, 5), 15); }"),
])
f.may_drop("rules/2", "R3")
f.may_drop("rules/3", "R4")
f.may_contradict("R2", "number", "If a singer holds 18 works, then the system shall refuse a further one.", "The eighteenth is handed out, the nineteenth refused.")
f.may_contradict("R5", "role", "When the librarian lends a work to another choir, the system shall mark its copies as away; nobody else may lend one.", "Whoever else tries is refused.")
f.may_contradict("R1", "rule", "If a copy is with a singer, then the system shall hand it to another as well.", "Copy 7 of the Requiem goes to two singers.")
f.may_invent("extra", "When a concert is over, the system shall ask the singers which works they liked.", "The answers are kept.")
f.may_invent("out_of_scope", "When a work is opened, the system shall play recordings of it.", "The recording starts.")
f.may_say(R2=("Nobody may have more than eight works at home.", "Eight are fine, nine are not."),
          R3=("Two weeks after a concert, whoever still has copies is on the list of reminders.", "Day 15 lists them all."))
f.plan_contradicted.append(("T1", "at most 8 works", "at most 30 works"))
f.plan_invented.append(("T3", " A key opens the web shop of the publisher."))
f.plan_paraphrased.update(T1=("What may be taken", "src/rules.rs: one singer a copy, eight works a singer, due two weeks after the concert, fifteen euros for a loss."))
f.case_contradicted.append(("C4", "A lost copy costs 90 euros"))
f.case_paraphrased.update(C2="Eight works are enough for one singer", C3="Two weeks and a day: reminded")
