#!/bin/sh
# Installs what the tests need and runs all of them; words are handed to pytest. Root or sudo only where QEMU is missing.
set -eu
cd "$(dirname "$0")/.."
. .ci/environment.sh

if ! command -v qemu-system-x86_64 >/dev/null; then
    if [ "$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi
    $sudo apt-get update --quiet=2
    $sudo apt-get install --quiet=2 --yes --no-install-recommends qemu-system-x86 >/dev/null
fi
make_environment '.[test]'

python=.venv/bin/python
$python -m ruff format --check --quiet .
$python -m ruff check --quiet .
$python -m mypy
exec $python -m pytest "$@"
