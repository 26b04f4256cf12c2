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
# The types take longest and one core: they are checked beside the rest.
mkdir -p build/log
.venv/bin/mypy --no-error-summary >build/log/mypy.log 2>&1 &
mypy=$!
trap 'kill "$mypy" 2>/dev/null || true' EXIT
types() { wait "$mypy" || { cat build/log/mypy.log && false; }; }
places=(src tests scripts tools)
for place in bench examples; do [ ! -d "$place" ] || places+=("$place"); done
step "ruff check" .venv/bin/ruff check --quiet "${places[@]}"
step "ruff format" .venv/bin/ruff format --quiet --check "${places[@]}"
step "import-linter" .venv/bin/lint-imports --no-logo
step "house rules" .venv/bin/python -m pytest -q tests/rules
step "mypy" types
[ ${#failed[@]} = 0 ] || fail "check: ${failed[*]}" "mend what is listed above (ruff format and ruff check --fix mend much by themselves)"
say "check: all good"
