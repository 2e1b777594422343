from .writing import Feature

feature = f = Feature(
    "parcel_tracking", "web API", "Parcel tracking for a courier",
    "Customers of a city courier see where their parcel is, so that they stop calling dispatch.",
    users=["customers", "couriers", "dispatchers"],
    stories=["As a customer, I want to see the last scan of my parcel, so that I know when to be at home.",
             "As a courier, I want to scan a parcel, so that its place is known."],
    entities={"Parcel": "code:text! recipient:text! address:text! status:text!",
              "Scan": "parcel:reference! place:text! scanned_at:datetime!"},
    rules=["A tracking code has 12 characters: letters and digits, without O and 0.",
           "Without the recipient's postcode only the status is shown, never the address.",
           "Only couriers may scan a parcel.",
           "After 3 failed deliveries a parcel goes back to the sender.",
           "A delivered parcel takes no more scans."],
    constraints=["A JSON API in Python with FastAPI and SQLite.", "Scans are kept for 180 days."],
    out_of_scope=["Route planning", "Payment on delivery"],
    summary="A JSON API that takes scans of couriers and shows customers where a parcel is.")
f.requires("The system shall give each parcel a tracking code of 12 letters and digits without O and 0.",
           "11 or 13 characters are no code.", "No code holds O or 0.")
f.requires("While the recipient's postcode was not given, the system shall show the parcel's status and no address.",
           "Without a postcode the answer has no address.", "With the right postcode it has.")
f.requires("When a courier scans a parcel, the system shall keep place and time; it shall refuse scans by anybody else.",
           "A courier's scan is the last one shown.", "A customer's scan is refused.")
f.requires("When a third delivery fails, the system shall set the parcel to going back to the sender.",
           "After 2 failures it is still out for delivery.", "After 3 it goes back.")
f.requires("If a parcel was delivered, then the system shall refuse further scans of it.", "A scan after delivery is refused.")
f.requires("The system shall delete scans after 180 days.", "A scan of 181 days ago is gone.", "One of 180 days ago is there.")
f.requires("When a customer asks for a parcel by its code, the system shall show its last scan.",
           "The newest of three scans is shown.", "An unknown code is answered with 404.")
f.requires("The system shall be a JSON API in Python with FastAPI and SQLite.", "Data survives a restart.")
f.offers("get_parcel", "Takes a code and perhaps a postcode, answers status and last scan.", "R2 R7 R8")
f.offers("add_scan", "Takes a code and a place from a courier.", "R3 R4 R5 R8")
f.offers("register_parcel", "Takes recipient and address, answers the code.", "R1 R8")
f.plans("FastAPI routes over a small repository; codes and the way of a parcel are pure functions.")
f.builds("Codes and states", "tracking/codes.py: new_code(random) makes 12 characters without O and 0; tracking/states.py: "
         "after(scan, parcel) gives the next status, back to the sender after 3 failures, and raises Delivered.",
         "tracking/__init__.py tracking/codes.py tracking/states.py", "R1 R4 R5")
f.builds("Storage", "tracking/repository.py keeps parcels and scans in SQLite; forget(now) deletes scans after 180 days.",
         "tracking/repository.py", "R6 R8", "T1")
f.builds("API", "tracking/api.py: GET /parcels/{code}?postcode=, POST /parcels/{code}/scans with a courier's token, POST "
         "/parcels. Without the right postcode the address is left out.", "tracking/api.py requirements.txt README.md", "R2 R3 R7 R8", "T1 T2")
f.shows("Run: python -m pytest")
f.test("tests/test_codes.py", "import random\nfrom tracking.codes import new_code", [
    ("A code has 12 characters without O and 0", "R1", "def test_c#():\n    code = new_code(random.Random(1))\n    assert len(code) == 12 and not set(code) & set('O0')"),
])
f.test("tests/test_states.py", "import pytest\nfrom tracking.states import after, Delivered", [
    ("The third failed delivery sends it back", "R4", "def test_c#():\n    assert after(failure, failed(2)) == 'returning'"),
    ("A delivered parcel refuses scans", "R5", "def test_c#():\n    with pytest.raises(Delivered):\n        after(scan, delivered)"),
])
f.test("tests/test_api.py", "from fastapi.testclient import TestClient\nfrom tracking.api import app", [
    ("Without a postcode there is no address", "R2", "def test_c#():\n    assert 'address' not in get('/parcels/ABC').json()"),
    ("A customer cannot scan", "R3", "def test_c#():\n    assert post('/parcels/ABC/scans', token='customer').status_code == 403"),
    ("Shows the newest scan", "R7", "def test_c#():\n    assert get('/parcels/ABC').json()['last_scan']['place'] == 'Depot'"),
    ("Scans of 181 days ago are gone", "R6", "def test_c#():\n    assert scans_after(days=181) == []"),
    ("Data survives a restart", "R8", "def test_c#():\n    restart()\n    assert get('/parcels/ABC').status_code == 200"),
])
f.may_drop("rules/3", "R4")
f.may_drop("constraints/1", "R6")
f.may_contradict("R6", "number", "The system shall delete scans after 45 days.", "A scan of 46 days ago is gone.", "One of 45 days ago is there.")
f.may_contradict("R3", "role", "When a customer scans a parcel, the system shall keep place and time; it shall refuse scans by anybody else.",
                 "A customer's scan is the last one shown.", "Others are refused.")
f.may_contradict("R2", "rule", "When a parcel is asked for, the system shall always show status and address, with or without the recipient's postcode.",
                 "Without a postcode the answer has the address.")
f.may_invent("extra", "When a parcel is delivered, the system shall post a photograph of the door to the customer's profile.", "The photo is shown.")
f.may_invent("out_of_scope", "When a courier starts, the system shall do route planning and order the parcels by distance.", "The nearest is first.")
f.may_say(R4=("Once delivery has failed three times, the parcel is returned to whoever sent it.", "Two failures do not return it.", "Three do."),
          R5=("Scans of a parcel that was handed over already are turned down.", "Scanning after delivery fails."))
f.plan_contradicted.append(("T2", "deletes scans after 180 days", "deletes scans after 700 days"))
f.plan_invented.append(("T3", " GET /couriers/live streams the position of every courier."))
f.plan_paraphrased.update(T2=("Keep parcels and scans", "tracking/repository.py over SQLite; forget(now) lets go of scans older than half a year, 180 days."))
f.case_contradicted.append(("C7", "Scans of 14 days ago are gone"))
f.case_paraphrased.update(C2="Three failures return a parcel", C4="The address needs the postcode")
