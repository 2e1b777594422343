from .writing import Feature

feature = f = Feature(
    "csv_dedupe", "CLI", "Find duplicate contacts",
    "A charity finds people who are in its contact list twice, before a mailing is printed.",
    users=["volunteers"],
    stories=["As a volunteer, I want a list of likely duplicates, so that I can decide about each.",
             "As a volunteer, I want to merge two rows, so that nothing of either is lost."],
    entities={"Contact": "name:text! street:text! postcode:text! email:text"},
    rules=["Two rows are likely the same when the e-mail is equal, ignoring case.",
           "Two rows are likely the same when name and postcode are equal after accents are removed.",
           "The original file is never changed.",
           "A merge keeps the longer value of each field.",
           "Files of up to 200000 rows are handled in under 60 seconds."],
    constraints=["Works offline, a single Python file."],
    out_of_scope=["Checking addresses against a register", "A graphical interface"],
    summary="A command that reads a CSV file of contacts, lists likely duplicates and merges chosen rows into a new file.")
f.requires("When two rows have the same e-mail apart from upper and lower case, the system shall list them as likely duplicates.",
           "ANA@example.com and ana@example.com are listed.", "Rows without an e-mail are not the same for that.")
f.requires("When two rows have the same name and postcode once accents are removed, the system shall list them as likely duplicates.",
           "José Díaz 1010 and Jose Diaz 1010 are listed.", "The same name in another postcode is not.")
f.requires("The system shall never change the original file.", "Its bytes are the same after every command.")
f.requires("When two rows are merged, the system shall keep the longer value of each field.",
           "Av. and Avenida give Avenida.", "An empty value loses against any other.")
f.requires("The system shall handle a file of 200000 rows in under 60 seconds.", "A file of that size ends in time.")
f.requires("The system shall work offline, as a single Python file.", "It opens no network connection.")
f.offers("find", "Takes a file and lists pairs of row numbers with the reason.", "R1 R2 R3 R5 R6")
f.offers("merge", "Takes a file and pairs, writes a new file.", "R3 R4 R6")
f.plans("One file: normalising, grouping by key rather than comparing all pairs, merging, and the command line.")
f.builds("Find", "dedupe.py: normal(text) drops accents and case; find(rows) groups by e-mail and by (name, postcode) and yields "
         "pairs. Grouping makes 200000 rows take seconds.", "dedupe.py", "R1 R2 R5 R6")
f.builds("Merge", "dedupe.py: merge(left, right) keeps the longer value of each field; the result goes to a new file, and a path "
         "that is the original is refused.", "dedupe.py", "R3 R4", "T1")
f.builds("Explain", "README.md: how to run find and merge, offline.", "README.md", "R6", "T2")
f.shows("Run: python -m unittest")
f.test("tests/test_dedupe.py", "import unittest\nfrom dedupe import find, merge, normal", [
    ("Equal e-mails in other case are duplicates", "R1", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertEqual(find([a('ANA@example.com'), a('ana@example.com')]), [(1, 2)])"),
    ("Accents do not matter in names", "R2", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertEqual(normal('José'), normal('jose'))"),
    ("The original stays as it is", "R3", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        before = read()\n        run('merge')\n        self.assertEqual(read(), before)"),
    ("The longer value is kept", "R4", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertEqual(merge({'street': 'Av.'}, {'street': 'Avenida'})['street'], 'Avenida')"),
    ("200000 rows take less than 60 seconds", "R5", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertLess(seconds(lambda: find(rows(200_000))), 60)"),
    ("Opens no connection", "R6", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        with no_sockets():\n            run('find')"),
])
f.may_drop("rules/3", "R4")
f.may_drop("rules/1", "R2")
f.may_contradict("R5", "number", "The system shall handle a file of 5000 rows in under 60 seconds.", "A file of that size ends in time.")
f.may_contradict("R4", "rule", "When two rows are merged, the system shall keep the shorter value of each field.", "Av. and Avenida give Av.")
f.may_contradict("R3", "rule", "When two rows are merged, the system shall change the original file in place.", "Its bytes differ after a merge.")
f.may_invent("extra", "When duplicates were found, the system shall e-mail both people and ask which address is right.", "Two messages go out.")
f.may_invent("out_of_scope", "The system shall be checking addresses against a register of the post office.", "An unknown street is marked.")
f.may_say(R1=("Rows whose e-mail addresses differ in nothing but capitals shall be reported as probably one person.", "Capitals do not count.", "No e-mail, no match."),
          R4=("Merging two rows shall preserve whichever value of a field is longer.", "Avenida wins over Av.", "Anything wins over nothing."))
f.plan_contradicted.append(("T1", "Grouping makes 200000 rows take seconds", "Grouping makes 900 rows take seconds"))
f.plan_invented.append(("T2", " It also opens a window in which pairs are shown side by side."))
f.plan_paraphrased.update(T2=("Join two rows", "dedupe.py: merge(left, right) takes field by field what is longer; it writes elsewhere than to the source, whose path it refuses."))
f.case_contradicted.append(("C5", "200000 rows take less than 600 seconds"))
f.case_paraphrased.update(C3="The source file keeps its bytes", C4="Long beats short")
