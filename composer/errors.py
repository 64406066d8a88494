"""What can go wrong, as values: a stable code, a place, a message and the next thing to try.

A `Diagnostic` is data; `ComposerError` carries one or more of them to `cli`, which alone turns
them into text on stderr and an exit status. Anything else that escapes is our bug (exit 37).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, IntEnum


class Exit(IntEnum):
    """Exit statuses of `compose` (DESIGN section 9)."""

    meaning: str  # the same for a person

    def __new__(cls, status: int, meaning: str) -> Exit:
        member = int.__new__(cls, status)
        member._value_ = status
        member.meaning = meaning
        return member

    OK = 0, "done"
    BUILD = 1, "the build failed, or a check of recipes has found something"
    USAGE = 2, "a mistake in the manifest, in a recipe or in the words of the command"
    UNRESOLVED = 3, "no image can have all that is asked for"
    GUEST = 4, "the guest failed; its own status is told"
    INTERRUPTED = 8, "interrupted"
    MACHINE = 36, "this machine lacks something; the hint says what"
    BUG = 37, "a bug of compose"


class Code(Enum):
    """Every mistake a user can make or meet: a stable id, greppable and tested, and its exit status.

    The letter is the phase: M manifest and command line, C catalog, T toolchain and target,
    R resolve, S symbols, B build, F fetch, V verify, G guest, X this machine.
    """

    id: str
    exit: Exit

    def __init__(self, identifier: str, status: Exit) -> None:
        self.id = identifier
        self.exit = status

    # M: the manifest and the command line
    FILE_MISSING = "M001", Exit.USAGE
    FILE_UNREADABLE = "M002", Exit.USAGE
    NOT_TEXT = "M003", Exit.USAGE
    NOT_YAML = "M004", Exit.USAGE
    NOT_A_MAPPING = "M005", Exit.USAGE
    DUPLICATE_KEY = "M006", Exit.USAGE
    TOO_COMPLEX = "M007", Exit.USAGE
    UNKNOWN_KEY = "M008", Exit.USAGE
    MISSING_KEY = "M009", Exit.USAGE
    WRONG_VALUE = "M010", Exit.USAGE
    NOT_YET = "M011", Exit.USAGE
    UNKNOWN_OPTION = "M012", Exit.USAGE
    UNKNOWN_RECIPE = "M013", Exit.USAGE
    SOURCE_MISSING = "M014", Exit.USAGE
    SOURCE_OUTSIDE = "M015", Exit.USAGE
    SOURCE_NOT_C = "M016", Exit.USAGE
    USAGE = "M017", Exit.USAGE
    UNKNOWN_NAME = "M018", Exit.USAGE
    LAUNCH_FILE = "M019", Exit.USAGE
    FILES_MISSING = "M020", Exit.USAGE
    FILES_REFUSED = "M021", Exit.USAGE
    FILES_TOO_LARGE = "M022", Exit.USAGE
    NETWORK_UNUSED = "M023", Exit.USAGE
    MANIFEST_EXISTS = "M024", Exit.USAGE
    NOT_EDITABLE = "M026", Exit.USAGE

    # C: a recipe of the catalog
    RECIPE_BROKEN = "C001", Exit.USAGE
    RECIPE_CYCLE = "C002", Exit.USAGE
    RECIPE_SOURCE_MISSING = "C003", Exit.USAGE
    RECIPE_NO_PROVIDER = "C004", Exit.USAGE
    RECIPE_SELF_DEPENDENCY = "C005", Exit.USAGE
    RECIPE_DUPLICATE = "C006", Exit.USAGE
    RECIPE_LICENCE = "C007", Exit.BUILD
    RECIPE_EXPORTS = "C008", Exit.BUILD
    RECIPE_UNDECLARED = "C009", Exit.BUILD
    RECIPE_UNUSED = "C010", Exit.BUILD
    RECIPE_HEADER = "C011", Exit.BUILD
    RECIPE_TAKEN = "C012", Exit.USAGE
    NOTHING_TO_COMPILE = "C013", Exit.USAGE

    # T: targets and toolchains
    UNKNOWN_TARGET = "T001", Exit.USAGE
    IMPOSSIBLE_PAIR = "T002", Exit.USAGE
    NO_COMPILER = "T003", Exit.MACHINE
    COMPILER_TOO_OLD = "T004", Exit.MACHINE
    COMPILER_LACKS_FLAG = "T005", Exit.MACHINE
    COMPILER_WRONG_ARCH = "T006", Exit.MACHINE
    COMPILER_HANGS = "T007", Exit.MACHINE
    COMPILER_UNTRIED = "T008", Exit.MACHINE
    UNKNOWN_TOOLCHAIN = "T009", Exit.USAGE

    # R: resolution
    UNRESOLVABLE = "R001", Exit.UNRESOLVED

    # S: symbols of real objects
    SYMBOL_MISSING = "S001", Exit.UNRESOLVED
    SYMBOL_TWICE = "S002", Exit.UNRESOLVED
    NO_MAIN = "S003", Exit.UNRESOLVED
    SYMBOL_NOT_EXPORTED = "S004", Exit.UNRESOLVED
    OBJECT_UNREADABLE = "S005", Exit.BUILD
    INLINE_CALL = "S008", Exit.UNRESOLVED
    FORMAT_REFUSED = "S007", Exit.UNRESOLVED

    # B: running the build steps
    STEP_FAILED = "B001", Exit.BUILD
    STORE_UNWRITABLE = "B002", Exit.MACHINE
    OUTPUT_UNWRITABLE = "B003", Exit.MACHINE
    DISK_FULL = "B004", Exit.MACHINE
    INPUT_UNDECLARED = "B005", Exit.BUILD
    INPUT_CHANGED = "B006", Exit.BUILD
    STEP_OUTPUT_MISSING = "B007", Exit.BUILD
    STORE_CORRUPT = "B008", Exit.BUILD
    INTERRUPTED = "B009", Exit.INTERRUPTED

    # F: fetching what others wrote
    SOURCE_NOT_TO_BE_HAD = "F001", Exit.MACHINE
    ARCHIVE_REFUSED = "F002", Exit.BUILD
    PATCH_FAILS = "F003", Exit.BUILD

    # V: the finished image
    IMAGE_WRONG = "V001", Exit.BUILD
    IMAGE_TOO_LARGE = "V002", Exit.BUILD
    IMAGE_UNREADABLE = "V003", Exit.USAGE
    NOT_AN_IMAGE = "V004", Exit.USAGE

    # G: the running guest
    GUEST_STATUS = "G001", Exit.GUEST
    GUEST_TRAPPED = "G002", Exit.GUEST
    GUEST_TIMEOUT = "G003", Exit.GUEST
    GUEST_SILENT = "G004", Exit.GUEST
    EMULATOR_DIED = "G005", Exit.GUEST

    # X: this machine
    NO_EMULATOR = "X001", Exit.MACHINE
    NO_DEBUGGER = "X002", Exit.MACHINE
    PORT_TAKEN = "X003", Exit.MACHINE
    NO_HYPERVISOR = "X004", Exit.MACHINE
    GUESTS_TOO_LARGE = "X005", Exit.MACHINE
    NO_TOOL = "X006", Exit.MACHINE
    NO_TAP = "X007", Exit.MACHINE
    NOTHING_WORKS = "X008", Exit.MACHINE
    NO_TERMINAL = "X010", Exit.MACHINE


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a text file; line and column count from 1, 0 means the whole file."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}" if self.column else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake, told from the user's chair: what is wrong, where, what to do next."""

    code: Code
    message: str
    at: Location | None = None
    hint: str | None = None

    def __str__(self) -> str:
        place = f"{self.at}: " if self.at else ""
        hint = f"\n  hint: {self.hint}" if self.hint else ""
        return f"{place}error[{self.code.id}]: {self.message}{hint}"


class ComposerError(Exception):
    """A mistake of the user or of the machine; all those of one phase at once."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("\n".join(map(str, diagnostics)))
        self.diagnostics = diagnostics

    @property
    def exit(self) -> Exit:
        """The exit status of the first diagnostic; a phase does not mix statuses."""
        return self.diagnostics[0].code.exit


def raise_any(diagnostics: Iterable[Diagnostic]) -> None:
    """Raise one `ComposerError` with all `diagnostics`, if there are any."""
    found = tuple(diagnostics)
    if found:
        raise ComposerError(*found)
