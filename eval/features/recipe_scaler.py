from .writing import Feature

feature = f = Feature(
    "recipe_scaler", "CLI", "Scale recipes for a canteen",
    "A canteen cook turns recipes for 4 people into quantities for 300 and gets a shopping list.",
    users=["cooks", "buyers"],
    stories=["As a cook, I want a recipe for any number of guests, so that I need no calculator.",
             "As a buyer, I want one shopping list for several recipes, so that I order once."],
    entities={"Recipe": "title:text! serves:integer!", "Ingredient": "recipe:reference! name:text! quantity:decimal! unit:text!"},
    rules=["Quantities grow with the number of guests, spices only half as much.",
           "Results are rounded up to 5 grams or 10 millilitres.",
           "At most 1000 guests are allowed.",
           "A recipe with nuts, milk or gluten is marked as such on every page.",
           "The shopping list adds up the same ingredient across recipes."],
    constraints=["Recipes are Markdown files in a folder.", "A Ruby script without gems."],
    out_of_scope=["Nutrition values", "Ordering from suppliers"],
    summary="A command that scales recipes and prints a shopping list.")
f.requires("When a cook asks for a recipe for a number of guests, the system shall scale quantities with it, and spices half as much.",
           "Twice the guests need twice the flour.", "Twice the guests need one and a half times the pepper.")
f.requires("The system shall round results up to the next 5 grams or 10 millilitres.", "101 g become 105 g.", "91 ml become 100 ml.")
f.requires("If more than 1000 guests are asked for, then the system shall refuse.", "1000 are scaled, 1001 are refused.")
f.requires("When a recipe has nuts, milk or gluten, the system shall mark that on every page of it.", "A recipe with flour says gluten at the top.")
f.requires("When a buyer asks for a shopping list of several recipes, the system shall add up the same ingredient across them.",
           "Two recipes with 1 kg flour give 2 kg.")
f.requires("The system shall read recipes from Markdown files in a folder, as a Ruby script without gems.", "A new file is found without a restart.")
f.offers("scale", "Takes a recipe and guests, prints quantities.", "R1 R2 R3 R4 R6")
f.offers("shop", "Takes recipes and guests, prints one list.", "R5 R2 R6")
f.plans("A reader for Markdown, arithmetic on rationals, and a printer.")
f.builds("Read recipes", "lib/recipe.rb: Recipe.read(path) finds title, servings and ingredients; allergens names nuts, milk and gluten.",
         "lib/recipe.rb", "R4 R6")
f.builds("Scale", "lib/scale.rb: scale(recipe, guests) with spices at half the growth, rounded up to 5 g or 10 ml; raises TooMany above 1000.",
         "lib/scale.rb", "R1 R2 R3", "T1")
f.builds("Shop and print", "lib/shop.rb adds up by ingredient; bin/recipes has scale and shop.", "lib/shop.rb bin/recipes README.md", "R5 R6", "T2")
f.shows("Run: ruby -Ilib -e 'Dir[\"tests/*.rb\"].each { require _1 }'")
f.test("tests/test_scale.rb", "require 'minitest/autorun'\nrequire 'scale'", [
    ("Twice the guests need twice the flour and half as much more pepper", "R1", "class TestC# < Minitest::Test\n  def test_c# = assert_equal([2000, 15], scaled(2))\nend"),
    ("101 grams become 105", "R2", "class TestC# < Minitest::Test\n  def test_c# = assert_equal(105, rounded(101, 'g'))\nend"),
    ("1001 guests are refused", "R3", "class TestC# < Minitest::Test\n  def test_c# = assert_raises(TooMany) { scale(soup, 1001) }\nend"),
])
f.test("tests/test_recipes.rb", "require 'minitest/autorun'\nrequire 'recipe'\nrequire 'shop'", [
    ("A recipe with flour says gluten", "R4", "class TestC# < Minitest::Test\n  def test_c# = assert_includes(page(bread), 'gluten')\nend"),
    ("Two recipes share one line of flour", "R5", "class TestC# < Minitest::Test\n  def test_c# = assert_equal(['flour 2 kg'], shop(bread, cake))\nend"),
    ("A new file is found", "R6", "class TestC# < Minitest::Test\n  def test_c# = assert(found_after_adding('soup.md'))\nend"),
])
f.may_drop("rules/2", "R3")
f.may_drop("rules/3", "R4")
f.may_contradict("R3", "number", "If more than 250 guests are asked for, then the system shall refuse.", "250 are scaled, 251 are refused.")
f.may_contradict("R2", "rule", "The system shall round results down to the last 5 grams or 10 millilitres.", "104 g become 100 g.", "99 ml become 90 ml.")
f.may_contradict("R1", "rule", "When a cook asks for a recipe for a number of guests, the system shall scale all quantities alike, spices too.",
                 "Twice the guests need twice the pepper.")
f.may_invent("extra", "When a recipe was cooked, the system shall ask the guests for stars and sort recipes by them.", "Five stars come first.")
f.may_invent("out_of_scope", "When a recipe is printed, the system shall print nutrition values for each guest.", "Calories are shown.")
f.may_say(R2=("Every result goes up to a multiple of five grams or of ten millilitres.", "101 g are shown as 105 g."),
          R3=("One thousand guests are the most that the system takes.", "1,000 pass.", "1,001 do not."))
f.plan_contradicted.append(("T2", "raises TooMany above 1000", "raises TooMany above 6400"))
f.plan_invented.append(("T3", " bin/recipes order sends the list to the supplier's shop."))
f.plan_paraphrased.update(T2=("Arithmetic", "lib/scale.rb: spices grow half as fast; up to the next five grams or ten millilitres; a thousand guests at most."))
f.case_contradicted.append(("C3", "5001 guests are refused"))
f.case_paraphrased.update(C2="Grams go up to a multiple of five", C5="Flour of two recipes is one line")
