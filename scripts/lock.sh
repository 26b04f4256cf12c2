#!/usr/bin/env bash
# Resolves requirements/*.in into requirements/*.txt: exact versions with hashes, no index named. Needs uv (pip install uv).
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
uv=$(command -v uv || echo .venv/bin/uv)
[ -x "$uv" ] || fail "uv is not installed" ".venv/bin/pip install uv, then make lock again"
for name in runtime develop cloudkitty; do
    say "resolving requirements/$name.in"
    "$uv" pip compile --quiet --no-emit-index-url --no-emit-find-links --generate-hashes --python-version 3.11 \
        "requirements/$name.in" -o "requirements/$name.txt"
done
say "read the difference, then make test"
