"""Briefs as different people write them, each one of its kind: its name is in every prompt made of it."""

import pathlib
import random

EXAMPLES = sorted((pathlib.Path(__file__).resolve().parent.parent / "examples/briefs").glob("*.md"))
THINGS = ["Tool", "Bicycle", "Costume", "Telescope", "Instrument", "Tent", "Puppet", "Kayak", "Recipe", "Seedling"]
PEOPLE = ["Member", "Neighbour", "Pupil", "Guest", "Volunteer"]
FIELDS = ["code (text, unique)", "daily price (decimal)", "weight (whole number)", "colour (text, optional)",
          "bought on (date)", "condition: ready, in repair or retired", "insured (yes/no)"]
RULES = ["The daily price must be positive.", "The weight must be at least 1.", "The due date must be after the lent date.",
         "A {person} can have at most 3 loans.", "A loan lasts at most 14 days.", "The email must be a valid email address."]
REVISIONS = ["A loan lasts at most 21 days.", "A {person} can have at most 2 loans.", "Everybody is friendly."]


def brief(dice: random.Random, number: int) -> str:
    """A brief as text, of a length and order of its own."""
    if EXAMPLES and dice.random() < 0.15:
        head, _, rest = dice.choice(EXAMPLES).read_text().partition("\n")
        return f"{head} {number}\n{rest}"
    thing, person = dice.choice(THINGS), dice.choice(PEOPLE)
    fields = dice.sample(FIELDS, dice.randint(1, 4))
    rules = [rule.format(person=person.lower()) for rule in dice.sample(RULES, dice.randint(0, 3))]
    lines = [f"# {thing} club {number}", f"Our club lends {thing.lower()}s to its {person.lower()}s.", "",
             f"- {thing}: name, {', '.join(fields)}", f"- {person}: name, email (unique)",
             f"- Loan: {thing.lower()}, {person.lower()}, lent on (date), due on (date)"]
    if rules:
        lines += ["", "## Rules", *(f"- {rule}" for rule in rules)]
    return "\n".join(lines)


def revised(dice: random.Random, proposal: dict, revision: int) -> dict:
    """The brief a person sends back: the proposed one with a rule more."""
    rule = dice.choice(REVISIONS).format(person="member")
    return {**proposal, "rules": [*proposal["rules"], f"{rule} (Wish {revision}.)"]}
