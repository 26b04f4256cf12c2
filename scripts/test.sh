#!/usr/bin/env bash
# Every suite in turn, each with a time budget that also ends it; a table at the end. `test.sh unit live` runs only those.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
export CI=true # nothing may be missing: a test that would skip for want of a program fails instead

# name, budget in seconds: bounds for a busy machine; a quiet one takes less than half of each
suites=(check:150 unit:900 web:720 postgresql:480 live:900 tour:200)
mkdir -p build/log
pytest=(.venv/bin/python -m pytest -q -rs --durations=5 --timeout=300)
parallel=("${pytest[@]}" -n 2 --dist loadfile --no-loadscope-reorder) # in the order of tests/conftest.py

read_traces() { # what a live run may leave behind: one name a line
    ip -o link show | awk -F': ' '{print "link " $2}' | sed 's/@.*//'
    ls /run/netns 2>/dev/null | sed 's/^/namespace /' || true
    as_root nft list tables 2>/dev/null | sed 's/^/nft /' || true
    for program in qemu-system libvirtd virtlogd; do # a dead one that nobody has waited for is no trace
        pgrep -a "$program" | grep -v '<defunct>' | cut -c1-120 | sed 's/^[0-9]* /process /' || true
    done
}

run_suite() {
    case $1 in
    check) scripts/check.sh ;;
    unit) "${parallel[@]}" -m "not live" -k "not postgresql" --ignore=tests/rules --ignore=tests/web --ignore=tests/client \
        --ignore=tests/security tests src ;;
    # What takes a server, a browser or an attacker.
    web) "${parallel[@]}" -m "not live" -k "not postgresql" tests/web tests/client &&
        "${parallel[@]}" -m "not live" -k "not postgresql" tests/security ;;
    postgresql) "${parallel[@]}" -m "not live" -k postgresql tests ;;
    # Root's caches must not lie about in the tree of whoever runs make.
    live) as_root env PYTHONDONTWRITEBYTECODE=1 "${pytest[@]}" -p no:cacheprovider tests/live ;;
    tour) scripts/run.sh --exit ;;
    *) fail "there is no suite $1" "one of: ${suites[*]%%:*}" ;;
    esac
}

only=" $* "
table=()
failed=()
read_traces | sort >build/log/traces-before
for suite in "${suites[@]}"; do
    name=${suite%%:*} budget_s=${suite##*:}
    [ "$only" = "  " ] || [[ $only == *" $name "* ]] || continue
    say "suite $name (budget ${budget_s} s)"
    began=$SECONDS
    result=good
    # A process group of its own, so that the budget (or a ^C) ends the whole suite with all that it started.
    # Exit code 5 of pytest (nothing collected) is a failure like any other.
    set -m
    (run_suite "$name") &
    suite_pid=$!
    set +m
    trap 'as_root kill -TERM -- "-$suite_pid" 2>/dev/null; exit 130' INT TERM
    over=0
    while kill -0 "$suite_pid" 2>/dev/null; do
        if [ $((SECONDS - began)) -gt $((budget_s + over)) ]; then
            say "suite $name is over its budget of $budget_s s: ending it"
            as_root kill "-$([ "$over" = 0 ] && echo TERM || echo KILL)" -- "-$suite_pid" || true
            over=$((over + 20))
        fi
        sleep 0.3
    done
    wait "$suite_pid" || result="FAILED ($?)"
    if [ "$over" != 0 ]; then
        result="OVER BUDGET"
        as_root kill -KILL -- "-$suite_pid" 2>/dev/null || true
    fi
    [ "$result" = good ] || failed+=("$name")
    table+=("$(printf '%-12s %6d s %6d s  %s' "$name" $((SECONDS - began)) "$budget_s" "$result")")
done
[ ${#table[@]} -gt 0 ] || fail "no suite of that name: $*" "one of: ${suites[*]%%:*}"

# libvirt, where the tests had to start it, ends as the tour ends it: when no guest runs.
as_root .venv/bin/python -c 'from yunqi.engines.libvirt.daemon import end_libvirt; end_libvirt()'

# Another installation may work on this machine meanwhile: what carries a site id that was there before is not ours.
others=$(sed -nE 's/.*(link y|namespace yq|bridge yq|guest=yq-)([0-9a-z]{4}).*/\2/p' build/log/traces-before | sort -u | paste -sd'|')
read_traces | sort | { [ -z "$others" ] && cat || grep -vE "(link y|namespace yq|bridge yq|guest=yq-)($others)" || true; } >build/log/traces-after
left=$(comm -13 build/log/traces-before build/log/traces-after)
if [ -n "$left" ]; then
    printf 'left behind:\n%s\n' "$left" >&2
    failed+=(leftovers)
fi

printf '\n%-12s %8s %8s\n' suite took budget
printf '%s\n' "${table[@]}"
[ ${#failed[@]} = 0 ] || fail "tests: ${failed[*]}" "read the output above; 'make test ARGS=${failed[0]}' runs that suite alone"
say "tests: all good"
