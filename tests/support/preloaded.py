"""Calls of `compose` without the time that Python takes to start and to import: forks of a process that did both once.

Each call is a process of its own all the same, with its own descriptors, folder, environment and session, and it ends
as Python ends. What Python looks at when it starts, it looked at in the first process, so there is one for each
locale and the like. Who tests starting, signals, limits or another checkout starts `python -m composer` instead.

The first process gets a socket for each call, together with the call's descriptors. There the fork of it reads the
call, and the first process answers with the process id, and at last with how that process ended.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import pickle
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
_OF_PYTHON = ("PYTHON", "LANG", "LC_")  # how the variables begin that it looks at when it starts
_SPARED = ("composer.__main__", "composer.menu", "composer.cli.menu_command")  # what calls by itself, or needs an extra
_START = "import sys; from tests.support.preloaded import serve; serve(int(sys.argv[1]))"


@dataclass(frozen=True, slots=True)
class Call:
    """What is called, and how."""

    words: Sequence[str | bytes]
    environment: Mapping[str, str]
    folder: Path
    umask: int
    is_leader: bool = False  # of a session of its own


def can_be_forked(environment: Mapping[str, str]) -> bool:
    """Whether Python would find this checkout there, and nothing in the place of a part of it."""
    return environment.get("PYTHONPATH") == str(ROOT)


def called(call: Call, seconds: float, stdin: bytes | int = subprocess.DEVNULL) -> tuple[int, bytes, bytes]:
    """The status, the output and the errors of a call; one that takes longer than `seconds` is killed.

    `stdin` is what it reads, or a descriptor. The status of one that a signal ended is the signal's negative number.
    """
    ours, theirs = socket.socketpair()
    with ThreadPoolExecutor(3) as pool, ExitStack() as ends, ours:
        (output, output_end), (errors, errors_end) = os.pipe(), os.pipe()
        told = [pool.submit(_read, descriptor) for descriptor in (output, errors)]
        if isinstance(stdin, bytes):
            input_end, typed = os.pipe()
            pool.submit(_write, typed, stdin)
        else:
            input_end = os.open(os.devnull, os.O_RDWR) if stdin == subprocess.DEVNULL else os.dup(stdin)
        given = [input_end, output_end, errors_end, theirs.detach()]
        for descriptor in given:
            ends.callback(os.close, descriptor)
        socket.send_fds(_first_process(_of_python(call.environment)), [b"call"], given)
        ends.close()
        status = _ended(ours, call, seconds)
    return status, told[0].result(), told[1].result()


def _ended(ours: socket.socket, call: Call, seconds: float) -> int:
    """Tell the process its call, and wait until it ends."""
    ours.sendall(pickle.dumps(call))
    ours.shutdown(socket.SHUT_WR)
    process = int.from_bytes(ours.recv(4), "little")
    ours.settimeout(seconds)
    try:
        answer = ours.recv(4)
    except TimeoutError:
        os.kill(process, signal.SIGKILL)
        ours.settimeout(None)
        answer = ours.recv(4)
    return os.waitstatus_to_exitcode(int.from_bytes(answer, "little"))


def _read(descriptor: int) -> bytes:
    with open(descriptor, "rb") as stream:
        return stream.read()


def _write(descriptor: int, content: bytes) -> None:
    with suppress(BrokenPipeError), open(descriptor, "wb") as stream:
        stream.write(content)


def _of_python(environment: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, value) for name, value in environment.items() if name.startswith(_OF_PYTHON)))


@cache
def _first_process(variables: tuple[tuple[str, str], ...]) -> socket.socket:
    """What a first process is told of calls by; it ends when nobody can call it any more."""
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", _START, str(theirs.fileno())],
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,  # as those of calls are
            stderr=subprocess.PIPE,
            pass_fds=(theirs.fileno(),),
        )

    def end() -> None:
        control.close()
        process.communicate()

    atexit.register(end)
    return control


def serve(descriptor: int) -> None:
    """The first process: import, then fork for each call that the socket `descriptor` brings."""
    import composer

    for module in pkgutil.walk_packages(composer.__path__, "composer."):
        if not module.name.startswith(_SPARED):
            importlib.import_module(module.name)
    from composer.cli.main import main

    gc.freeze()
    if _is_called(socket.socket(fileno=descriptor)):
        sys.exit(main())


def _is_called(control: socket.socket) -> bool:
    """Fork for calls: True in such a process, False if there are no more."""
    running: dict[int, tuple[int, socket.socket]] = {}  # by the descriptor of the process
    while True:
        ready, _, _ = select.select([control.fileno(), *running], [], [])
        for process in running.keys() & ready:
            number, talk = running.pop(process)
            os.close(process)
            with talk:
                talk.sendall(os.waitpid(number, 0)[1].to_bytes(4, "little"))
        if control.fileno() not in ready:
            continue
        told, descriptors, _, _ = socket.recv_fds(control, 1, 4)
        if not told:
            return False
        number = os.fork()
        if number == 0:
            _become(descriptors)
            return True
        *standard, last = descriptors
        for descriptor in standard:
            os.close(descriptor)
        talk = socket.socket(fileno=last)
        talk.sendall(number.to_bytes(4, "little"))
        running[os.pidfd_open(number)] = number, talk


def _become(descriptors: Sequence[int]) -> None:
    """In the fork: be what the call says, as a new process would."""
    *standard, talk = descriptors
    call: Call = pickle.loads(_read(talk))
    for number, descriptor in enumerate(standard):
        os.dup2(descriptor, number)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    coerced = {name: os.environ[name] for name in ("LC_CTYPE",) if name in os.environ}  # by Python, where none is set
    os.environ.clear()
    os.environ.update({**call.environment, **coerced})
    time.tzset()
    os.umask(call.umask)
    if call.is_leader:
        os.setsid()
    os.chdir(call.folder)
    sys.argv = [str(ROOT / "composer/__main__.py"), *map(os.fsdecode, call.words)]
