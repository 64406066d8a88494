"""Counts the instructions of a guest to the stages of its boot, in a run of its own: counting takes time.

A machine is stopped by breakpoints, at which QEMU knows the count: it records the run (`-icount`, "Record/replay" of its manual),
though nobody keeps the record. A process has no such clock: QEMU translates one instruction at a time and tells of each.
"""

from __future__ import annotations

import math
import os
import re
import select
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace

from composer.model.boot import Counts, Course, Part
from composer.run.child import started
from composer.run.guest import Emulator, Guest, Interpreter, XenHost
from composer.run.launch import Launch, prepared
from composer.run.monitor import Monitor, monitor_words
from composer.run.network import UserNetwork
from composer.run.remote import Remote
from composer.run.stub import machine_stub

_STAGE_SECONDS = 30.0  # of the clock, from one stage to the next; Xen takes some seconds to start a guest
_BYTE_SECONDS = 5.0  # from main to its first byte: a server may never have one
_CHUNK = 1 << 20
# A clock that begins anew in each run: firmware that looks at it does the same work.
_RECORDED = ("-icount", "shift=0,rr=record,rrfile=/dev/null", "-rtc", "base=2000-01-01,clock=vm")
# "Trace 0: <host address> [<…>/<program counter>/<flags>/<…>]": QEMU, accel/tcg/cpu-exec.c
_EXECUTED = re.compile(rb"Trace \d+: \S+ \[[0-9a-f]+/([0-9a-f]+)/")
_GUEST_LEVEL = 1  # where a hypervisor of an arm64 machine runs its guests


class _Tally:
    """What is counted so far."""

    def __init__(self, course: Course, limit: float) -> None:
        self._course = course
        self._limit = limit
        self._numbers = {stage.address: number for number, stage in enumerate(course.stages)}
        self._stages: dict[int, int] = {}
        self._first_byte: int | None = None
        self._noted = time.monotonic()

    def note(self, address: int, count: int) -> None:
        """The guest is at `address`, for the first time, after `count` instructions."""
        if address == self._course.writer and self._first_byte is None:
            self._first_byte = count
        elif (number := self._numbers.get(address)) is not None and number not in self._stages:
            self._stages[number] = count
        else:
            return
        self._noted = time.monotonic()

    @property
    def is_in_main(self) -> bool:
        return any(self._course.stages[number].part is Part.MAIN for number in self._stages)

    @property
    def is_over(self) -> bool:
        return self.is_in_main and (self._course.writer is None or self._first_byte is not None)

    @property
    def patience(self) -> float:
        """How many seconds the next thing may still take."""
        most = min(self._limit, _BYTE_SECONDS if self.is_in_main else _STAGE_SECONDS)
        return max(0.0, self._noted + most - time.monotonic())

    def counts(self, complaint: str = "") -> Counts:
        return Counts(self._stages, self._first_byte, complaint)


def tally(guest: Guest, host: Emulator | Interpreter | XenHost, course: Course, limit: float | None = None) -> Counts:
    """How many instructions `guest` executes on `host` up to each stage and its first byte, as far as it comes.

    It is given up if it takes `limit` seconds from one to the next. It has no input, no frames are recorded, and no port
    of this machine leads to it. Raises `ComposerError` as `run_guests` does.
    """
    result = _Tally(course, math.inf if limit is None else limit)
    with prepared([_alone(guest)], host, None, _nothing, _nothing) as launch:
        if isinstance(host, Interpreter):
            return _of_process(launch, host, result)
        return _of_machine(launch, guest, isinstance(host, XenHost), course, result)


def _started(
    launch: Launch, argv: Sequence[str], descriptors: Sequence[int]
) -> AbstractContextManager[subprocess.Popen[bytes]]:
    """What `launch` would start, with other words; what it writes waits in its pipes."""
    return started(
        argv,
        blame=launch.blame,
        environment=launch.environment,
        pass_fds=descriptors,
        third=launch.third,
        leaves_no_core=launch.leaves_no_core,
    )


