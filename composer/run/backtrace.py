"""A trap report for a person: the cause, and each frame as function, file and line."""

from __future__ import annotations

from pathlib import Path

from composer.run.traps import TrapReport

_PC = ("rip", "pc")  # of x86_64 and aarch64


def backtrace(report: TrapReport, debug: Path) -> tuple[str, ...]:
    """The lines that tell where `report` happened, by the symbols of `debug`.

    Without that file only the address is told: a missing one must not hide the trap.
    """
    from composer.verify.symbols import Symbolizer

    try:
        content = debug.read_bytes()
    except OSError:
        place = (f"  #0 {report.registers[name]:#x}" for name in _PC if name in report.registers)
        return (report.cause, *place)
    frames = Symbolizer(content).trace(report.registers, report.words)
    return (report.cause, *(f"  #{depth} {frame}" for depth, frame in enumerate(frames)))
