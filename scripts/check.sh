#!/usr/bin/env bash
# The fast gate. Runs all of it even when a part fails, then says which failed.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
failed=()
step() {
    local name=$1
    shift
    if "$@"; then say "$name: good"; else failed+=("$name") && say "$name: FAILED"; fi
}
places=(src tests scripts tools)
for place in bench examples; do [ ! -d "$place" ] || places+=("$place"); done
step "ruff check" .venv/bin/ruff check --quiet "${places[@]}"
step "ruff format" .venv/bin/ruff format --quiet --check "${places[@]}"
step "import-linter" .venv/bin/lint-imports --no-logo
step "mypy" .venv/bin/mypy --no-error-summary
step "house rules" .venv/bin/python -m pytest -q tests/rules
[ ${#failed[@]} = 0 ] || fail "check: ${failed[*]}" "mend what is listed above (ruff format and ruff check --fix mend much by themselves)"
say "check: all good"
