"""Circumstances that no file can describe: a machine that lacks something, and events while the command runs.

Each is a function that is given the scene before the command starts. Those about permissions also hold for root,
whose right to ignore them is given up in the child.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import pty
import re
import resource
import shutil
import signal
import socket
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import composer
from composer import digest
from composer.execute.store import Store
from composer.load.shipped import shipped_folder
from composer.model.image import Image
from composer.run.probes import arm64_image

PATIENCE_SECONDS = 60.0  # for an event that surely comes, on a busy machine
_PR_CAPBSET_DROP = 24  # <linux/prctl.h>
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2  # <linux/capability.h>


@dataclass
class Scene:
    """Where and how the command is going to run; a situation changes it."""

    folder: Path  # the copy of the mistake's folder, in which the command runs
    tools: Path  # stands first in PATH, empty
    store: Path
    environment: dict[str, str]
    in_child: Callable[[], None] | None = None
    meanwhile: Callable[[subprocess.Popen[str]], None] | None = None
    names: dict[str, str] = field(default_factory=dict)  # what else is replaced in what it says, and by what
    restore: list[Path] = field(default_factory=list)  # folders to be made writable again

    def tool(self, name: str, *lines: str) -> None:
        """A shell script on the PATH that stands before the real program, which it can call as `$real`."""
        script = self.tools / name
        script.write_text("\n".join(["#!/bin/sh", f"real={shutil.which(name)}", *lines, ""]))
        script.chmod(0o755)

    def wheel(self, *lines: str) -> None:
        """A Python package ziglang before the real one: its program is a shell script, or there is none."""
        package = self.tools / "python/ziglang"
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        self.environment["PYTHONPATH"] = f"{package.parent}:{self.environment['PYTHONPATH']}"
        if lines:
            (package / "zig").write_text("\n".join(["#!/bin/sh", *lines, ""]))
            (package / "zig").chmod(0o755)

    def own_store(self) -> None:
        """Use an empty store instead of the one that all mistakes share."""
        self.store = self.folder.parent / "store"
        self.environment["COMPOSE_STORE"] = str(self.store)

    def own_emulator(self) -> None:
        """Forget what was found out about QEMU; the steps stay in the store."""
        (self.store / "emulator-x86_64.json").unlink(missing_ok=True)

    def forbid_writing(self, folder: Path) -> None:
        """Make `folder` read-only, for root too."""
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o555)
        self.restore.append(folder)
        self.in_child = _obey_permissions


def _obey_permissions() -> None:
    libc = ctypes.CDLL(None)
    for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


def _awaited(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "the moment to interrupt never came"
        time.sleep(0.01)


def _interrupt(process: subprocess.Popen[str]) -> None:
    """Ctrl-C: the terminal sends it to the whole foreground group."""
    os.killpg(process.pid, signal.SIGINT)


# Upstream sources


def server_that_breaks_off(scene: Scene) -> None:
    """A mirror that sends half of what it promises, whatever it is asked for."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 2000\r\n\r\n" + bytes(1000))

    threading.Thread(target=serve, daemon=True).start()
    address = f"http://127.0.0.1:{server.getsockname()[1]}"
    scene.own_store()
    scene.environment["COMPOSE_MIRROR"] = address
    scene.names[address] = "<server>"


# The compiler


def no_compiler(scene: Scene) -> None:
    """Nothing is on the PATH, and no Python package has a compiler."""
    scene.environment["PATH"] = str(scene.tools)
    scene.wheel()


def _only_this_compiler(scene: Scene) -> None:
    """No other compiler is on the PATH that would do as well."""
    for name in ("as", "ld"):
        scene.tool(name, 'exec "$real" "$@"')
    scene.environment["PATH"] = str(scene.tools)


def nothing_but_a_compiler(scene: Scene) -> None:
    """What compiles is on the PATH, and nothing else is: no QEMU, no gdb, no podman."""
    scene.tool("gcc", 'exec "$real" "$@"')
    _only_this_compiler(scene)


