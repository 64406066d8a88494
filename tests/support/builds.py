"""Small builds for the tests of `composer.execute`: steps that a shell or a compiler really runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from composer.errors import Diagnostic
from composer.execute.engine import execute
from composer.execute.forecast import Forecast
from composer.execute.outcome import Outcome
from composer.execute.store import Store
from composer.model.step import Plan, Step

TOOL = "0" * 64


def shell(label: str, script: str, inputs: tuple[str, ...] = (), outputs: tuple[str, ...] = ()) -> Step:
    """A step that is a shell script."""
    return Step(label, "app", "/bin/sh", TOOL, ("-c", script), tuple(sorted(inputs)), outputs)


def compiled(source: str, *folders: str, flags: tuple[str, ...] = ()) -> Step:
    """A step that compiles one source of a root by gcc, with a depfile."""
    output = f"out/{source}.o"
    argv = ("-nostdinc", "-ffile-prefix-map={cwd}=.", *(f"-I{folder}" for folder in folders), *flags)
    argv = (*argv, "-MD", "-MF", f"out/{source}.d", "-c", source, "-o", output)
    return Step(f"compile {source}", "app", "/usr/bin/gcc", TOOL, argv, (source,), (output,), f"out/{source}.d")


class Recorder:
    """A reporter that remembers what it was told."""

    def __init__(self) -> None:
        self.total = 0
        self.ran: list[str] = []
        self.cached: list[str] = []
        self.failures: list[tuple[str, Diagnostic]] = []
        self.lines: list[str] = []
        self.bytes: dict[str, int] = {}
        self.ends = 0

    def began(self, expected: Forecast) -> None:
        self.total = expected.total

    def started(self, step: Step) -> None:
        self.ran.append(step.label)

    def finished(self, outcome: Outcome) -> None:
        if outcome.cached:
            self.cached.append(outcome.step.label)

    def failed(self, step: Step, diagnostic: Diagnostic) -> None:
        self.failures.append((step.label, diagnostic))

    def told(self, line: str) -> None:
        self.lines.append(line)

    def received(self, file: str, here: int, total: int | None) -> None:
        self.bytes[file] = here

    def ended(self) -> None:
        self.ends += 1


class Bench:
    """A folder with an app, a store and a place for logs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.app = folder / "app"
        self.app.mkdir(parents=True, exist_ok=True)
        self.store = Store(folder / "store")
        self.logs = folder / "logs"
        self.said = Recorder()

    def write(self, files: Mapping[str, str]) -> None:
        """Write files of the app."""
        for name, text in files.items():
            place = self.app / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)

    def plan(self, *steps: Step, **texts: bytes) -> Plan:
        """A plan whose root is the app; `texts` are named without their folder."""
        return Plan(steps, {"app": str(self.app)}, {f"text/{name}": text for name, text in texts.items()})

    def run(self, plan: Plan, *, jobs: int = 2, keep_going: bool = False) -> Mapping[str, Outcome]:
        """Execute `plan`; what the reporter was told is in `said`."""
        self.said = Recorder()
        return execute(plan, self.store, self.said, jobs=jobs, keep_going=keep_going, log_folder=self.logs)

    def build(self, *steps: Step, **texts: bytes) -> Mapping[str, Outcome]:
        """Execute these steps."""
        return self.run(self.plan(*steps, **texts))

    def content(self, outcome: Outcome) -> bytes:
        """The only output of a step."""
        (digest,) = outcome.outputs.values()
        return self.store.path_of(digest).read_bytes()


def processes_in(folder: Path) -> list[int]:
    """Living processes whose working folder is below `folder`."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            place = (entry / "cwd").readlink() if entry.name.isdigit() else entry
        except OSError:
            continue
        if place.is_relative_to(folder.resolve()):
            found.append(int(entry.name))
    return found
