"""Words that several commands have."""

from __future__ import annotations

import os

from composer.cli.command import Parser
from composer.cli.values import assignment, count, profile, toolchain
from composer.model.assignment import Assignment

_MANIFEST = "a unikernel.yaml or its folder (default: the current folder)"


def add_manifest_word(parser: Parser) -> None:
    """What every command has that reads one manifest."""
    parser.add_argument("manifest", nargs="?", default=".", metavar="MANIFEST", help=_MANIFEST)


def add_manifest_words(parser: Parser) -> None:
    """What every command has that reads several."""
    parser.add_argument("manifests", nargs="*", default=["."], metavar="MANIFEST", help=_MANIFEST)


def add_json_word(parser: Parser) -> None:
    """What every command has."""
    parser.add_argument("--json", action="store_true", help="print JSON on stdout")


def add_recipes_word(parser: Parser) -> None:
    """What every command has that reads the catalog."""
    parser.add_argument("--recipes", action="append", default=[], metavar="DIR", help="a folder with more recipes")


def add_guest_words(parser: Parser) -> None:
    """What every command has that starts a guest."""
    parser.add_argument(
        "--memory", metavar="SIZE", help="memory of the guest, such as 64MiB, instead of the manifest's"
    )
    parser.add_argument(
        "--env", action="append", default=[], metavar="K=V", help="set an environment variable of the app"
    )
    parser.add_argument(
        "--hypervisor", metavar="FILE", help="Xen for arm64, or a .deb with it, instead of the distribution's"
    )
    _network_words(parser)
    parser.set_defaults(takes_guest_words=True)


def _network_words(parser: Parser) -> None:
    from composer.cli.networks import mac, named, published

    words = parser.add_argument_group(
        "network", "Without --tap and --wire it is QEMU's user networking, which needs no rights."
    )
    words.add_argument(
        "--publish",
        action="append",
        type=published,
        default=[],
        metavar="[HERE:]PORT[/udp]",
        help="lead a port of this machine (default: a free one) to the guest's PORT, instead of the manifest's ports; "
        "may be repeated",
    )
    line = words.add_mutually_exclusive_group()
    line.add_argument("--tap", type=named, metavar="NAME", help="connect it to a tap device that is there")
    line.add_argument(
        "--wire", type=named, metavar="NAME", help="connect it to all guests that you run with the same --wire NAME"
    )
    words.add_argument("--pcap", metavar="FILE", help="record all frames, for tcpdump or Wireshark")
    words.add_argument("--mac", type=mac, metavar="ADDRESS", help="the address of the machine's card")


def add_build_words(parser: Parser) -> None:
    """What every command has that reads a manifest: words that change it, and those of a build."""
    parser.add_argument(
        "--target", action="append", default=[], metavar="P/A", help="platform/arch instead of the manifest's"
    )
    # One list for all three words, for of two that set the same the later wins.
    assignments: list[Assignment] = []
    parser.add_argument(
        "--profile",
        dest="assignments",
        action="append",
        type=profile,
        default=assignments,
        metavar="PROFILE",
        help="size, speed or debug instead of the manifest's profile",
    )
    parser.add_argument(
        "--set",
        dest="assignments",
        action="append",
        type=assignment,
        default=assignments,
        metavar="KEY=VALUE",
        help="set a key of the manifest, or an option as recipe.option; wins over the manifest",
    )
    parser.add_argument(
        "--toolchain",
        dest="assignments",
        action="append",
        type=toolchain,
        default=assignments,
        metavar="TOOLCHAIN",
        help="gcc, clang or zig, instead of the best for the target",
    )
    add_recipes_word(parser)
    parser.add_argument("--out", metavar="DIR", help="where images go (default: build/ beside the manifest)")
    add_step_words(parser)
    add_json_word(parser)


def add_step_words(parser: Parser) -> None:
    """What every command has that runs steps: where their sources are looked for, how many run at once, what is told."""
    parser.add_argument(
        "--source", action="append", default=[], metavar="FILE", help="an upstream archive, known by its sha256"
    )
    parser.add_argument(
        "--mirror",
        action="append",
        default=[],
        metavar="DIR|URL",
        help="where upstream archives are looked for before the network; $COMPOSE_MIRROR is the last of them",
    )
    parser.add_argument("--offline", action="store_true", help="fetch nothing: what is not in the store is told")
    parser.add_argument(
        "-j",
        "--jobs",
        type=count,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes at once (default: one for each core)",
    )
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument("-v", "--verbose", action="store_true", help="also print each step's command")
    loudness.add_argument("-q", "--quiet", action="store_true", help="print no progress")