def no_linker(scene: Scene) -> None:
    """The compiler knows of no ld."""
    scene.tool("gcc", '[ "$1" = -print-prog-name=ld ] && { echo no-such-ld; exit; }', 'exec "$real" "$@"')
    _only_this_compiler(scene)


def no_runtime(scene: Scene) -> None:
    """The compiler knows of no archive of its own functions: then it answers with the bare name."""
    scene.tool("gcc", '[ "$1" = -print-libgcc-file-name ] && { echo libgcc.a; exit; }', 'exec "$real" "$@"')
    _only_this_compiler(scene)


def damaged_runtime(scene: Scene) -> None:
    """The archive of the compiler's own functions is cut short."""
    answer = f"echo {scene.folder}/libgcc.a"
    scene.tool("gcc", f'[ "$1" = -print-libgcc-file-name ] && {{ {answer}; exit; }}', 'exec "$real" "$@"')
    _only_this_compiler(scene)


def old_compiler(scene: Scene) -> None:
    """The compiler says that it is version 9.4.0."""
    scene.tool("gcc", '[ "$1" = -dumpfullversion ] && { echo 9.4.0; exit; }', 'exec "$real" "$@"')
    _only_this_compiler(scene)


def compiler_without_a_flag(scene: Scene) -> None:
    """The compiler refuses one flag of the toolchain."""
    scene.tool("gcc", 'for word; do [ "$word" = -mno-red-zone ] && exit 1; done', 'exec "$real" "$@"')
    _only_this_compiler(scene)


def compiler_for_another_architecture(scene: Scene) -> None:
    """What is called gcc is not for this target, as on a machine of another architecture."""
    scene.tool("gcc", 'exec "$real" -U__x86_64__ "$@"')
    _only_this_compiler(scene)


def zig_that_hangs(scene: Scene) -> None:
    """The wheel's program never answers."""
    scene.wheel("/bin/sleep 600")


def zig_of_tomorrow(scene: Scene) -> None:
    """Nothing but a wheel of a version that nobody has tried."""
    scene.environment["PATH"] = str(scene.tools)
    scene.wheel('[ "$1" = version ] && echo 0.18.0')


def toolchain_for_another_architecture_only(scene: Scene) -> None:
    """The composer's own files with one more toolchain."""
    checkout = scene.folder.parent / "checkout"
    shutil.copytree(shipped_folder("toolchains"), checkout / "toolchains")
    for name in ("composer", "recipes"):
        (checkout / name).symlink_to(Path(composer.__file__).parents[1] / name)
    text = (checkout / "toolchains/clang.yaml").read_text().replace("name: clang", "name: armed", 1)
    (checkout / "toolchains/armed.yaml").write_text(re.sub(r"(?m)^  x86_64:\n(    .*\n)+", "", text))
    scene.environment["PYTHONPATH"] = str(checkout)


def linker_with_an_entry_of_its_own(scene: Scene) -> None:
    """The linker begins the image elsewhere than its script says."""
    scene.tool("ld", 'exec "$real" "$@" --entry=main --undefined=boot_entry')
    scene.tool("gcc", f'[ "$1" = -print-prog-name=ld ] && {{ echo {scene.tools}/ld; exit; }}', 'exec "$real" "$@"')


# Disk and permissions


def build_folder_not_writable(scene: Scene) -> None:
    """The manifest's folder is read-only."""
    scene.forbid_writing(scene.folder)


def page_folder_not_writable(scene: Scene) -> None:
    """The folder that the page is to be written to is read-only."""
    scene.forbid_writing(scene.folder / "pages")


def page_not_writable(scene: Scene) -> None:
    """The page that is there is read-only."""
    (scene.folder / "page.html").chmod(0o444)
    scene.in_child = _obey_permissions


