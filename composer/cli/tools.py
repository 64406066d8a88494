"""The commands that show what the composer knows and what this machine has; none of them reads a manifest."""

from __future__ import annotations

from composer.cli.command import Command, Parser, add_recipes_word


def _catalog_words(parser: Parser) -> None:
    parser.add_argument("--target", metavar="P/A", help="only what can be in an image for platform/arch")
    add_recipes_word(parser)


def _search_words(parser: Parser) -> None:
    parser.add_argument(
        "text",
        nargs="+",
        metavar="WORD",
        help="part of a name, capability, option or summary, or a whole symbol; all of several must be found",
    )
    _catalog_words(parser)


def _show_words(parser: Parser) -> None:
    parser.add_argument("name", metavar="NAME", help="a recipe")
    add_recipes_word(parser)


def _platform_words(parser: Parser) -> None:
    parser.add_argument("target", nargs="?", metavar="P/A", help="all of one target (default: a line of each)")
    add_recipes_word(parser)


def _doctor_words(parser: Parser) -> None:
    parser.add_argument("target", nargs="?", metavar="P/A", help="look only at what this target needs (default: all)")
    add_recipes_word(parser)


RECIPES = Command(
    "recipes",
    "show the recipes that images are made of",
    "compose recipes --target kvm/x86_64",
    reads_manifest=False,
    subcommands=(
        Command("list", "list all recipes", "compose recipes list --json", _catalog_words, False),
        Command("search", "find recipes by a word", "compose recipes search tcp", _search_words, False),
        Command("show", "show one recipe and who uses it", "compose recipes show lwip", _show_words, False),
    ),
)

PLATFORMS = Command(
    "platforms",
    "show what images can run on, and how far that is tested",
    "compose platforms kvm/x86_64",
    _platform_words,
    reads_manifest=False,
)

DOCTOR = Command(
    "doctor",
    "show what this machine lacks, and the line that installs it",
    "compose doctor kvm/x86_64",
    _doctor_words,
    reads_manifest=False,
)

SCHEMA = Command(
    "schema",
    "print the JSON Schema by which an editor completes and marks a file",
    "compose schema",
    reads_manifest=False,
    subcommands=(
        Command("manifest", "of unikernel.yaml", "compose schema manifest", add_recipes_word, False),
        Command("recipe", "of recipe.yaml", "compose schema recipe --recipes mine", add_recipes_word, False),
    ),
)

TOOLS = (RECIPES, PLATFORMS, DOCTOR, SCHEMA)
