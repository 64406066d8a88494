#!/bin/sh
# From a fresh checkout to running images: makes .venv, installs compose into it, builds manifests/hello for all its
# targets, and runs those for which this machine has QEMU. Needs Python 3.11 or newer; no root. Where a compiler is
# missing, a Python package is the compiler.
set -eu
cd "$(dirname "$0")/.."
. .ci/environment.sh
if command -v gcc >/dev/null && command -v aarch64-linux-gnu-gcc >/dev/null; then what='.[menu]'; else what='.[menu,zig]'; fi
make_environment "$what"

compose=.venv/bin/compose
$compose build manifests/hello
$compose run manifests/hello --target "linux/$(uname -m)"

# run_under PROGRAM PACKAGE TARGET…: run the targets under QEMU's PROGRAM, or say how to get it.
run_under() {
    program=$1 package=$2
    shift 2
    for target in "$@"; do
        if command -v "$program" >/dev/null; then
            $compose run manifests/hello --target "$target"
        else
            echo "to run it for $target too, install QEMU: sudo apt install $package"
        fi
    done
}
run_under qemu-system-x86_64 qemu-system-x86 kvm/x86_64
run_under qemu-system-aarch64 qemu-system-arm kvm/aarch64 xen/aarch64
