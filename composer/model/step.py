"""Build steps: immutable descriptions of one process each, and the plan they form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

# First components of logical paths, and owners of objects. No recipe can have a name in parentheses.
APP = "app"  # the root of the app's sources; the app as an owner and as an asker
RECIPES = "recipes"  # the root of the shipped catalog
SHIPPED = "shipped"  # the origin of a recipe that came with the composer
COMPILER = "compiler"  # the root of the compiler's own headers
FILES = "files"  # the root of the manifest's `files`
TEXT, OUT = "text", "out"  # generated texts, outputs of steps
TOOLS = "host-tools"  # in the folder of a foreign step, the host's programs by name
RUNTIME = "(runtime)"  # the owner of functions that compilers call of their own accord, which come with the compiler
RUNTIME_SOURCES = "runtime"  # the root of their sources, where they come as sources
IMAGE = "(image)"  # the owner of what the composer generates
IMAGE_FILES = "(files)"  # the owner of what is made of the manifest's `files`


@dataclass(frozen=True, slots=True)
class Foreign:
    """What is special about a step that runs programs which nobody here knows.

    It has no roots, but copies of its inputs which it may write to, and no network where that can be helped.
    """

    copies: tuple[tuple[str, str], ...]  # input -> its place in the step's folder
    made: tuple[tuple[str, str], ...]  # output -> its place there
    folder: str  # where it starts
    tools: tuple[tuple[str, str], ...]  # name -> absolute path; part of the identity by `tool`


@dataclass(frozen=True, slots=True)
class Step:
    """One process. It runs in a folder of its own, where the plan's roots and its inputs are found by
    the relative paths that `argv` uses; nothing absolute is in it, so that two checkouts share its key.

    The placeholder `{cwd}` inside a word of `argv` stands for that folder and is keyed as written.
    """

    label: str  # for people, unique in a plan: "compile app/main.c"
    asker: str  # who asked for it: a recipe's name, or "app", or "image"
    program: str  # absolute path of the executable; its identity is `tool`, not this path
    tool: str  # digest of the tool
    argv: tuple[str, ...]  # arguments without the program
    # A root's file ("app/main.c") or, if it is given, the whole root; a text; another step's output. A source comes first.
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]  # relative paths under "out/", unique in a plan
    depfile: str | None = None  # a Makefile-syntax list of discovered inputs that the process writes
    foreign: Foreign | None = None
    environment: tuple[tuple[str, str], ...] = (("LC_ALL", "C"), ("PATH", "/usr/bin:/bin"), ("TZ", "UTC"))


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps, the generated texts that they read, and where their roots really are.

    A path's first component decides: a key of `roots` (a folder on disk), "text" (a key of `texts`),
    "out" (an output of a step of this plan or a key of `given`: logical path -> digest in the store). A root that
    never changes is a key of `given` too, with a digest of all that it holds.
    """

    steps: tuple[Step, ...]
    roots: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # absolute paths
    texts: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    given: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
