"""The toolchains that the tests need on the machine; `tests/run.sh` installs them, and a missing one is a failure."""

from __future__ import annotations

TOOLCHAINS = ("gcc", "clang", "zig")
ARCHITECTURES = ("x86_64", "aarch64")
