from .writing import Feature

feature = f = Feature(
    "iban_library", "library", "Bank account numbers",
    "Developers of a payment service check account numbers (IBAN) before money is sent to the wrong place.",
    users=["developers"],
    stories=["As a developer, I want to know why a number is wrong, so that I can tell the payer."],
    entities={"Account": "iban:text! country:text! bank_code:text"},
    rules=["A number with a wrong check digit is refused (modulo 97 must give 1).",
           "Each country has its length: 22 in Germany, 27 in France, 18 in Denmark; a number of another length is refused.",
           "Spaces are ignored, and lower case counts as upper case.",
           "A printed number has groups of 4 characters.",
           "Countries that are not known are refused, never guessed."],
    constraints=["No dependencies, in Kotlin.", "A check takes less than 1 millisecond."],
    out_of_scope=["Looking up whether an account exists", "Card numbers"],
    summary="Functions that check, normalise and print IBANs and say what is wrong with one.")
f.requires("If the remainder of a number modulo 97 is not 1, then the system shall refuse it and say that the check digits are wrong.",
           "DE89370400440532013000 is accepted.", "With one digit changed it is refused.")
f.requires("If a number has not its country's length (Germany 22, France 27, Denmark 18), then the system shall refuse it.",
           "A German number of 21 or 23 characters is refused.", "One of 22 is accepted.")
f.requires("The system shall ignore spaces and take lower case as upper case.", "de89 3704 0044 0532 0130 00 is accepted.")
f.requires("When a number is printed, the system shall put it into groups of 4 characters.", "DE89 3704 0044 0532 0130 00 is printed.")
f.requires("If a country is not known, then the system shall refuse the number.", "ZZ and 20 digits are refused as an unknown country.")
f.requires("When it refuses a number, the system shall say why in one of its named reasons.",
           "Length, country and check digits are told apart.")
f.requires("The system shall check a number in less than 1 millisecond, in Kotlin without dependencies.", "A thousand checks take less than a second.")
f.offers("check", "Takes text, answers an account or a reason.", "R1 R2 R3 R5 R6 R7")
f.offers("print", "Takes an account, answers it in groups.", "R4")
f.plans("A sealed result, a table of lengths, and arithmetic on digits without big numbers.")
f.builds("Lengths", "Countries.kt: lengthOf(country) knows Germany 22, France 27, Denmark 18 and answers null for others.",
         "src/main/kotlin/Countries.kt", "R2 R5")
f.builds("Check", "Iban.kt: check(text): Result drops spaces, upper-cases, and computes modulo 97 digit by digit; Wrong has a Reason.",
         "src/main/kotlin/Iban.kt", "R1 R3 R6 R7", "T1")
f.builds("Print", "Print.kt: Account.printed() in groups of 4.", "src/main/kotlin/Print.kt build.gradle.kts README.md", "R4 R7", "T2")
f.shows("Run: gradle test")
f.test("src/test/kotlin/IbanTest.kt", "import kotlin.test.*", [
    ("Accepts a right number and refuses one with a changed digit", "R1", "class C#Digits { @Test fun c#() = assertTrue(check(GOOD) is Account) }"),
    ("A German number of 21 characters is refused", "R2", "class C#Length { @Test fun c#() = assertEquals(Reason.LENGTH, why(GOOD.dropLast(1))) }"),
    ("Spaces and lower case do not matter", "R3", "class C#Spaces { @Test fun c#() = assertTrue(check(\"de89 3704 0044 0532 0130 00\") is Account) }"),
    ("Prints groups of 4", "R4", "class C#Print { @Test fun c#() = assertEquals(\"DE89 3704\", printed(GOOD).take(9)) }"),
    ("An unknown country is refused", "R5 R6", "class C#Country { @Test fun c#() = assertEquals(Reason.COUNTRY, why(\"ZZ00\")) }"),
    ("A thousand checks take less than a second", "R7", "class C#Speed { @Test fun c#() = assertTrue(millis { repeat(1000) { check(GOOD) } } < 1000) }"),
])
f.may_drop("rules/3", "R4")
f.may_drop("rules/2", "R3")
f.may_contradict("R2", "number", "If a number has not its country's length (Germany 25, France 27, Denmark 18), then the system shall refuse it.",
                 "A German number of 24 or 26 characters is refused.", "One of 25 is accepted.")
f.may_contradict("R5", "rule", "If a country is not known, then the system shall accept the number and guess its length.", "ZZ and 20 digits are accepted.")
f.may_contradict("R3", "rule", "If a number has spaces or lower case, then the system shall refuse it.", "de89 3704 0044 0532 0130 00 is refused.")
f.may_invent("extra", "When a number is checked, the system shall keep it in a log file with the time.", "The file has one line a check.")
f.may_invent("out_of_scope", "When a number is right, the system shall be looking up whether an account exists at the bank.", "A closed account is refused.")
f.may_say(R4=("On paper a number appears four characters at a time, with a space between.", "DE89 3704 0044 0532 0130 00 is printed."),
          R5=("Nothing shall be guessed about countries that the table does not have; such numbers are turned down.", "ZZ is unknown."))
f.plan_contradicted.append(("T1", "Germany 22, France 27", "Germany 24, France 27"))
f.plan_invented.append(("T2", " It also sends each number to a web service that knows the bank's name."))
f.plan_paraphrased.update(T3=("Readable form", "Print.kt: Account.printed() puts a space after every fourth character."))
f.case_contradicted.append(("C2", "A German number of 30 characters is accepted"))
f.case_paraphrased.update(C3="Blanks and small letters are fine", C4="A blank after every fourth character")