def _complaint(process: subprocess.Popen[bytes], error: OSError) -> str:
    """Why QEMU did not count: its own last words, if it had any."""
    process.kill()
    assert process.stderr is not None
    lines = process.stderr.read().decode(errors="replace").splitlines()
    return lines[-1] if lines else str(error)


def _nothing(line: str) -> None:
    """Nobody wants to read what this run says."""


def _alone(guest: Guest) -> Guest:
    network = guest.network
    if network is None:
        return replace(guest, ports=())
    line = UserNetwork() if isinstance(network.line, UserNetwork) else network.line
    return replace(guest, network=replace(network, line=line, pcap=None), ports=())


# ---- A machine.


def _of_machine(launch: Launch, guest: Guest, is_hosted: bool, course: Course, result: _Tally) -> Counts:
    ours, theirs = socket.socketpair()
    with ours, theirs, machine_stub(0) as stub:
        argv = (*stub.joined(launch.argv), *_RECORDED, *monitor_words(theirs.fileno()))
        descriptors = (*launch.pass_fds, *stub.descriptors, theirs.fileno())
        with _started(launch, argv, descriptors) as process:
            theirs.close()  # so that its end is seen
            try:
                monitor = Monitor(ours, _STAGE_SECONDS)
                monitor.greet()
                with socket.create_connection(_place(stub.address), _STAGE_SECONDS) as channel:
                    remote = Remote(channel, guest.target.arch)
                    _count_stops(remote, channel, monitor, is_hosted, course, result)
            except OSError as error:
                return result.counts("" if result.counts().stages else _complaint(process, error))
    return result.counts()


def _place(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host, int(port)


def _count_stops(
    remote: Remote, channel: socket.socket, monitor: Monitor, is_hosted: bool, course: Course, result: _Tally
) -> None:
    addresses = [stage.address for stage in course.stages] + ([] if course.writer is None else [course.writer])
    for address in addresses:
        remote.stop_at(address)
    while not result.is_over and (left := result.patience):
        channel.settimeout(left)
        stop = remote.go_on()
        if stop is None:
            return
        remote.pass_by(stop.address)
        if is_hosted and stop.level != _GUEST_LEVEL:
            remote.step()  # the hypervisor itself runs through such an address
            remote.stop_at(stop.address)
        else:
            result.note(stop.address, monitor.instructions())


# ---- A process.


def _of_process(launch: Launch, host: Interpreter, result: _Tally) -> Counts:
    reader, writer = os.pipe()
    words = (*_one_by_one(host.program), "-d", "exec,nochain", "-D", f"/dev/fd/{writer}")
    argv = (launch.argv[0], *words, *launch.argv[1:])
    with ExitStack() as stack:
        stack.callback(os.close, reader)
        try:
            process = stack.enter_context(_started(launch, argv, (*launch.pass_fds, writer)))
        finally:
            os.close(writer)  # its end is the process's
        assert process.stdin is not None
        process.stdin.close()
        for count, address in enumerate(_executed(reader, lambda: result.patience)):
            result.note(address, count)
            if result.is_over:
                break
        return result.counts("" if result.counts().stages else _complaint(process, TimeoutError("QEMU told nothing")))


def _one_by_one(program: str) -> tuple[str, ...]:
    """The word for it has changed in QEMU 8.1."""
    told = subprocess.run((program, "-help"), stdin=subprocess.DEVNULL, capture_output=True, check=False).stdout
    return ("-one-insn-per-tb",) if b"one-insn-per-tb" in told else ("-singlestep",)


def _executed(log: int, patience: Callable[[], float]) -> Iterator[int]:
    """The address of each instruction that QEMU tells of, for so many seconds."""
    rest = b""
    while (left := patience()) and select.select([log], [], [], left)[0] and (data := os.read(log, _CHUNK)):
        *lines, rest = (rest + data).split(b"\n")
        yield from (int(found[1], 16) for line in lines if (found := _EXECUTED.match(line)))
