from .writing import Feature

feature = f = Feature(
    "rate_limiter", "library", "Rate limiter library",
    "A Python library that services use to slow down callers who ask too often, without a server of its own.",
    users=["service developers"],
    stories=["As a service developer, I want to ask in one call whether a caller may go on, so that I need no other code."],
    entities={"Bucket": "key:text! tokens:decimal! filled_at:datetime!"},
    rules=["A bucket holds at most 100 tokens unless it is told otherwise.",
           "Tokens come back at 10 per second unless it is told otherwise.",
           "A call that costs more tokens than there are is refused and takes none.",
           "A refusal says after how many seconds to try again.",
           "Buckets that were full for 5 minutes are forgotten."],
    constraints=["No dependencies, safe to use from several threads, Python 3.11."],
    out_of_scope=["Sharing buckets between processes", "Configuration files"],
    summary="A token bucket for each key, in memory, safe between threads.")
f.requires("The system shall hold at most 100 tokens in a bucket, or as many as the limiter was made with.",
           "A new bucket has 100 tokens.", "Limiter(capacity=5) has 5.")
f.requires("While a bucket is not full, the system shall add 10 tokens per second, or at the rate the limiter was made with.",
           "After half a second 5 tokens more are there.", "It never holds more than its capacity.")
f.requires("If a call costs more tokens than the bucket has, then the system shall refuse it and take none.",
           "With 3 tokens a call for 4 is refused and 3 are left.", "A call for 3 leaves none.")
f.requires("When it refuses, the system shall say after how many seconds the call would pass.",
           "Missing 5 tokens at 10 per second says 0.5.")
f.requires("When a bucket was full for 5 minutes, the system shall forget it.",
           "After 5 minutes at rest no memory is held for the key.", "It answers as a new one would.")
f.requires("The system shall answer correctly when several threads ask at once, without dependencies, on Python 3.11.",
           "100 threads that take one token each from 50 leave 50 refusals.")
f.offers("allow", "Takes a key and a cost, answers a Decision with allowed and retry_after.", "R1 R2 R3 R4 R6")
f.offers("sweep", "Forgets the buckets that are full.", "R5")
f.plans("One module with a bucket as a pure value and a limiter that holds buckets behind a lock.")
f.builds("Bucket", "limiter/bucket.py: Bucket(capacity=100, rate=10).take(cost, now) gives back (bucket, Decision). A refused "
         "take leaves the tokens alone and tells retry_after in seconds.", "limiter/__init__.py limiter/bucket.py", "R1 R2 R3 R4")
f.builds("Limiter", "limiter/limiter.py: Limiter.allow(key, cost=1) holds a threading.Lock; sweep() drops what was full for 5 "
         "minutes.", "limiter/limiter.py", "R5 R6", "T1")
f.builds("Packaging", "pyproject.toml for Python 3.11 without dependencies, README.md with an example.", "pyproject.toml README.md", "R6", "T2")
f.shows("Run: python -m unittest discover -s tests")
f.test("tests/test_bucket.py", "import unittest\nfrom limiter.bucket import Bucket", [
    ("A new bucket has 100 tokens", "R1", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertTrue(Bucket().take(100, 0)[1].allowed)"),
    ("Half a second brings 5 tokens back", "R2", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertEqual(empty().at(0.5).tokens, 5)"),
    ("A refused call takes nothing", "R3", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertEqual(three().take(4, 0)[0].tokens, 3)"),
    ("A refusal says when to try again", "R4", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertEqual(empty().take(5, 0)[1].retry_after, 0.5)"),
])
f.test("tests/test_limiter.py", "import threading\nimport unittest\nfrom limiter import Limiter", [
    ("Forgets a bucket that was full for 5 minutes", "R5", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertEqual(rested(300).size, 0)"),
    ("A hundred threads share 50 tokens", "R6", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertEqual(hammer(100, tokens=50), 50)"),
])
f.may_drop("rules/3", "R4")
f.may_drop("rules/4", "R5")
f.may_contradict("R2", "number", "While a bucket is not full, the system shall add 25 tokens per second, or at the rate the limiter was made with.",
                 "After one second 25 tokens more are there.", "It never holds more than its capacity.")
f.may_contradict("R5", "rule", "When a bucket was full for 5 minutes, the system shall keep it and lock its key.",
                 "After 5 minutes at rest the key is locked.")
f.may_contradict("R3", "rule", "If a call costs more tokens than the bucket has, then the system shall accept it and let the bucket go below zero.",
                 "With 3 tokens a call for 4 is accepted and 1 is owed.")
f.may_invent("extra", "When a key is refused three times, the system shall block it for an hour.", "The fourth call is blocked.")
f.may_invent("out_of_scope", "The system shall read its limits from configuration files in YAML.", "limits.yaml sets the capacity.")
f.may_say(R2=("A bucket that has room fills up again by one token every tenth of a second (10 per second), or as fast as it was made to.",
              "Five tokens come in 500 milliseconds.", "The capacity is never passed."),
          R5=("The system shall let go of buckets that stood full for 300 seconds.", "Nothing is held for the key then."))
f.plan_contradicted.append(("T1", "Bucket(capacity=100, rate=10)", "Bucket(capacity=100, rate=75)"))
f.plan_invented.append(("T2", " It also exports Prometheus metrics over HTTP on a port of its own."))
f.plan_paraphrased.update(T2=("Many buckets", "limiter/limiter.py: Limiter keeps one bucket a key behind a lock, and sweep() drops "
                              "those at rest for 300 seconds."))
f.case_contradicted.append(("C1", "A new bucket has 40 tokens"))
f.case_paraphrased.update(C2="In 500 milliseconds five tokens are back", C5="Full for 300 seconds is forgotten")
