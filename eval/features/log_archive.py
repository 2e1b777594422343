from .writing import Feature

feature = f = Feature(
    "log_archive", "batch job", "Log archive",
    "An operations team keeps logs as long as the law wants and no longer, on cheap storage.",
    users=["operators", "data protection officers"],
    stories=["As an operator, I want old logs compressed and moved, so that disks do not fill up.",
             "As a data protection officer, I want proof of what was deleted, so that I can show it."],
    entities={"LogFile": "path:text! day:date! bytes:integer! sha256:text!"},
    rules=["Logs older than 3 days are compressed and moved to the archive.",
           "Archived logs are deleted after 12 months, unless they are on hold.",
           "A file leaves the disk only after its copy in the archive was read back and its hash is equal.",
           "Only a data protection officer may put a file on hold.",
           "At most 4 files are copied at the same time."],
    constraints=["A systemd timer, once a night, in Python 3.11 with boto3."],
    out_of_scope=["Searching in logs", "Collecting logs from machines"],
    summary="A nightly job that compresses, archives, verifies and finally deletes logs, with a ledger of what it did.")
f.requires("When a log is older than 3 days, the system shall compress it and move it to the archive.",
           "A log of 4 days ago is archived.", "One of 3 days ago stays.")
f.requires("When an archived log is older than 12 months and not on hold, the system shall delete it.",
           "At 12 months and a day it is gone.", "On hold it stays.")
f.requires("The system shall remove a file from the disk only after its copy in the archive was read back with an equal hash.",
           "With a damaged copy the file stays.")
f.requires("When a data protection officer puts a file on hold, the system shall not delete it; nobody else may put one on hold.",
           "An operator who tries is refused.")
f.requires("The system shall copy at most 4 files at the same time.", "With 10 files never more than 4 copies run.")
f.requires("When it deletes a log, the system shall write path, day, hash and time into a ledger for the data protection officer.",
           "Each deleted file is one line.")
f.requires("The system shall run once a night from a systemd timer, in Python 3.11 with boto3.", "The unit files are there.")
f.offers("archive", "Compresses, copies, verifies and removes what is due.", "R1 R3 R5 R7")
f.offers("expire", "Deletes what is past its time and writes the ledger.", "R2 R6")
f.offers("hold", "Puts a file on hold.", "R4")
f.plans("Pure decisions of what is due, a store over S3, and one command for each operation.")
f.builds("What is due", "archive/due.py: to_archive(files, today) older than 3 days; to_delete(files, today) older than 12 months and not "
         "on hold.", "archive/__init__.py archive/due.py", "R1 R2")
f.builds("Copy and verify", "archive/store.py: move(path) compresses, uploads, reads back and compares the hash before it unlinks; a pool of 4 "
         "workers.", "archive/store.py", "R3 R5", "T1")
f.builds("Commands and timer", "archive/__main__.py: archive, expire (writes ledger.csv) and hold, which checks the group of the caller; "
         "log-archive.service and log-archive.timer.", "archive/__main__.py log-archive.service log-archive.timer README.md", "R4 R6 R7", "T2")
f.shows("Run: python -m unittest discover -s tests")
f.test("tests/test_due.py", "import unittest\nfrom archive.due import to_archive, to_delete", [
    ("A log of 4 days ago is archived", "R1", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertEqual(len(to_archive([log(4), log(3)], TODAY)), 1)"),
    ("A log on hold is never deleted", "R2 R4", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertEqual(to_delete([log(400, hold=True)], TODAY), [])"),
    ("After 12 months a log is deleted", "R2", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertEqual(len(to_delete([log(366)], TODAY)), 1)"),
])
f.test("tests/test_store.py", "import unittest\nfrom archive.store import move", [
    ("A damaged copy leaves the file on the disk", "R3", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertTrue(exists_after(move, damaged=True))"),
    ("Never more than 4 copies run", "R5", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertEqual(most_at_once(10), 4)"),
    ("Each deletion is a line of the ledger", "R6", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertEqual(ledger(expire([log(400)])), 1)"),
    ("The timer runs once a night", "R7", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertIn('OnCalendar=daily', timer())"),
])
f.may_drop("rules/4", "R5")
f.may_drop("rules/2", "R3")
f.may_contradict("R2", "number", "When an archived log is older than 60 months and not on hold, the system shall delete it.",
                 "At 60 months and a day it is gone.", "On hold it stays.")
f.may_contradict("R4", "role", "When an operator puts a file on hold, the system shall not delete it; nobody else may put one on hold.", "An operator may do it.")
f.may_contradict("R3", "rule", "The system shall remove a file from the disk at once and make its copy in the archive afterwards, without reading it back.",
                 "The disk is empty before the copy ends.")
f.may_invent("extra", "When a log holds an error, the system shall open a ticket for the team that owns the service.", "One ticket an error.")
f.may_invent("out_of_scope", "The system shall offer searching in logs by words and time.", "A word finds its lines.")
f.may_say(R1=("Once three days have passed, a log is packed and goes to the archive.", "The fourth day is archived."),
          R2=("Nothing stays in the archive for more than a year (12 months), but for files on hold.", "A year and a day: gone.", "A hold keeps it."))
f.plan_contradicted.append(("T1", "older than 3 days", "older than 45 days"))
f.plan_invented.append(("T3", " A command search looks for words in all archived logs."))
f.plan_paraphrased.update(T2=("Move safely", "archive/store.py: move(path) packs, uploads, reads back, compares hashes and only then unlinks; four at a time."))
f.case_contradicted.append(("C1", "A log of 90 days ago is archived"))
f.case_paraphrased.update(C3="A year is enough", C5="Four copies at a time are the most")
