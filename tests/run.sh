#!/bin/sh
# Installs what the tests need and runs all of them; words are handed to pytest. Root or sudo only where a program is missing.
set -eu
cd "$(dirname "$0")/.."
. .ci/environment.sh

# need PROGRAM PACKAGE: have the package where the program is missing.
packages=
need() {
    command -v "$1" >/dev/null || packages="$packages $2"
}
need qemu-system-x86_64 qemu-system-x86
need qemu-system-aarch64 qemu-system-arm
need qemu-aarch64 qemu-user
need gdb gdb
need gdb-multiarch gdb-multiarch
need gdbserver gdbserver
need dtc device-tree-compiler
need lua5.4 lua5.4
need sqlite3 sqlite3
need tclsh tcl
need make make
need gcc gcc
need ip iproute2
need curl curl
need ab apache2-utils
need nc netcat-openbsd
need skopeo skopeo
need podman podman
need aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu
# What links test programs for aarch64; the compiler's package only recommends it.
[ -e /usr/aarch64-linux-gnu/include/stdio.h ] || packages="$packages libc6-dev-arm64-cross"
need zsh zsh
need fish fish
need clang clang
need tmux tmux
need ld.lld lld
need chromium chromium
if [ -n "$packages" ]; then
    if [ "$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi
    $sudo apt-get update --quiet=2
    # shellcheck disable=SC2086 # a list of words
    $sudo apt-get install --quiet=2 --yes --no-install-recommends $packages >/dev/null
fi
make_environment '.[test]'
# What editors ask about YAML; only where npm is there anyway, for the test of it says why it is left out.
editor=.venv/yaml-language-server
if command -v npm >/dev/null && [ ! -d "$editor/node_modules" ]; then
    mkdir -p "$editor"
    npm install --silent --no-audit --no-fund --prefix "$editor" yaml-language-server@1.25.0
fi

python=.venv/bin/python
$python -m ruff format --check --quiet .
$python -m ruff check --quiet .
$python -m mypy
# A file is run by one process, so that what it builds for all its tests is built once. One process more than there are
# processors would save some time, but tests of crowds of clients then fail now and then.
exec $python -m pytest --numprocesses auto --dist loadfile "$@"
