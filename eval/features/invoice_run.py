from .writing import Feature

feature = f = Feature(
    "invoice_run", "batch job", "Monthly invoices",
    "A water utility makes the month's invoices in one night and knows in the morning what went wrong.",
    users=["billing clerks", "auditors"],
    stories=["As a billing clerk, I want invoices of all meters by morning, so that they are posted on time.",
             "As an auditor, I want every invoice to be reproducible, so that I can check it."],
    entities={"Meter": "number:text! customer:text! tariff:text!",
              "Reading": "meter:reference! value:decimal! read_on:date!",
              "Invoice": "meter:reference! month:text! amount:decimal!"},
    rules=["Water costs 2.10 a cubic metre up to 30 cubic metres and 3.40 above.",
           "A meter without a reading is estimated from the last 3 months.",
           "An invoice number is used once and has no gaps.",
           "If more than 1 percent of the invoices fail, nothing of the run is kept.",
           "Only a billing clerk may release a run to the printer."],
    constraints=["Java 21 and PostgreSQL.", "A run over 400000 meters ends within 3 hours."],
    out_of_scope=["Payments and reminders", "Customer portal"],
    summary="A nightly batch that turns meter readings into numbered invoices, all or nothing.")
f.requires("The system shall charge 2.10 for each cubic metre up to 30 and 3.40 for each above.",
           "30 cubic metres cost 63.00.", "31 cubic metres cost 66.40.")
f.requires("When a meter has no reading, the system shall estimate it from its last 3 months.",
           "10, 12 and 14 give 12.", "With fewer months it takes those there are.")
f.requires("The system shall number invoices without gaps and use no number twice.",
           "After a failed run the next one goes on where the last good one ended.")
f.requires("If more than 1 percent of the invoices of a run fail, then the system shall keep nothing of the run.",
           "1 percent is kept, what is above is rolled back.")
f.requires("When a billing clerk releases a run, the system shall send it to the printer; nobody else may release one.",
           "An auditor who releases a run is refused.")
f.requires("The system shall run over 400000 meters within 3 hours, in Java 21 on PostgreSQL.",
           "A run of that size ends in time.")
f.requires("When an auditor asks for an invoice again, the system shall compute it from the same readings and tariff to the same amount.",
           "Computed twice, an invoice is the same to the cent.")
f.offers("run_month", "Takes a month and makes its invoices.", "R1 R2 R3 R4 R6")
f.offers("release_run", "Takes a run and a clerk, sends it to the printer.", "R5")
f.offers("recompute_invoice", "Takes a number and computes it again.", "R7")
f.plans("Pure pricing, a run in chunks inside one transaction, and a small command for clerks.")
f.builds("Pricing", "Tariff.price(cubicMetres): 2.10 up to 30, 3.40 above; Estimate.of(readings) averages the last 3 months.",
         "src/main/java/water/Tariff.java src/main/java/water/Estimate.java", "R1 R2 R7")
f.builds("Run", "Run.execute(month) reads meters in chunks of 1000, takes numbers from one sequence table, and rolls back when more "
         "than 1 percent failed.", "src/main/java/water/Run.java src/main/resources/schema.sql", "R3 R4 R6", "T1")
f.builds("Commands", "Main has run, release and recompute; release asks the database for the person's role.",
         "src/main/java/water/Main.java pom.xml README.md", "R5 R6 R7", "T2")
f.shows("Run: mvn test")
f.test("src/test/java/water/TariffTest.java", "package water;\n\nclass TariffTest {}", [
    ("31 cubic metres cost 66.40", "R1", "class C#Tariff { @Test void c#() { assertEquals(6640, Tariff.price(31)); } }"),
    ("Estimates from the last 3 months", "R2", "class C#Estimate { @Test void c#() { assertEquals(12, Estimate.of(10, 12, 14)); } }"),
    ("The same readings give the same amount", "R7", "class C#Again { @Test void c#() { assertEquals(invoice(), invoice()); } }"),
])
f.test("src/test/java/water/RunTest.java", "package water;\n\nclass RunTest {}", [
    ("Numbers go on after a failed run", "R3", "class C#Numbers { @Test void c#() { fail(run()); assertEquals(1, next()); } }"),
    ("Keeps nothing when more than 1 percent fail", "R4", "class C#Rollback { @Test void c#() { assertEquals(0, kept(run(failing(2, 100)))); } }"),
    ("An auditor cannot release a run", "R5", "class C#Release { @Test void c#() { assertThrows(Forbidden.class, () -> release(\"auditor\")); } }"),
    ("400000 meters take less than 3 hours", "R6", "class C#Load { @Test void c#() { assertTrue(hours(run(400_000)) < 3); } }"),
])
f.may_drop("rules/1", "R2")
f.may_drop("rules/3", "R4")
f.may_contradict("R1", "number", "The system shall charge 2.10 for each cubic metre up to 80 and 5.70 for each above.",
                 "80 cubic metres cost 168.00.", "81 cubic metres cost 173.70.")
f.may_contradict("R5", "role", "When an auditor releases a run, the system shall send it to the printer; nobody else may release one.",
                 "An auditor may release a run.")
f.may_contradict("R4", "rule", "If more than 1 percent of the invoices of a run fail, then the system shall keep the others and go on.",
                 "The invoices that worked are kept.")
f.may_invent("extra", "When a customer uses twice as much as in the month before, the system shall offer a leak inspection.", "The offer is printed.")
f.may_invent("out_of_scope", "When an invoice is not paid, the system shall handle payments and reminders and add a fee.", "A fee is added.")
f.may_say(R2=("Where no reading came in, consumption is taken to be the average of the three months before.", "10, 12 and 14 make 12.", "With less history, what there is counts."),
          R4=("A run in which over one per cent of the invoices go wrong shall be undone as a whole.", "One per cent passes.", "Above it, all is rolled back."))
f.plan_contradicted.append(("T1", "2.10 up to 30, 3.40 above", "2.10 up to 75, 3.40 above"))
f.plan_invented.append(("T3", " The command portal opens a page on which customers see their invoices."))
f.plan_paraphrased.update(T1=("Prices and estimates", "Tariff.price charges 2.10 for the first thirty cubic metres and 3.40 beyond; Estimate.of is the mean of three months."))
f.case_contradicted.append(("C1", "31 cubic metres cost 99.80"))
f.case_paraphrased.update(C5="Two failures in a hundred undo the run", C4="A failed run uses up no number")
