from .writing import Feature

feature = f = Feature(
    "expense_reports", "CLI", "Expense reports on the command line",
    "Consultants collect their receipts in a file and turn them into an expense report that accounting can book.",
    users=["consultants", "accountants"],
    stories=["As a consultant, I want to add a receipt in one line, so that I do it at once.",
             "As an accountant, I want one total for each category, so that I can book it."],
    entities={"Receipt": "date:date! category:text! amount:decimal! note:text"},
    rules=["An amount must be greater than zero and at most 5000 euros.",
           "Receipts older than 90 days are refused.",
           "Meals are capped at 60 euros a day; what is above is not paid back.",
           "Every receipt over 250 euros needs a note.",
           "Only an accountant may close a report, and a closed report takes no more receipts."],
    constraints=["One static binary in Go, data in a CSV file."],
    out_of_scope=["Currencies other than euros", "Scanning paper receipts"],
    summary="A command-line tool that keeps receipts and prints reports by category.")
f.requires("When a consultant adds a receipt with date, category and amount, the system shall append it to the file.",
           "expenses add 2026-01-05 travel 12.50 appends one line.")
f.requires("If an amount is zero, negative or above 5000 euros, then the system shall refuse the receipt.",
           "0 is refused, 0.01 is accepted.", "5000 is accepted, 5000.01 is refused.")
f.requires("If a receipt is older than 90 days, then the system shall refuse it.", "90 days are accepted, 91 are refused.")
f.requires("When meals of one day sum up to more than 60 euros, the system shall count 60 euros for that day.",
           "Meals of 45 and 30 on one day count as 60.", "59 stays 59.")
f.requires("If a receipt is over 250 euros and has no note, then the system shall refuse it.",
           "250 without a note is accepted.", "250.01 without one is refused.")
f.requires("When an accountant closes a report, the system shall refuse further receipts for it; nobody else may close one.",
           "A consultant who closes a report is refused.", "After closing, add is refused.")
f.requires("When a report is asked for, the system shall print one total for each category.",
           "Two travel receipts of 10 and 20 print travel 30.00.")
f.requires("The system shall be one static binary in Go that keeps its data in a CSV file.", "No other file is written.")
f.offers("add_receipt", "Takes date, category, amount and note, and keeps the receipt or says why not.", "R1 R2 R3 R5 R8")
f.offers("close_report", "Closes the report for good.", "R6")
f.offers("print_report", "Prints totals by category, meals capped.", "R4 R7")
f.plans("A package of rules without input and output, a CSV store, and a small main.")
f.builds("Receipts and their rules", "receipt.go has type Receipt and func Check(r Receipt, today time.Time) error: amount "
         "above 0 and at most 5000, no older than 90 days, a note over 250.", "receipt.go go.mod", "R2 R3 R5")
f.builds("Totals", "totals.go has func Totals([]Receipt) map[string]Cents, with meals of a day capped at 60 euros.", "totals.go", "R4 R7", "T1")
f.builds("The file and the commands", "store.go appends to and reads the CSV file and knows whether a report is closed; main.go "
         "has add, close and report. close asks for the accountant's name, which must be in accountants.txt.",
         "store.go main.go README.md", "R1 R6 R8", "T1 T2")
f.shows("Run: go test ./...")
f.test("receipt_test.go", "package main\n\nimport \"testing\"", [
    ("Refuses an amount of zero", "R2", "func TestC#Zero(t *testing.T) { refuse(t, Receipt{Amount: 0}) }"),
    ("Accepts 5000 euros and refuses a cent more", "R2", "func TestC#Limit(t *testing.T) { refuse(t, Receipt{Amount: 500001}) }"),
    ("Refuses a receipt of 91 days ago", "R3", "func TestC#Age(t *testing.T) { refuse(t, daysAgo(91)) }"),
    ("Wants a note above 250 euros", "R5", "func TestC#Note(t *testing.T) { refuse(t, Receipt{Amount: 25001}) }"),
])
f.test("totals_test.go", "package main\n\nimport \"testing\"", [
    ("Caps the meals of a day at 60 euros", "R4", "func TestC#Meals(t *testing.T) { equal(t, Totals(meals(45, 30))[\"meals\"], 6000) }"),
    ("Adds up each category", "R7", "func TestC#Totals(t *testing.T) { equal(t, Totals(travel(10, 20))[\"travel\"], 3000) }"),
])
f.test("store_test.go", "package main\n\nimport \"testing\"", [
    ("Appends one line for a receipt", "R1 R8", "func TestC#Add(t *testing.T) { equal(t, lines(add(one)), 1) }"),
    ("Refuses receipts after an accountant closed the report", "R6", "func TestC#Closed(t *testing.T) { refuseAdd(t, closed()) }"),
])
f.may_drop("rules/1", "R3")
f.may_drop("rules/3", "R5")
f.may_contradict("R4", "number", "When meals of one day sum up to more than 95 euros, the system shall count 95 euros for that day.",
                 "Meals of 65 and 40 on one day count as 95.", "94 stays 94.")
f.may_contradict("R6", "role", "When a consultant closes a report, the system shall refuse further receipts for it; nobody else may close one.",
                 "A consultant may close a report.", "After closing, add is refused.")
f.may_contradict("R5", "rule", "When a receipt is over 250 euros and has no note, the system shall accept it and leave the note empty.",
                 "250.01 without a note is accepted.")
f.may_invent("extra", "When a report is printed, the system shall sign it with the consultant's GPG key.", "The signature verifies.")
f.may_invent("out_of_scope", "When a receipt is in another currency than euros, the system shall convert it at the day's rate.",
             "100 US dollars are kept as euros.")
f.may_say(R2=("An amount has to be positive and no higher than 5,000 euros; anything else is turned down.",
              "A cent is enough.", "5,000.00 passes, 5,000.01 does not."),
          R3=("The system shall not take a receipt whose date lies more than ninety days back.", "Day 90 passes.", "Day 91 does not."))
f.plan_contradicted.append(("T2", "capped at 60 euros", "capped at 110 euros"))
f.plan_invented.append(("T3", " A fourth command, sync, uploads the file to the accounting system every night."))
f.plan_paraphrased.update(T2=("Sums", "totals.go: Totals adds up by category and counts sixty euros at most for one day's meals."))
f.case_contradicted.append(("C3", "Refuses a receipt of 31 days ago"))
f.case_paraphrased.update(C2="Five thousand euros are the most", C5="A day's meals never count more than sixty euros")
