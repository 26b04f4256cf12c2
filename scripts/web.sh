#!/usr/bin/env bash
# What the console serves, from npm: `web.sh` fetches what package-lock.json names and copies what is served. Told twice, it does nothing.
# `web.sh run` leaves out what only tests need.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
level=${1:-develop}
python=$ROOT/.venv/bin/python
[ -x "$python" ] || fail "there is no .venv yet" "run make setup"
mkdir -p build/stamps

omit=()
[ "$level" != run ] || omit=(--omit=dev)
modules_stamp=$(cat package.json package-lock.json | sha256sum | cut -c1-32)
vendor_stamp=$(printf '%s\0' package-lock.json scripts/web_assets.py src/yunqi/web/icons.txt | hash_of)
have_modules() { # what develop fetches holds what run needs
    grep -qsxF "$modules_stamp develop" build/stamps/npm || { [ "$level" = run ] && grep -qsxF "$modules_stamp run" build/stamps/npm; }
}
if ! grep -qsxF "$vendor_stamp" build/stamps/vendor || [ ! -d src/yunqi/web/static/vendor ] || { [ "$level" != run ] && ! have_modules; }; then
    if ! have_modules || [ ! -d node_modules ]; then
        command -v npm >/dev/null || fail "npm is missing" "run make setup, which installs it"
        say "fetching the web libraries that package-lock.json names"
        rm -f build/stamps/npm
        quietly npm npm ci --ignore-scripts --no-audit --no-fund "${omit[@]}" ||
            fail "npm could not fetch the web libraries" "read build/log/npm.log; check the network and the registry that npm is set to"
        echo "$modules_stamp $([ "$level" = run ] && echo run || echo develop)" >build/stamps/npm
    fi
    quietly web "$python" scripts/web_assets.py || fail "the web assets could not be made" "read build/log/web.log"
    echo "$vendor_stamp" >build/stamps/vendor
fi
say "web assets: in src/yunqi/web/static/vendor"