def page_without_libraries(scene: Scene) -> None:
    """A store of its own, so that the libraries of a page are not in it."""
    scene.own_store()


def store_not_writable(scene: Scene) -> None:
    """The store is an empty read-only folder."""
    scene.own_store()
    scene.forbid_writing(scene.store)


def manifest_not_readable(scene: Scene) -> None:
    """The manifest's permissions forbid reading it."""
    (scene.folder / "unikernel.yaml").chmod(0)
    scene.in_child = _obey_permissions


def _limit_files(size: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def disk_full_for_the_store(scene: Scene) -> None:
    """All steps are done already, but there is no room to keep the bootable file in the store."""
    folder = scene.folder / "build/mine/linux-x86_64"
    name = digest.of_file(folder / "mine.elf")
    Store(scene.store).evict(name)
    shutil.rmtree(scene.folder / "build")
    scene.in_child = _limit_files(1024)


def disk_full_for_a_compiler(scene: Scene) -> None:
    """Small files of the store can be written, an object cannot."""
    scene.own_store()
    scene.in_child = _limit_files(2048)


def disk_full_for_the_image(scene: Scene) -> None:
    """All steps are done already, but there is no room to put the image beside the manifest."""
    shutil.rmtree(scene.folder / "build")
    scene.in_child = _limit_files(8192)


# The store and the sources, while the build runs


def store_emptied_during_the_build(scene: Scene) -> None:
    """When the last source is compiled, somebody deletes all objects of the others."""
    scene.own_store()
    delete = f"find {scene.store}/v1/blobs -type f | while read -r blob; do grep -q ELF $blob && rm -f $blob; done"
    scene.tool("gcc", '"$real" "$@" || exit', f'case "$*" in *text/image.c*) {delete};; esac')


def source_edited_during_each_compilation(scene: Scene) -> None:
    """Each time that the source has been compiled, it is another one."""
    source = scene.folder / "main.c"
    scene.tool("gcc", '"$real" "$@" || exit', f'case "$*" in *app/main.c*) echo "/**/" >>{source};; esac')


# QEMU


def qemu_that_dies(scene: Scene) -> None:
    """QEMU complains and ends, whatever it is asked for."""
    scene.own_emulator()
    scene.tool("qemu-system-x86_64", 'echo "qemu: could not load the firmware" >&2', "exit 1")


def qemu_that_crashes(scene: Scene) -> None:
    """QEMU is killed by a signal of its own."""
    scene.own_emulator()
    scene.tool("qemu-system-x86_64", "kill -SEGV $$")


# Xen


def _image_for_xen(scene: Scene, memory: int) -> None:
    """An image that nobody built, in the folder `hello`: these mistakes are met before it is looked at."""
    folder = scene.folder / "hello"
    folder.mkdir()
    code = arm64_image(b"\0" * 64)
    (folder / "hello.img").write_bytes(code)
    image = Image(
        name="hello",
        target="xen/aarch64",
        profile="size",
        memory=memory,
        entry=0,
        manifest={},
        manifest_digest="",
        toolchain={},
        resolution={},
        file_bytes=len(code),
        memory_bytes=len(code),
        unattributed_bytes=0,
        rows=(),
        recipes=(),
        sections=(),
        objects={},
        files={},
    )
    (folder / "image.json").write_text(image.as_json())


def no_package_of_xen(scene: Scene) -> None:
    """QEMU is on the PATH, apt-get is not, and Xen was never fetched."""
    scene.own_store()
    _image_for_xen(scene, 16 << 20)
    scene.tool("qemu-system-aarch64", 'exec "$real" "$@"')
    scene.environment["PATH"] = str(scene.tools)


def guests_larger_than_the_machine(scene: Scene) -> None:
    """Each of the guests wants 128 GiB, and Xen is at hand."""
    _image_for_xen(scene, 128 << 30)
    (scene.folder / "xen").write_bytes(arm64_image(b"Xen version"))


# gdb


def gdb_of_this_architecture_only(scene: Scene) -> None:
    """The compiler, QEMU's user mode, and a gdb that was built for one architecture, as Debian's is."""
    for name in ("aarch64-linux-gnu-gcc", "qemu-aarch64", "gdb"):
        scene.tool(name, 'exec "$real" "$@"')
    _only_this_compiler(scene)


def port_taken(scene: Scene) -> None:
    """Somebody listens already on the port that the manifest names first, or, if it names none, on 47113."""
    port = re.search(r'ports: \["(\d+)', (scene.folder / "unikernel.yaml").read_text())
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", int(port[1]) if port else 47113))
    listener.listen()

    def meanwhile(process: subprocess.Popen[str]) -> None:
        with listener:
            process.wait(PATIENCE_SECONDS)

    scene.meanwhile = meanwhile


def symbols_removed(scene: Scene) -> None:
    """Somebody kept the image alone."""
    (scene.folder / "build/mine/kvm-x86_64/mine.dbg").unlink()


def emulator_killed_while_running(scene: Scene) -> None:
    """QEMU ends in the middle of the guest, by the out-of-memory killer perhaps."""

    def meanwhile(process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        while process.stdout.readline() != "ready\n":
            pass
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (entry / "cmdline").read_bytes().split(b"\0")
                if str(scene.folder / "build/mine/kvm-x86_64/mine.elf").encode() in words:
                    os.kill(int(entry.name), signal.SIGKILL)

    scene.meanwhile = meanwhile


# Ctrl-C


def interrupted_while_starting(scene: Scene) -> None:
    """In the middle of an import, inside the code that makes a dataclass: CPython 3.11 ends by SIGINT for less."""
    (scene.tools / "sitecustomize.py").write_text(_INTERRUPTED_EXEC)
    scene.environment["PYTHONPATH"] = f"{scene.tools}:{scene.environment['PYTHONPATH']}"


_INTERRUPTED_EXEC = """
import builtins, os, signal, sys

real = builtins.exec

def interrupted(source, *scopes):
    if "composer.errors" in sys.modules and str(source).startswith("def __create_fn__"):
        source = f"import os\\nos.kill({os.getpid()}, {signal.SIGINT})\\n{source}"
    real(source, *scopes)

builtins.exec = interrupted
"""


def interrupted_while_loading(scene: Scene) -> None:
    """The manifest is a pipe that nobody has written to yet."""
    pipe = scene.folder / "unikernel.yaml"
    os.mkfifo(pipe)

    def meanwhile(process: subprocess.Popen[str]) -> None:
        with pipe.open("wb"):  # returns as soon as the other end is open
            _interrupt(process)
            process.wait(PATIENCE_SECONDS)

    scene.meanwhile = meanwhile


def interrupted_while_building(scene: Scene) -> None:
    """A compiler that takes a minute is at work; it does not end when it is asked to."""
    began = scene.tools / "began"
    scene.own_store()
    scene.tool("gcc", f'case " $* " in *" -c "*) trap "" TERM; : >{began}; sleep 60;; esac', 'exec "$real" "$@"')

    def meanwhile(process: subprocess.Popen[str]) -> None:
        _awaited(began.exists)
        _interrupt(process)

    scene.meanwhile = meanwhile


def interrupted_while_running(scene: Scene) -> None:
    """The guest has said that it is there and does not end."""

    def meanwhile(process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        _interrupt(process)

    scene.meanwhile = meanwhile


def terminated_while_running(scene: Scene) -> None:
    """Not Ctrl-C but SIGTERM, as from a job scheduler."""

    def meanwhile(process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.terminate()

    scene.meanwhile = meanwhile


def image_cut_short(scene: Scene) -> None:
    """Most of the image was lost, as in a broken download."""
    os.truncate(scene.folder / "build/mine/kvm-x86_64/mine.elf", 100)


def _copied(scene: Scene, file: str, size: int) -> None:
    """The first bytes of a file were copied elsewhere. How many it has depends on the compiler."""
    name = Path(file).name
    content = (scene.folder / file).read_bytes()
    (scene.folder / "copied").mkdir()
    (scene.folder / "copied" / name).write_bytes(content[:size])
    whole = -(-len(content) // 8) * 8 if name.endswith(".img") else len(content)  # in an Image by words
    scene.names |= {f"{whole:,}": "<all>", f"{len(content[:size]):,}": "<some>"}


def last_byte_lost(scene: Scene) -> None:
    """An image without its end."""
    _copied(scene, "build/mine/kvm-x86_64/mine.elf", -1)


def segment_table_lost(scene: Scene) -> None:
    """The same, without most of what it begins with."""
    _copied(scene, "build/mine/kvm-x86_64/mine.elf", 100)


def half_lost(scene: Scene) -> None:
    """An Image without its constants and data, and some of its code."""
    _copied(scene, "build/mine/kvm-aarch64/mine.img", 2000)


def image_removed(scene: Scene) -> None:
    """Somebody kept the description of an image and not the image."""
    (scene.folder / "saved").mkdir()
    shutil.move(scene.folder / "build/mine/linux-x86_64/image.json", scene.folder / "saved")


def special_files_in_a_tree(scene: Scene) -> None:
    """What no image can have: a pipe, and a name that breaks a line. (A device cannot be made by everybody.)"""
    tree = scene.folder / "rootfs"
    os.mkfifo(tree / "pipe")
    (tree / "two\nlines").touch()


def link_of_this_machine_in_a_tree(scene: Scene) -> None:
    """A link with the path that the tree has here."""
    tree = scene.folder / "rootfs"
    (tree / "link").symlink_to(tree / "file")


def unreadable_files_in_a_tree(scene: Scene) -> None:
    """A folder and a file that the user may not read."""
    tree = scene.folder / "rootfs"
    (tree / "secret").chmod(0)
    (tree / "closed").chmod(0)
    scene.restore.append(tree / "closed")
    scene.in_child = _obey_permissions


def read_only_mine(scene: Scene) -> None:
    """Nobody may write to the folder `mine`."""
    scene.forbid_writing(scene.folder / "mine")


# What the menu cannot be shown on


def terminal(scene: Scene, columns: int = 80) -> None:
    """Input and output are a terminal; what is told goes to the pipe."""
    _, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", 24, columns, 0, 0))

    def in_child() -> None:
        os.dup2(theirs, 0)
        os.dup2(theirs, 1)

    scene.in_child = in_child
    scene.environment.setdefault("TERM", "xterm")


def terminal_of_20_columns(scene: Scene) -> None:
    terminal(scene, 20)


def terminal_without_textual(scene: Scene) -> None:
    """The extra is not installed."""
    terminal(scene)
    scene.environment["PYTHONPATH"] = f"{scene.tools}:{scene.environment['PYTHONPATH']}"
    (scene.tools / "sitecustomize.py").write_text('import sys\nsys.modules["textual"] = None\n')


def manifest_read_only(scene: Scene) -> None:
    (scene.folder / "unikernel.yaml").chmod(0o444)
    scene.in_child = _obey_permissions


# Packages


def blob_spoilt(scene: Scene) -> None:
    """The largest blob of a package has another byte."""
    blob = _largest_blob(scene)
    blob.chmod(0o644)
    content = bytearray(blob.read_bytes())
    content[len(content) // 2] ^= 1
    blob.write_bytes(content)


def blob_lost(scene: Scene) -> None:
    """A package has not all of its blobs."""
    _largest_blob(scene).unlink()


def _largest_blob(scene: Scene) -> Path:
    blob = max((scene.folder / "p/blobs/sha256").iterdir(), key=lambda file: file.stat().st_size)
    scene.names[blob.name] = "<digest>"
    return blob
