from .writing import Feature

feature = f = Feature(
    "volunteer_shifts", "web API", "Shifts for volunteers",
    "A food bank fills its shifts with volunteers who choose for themselves, instead of by telephone.",
    users=["volunteers", "coordinators"],
    stories=["As a volunteer, I want to take an open shift, so that I help when I can.",
             "As a coordinator, I want to see which shifts lack people, so that I can ask around."],
    entities={"Shift": "title:text! starts_at:datetime! places:integer!", "Volunteer": "name:text! phone:text! trained:boolean!"},
    rules=["A shift that is full takes nobody else.",
           "A volunteer may not take two shifts that overlap.",
           "Kitchen shifts are only for volunteers who were trained.",
           "A volunteer may cancel up to 12 hours before the shift begins.",
           "Only coordinators see telephone numbers."],
    constraints=["PHP 8.2 and MariaDB, on shared hosting.", "Works on telephones."],
    out_of_scope=["Pay and expenses", "Automatic rosters"],
    summary="A web page with a JSON API on which volunteers take and cancel shifts.")
f.requires("If a shift is full, then the system shall refuse further volunteers.", "With 3 places the fourth volunteer is refused.")
f.requires("If a shift overlaps one that the volunteer has taken, then the system shall refuse it.", "9 to 12 and 11 to 14: the second is refused.")
f.requires("If a volunteer was not trained, then the system shall refuse kitchen shifts to them.", "An untrained volunteer is refused.", "Other shifts are open to them.")
f.requires("When a volunteer cancels at least 12 hours before the shift begins, the system shall free the place; later it shall refuse.",
           "12 hours before is accepted.", "11 hours and 59 minutes before is refused.")
f.requires("The system shall show telephone numbers to coordinators only.", "A volunteer's answer holds no telephone number.")
f.requires("When a coordinator asks which shifts lack people, the system shall list the shifts with open places.", "A full shift is not listed.")
f.requires("When a volunteer takes an open shift, the system shall keep a place for them.", "The shift has one place less.")
f.requires("The system shall run on PHP 8.2 and MariaDB on shared hosting, and be usable on telephones.", "At 360 pixels nothing is cut off.")
f.offers("take_shift", "Takes a shift's id, keeps a place or says why not.", "R1 R2 R3 R7 R8")
f.offers("cancel_shift", "Frees the place.", "R4")
f.offers("list_shifts", "Lists shifts; coordinators see who lacks and telephone numbers.", "R5 R6")
f.plans("Plain PHP with a front controller, rules in one class, PDO.")
f.builds("Rules", "src/Rules.php: check(Volunteer, Shift, array $taken) refuses full, overlapping and kitchen shifts; mayCancel(Shift, "
         "DateTimeImmutable $now) up to 12 hours before.", "src/Rules.php", "R1 R2 R3 R4")
f.builds("Storage", "src/Shifts.php keeps shifts and places with PDO, under a row lock; lacking() lists open places.", "src/Shifts.php schema.sql", "R1 R6 R7 R8", "T1")
f.builds("Pages", "public/index.php: routes, JSON answers without telephone numbers for volunteers, a page for small screens.",
         "public/index.php public/style.css README.md", "R5 R8", "T2")
f.shows("Run: phpunit tests")
f.test("tests/RulesTest.php", "<?php\nuse PHPUnit\\Framework\\TestCase;", [
    ("The fourth of three places is refused", "R1", "final class C#Full extends TestCase { function test_c#() { $this->assertFalse(Rules::check($v, full(3), [])); } }"),
    ("Overlapping shifts are refused", "R2", "final class C#Overlap extends TestCase { function test_c#() { $this->assertFalse(Rules::check($v, at(11, 14), [at(9, 12)])); } }"),
    ("Untrained volunteers are kept out of the kitchen", "R3", "final class C#Kitchen extends TestCase { function test_c#() { $this->assertFalse(Rules::check(untrained(), kitchen(), [])); } }"),
    ("Eleven hours before is too late to cancel", "R4", "final class C#Late extends TestCase { function test_c#() { $this->assertFalse(Rules::mayCancel(inHours(11), now())); } }"),
])
f.test("tests/PagesTest.php", "<?php\nuse PHPUnit\\Framework\\TestCase;", [
    ("Volunteers see no telephone numbers", "R5", "final class C#Phone extends TestCase { function test_c#() { $this->assertStringNotContainsString('phone', page('volunteer')); } }"),
    ("Full shifts are not listed as lacking", "R6", "final class C#Lacking extends TestCase { function test_c#() { $this->assertSame([], lacking(full(3))); } }"),
    ("Taking a shift uses up a place", "R7", "final class C#Take extends TestCase { function test_c#() { $this->assertSame(2, take(open(3))->places); } }"),
    ("The page fits 360 pixels", "R8", "final class C#Small extends TestCase { function test_c#() { $this->assertStringContainsString('max-width: 360px', style()); } }"),
])
f.may_drop("rules/1", "R2")
f.may_drop("rules/4", "R5")
f.may_contradict("R4", "number", "When a volunteer cancels at least 48 hours before the shift begins, the system shall free the place; later it shall refuse.",
                 "48 hours before is accepted.", "47 hours before is refused.")
f.may_contradict("R5", "role", "The system shall show telephone numbers to volunteers only.", "A coordinator's answer holds no telephone number.")
f.may_contradict("R3", "rule", "If a volunteer was trained, then the system shall refuse kitchen shifts to them.", "A trained volunteer is refused.")
f.may_invent("extra", "When a volunteer has taken ten shifts, the system shall give them a badge and show it to others.", "The badge is shown.")
f.may_invent("out_of_scope", "The system shall make automatic rosters every Sunday.", "Every open place is filled.")
f.may_say(R1=("Once all places are gone, nobody else can join the shift.", "Place four of three is not given."),
          R4=("Up to half a day (12 hours) before it starts a volunteer can give a shift back, and its place is free again.", "Later than that, no."))
f.plan_contradicted.append(("T1", "up to 12 hours before", "up to 90 hours before"))
f.plan_invented.append(("T3", " public/roster.php fills open places by itself at night."))
f.plan_paraphrased.update(T1=("What may be taken and given back", "src/Rules.php: check refuses what is full, overlaps or needs training; mayCancel until half a day before."))
f.case_contradicted.append(("C1", "The ninth of three places is accepted"))
f.case_paraphrased.update(C3="The kitchen is for trained people", C4="Too late to give it back")
