from .writing import Feature

feature = f = Feature(
    "appointment_reminders", "batch job", "Appointment reminders",
    "A dental clinic reminds patients of their appointments by text message, so that fewer of them stay away.",
    users=["receptionists", "patients"],
    stories=["As a patient, I want a reminder before my appointment, so that I do not forget it.",
             "As a receptionist, I want a report of messages that failed, so that I can call those patients."],
    entities={"Appointment": "patient:reference! starts_at:datetime! status:text!",
              "Patient": "name:text! mobile:text opted_out:boolean!"},
    rules=["A reminder goes out 24 hours before the appointment.",
           "A patient who opted out gets no reminder.",
           "A cancelled appointment gets no reminder.",
           "At most 2 attempts are made to deliver a reminder.",
           "No message is sent between 21:00 and 8:00."],
    constraints=["Runs every 10 minutes from cron, in Python with its standard library."],
    out_of_scope=["Booking appointments", "Answers from patients"],
    summary="A job that finds tomorrow's appointments and sends each patient one text message.")
f.requires("When an appointment is 24 hours away, the system shall send its patient a reminder with date and time.",
           "An appointment 24 hours away is reminded of.", "One that is 25 hours away is not, yet.")
f.requires("If the patient opted out, then the system shall send no reminder.", "An opted-out patient gets nothing.")
f.requires("If the appointment was cancelled, then the system shall send no reminder.",
           "A cancelled appointment is skipped.", "A confirmed one is not.")
f.requires("If a reminder cannot be delivered, then the system shall try again, with at most 2 attempts in all.",
           "After the second attempt fails there is no third.")
f.requires("While it is between 21:00 and 8:00, the system shall send no message.",
           "At 20:59 a message is sent.", "At 21:00 it waits until 8:00.")
f.requires("When a run ends, the system shall write a report of the messages that failed, for the receptionists to call.",
           "Each failed message is one line with name and mobile.")
f.requires("The system shall be run every 10 minutes from cron and do nothing twice, in Python's standard library.",
           "Two runs in a row send one message for an appointment.")
f.offers("send_reminders", "Sends what is due and answers how many went out and failed.", "R1 R2 R3 R4 R5 R7")
f.offers("write_report", "Writes the failed messages of a run.", "R6")
f.plans("One package: a pure choice of what is due, a sender with retries, and a command that cron runs.")
f.builds("Choose what is due", "reminders/due.py has due(appointments, now): the appointments 24 hours away whose patient did "
         "not opt out and which were not cancelled; quiet(now) is true from 21:00 to 8:00.", "reminders/__init__.py reminders/due.py", "R1 R2 R3 R5")
f.builds("Send", "reminders/sender.py has deliver(message, gateway), which makes at most 2 attempts and raises "
         "DeliveryFailed.", "reminders/sender.py", "R4", "T1")
f.builds("Run and report", "reminders/__main__.py remembers in sent.json what was sent, writes failed.csv and ends with 0. "
         "README.md has the line for cron.", "reminders/__main__.py reminders/report.py README.md", "R6 R7", "T2")
f.shows("Run: python -m unittest discover -s tests")
f.test("tests/test_due.py", "import unittest\nfrom datetime import datetime, timedelta\nfrom reminders.due import due, quiet", [
    ("Reminds 24 hours before the appointment", "R1",
     "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertEqual(len(due([at(24)], NOW)), 1)"),
    ("Skips a patient who opted out", "R2",
     "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertEqual(due([at(24, opted_out=True)], NOW), [])"),
    ("Skips a cancelled appointment", "R3",
     "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertEqual(due([at(24, status='cancelled')], NOW), [])"),
    ("Is quiet from 21:00 to 8:00", "R5",
     "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertTrue(quiet(datetime(2026, 1, 5, 21, 0)))"),
])
f.test("tests/test_sender.py", "import unittest\nfrom reminders.sender import deliver, DeliveryFailed", [
    ("Gives up after the second attempt", "R4",
     "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        with self.assertRaises(DeliveryFailed):\n            deliver('x', broken)"),
    ("Writes one line for each failed message", "R6",
     "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertEqual(report([failed]).count('\\n'), 1)"),
    ("Two runs send one message", "R7",
     "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        run(); run()\n        self.assertEqual(gateway.sent, 1)"),
])
f.may_drop("rules/3", "R4")
f.may_drop("rules/4", "R5")
f.may_contradict("R1", "number", "When an appointment is 72 hours away, the system shall send its patient a reminder with date and time.",
                 "An appointment 72 hours away is reminded of.", "One that is 73 hours away is not, yet.")
f.may_contradict("R6", "role", "When a run ends, the system shall send the messages that failed to the patients for them to call.",
                 "Each patient with a failed message is told.")
f.may_contradict("R3", "rule", "If the appointment was cancelled, then the system shall still send the reminder and say so in it.",
                 "A cancelled appointment is reminded of too.")
f.may_invent("extra", "When a patient was reminded, the system shall ask for a rating of the clinic from 1 to 5 stars.",
             "The rating is kept with the patient.")
f.may_invent("out_of_scope", "When a patient answers a reminder, the system shall read the answer and cancel the appointment.",
             "The answer NO cancels it.")
f.may_say(R1=("One day before an appointment begins, its patient shall get a text message that names the day and the hour.",
              "A day ahead the message goes out.", "25 hours ahead it does not yet."),
          R4=("A message that was not delivered is tried once more, and never a third time.", "Two attempts, then none."))
f.plan_contradicted.append(("T2", "which makes at most 2 attempts", "which makes at most 6 attempts"))
f.plan_invented.append(("T3", " It also keeps a web page on which receptionists edit the text of the reminder."))
f.plan_paraphrased.update(T1=("Find whom to remind", "reminders/due.py: due(appointments, now) picks those one day ahead, without "
                              "cancelled ones and opted-out patients; quiet(now) says whether it is night, 9 pm to 8 am."))
f.case_contradicted.append(("C5", "Gives up after the seventh attempt"))
f.case_paraphrased.update(C1="One day ahead the reminder goes out", C4="Nothing is sent at night")
