"""The C text that the composer writes for an image: its init calls and its note.

Direct calls, not a table of pointers and a loop: five bytes a call instead of eight and the loop's
twenty, no data that must be sealed, and a stack trace names the caller's line.
"""

from __future__ import annotations

from collections.abc import Sequence

from composer.model.linkage import THREAD_LOCAL, Reach

TLS_BLOCK = "image_tls_block"  # recipes/core/contracts/include/image.h
TLS_WORDS = 16  # bytes beside the variables, before or behind them, that belong to the C library
NOTE_OWNER = "compose"
NOTE_TYPE = 1  # the digest of the resolved manifest, 32 bytes


def init_source(calls: Sequence[str], *, constructors: bool) -> bytes:
    """`image_init`, which makes `calls` in the order given and then, if there are any, runs constructors."""
    lines = [f"void {call}(void);" for call in calls]
    body = [f"\t{call}();" for call in calls]
    if constructors:
        lines.append("extern void (*const image_constructors_start[])(void), (*const image_constructors_end[])(void);")
        body += [
            "\tfor (void (*const *run)(void) = image_constructors_start; run != image_constructors_end; run++)",
            "\t\t(*run)();",
        ]
    return "\n".join([*lines, "void image_init(void);", "void image_init(void)", "{", *body, "}", ""]).encode()


def tls_source(reached: Reach) -> bytes:
    """Memory for the thread-local variables of one thread, if something alive uses it.

    Before the linker has ordered them only a bound of their size is known: each may lose bytes to alignment.
    """
    if not reached.uses(TLS_BLOCK):
        return b""
    sections = [reached.members[entry.member].index.sections[entry.section] for entry in reached.alive]
    pieces = [section for section in sections if section.kind in THREAD_LOCAL]
    align = max(TLS_WORDS, *(piece.align for piece in pieces))
    # The zeros begin where the bytes of the file end, which may be a multiple of 8.
    size = sum(piece.size + piece.align - 1 for piece in pieces) + 8
    room = -(-size // align) * align + align
    return f"__attribute__((aligned({align}))) char {TLS_BLOCK}[{room}];\n".encode()


def note_source(digest: str) -> bytes:
    """A note (System V ABI, "Note Section") that holds the resolved manifest's SHA-256 `digest`, in hexadecimal."""
    # In assembly: of a variable in a section, gcc and clang each take another word for making it a note.
    words = ", ".join(f"0x{digest[place : place + 2]}" for place in range(0, len(digest), 2))
    lines = (
        '.pushsection .note.compose, \\"a\\", %note',
        ".balign 4",
        f".long {len(NOTE_OWNER) + 1}, 32, {NOTE_TYPE}",
        f'.asciz \\"{NOTE_OWNER}\\"',
        ".balign 4",
        f".byte {words}",
        ".popsection",
    )
    return "".join(["__asm__(\n", *(f'\t"{line}\\n"\n' for line in lines), ");\n"]).encode()
