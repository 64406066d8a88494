"""A layout as GNU ld's script language: pure text, the same rule for all targets (GUIDE 3.11).

Every input section is named, each in its place, and nothing else has one: the link command says
`--orphan-handling=error`, so a section that the linker finds alive and reach did not is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from composer.layout.arrange import FLAT_ALIGN, RESERVE_UNIT, RIGHTS, Layout, Output, Right, Segment
from composer.layout.source import TLS_BLOCK

_BITS = {"r": 4, "w": 2, "x": 1}

# What the script and the generated C define: recipes/core/contracts/include/image.h.
MEMORY_SYMBOL = "image_memory"
DEFINED_SYMBOLS = frozenset(
    {"image_init", "image_start", "image_end", "image_zero_end", "image_size", MEMORY_SYMBOL, TLS_BLOCK}
    | {"image_tls_start", "image_tls_bytes_end", "image_tls_end", "image_tls_align"}
    | {"image_destructors_start", "image_destructors_end"}
    | {f"image_{right}_{end}" for right in RIGHTS for end in ("start", "end", "bytes_start", "bytes_end")}
)

# Sections of the debug file that take no memory; DWARF 5, section 7 and appendix A.
_DEBUG = (
    *("abbrev", "addr", "aranges", "frame", "info", "line", "line_str", "loc", "loclists", "macinfo", "macro"),
    *("names", "pubnames", "pubtypes", "gnu_pubnames", "gnu_pubtypes", "ranges", "rnglists", "str", "str_offsets"),
    "types",
)

# Of the debug file as well: lld takes them for orphans, GNU ld does not ask.
SYMBOL_TABLES = (".symtab", ".shstrtab", ".strtab")

# Tables that the linker itself makes for an object that addresses symbols indirectly; nothing changes
# them in a program whose addresses are all known.
LINKER_TABLES = (".got", ".got.plt", ".igot", ".igot.plt")
# Unwind tables and remarks of the compiler; and the linker's tables for symbols that are chosen at run
# time (`ifunc`), which no image has: they are empty, but must be placed or discarded.
_DISCARDED = ".comment .eh_frame .note.GNU-stack .note.gnu.property .gnu.attributes .iplt .rela.*"


def render(layout: Layout) -> str:
    """The script's text."""
    facts = layout.facts
    headers = "" if facts.loader == "flat" else " + SIZEOF_HEADERS"
    lines = [f"ENTRY({facts.entry})", "PHDRS", "{", *_program_headers(layout), "}", "SECTIONS", "{"]
    lines += [f"  {name} = {value:#x};" for name, value in layout.symbols.items()]
    lines += [f"  image_start = {facts.base:#x};", f"  . = {facts.base:#x}{headers};"]
    present = {segment.right: segment for segment in layout.segments}
    for right in layout.rights:
        lines += _segment(layout, right, present.get(right))
    units = f"(image_end - {facts.base - facts.below:#x} + {RESERVE_UNIT - 1:#x}) / {RESERVE_UNIT:#x}"
    lines += [f"  image_end = ALIGN({facts.page:#x});"]
    lines += [f"  image_size = image_end - image_start + {units} * {facts.reserve:#x};"]
    lines += [f"  .debug_{name} 0 : {{ *(.debug_{name}) }}" for name in _DEBUG]
    lines += [f"  {name} 0 : {{ *({name}) }}" for name in SYMBOL_TABLES]
    lines += [f"  /DISCARD/ : {{ *({_DISCARDED}) }}", "}", ""]
    return "\n".join(lines)


def _program_headers(layout: Layout) -> Iterator[str]:
    for segment in layout.segments:
        headers = " FILEHDR PHDRS" if segment.right == "r" and layout.facts.loader != "flat" else ""
        yield f"  {segment.right} PT_LOAD{headers} FLAGS({sum(_BITS[letter] for letter in segment.right)});"
    if layout.has_notes:
        yield "  note PT_NOTE FLAGS(4);"
    if layout.has_tls:
        yield "  tls PT_TLS FLAGS(4);"
    if layout.marks_stack:
        yield "  stack PT_GNU_STACK FLAGS(6);"


def _segment(layout: Layout, right: Right, segment: Segment | None) -> Iterator[str]:
    """A segment between its symbols: two enclose whole pages, two its bytes in the file; an absent one has neither."""
    page, start = layout.facts.page, f"ALIGN({layout.facts.page:#x})"
    if segment is not None:
        start = f". & ~{page - 1:#x}"
        if right != layout.rights[0]:
            yield f"  . = ALIGN({page:#x}) + (. & {page - 1:#x});"
    yield f"  image_{right}_start = {start};"
    yield f"  image_{right}_bytes_start = .;"
    texts = {output.name: tuple(_output(output, right)) for output in segment.outputs} if segment else {}
    late = {name: texts.pop(name, ()) for name in (".tdata", ".tbss", ".bss", ".noinit")}
    yield from chain(*texts.values())
    if right == "r":
        yield f"  .got : {{ *({' '.join(LINKER_TABLES)}) }} :r"
    if right == "rw":
        yield from _thread_locals(layout, late[".tdata"])
    if layout.facts.loader == "flat":
        yield f"  . = ALIGN({FLAT_ALIGN});"
    yield f"  image_{right}_bytes_end = .;"
    if right == "rw":
        yield from _thread_zeros(late[".tdata"], late[".tbss"])
    yield from late[".bss"]
    if right == "rw":
        yield "  image_zero_end = .;"
    yield from late[".noinit"]
    yield f"  image_{right}_end = ALIGN({page:#x});"


def _thread_locals(layout: Layout, data: Sequence[str]) -> Iterator[str]:
    """The first values of thread-local variables that have one, as the last bytes of the file."""
    yield f"  image_tls_align = {layout.tls_align:#x};"
    if data:
        yield f"  . = ALIGN({layout.tls_align:#x});"
        yield "  image_tls_start = .;"
        yield from data
        yield "  image_tls_bytes_end = .;"


def _thread_zeros(data: Sequence[str], zeros: Sequence[str]) -> Iterator[str]:
    """The thread-local variables that are zero at first. They take no addresses: what follows overlaps them."""
    yield from zeros
    start = "ADDR(.tbss)" if zeros else "."
    if not data:
        yield f"  image_tls_start = {start};"
        yield f"  image_tls_bytes_end = {start};"
    end = "ADDR(.tbss) + SIZEOF(.tbss)" if zeros else "image_tls_bytes_end"
    yield f"  image_tls_end = {end};"


def _output(output: Output, right: Right) -> Iterator[str]:
    yield f"  {output.name} : {{"
    called = {".init_array": "image_constructors", ".fini_array": "image_destructors"}.get(output.name)
    aliased = output.name == ".init_array"  # by the names that C libraries know
    if called:
        yield f"    {called}_start = .;{' __init_array_start = .;' if aliased else ''}"
    for piece in output.inputs:
        words = f"{_quoted(piece.path)}({piece.section})"
        yield f"    KEEP({words})" if output.kept else f"    {words}"
    if called:
        yield f"    {called}_end = .;{' __init_array_end = .;' if aliased else ''}"
    extra = {".note": " :note", ".tdata": " :tls", ".tbss": " :tls"}.get(output.name, "")
    yield f"  }} :{right}{extra}"


def _quoted(path: str) -> str:
    return path if re.fullmatch(r"[\w./-]+", path) else f'"{path}"'
