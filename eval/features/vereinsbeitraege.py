from .writing import Feature

# In German: what is counted and compared must not take another language for another meaning.
feature = f = Feature(
    "vereinsbeitraege", "CLI", "Mitgliedsbeiträge",
    "Ein Sportverein berechnet die Jahresbeiträge seiner Mitglieder und druckt die Liste für den Kassenwart.",
    users=["Kassenwart", "Vorstand"],
    stories=["Als Kassenwart möchte ich eine Liste aller Beiträge, damit ich sie einziehen kann."],
    entities={"Mitglied": "name:text! geburtstag:date! eintritt:date! familie:text"},
    rules=["Erwachsene zahlen 120 Euro im Jahr, Jugendliche unter 18 Jahren 60 Euro.",
           "Eine Familie zahlt zusammen höchstens 250 Euro.",
           "Wer nach dem 30. Juni eintritt, zahlt im ersten Jahr die Hälfte.",
           "Ehrenmitglieder zahlen nichts.",
           "Nur der Vorstand ernennt Ehrenmitglieder."],
    constraints=["Python ohne weitere Pakete, Daten in einer CSV-Datei."],
    out_of_scope=["Mahnungen", "Lastschriften bei der Bank"],
    summary="Ein Programm für die Kommandozeile, das aus einer CSV-Datei die Beiträge eines Jahres berechnet.")
f.requires("Das System soll für Erwachsene 120 Euro und für Jugendliche unter 18 Jahren 60 Euro im Jahr berechnen.",
           "Mit 17 Jahren sind es 60 Euro, mit 18 Jahren 120 Euro.")
f.requires("Wenn die Beiträge einer Familie zusammen mehr als 250 Euro ergeben, soll das System 250 Euro berechnen.",
           "Zwei Erwachsene und ein Kind zahlen 250 Euro.")
f.requires("Wenn ein Mitglied nach dem 30. Juni eintritt, soll das System im ersten Jahr die Hälfte berechnen.",
           "Am 30. Juni ist es der ganze Beitrag, am 1. Juli die Hälfte.")
f.requires("Das System soll Ehrenmitgliedern nichts berechnen.", "Ein Ehrenmitglied steht mit 0 Euro in der Liste.")
f.requires("Wenn jemand anders als der Vorstand ein Ehrenmitglied ernennt, soll das System das ablehnen.", "Der Kassenwart wird abgelehnt.")
f.requires("Wenn der Kassenwart die Liste verlangt, soll das System alle Mitglieder mit ihrem Beitrag drucken.", "Jedes Mitglied ist eine Zeile.")
f.requires("Das System soll in Python ohne weitere Pakete laufen und seine Daten in einer CSV-Datei halten.", "Es gibt keine andere Datei.")
f.offers("liste_drucken", "Druckt die Beiträge eines Jahres.", "R1 R2 R3 R4 R6 R7")
f.offers("ehren", "Ernennt ein Ehrenmitglied.", "R5")
f.plans("Ein Modul für die Rechnung, eines für Datei und Befehle.")
f.builds("Rechnen", "beitrag.py: beitrag(mitglied, jahr) mit 120 und 60 Euro, halb nach dem 30. Juni; familie(beitraege) höchstens 250 Euro.",
         "beitrag.py", "R1 R2 R3 R4")
f.builds("Befehle", "verein.py: liste und ehren; ehren verlangt einen Namen aus vorstand.txt.", "verein.py README.md", "R5 R6 R7", "T1")
f.shows("python -m unittest discover -s tests")
f.test("tests/test_beitrag.py", "import unittest\nfrom beitrag import beitrag, familie", [
    ("Mit 17 Jahren sind es 60 Euro", "R1", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertEqual(beitrag(alter(17), 2026), 60)"),
    ("Eine Familie zahlt höchstens 250 Euro", "R2", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertEqual(familie([120, 120, 60]), 250)"),
    ("Im Juli eingetreten kostet die Hälfte", "R3", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertEqual(beitrag(eintritt('2026-07-01'), 2026), 60)"),
    ("Ehrenmitglieder zahlen nichts", "R4", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertEqual(beitrag(ehre(), 2026), 0)"),
])
f.test("tests/test_verein.py", "import unittest\nfrom verein import liste, ehren", [
    ("Der Kassenwart kann niemanden ernennen", "R5", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertRaises(PermissionError, ehren, 'Kassenwart')"),
    ("Die Liste hat eine Zeile je Mitglied", "R6 R7", "class TestC#(unittest.TestCase):\n    def test_c#(self):\n        self.assertEqual(len(liste(zwei)), 2)"),
])
f.may_drop("rules/1", "R2")
f.may_drop("rules/4", "R5")
f.may_contradict("R2", "number", "Wenn die Beiträge einer Familie zusammen mehr als 400 Euro ergeben, soll das System 400 Euro berechnen.",
                 "Vier Erwachsene zahlen 400 Euro.")
f.may_contradict("R5", "role", "Wenn jemand anders als der Kassenwart ein Ehrenmitglied ernennt, soll das System das ablehnen.", "Der Vorstand wird abgelehnt.")
f.may_contradict("R4", "rule", "Das System soll Ehrenmitgliedern den doppelten Beitrag berechnen.", "Ein Ehrenmitglied zahlt doppelt.")
f.may_invent("extra", "Wenn ein Mitglied Geburtstag hat, soll das System ihm eine Karte schreiben.", "Eine Karte je Geburtstag.")
f.may_invent("out_of_scope", "Wenn ein Beitrag offen ist, soll das System Mahnungen drucken.", "Eine Mahnung je Monat.")
f.may_say(R2=("Mehr als 250 Euro muss keine Familie im Jahr aufbringen; was darüber liegt, entfällt.", "Drei Beiträge von 300 Euro werden 250."),
          R4=("Wer Ehrenmitglied ist, wird mit null Euro geführt.", "0 Euro stehen in der Liste."))
f.plan_contradicted.append(("T1", "höchstens 250 Euro", "höchstens 750 Euro"))
f.plan_invented.append(("T2", " Ein weiterer Befehl zieht die Beiträge per Lastschrift ein."))
f.plan_paraphrased.update(T1=("Die Beiträge", "beitrag.py: 120 für Erwachsene, 60 für Jugendliche, die Hälfte ab Juli; eine Familie kommt auf 250 Euro, nicht mehr."))
f.case_contradicted.append(("C2", "Eine Familie zahlt höchstens 980 Euro"))
f.case_paraphrased.update(C1="Wer noch nicht 18 ist, zahlt 60 Euro", C4="Die Ehre ist umsonst")
