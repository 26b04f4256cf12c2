#!/usr/bin/env bash
# Installs what is missing, and only that: `setup.sh run`, `setup.sh develop` (run, and the Python tools of the developers)
# or `setup.sh test` (develop, and the Debian packages that only tests need). Told twice, it does nothing the second time.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
level=${1:-run}
case $level in run | develop | test) ;; *) fail "setup.sh does not know $level" "say run, develop or test" ;; esac

mkdir -p build/stamps
exec 9>build/stamps/lock
flock -n 9 || { say "another setup runs in $ROOT; waiting for it" && flock 9; }

# --- Debian packages ---------------------------------------------------------------------------------------------

names_of() { awk -v group="$1" '$1 == group {print $2}' packages/debian.txt; }

missing_of() {
    local name
    for name in "$@"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || echo "$name"
    done
}

refresh_lists() {
    [ -z "${lists_are_fresh:-}" ] || return 0
    say "refreshing the package lists"
    # A broken foreign source must not stop us: what matters is whether the install below succeeds.
    quietly apt-update as_root apt-get -o DPkg::Lock::Timeout=600 update ||
        say "apt-get update reported errors (build/log/apt-update.log); going on with the lists there are"
    lists_are_fresh=1
}

install_debian() {
    local missing
    mapfile -t missing < <(missing_of "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || fail "these packages are missing: ${missing[*]}" "install them; this script knows only apt-get"
    refresh_lists
    say "installing ${#missing[@]} Debian packages: ${missing[*]}"
    quietly apt-install as_root apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends "${missing[@]}" ||
        fail "apt-get could not install: ${missing[*]}" "read build/log/apt-install.log, mend the package sources, and run make again"
}

mapfile -t wanted < <(names_of run)
[ "$level" != test ] || mapfile -t -O ${#wanted[@]} wanted < <(names_of test)
install_debian "${wanted[@]}"
say "Debian packages: all ${#wanted[@]} present"

# --- Python --------------------------------------------------------------------------------------------------------

is_complete() { # a shim without its Python, or a Python without ensurepip or headers, will not do
    "$1" -c 'import ctypes, ensurepip, os, sqlite3, ssl, sys, sysconfig, venv
include = sysconfig.get_paths()["include"]
sys.exit(not (sys.version_info[:2] == (3, 11) and os.path.exists(os.path.join(include, "Python.h"))))' 2>/dev/null
}

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3.11 /usr/bin/python3.11 /usr/local/bin/python3.11 python3 "$HOME"/.pyenv/versions/3.11*/bin/python3.11; do
        if [ -n "$candidate" ] && is_complete "$candidate"; then
            "$candidate" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    return 1
}

lock=requirements/runtime.txt
[ "$level" = run ] || lock=requirements/develop.txt
# The place is part of the stamp: an environment that was moved has dead paths in it. Of pyproject.toml only what is installed counts.
stamp_of() { echo "$ROOT $({ sed '/^\[tool\.ruff\]/,$d' pyproject.toml && cat requirements/runtime.txt "$1"; } | sha256sum | cut -c1-32)"; }
stamp=$(stamp_of "$lock")
stamp_file=build/stamps/python-$level
[ "$level" != test ] || stamp_file=build/stamps/python-develop
if ! grep -qsxF "$stamp" "$stamp_file" || ! .venv/bin/python -c 'import yunqi' 2>/dev/null || [ ! -x .venv/bin/yunqi ]; then
    if [ -d .venv ] && { ! .venv/bin/python -m pip --version >/dev/null 2>&1 || ! head -1 .venv/bin/pip | grep -qF "$ROOT/.venv/"; }; then
        say ".venv does not work here (moved, or its Python is gone): making it anew"
        rm -rf .venv
    fi
    if [ ! -d .venv ]; then
        if ! python=$(find_python); then
            mapfile -t wanted < <(names_of python)
            install_debian "${wanted[@]}"
            python=$(find_python) || fail "no complete Python 3.11 was found (with venv, ssl, sqlite3 and headers)" \
                "install python3.11, python3.11-venv and python3.11-dev, or set PYTHON=/path/to/python3.11"
        fi
        say "making .venv with $python"
        quietly venv "$python" -m venv .venv || fail "the Python environment could not be made" "read build/log/venv.log"
    fi
    say "installing Python packages from $lock"
    quietly pip .venv/bin/python -m pip install --require-hashes -r "$lock" ||
        fail "pip could not install $lock" "read build/log/pip.log; check the network and the package index that pip is set to"
    quietly pip-yunqi .venv/bin/python -m pip install --no-deps -e . || fail "yunqi itself could not be installed" "read build/log/pip-yunqi.log"
    rm -f build/stamps/python-*
    echo "$stamp" >"$stamp_file"
    # What develop installs holds what run needs.
    if [ "$level" != run ]; then
        stamp_of requirements/runtime.txt >build/stamps/python-run
    fi
fi
say "Python: $(.venv/bin/python -V | cut -d' ' -f2) in .venv, $lock installed"

# --- words ---------------------------------------------------------------------------------------------------------

for catalogue in src/yunqi/locale/*/LC_MESSAGES/yunqi.po; do
    if [ -e "$catalogue" ] && [ "$catalogue" -nt "${catalogue%.po}.mo" ]; then
        say "compiling the catalogues"
        quietly words .venv/bin/python scripts/words.py compile || fail "the catalogues could not be compiled" "read build/log/words.log"
    fi
done

# --- web assets ----------------------------------------------------------------------------------------------------

node_does() { # npm and a node of 18 or later
    command -v npm >/dev/null && node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 18 ? 1 : 0)' 2>/dev/null
}
if ! node_does; then
    mapfile -t wanted < <(names_of node)
    install_debian "${wanted[@]}"
    node_does || fail "no Node.js of 18 or later with npm was found" "install nodejs and npm"
fi
STARTED_MS=$STARTED_MS scripts/web.sh "$level"

# --- the OpenID Connect provider of the tests ----------------------------------------------------------------------------

if [ "$level" = test ]; then
    stamp=$(cat tests/oidc/package-lock.json tests/oidc/.npmrc | sha256sum | cut -c1-32)
    if ! grep -qsxF "$stamp" build/stamps/oidc || [ ! -d tests/oidc/node_modules ]; then
        say "fetching the OpenID Connect provider of the tests"
        quietly oidc npm --prefix tests/oidc ci --ignore-scripts --no-audit --no-fund ||
            fail "npm could not fetch the OpenID Connect provider" "read build/log/oidc.log; check the network and the registry that npm is set to"
        echo "$stamp" >build/stamps/oidc
    fi
    say "OpenID Connect provider: in tests/oidc/node_modules"
fi

# --- guest image -----------------------------------------------------------------------------------------------------

if [ "$level" != develop ]; then
    stamp=$(find src/yunqi/engines/guest -type f -not -name '*.pyc' -print0 | hash_of)
    if ! grep -qsxF "$stamp" build/stamps/guest || ! ls build/images/* >/dev/null 2>&1; then
        # The image holds Debian's kernel, fetched by apt-get download: that needs lists, which slim images lack.
        compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null || refresh_lists
        say "building the guest image"
        quietly guest .venv/bin/python -m yunqi.engines.guest build build/images ||
            fail "the guest image could not be built" "read build/log/guest.log"
        echo "$stamp" >build/stamps/guest
    fi
    say "guest image: in build/images"
fi
say "ready"
