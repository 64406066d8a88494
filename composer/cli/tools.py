"""The commands that show what the composer knows and what this machine has; none of them reads a manifest."""

from __future__ import annotations

from composer.cli.command import Command, Parser
from composer.cli.values import days, one_of, size, spelled
from composer.cli.words import add_recipes_word, add_step_words

SHELLS = ("bash", "zsh", "fish")
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
    parser.add_argument("name", metavar="RECIPE", help="its name")
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


def _check_words(parser: Parser) -> None:
    parser.add_argument("folder", metavar="DIR", help="a recipe's folder, or a folder with several")
    parser.add_argument(
        "--target",
        action="append",
        default=[],
        metavar="P/A",
        help="compile for platform/arch alone (default: for all)",
    )
    add_recipes_word(parser)
    add_step_words(parser)


def _new_words(parser: Parser) -> None:
    parser.add_argument("name", metavar="NAME", help="what the recipe and its folder are called")
    parser.add_argument(
        "--from",
        dest="origin",
        required=True,
        metavar="ARCHIVE|DIR",
        help="the library: a tar or zip, which the recipe names by its digest, or a folder, whose files are copied",
    )
    parser.add_argument("--into", default=".", metavar="DIR", help="where the folder is made (default: here)")
    add_recipes_word(parser)
    add_step_words(parser)


def _init_words(parser: Parser) -> None:
    parser.add_argument(
        "folder", nargs="?", default=".", metavar="FOLDER", help="where the program's sources are (default: here)"
    )
    parser.add_argument("--name", metavar="NAME", help="the image's name (default: the folder's)")
    parser.add_argument(
        "--target", action="append", default=[], metavar="P/A", help="what it runs on (default: kvm/ this machine's)"
    )
    parser.add_argument("--main", metavar="FILE", help="the source with main, where several have one")
    parser.add_argument("-y", "--yes", action="store_true", help="ask nothing, take the defaults")
    parser.add_argument("--dry-run", action="store_true", help="write nothing, print the manifest")


INIT = Command(
    "init",
    "write a manifest for the program in a folder",
    "compose init --target linux/x86_64 --dry-run",
    _init_words,
    reads_manifest=False,
)


def _completion_words(parser: Parser) -> None:
    parser.add_argument(
        "shell",
        type=one_of(SHELLS),
        metavar=spelled(SHELLS),
        help="whose script is printed; with words behind --, what the last of them may be is told instead, as the script asks",
    )
    parser.set_defaults(takes_guest_words=True)


COMPLETION = Command(
    "completion",
    "print the script by which a shell completes words of compose",
    "compose completion bash",
    _completion_words,
    reads_manifest=False,
)

RECIPES = Command(
    "recipes",
    "show the recipes that images are made of",
    "compose recipes --target kvm/x86_64",
    reads_manifest=False,
    subcommands=(
        Command("list", "list all recipes", "compose recipes list --json", _catalog_words, False),
        Command("search", "find recipes by a word", "compose recipes search tcp", _search_words, False),
        Command("show", "show one recipe and who uses it", "compose recipes show lwip", _show_words, False),
        Command(
            "new",
            "write a recipe for a C library",
            "compose recipes new ring --from ring-1.2.tar.gz --into libs",
            _new_words,
            False,
        ),
        Command(
            "check",
            "look whether recipes are what they say of themselves",
            "compose recipes check libs/ring",
            _check_words,
            False,
        ),
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

TOOLS = (INIT, INSPECT, RECIPES, PLATFORMS, DOCTOR, SCHEMA, CACHE, COMPLETION)
