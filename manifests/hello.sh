#!/bin/sh
# From a fresh checkout to running images: makes .venv, installs compose into it, builds manifests/hello for
# both targets and runs them. Needs Python 3.11 or newer; no root. Without gcc the compiler is a Python package.
set -eu
cd "$(dirname "$0")/.."
. .ci/environment.sh
if command -v gcc >/dev/null; then make_environment .; else make_environment '.[zig]'; fi

compose=.venv/bin/compose
$compose build manifests/hello
$compose run manifests/hello --target linux/x86_64
if command -v qemu-system-x86_64 >/dev/null; then
    $compose run manifests/hello --target kvm/x86_64
else
    echo "to run it for kvm/x86_64 too, install QEMU: sudo apt install qemu-system-x86"
fi
