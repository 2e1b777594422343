from .writing import Feature

# Written after the thresholds of the checks were set, and not looked at for them.
feature = f = Feature(
    "lost_property", "web API", "Lost property of a railway",
    "Travellers describe what they lost on a train, and station staff match it with what was found.",
    users=["travellers", "station staff", "auction clerks"],
    stories=["As a traveller, I want to report a lost item, so that I may get it back.",
             "As station staff, I want to see reports that fit a found item, so that I can write to the owner."],
    entities={"Report": "description:text! colour:text lost_on:date! contact:text!",
              "Find": "description:text! colour:text found_on:date! shelf:text!"},
    rules=["A found item is kept for 60 days and then handed to the auction.",
           "A report matches a find when category and colour agree and the dates lie at most 3 days apart.",
           "Nobody but station staff sees the contact of a traveller.",
           "Cash and documents go to the police within 24 hours.",
           "Handing out costs 6 euros, for items worth more than 50 euros 12 euros."],
    constraints=["ASP.NET on .NET 8 with PostgreSQL.", "Pages in German and English."],
    out_of_scope=["Sending parcels abroad", "Photographs of found items"],
    summary="A web service with reports, finds, matches and the fate of every item.")
f.requires("When a found item was kept for 60 days, the system shall hand it to the auction.", "On day 60 it is still kept.", "On day 61 it is on the auction's list.")
f.requires("When category and colour of a report and a find agree and their dates lie at most 3 days apart, the system shall list them as a match.",
           "3 days apart match, 4 do not.", "Another colour is no match.")
f.requires("The system shall show a traveller's contact to station staff only.", "Another traveller's answer holds no contact.")
f.requires("When cash or documents are found, the system shall put them on the list for the police within 24 hours.", "A passport is on the list the next day.")
f.requires("When an item is handed out, the system shall charge 6 euros, and 12 euros if the item is worth more than 50 euros.",
           "An item of 50 euros costs 6 euros.", "One of 51 euros costs 12.")
f.requires("When a traveller reports a lost item, the system shall keep the report and answer its number.", "The number finds the report again.")
f.requires("The system shall run as ASP.NET on .NET 8 with PostgreSQL, with pages in German and English.", "Every page exists in both languages.")
f.offers("report_item", "Takes a report.", "R6 R7")
f.offers("list_matches", "Lists reports that fit a find.", "R2 R3")
f.offers("close_find", "Hands out, auctions or passes on to the police.", "R1 R4 R5")
f.plans("Minimal APIs over a small domain project, with a nightly job for what is due.")
f.builds("Domain", "src/Domain/Matching.cs: Matches(report, find) compares category, colour and dates at most 3 days apart; src/Domain/Fees.cs: 6 euros, "
         "12 euros above 50.", "src/Domain/Matching.cs src/Domain/Fees.cs", "R2 R5")
f.builds("What is due", "src/Domain/Due.cs: auction after 60 days, police within 24 hours for cash and documents.", "src/Domain/Due.cs", "R1 R4")
f.builds("Web", "src/Web/Program.cs: reports, matches and closing; contacts only for the role staff; resources de and en.",
         "src/Web/Program.cs src/Web/Lost.csproj README.md", "R3 R6 R7", "T1 T2")
f.shows("Run: dotnet test")
f.test("tests/DomainTests.cs", "using Xunit;", [
    ("Dates 4 days apart are no match", "R2", "public class C#Match { [Fact] public void c#() => Assert.False(Matches(Report(1), Find(5))); }"),
    ("An item of 51 euros costs 12", "R5", "public class C#Fee { [Fact] public void c#() => Assert.Equal(12, Fees.For(51)); }"),
    ("On day 61 it is on the auction's list", "R1", "public class C#Auction { [Fact] public void c#() => Assert.True(Due.Auction(61)); }"),
    ("A passport goes to the police", "R4", "public class C#Police { [Fact] public void c#() => Assert.True(Due.Police(Passport)); }"),
])
f.test("tests/WebTests.cs", "using Xunit;", [
    ("A traveller sees no contact", "R3", "public class C#Contact { [Fact] public void c#() => Assert.DoesNotContain(\"@\", Page(\"traveller\")); }"),
    ("A report gets a number", "R6 R7", "public class C#Number { [Fact] public void c#() => Assert.NotNull(Post(report).Number); }"),
])
f.may_drop("rules/0", "R1")
f.may_drop("rules/3", "R4")
f.may_contradict("R1", "number", "When a found item was kept for 20 days, the system shall hand it to the auction.", "On day 20 it is still kept.", "On day 21 it is on the auction's list.")
f.may_contradict("R3", "role", "The system shall show a traveller's contact to auction clerks only.", "Another traveller's answer holds no contact.")
f.may_contradict("R4", "rule", "When cash or documents are found, the system shall put them on the auction's list.", "A passport is on the list the next day.")
f.may_invent("extra", "When an item is not claimed, the system shall give its value to a charity that the traveller chose.", "The charity is on the receipt.")
f.may_invent("out_of_scope", "When an item is found, the system shall keep photographs of found items.", "Three pictures are shown.")
f.may_say(R1=("After two months (60 days) on the shelf, an item goes to the auction.", "Day 61 is too late."),
          R4=("Money, passports and the like reach the police list no later than the following day.", "A passport is there within a day."))
f.plan_contradicted.append(("T2", "auction after 60 days", "auction after 10 days"))
f.plan_invented.append(("T3", " An endpoint /map shows where on the network most is lost."))
f.plan_paraphrased.update(T1=("Rules", "src/Domain/Matching.cs: the same category and colour, three days apart at most; src/Domain/Fees.cs: six euros, twelve for what is worth more than fifty."))
f.case_contradicted.append(("C2", "An item of 51 euros costs 40"))
f.case_paraphrased.update(C1="Four days are too many", C3="After sixty days the auction has it")
