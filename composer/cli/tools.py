"""The commands that show what the composer knows and what this machine has; none of them reads a manifest."""

from __future__ import annotations

from composer.cli.command import Command, Parser
from composer.cli.values import days, size
from composer.cli.words import add_recipes_word

KEEP_DAYS = 30  # of `compose cache gc`, where nothing else is said


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


def _inspect_words(parser: Parser) -> None:
    parser.add_argument("image", metavar="IMAGE", help="an ELF file, an arm64 Image or an image.json, from anywhere")
    parser.add_argument("--diff", metavar="OLD", help="another such file, to compare with")


def _platform_words(parser: Parser) -> None:
    parser.add_argument("target", nargs="?", metavar="P/A", help="all of one target (default: a line of each)")
    add_recipes_word(parser)


def _doctor_words(parser: Parser) -> None:
    parser.add_argument("target", nargs="?", metavar="P/A", help="look only at what this target needs (default: all)")
    add_recipes_word(parser)


def _gc_words(parser: Parser) -> None:
    parser.add_argument(
        "--keep-days",
        type=days,
        metavar="N",
        help=f"remove what was not used for so many days (default: {KEEP_DAYS}, without --max)",
    )
    parser.add_argument("--max", type=size, metavar="SIZE", help="then the oldest, until so much is left, as in 2GiB")
    parser.add_argument("--dry-run", action="store_true", help="remove nothing, show what would go")


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

INSPECT = Command(
    "inspect",
    "tell what an image is, from what, and how it is protected",
    "compose inspect build/hello/kvm-x86_64/hello.elf\n"
    "  compose inspect --json copied.img\n"
    "  compose inspect --diff old/image.json build/hello/kvm-x86_64/image.json",
    _inspect_words,
    reads_manifest=False,
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

CACHE = Command(
    "cache",
    "show, check and clean the store of all that was built and fetched",
    "compose cache gc --max 2GiB --dry-run",
    reads_manifest=False,
    subcommands=(
        Command("size", "show what is in the store", "compose cache size --json", reads_manifest=False),
        Command(
            "check",
            "hash everything anew, and remove what is damaged",
            "compose cache check",
            reads_manifest=False,
        ),
        Command(
            "gc",
            "remove what was not used for long; never what a running command uses",
            "compose cache gc --keep-days 7",
            _gc_words,
            False,
        ),
    ),
)

TOOLS = (INSPECT, RECIPES, PLATFORMS, DOCTOR, SCHEMA, CACHE)
