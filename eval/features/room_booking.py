from .writing import Feature

feature = f = Feature(
    "room_booking", "web API", "Meeting room booking",
    "Staff book meeting rooms for themselves instead of asking the front desk, so that rooms are not booked twice.",
    users=["staff members", "front desk officers"],
    stories=["As a staff member, I want to see which rooms are free, so that I can pick one.",
             "As a front desk officer, I want to release a room that nobody came to, so that others can use it."],
    entities={"Room": "name:text! seats:integer!",
              "Booking": "room:reference! starts_at:datetime! ends_at:datetime! booked_by:text!"},
    rules=["Two bookings of the same room must not overlap.",
           "A booking lasts between 15 minutes and 4 hours.",
           "Nobody may book a room more than 30 days ahead.",
           "Only a front desk officer may release somebody else's booking.",
           "A room with fewer seats than attendees cannot be booked."],
    constraints=["HTTP with JSON, in TypeScript on Node.js 20."],
    out_of_scope=["Catering orders", "Video conference links"],
    summary="An HTTP service that shows free rooms and keeps bookings which never overlap.")

f.requires("When a staff member asks for free rooms in a period, the system shall list the rooms without a booking in it.",
           "A room booked from 9 to 10 is not listed for 9:30 to 9:45.", "A room booked until 10 is listed from 10 on.")
f.requires("If a booking would overlap another booking of the same room, then the system shall refuse it.",
           "9:00 to 10:00 and 9:59 to 11:00 in one room: the second is refused.",
           "9:00 to 10:00 and 10:00 to 11:00 are both kept.")
f.requires("If a booking is shorter than 15 minutes or longer than 4 hours, then the system shall refuse it.",
           "14 minutes are refused, 15 are accepted.", "4 hours are accepted, 4 hours and 1 minute are refused.")
f.requires("If a booking starts more than 30 days ahead, then the system shall refuse it.",
           "30 days ahead is accepted.", "31 days ahead is refused.")
f.requires("While a booking belongs to somebody else, the system shall let only a front desk officer release it.",
           "A staff member who releases a colleague's booking is refused.", "A front desk officer may release any booking.")
f.requires("If a room has fewer seats than attendees were named, then the system shall refuse the booking.",
           "A room with 6 seats takes 6 attendees and refuses 7.")
f.requires("The system shall answer over HTTP with JSON, in TypeScript on Node.js 20.",
           "Every answer has the content type application/json.")
f.offers("list_free_rooms", "Takes a period and answers the free rooms.", "R1 R7")
f.offers("create_booking", "Takes room, period and attendees, answers the booking; refuses what breaks a rule.", "R2 R3 R4 R6 R7")
f.offers("release_booking", "Takes a booking's id and removes it; refuses people who may not.", "R5 R7")

f.plans("A small HTTP server over an in-memory store; the rules are pure functions that the routes call.")
f.builds("Check bookings", "src/rules.ts exports overlaps(a, b), checkLength(booking), checkLead(booking, now) and "
         "checkSeats(room, attendees); each throws RuleError with a sentence. Lengths are 15 minutes to 4 hours, the lead is "
         "30 days.", "src/rules.ts src/errors.ts", "R2 R3 R4 R6")
f.builds("Keep rooms and bookings", "src/store.ts exports class Store with freeRooms(from, to), add(booking) and "
         "release(id, person); release throws ForbiddenError unless the person owns it or is a front desk officer.",
         "src/store.ts", "R1 R2 R5", "T1")
f.builds("Serve it", "src/server.ts routes GET /rooms/free, POST /bookings and DELETE /bookings/:id to the store and turns "
         "errors into 400, 403 and 409. README.md says how to start it.", "src/server.ts package.json README.md", "R1 R5 R7", "T2")
f.shows("Rules, store and routes. Run: node --test tests/")
f.test("tests/rules.test.ts", "import test from 'node:test'\nimport assert from 'node:assert'\n"
       "import { overlaps, checkLength, checkLead, checkSeats } from '../src/rules'", [
    ("Refuses two bookings that overlap by a minute", "R2",
     "test('C# overlap', () => assert.ok(overlaps({from: 540, to: 600}, {from: 599, to: 660})))"),
    ("Refuses 14 minutes and accepts 15", "R3",
     "test('C# shortest', () => { assert.throws(() => checkLength(14)); checkLength(15) })"),
    ("Accepts 4 hours and refuses one minute more", "R3",
     "test('C# longest', () => { checkLength(240); assert.throws(() => checkLength(241)) })"),
    ("Refuses a start 31 days ahead", "R4", "test('C# lead', () => assert.throws(() => checkLead(31)))"),
    ("Refuses 7 attendees in a room with 6 seats", "R6",
     "test('C# seats', () => assert.throws(() => checkSeats({seats: 6}, 7)))"),
])
f.test("tests/store.test.ts", "import test from 'node:test'\nimport assert from 'node:assert'\n"
       "import { Store } from '../src/store'", [
    ("A booked room is not listed as free", "R1",
     "test('C# free', () => assert.deepEqual(new Store([room]).add(nine).freeRooms(nine), []))"),
    ("A staff member cannot release a colleague's booking", "R5",
     "test('C# release', () => assert.throws(() => store.release(1, {name: 'eve', role: 'staff'})))"),
    ("Answers are JSON", "R7",
     "test('C# json', async () => assert.match((await get('/rooms/free')).type, /application\\/json/))"),
])
f.may_drop("rules/2", "R4")
f.may_drop("rules/4", "R6")
f.may_contradict("R3", "number", "If a booking is shorter than 15 minutes or longer than 8 hours, then the system shall refuse it.",
                 "14 minutes are refused, 15 are accepted.", "8 hours are accepted, 8 hours and 1 minute are refused.")
f.may_contradict("R5", "role", "While a booking belongs to somebody else, the system shall let any staff member release it.",
                 "A staff member may release a colleague's booking.")
f.may_contradict("R2", "rule", "If a booking overlaps another booking of the same room, then the system shall keep both and mark them.",
                 "9:00 to 10:00 and 9:59 to 11:00 in one room are both kept.")
f.may_invent("extra", "When a booking is made, the system shall send a confirmation by e-mail to all attendees.",
             "Every attendee gets one e-mail.")
f.may_invent("out_of_scope", "When a room is booked, the system shall take catering orders for it.",
             "An order of coffee is kept with the booking.")
f.may_say(R3=("If somebody asks for a room for less than a quarter of an hour or for more than four hours, then the system shall "
              "turn the booking down.", "15 minutes pass, 14 do not.", "240 minutes pass, 241 do not."),
          R5=("The system shall let nobody but a front desk officer release a booking that somebody else made.",
              "A colleague is refused.", "An officer of the front desk is not."))
f.plan_contradicted.append(("T1", "Lengths are 15 minutes to 4 hours", "Lengths are 15 minutes to 9 hours"))
f.plan_invented.append(("T3", " It also offers GET /bookings.ics, a calendar feed that people subscribe to."))
f.plan_paraphrased.update(T1=("Rules of a booking", "src/rules.ts has overlaps(a, b) and three checks that throw RuleError: "
                              "checkLength (a quarter of an hour up to 240 minutes), checkLead (30 days) and checkSeats."))
f.case_contradicted.append(("C4", "Accepts a start 90 days ahead"))
f.case_paraphrased.update(C2="A quarter of an hour is long enough, a minute less is not", C5="Seven people do not fit on six seats")
