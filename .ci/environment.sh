# Sourced by manifests/hello.sh and tests/run.sh, in the root of the checkout.

# make_environment WHAT: have a fresh .venv with the package and, for example, its extra: `.[test]`.
make_environment() {
    python=
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            python=$candidate
            break
        fi
    done
    if [ -z "$python" ]; then
        echo "error: Python 3.11 or newer is needed; on Debian and Ubuntu: sudo apt install python3 python3-venv" >&2
        return 36
    fi
    # Distributions split pip off their Python; one that is installed for the system serves as well.
    if "$python" -c 'import ensurepip' 2>/dev/null; then
        "$python" -m venv --clear .venv && pip=".venv/bin/python -m pip"
    elif "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m venv --clear --without-pip .venv && pip="$python -m pip --python .venv/bin/python"
    else
        echo "error: Python's venv module is incomplete; on Debian and Ubuntu: sudo apt install python3-venv" >&2
        return 36
    fi
    $pip install --quiet "$1"
}
