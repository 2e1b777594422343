from .writing import Feature

feature = f = Feature(
    "greenhouse_sensors", "web API", "Greenhouse climate",
    "A nursery collects temperature and moisture from its greenhouses and is warned before plants suffer.",
    users=["gardeners", "sensors"],
    stories=["As a gardener, I want the climate of each house on one page, so that I see trouble early.",
             "As a gardener, I want a warning when it gets too hot, so that I can open the vents."],
    entities={"House": "name:text! crop:text!", "Measurement": "house:reference! kind:text! value:decimal! at:datetime!"},
    rules=["A sensor sends one measurement each minute, and what comes more often is dropped.",
           "Above 32 degrees for 10 minutes a warning is raised.",
           "Moisture below 25 percent raises a warning at once.",
           "A sensor that was silent for 15 minutes is shown as lost.",
           "Measurements are averaged to one value per hour after 7 days."],
    constraints=["A sensor signs its messages with a shared key.", "Rust, one process, SQLite."],
    out_of_scope=["Opening vents by motor", "Weather forecasts"],
    summary="A service that takes signed measurements, keeps them thinner as they age, and raises warnings.")
f.requires("If a sensor sends more than one measurement in a minute, then the system shall drop what came after the first.",
           "Two in one minute leave one.", "One in each of two minutes leaves two.")
f.requires("When a house was above 32 degrees for 10 minutes, the system shall raise a warning.",
           "9 minutes raise none.", "32 degrees exactly raise none.")
f.requires("When moisture is below 25 percent, the system shall raise a warning at once.", "24.9 warns, 25 does not.")
f.requires("When a sensor was silent for 15 minutes, the system shall show it as lost.", "14 minutes of silence are no loss.")
f.requires("When measurements are older than 7 days, the system shall keep one average of each hour instead.",
           "60 values of an hour become one.", "Values of 6 days ago stay as they are.")
f.requires("If a message is not signed with the sensor's shared key, then the system shall refuse it.",
           "A wrong signature is answered with 401 and not kept.")
f.requires("When a gardener opens the page, the system shall show the newest values of each house.", "Each house is one line.")
f.requires("The system shall be one process in Rust with SQLite.", "cargo build makes one binary.")
f.offers("post_measurement", "Takes a signed measurement.", "R1 R6 R8")
f.offers("get_overview", "Answers the newest values, warnings and lost sensors.", "R2 R3 R4 R7")
f.offers("thin_out", "Replaces old measurements by averages.", "R5")
f.plans("Axum routes, rules as pure functions over a slice of measurements, SQLite behind one module.")
f.builds("Rules", "src/rules.rs: too_hot(values) is true above 32.0 for 10 minutes; too_dry(value) below 25.0; lost(last, now) "
         "after 15 minutes.", "src/rules.rs", "R2 R3 R4")
f.builds("Store", "src/store.rs: add drops a second value of a minute; thin(now) averages by hour what is older than 7 days.",
         "src/store.rs Cargo.toml", "R1 R5 R8")
f.builds("Service", "src/main.rs: POST /measurements checks the HMAC and answers 401; GET / renders the overview.",
         "src/main.rs README.md", "R6 R7 R8", "T1 T2")
f.shows("Run: cargo test")
f.test("tests/rules.rs", "use greenhouse::rules::*;", [
    ("Ten minutes above 32 degrees warn", "R2", "#[test]\nfn c#_hot() { assert!(too_hot(&minutes(10, 32.1))); }"),
    ("24.9 percent warn at once", "R3", "#[test]\nfn c#_dry() { assert!(too_dry(24.9)); }"),
    ("Silent for 15 minutes is lost", "R4", "#[test]\nfn c#_lost() { assert!(lost(at(0), at(15))); }"),
])
f.test("tests/service.rs", "use greenhouse::*;", [
    ("Keeps one measurement of a minute", "R1", "#[test]\nfn c#_minute() { assert_eq!(kept(&[at(0), at(0)]), 1); }"),
    ("Old hours become one average", "R5", "#[test]\nfn c#_thin() { assert_eq!(thin(&hour(60, days(8))).len(), 1); }"),
    ("A wrong signature is refused with 401", "R6", "#[test]\nfn c#_signature() { assert_eq!(post(\"x\", \"bad\").status, 401); }"),
    ("Shows each house on one line", "R7 R8", "#[test]\nfn c#_page() { assert_eq!(page().lines().count(), 3); }"),
])
f.may_drop("rules/3", "R4")
f.may_drop("constraints/0", "R6")
f.may_contradict("R2", "number", "When a house was above 41 degrees for 10 minutes, the system shall raise a warning.",
                 "9 minutes raise none.", "41 degrees exactly raise none.")
f.may_contradict("R3", "rule", "When moisture is above 25 percent, the system shall raise a warning at once.", "25.1 warns, 25 does not.")
f.may_contradict("R6", "rule", "When a message is not signed with the sensor's shared key, the system shall keep it and mark it.", "A wrong signature is kept.")
f.may_invent("extra", "When a crop is ripe, the system shall offer it for sale on the nursery's web shop.", "The offer is listed.")
f.may_invent("out_of_scope", "When a house is too hot, the system shall be opening its vents by motor.", "The motor starts.")
f.may_say(R4=("A sensor that has not been heard of for a quarter of an hour is displayed as lost.", "Fourteen silent minutes are fine."),
          R5=("After a week, what was measured within an hour is replaced by its mean.", "Sixty values become one.", "Six days back nothing changes."))
f.plan_contradicted.append(("T1", "above 32.0 for 10 minutes", "above 32.0 for 55 minutes"))
f.plan_invented.append(("T3", " GET /api/v2/graphql offers the same data to other programs."))
f.plan_paraphrased.update(T1=("Warnings", "src/rules.rs: hotter than 32 degrees for ten minutes, drier than 25 percent, silent for a quarter of an hour."))
f.case_contradicted.append(("C3", "Silent for 2 hours is lost"))
f.case_paraphrased.update(C2="Drier than a quarter warns at once", C5="After a week an hour is one value")
