"""The commands that read a manifest: what they are called, and their own words."""

from __future__ import annotations

from composer.cli.command import Command, Parser
from composer.cli.values import add_choice, count, port, seconds
from composer.cli.words import add_guest_words, add_manifest_word, add_manifest_words


def _build_words(parser: Parser) -> None:
    add_manifest_words(parser)
    parser.add_argument("--keep-going", action="store_true", help="after a failure go on with what does not need it")


_IMAGE = (
    "a manifest or its folder; an image.json, .elf or .img that was built; or oci:DIR[:TAG], which was packaged "
    "(default: the current folder)"
)
_BESIDE = "several, for xen/aarch64 alone, run beside each other, each line with its image's name, and get no input"


def _run_words(parser: Parser) -> None:
    parser.add_argument("manifests", nargs="*", default=["."], metavar="MANIFEST|IMAGE", help=f"{_IMAGE}; {_BESIDE}")
    add_guest_words(parser)
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--dry-run", action="store_true", help="print the command that would run, and stop")
    instead.add_argument(
        "--boot-times",
        action="store_true",
        help="emulate the guest, and tell afterwards how long each part of its boot took and how many instructions",
    )
    parser.add_argument("--timeout", type=seconds, metavar="SECONDS", help="end the guest after that long, with exit 4")
    parser.add_argument(
        "--expect", metavar="TEXT", help="succeed as soon as the guest has printed TEXT, fail if it never does"
    )


def _debug_words(parser: Parser) -> None:
    parser.add_argument("manifest", nargs="?", default=".", metavar="MANIFEST|IMAGE", help=_IMAGE)
    add_guest_words(parser)
    parser.add_argument(
        "--break", dest="place", default="main", metavar="PLACE", help="where to stop first (default: %(default)s)"
    )
    parser.add_argument(
        "--console",
        metavar="FILE|TTY",
        help="the guest's console: a file, or another terminal, where it can be typed to (default: what it prints "
        "appears here while it runs; it has no input, but with --batch and --server yours)",
    )
    parser.add_argument(
        "--gdb-command",
        action="append",
        default=[],
        metavar="COMMAND",
        help="what gdb does once the guest has stopped; may be repeated",
    )
    parser.add_argument("--batch", action="store_true", help="end after these commands; without your .gdbinit")
    parser.add_argument(
        "--server", action="store_true", help="start no gdb, but say how to connect to the waiting guest"
    )
    parser.add_argument("--port", type=port, metavar="N", help="the port of --server or --vscode (default: a free one)")
    parser.add_argument(
        "--vscode", action="store_true", help="only write an entry to .vscode/launch.json beside the manifest"
    )
    parser.set_defaults(expect=None)


def _graph_words(parser: Parser) -> None:
    add_manifest_word(parser)
    parser.add_argument("-i", "--invert", metavar="RECIPE", help="what wants RECIPE, instead of what the image wants")
    parser.add_argument("--depth", type=count, metavar="N", help="show no more than N levels")
    add_choice(parser, "--format", "tree", "dot", "mermaid", "json")
    parser.add_argument(
        "--html",
        metavar="FILE",
        help="write one page that needs no network: the graph, the bytes down to functions, memory, and boot order",
    )
    parser.add_argument(
        "--diff", metavar="OLD", help="on that page also what changed since OLD, an image.json or the folder of one"
    )


def _why_words(parser: Parser) -> None:
    parser.add_argument("name", metavar="WHAT", help="a recipe, a capability or a symbol")
    add_manifest_word(parser)


def _size_words(parser: Parser) -> None:
    add_manifest_word(parser)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--diff", metavar="OLD", help="an image.json, or the folder of one, to compare with")
    form.add_argument(
        "--tree", action="store_true", help="with bars: recipes, their objects, functions and data in these"
    )
    parser.add_argument("--depth", type=count, metavar="N", help="of the tree show no more than N levels")
    add_choice(parser, "--by", "recipe", "object", "section")


def _package_words(parser: Parser) -> None:
    add_manifest_word(parser)
    parser.add_argument("--oci", metavar="DIR", help="write an OCI image layout, or add to the one that is there")
    parser.add_argument("--load", action="store_true", help="hand the images to `podman load`")


def _explain_words(parser: Parser) -> None:
    parser.add_argument("step", metavar="STEP", help="a step's label as `compose plan -v` prints it, or the end of one")
    add_manifest_word(parser)


IMAGES = (
    Command("build", "compose images", "compose build --target kvm/x86_64 manifests/hello", _build_words),
    Command(
        "run",
        "run an image, after building what is stale",
        "compose run --timeout 10 manifests/crash -- null",
        _run_words,
    ),
    Command(
        "debug",
        "start an image under gdb, stopped in main",
        "compose debug --target kvm/x86_64 manifests/hello -- world",
        _debug_words,
    ),
    Command(
        "graph", "show what is in an image and why", "compose graph --format mermaid manifests/hello", _graph_words
    ),
    Command(
        "why",
        "tell why a recipe, capability or symbol is in an image, or why not",
        "compose why printf manifests/hello",
        _why_words,
    ),
    Command(
        "menu",
        "choose what a manifest says, and see what each choice changes",
        "compose menu manifests/hello",
        add_manifest_word,
    ),
    Command("size", "show the bytes of an image", "compose size --by section manifests/hello", _size_words),
    Command("plan", "show the steps of a build", "compose plan --json manifests/hello", add_manifest_word),
    Command(
        "explain",
        "show what a step's key is made of, and what changed",
        "compose explain main.c manifests/hello",
        _explain_words,
    ),
    Command(
        "show-script", "print the linker script of an image", "compose show-script manifests/hello", add_manifest_word
    ),
    Command(
        "fetch",
        "get the upstream sources that a build needs",
        "compose fetch --mirror /media/archives manifests/hello",
        add_manifest_words,
    ),
    Command(
        "package",
        "make an OCI image, for registries and container tools",
        "compose package --oci hello.oci manifests/hello",
        _package_words,
    ),
    Command("clean", "remove what was built from a manifest", "compose clean manifests/hello", add_manifest_word),
)
