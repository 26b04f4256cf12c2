#!/usr/bin/env bash
# Every suite, each with a time budget that also ends it; a table at the end. `test.sh unit live` runs only those.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
export CI=true # nothing may be missing: a test that would skip for want of a program fails instead

# Name and budget in seconds: bounds for a busy machine; a quiet one takes less than half of each. Suites joined by a plus run
# at the same time, for neither fills two cores: what the first says is shown as it comes, the other's when it ends.
suites=(check:300+tour:300 unit:900 web:720 postgresql:480 live:900)
list_suites() { sed -E 's/:[0-9]+//g; s/\+/ /g' <<<"${suites[*]}"; }
unset PYTHONDONTWRITEBYTECODE # thousands of modules, compiled once instead of once for each process of each suite
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

# Each site has names of its own, so two processes share a machine; but who kills the machine's libvirt must be alone with it,
# and so must who kills workers at random: what a killed one asked of a busy libvirt may come to pass after the check.
# Root's caches must not lie about in the tree of whoever runs make.
alone=(tests/live/engines/test_host.py tests/live/reconcile/test_killed_live.py)
run_live() { as_root env PYTHONDONTWRITEBYTECODE=1 "${pytest[@]}" -p no:cacheprovider "$@"; }

run_suite() {
    case $1 in
    check) scripts/check.sh ;;
    unit) "${parallel[@]}" -m "not live" -k "not postgresql" --ignore=tests/rules --ignore=tests/web --ignore=tests/client \
        --ignore=tests/security tests src ;;
    # What takes a server, a browser or an attacker.
    web) "${parallel[@]}" -m "not live" -k "not postgresql" tests/web tests/client &&
        "${parallel[@]}" -m "not live" -k "not postgresql" tests/security ;;
    postgresql) "${parallel[@]}" -m "not live" -k postgresql tests ;;
    live) run_live "${alone[@]}" &&
        run_live -n 2 --dist loadgroup --no-loadscope-reorder "${alone[@]/#/--ignore=}" tests/live ;;
    tour) scripts/run.sh --exit ;;
    *) fail "there is no suite $1" "one of: $(list_suites)" ;;
    esac
}

only=" $* "
table=()
failed=()
declare -A pid_of=() over_of=() budget_of=()

begin_suite() { # its name and budget. A process group of its own, so that the budget (or a ^C) ends it with all that it started
    say "suite $1 (budget $2 s)"
    set -m
    if [ ${#pid_of[@]} = 0 ]; then (run_suite "$1") & else (run_suite "$1") >"build/log/suite-$1.log" 2>&1 & fi
    pid_of[$1]=$! over_of[$1]=0 budget_of[$1]=$2
    set +m
}

kill_suite() { as_root kill "-$2" -- "-${pid_of[$1]}" 2>/dev/null || true; }

end_suite() { # takes down how it ended; exit code 5 of pytest (nothing collected) is a failure like any other
    local name=$1 result=good
    wait "${pid_of[$name]}" || result="FAILED ($?)"
    if [ "${over_of[$name]}" != 0 ]; then
        result="OVER BUDGET"
        kill_suite "$name" KILL
    fi
    if [ "$name" != "$shown" ]; then cat "build/log/suite-$name.log"; fi
    [ "$result" = good ] || failed+=("$name")
    table+=("$(printf '%-12s %6d s %6d s  %s' "$name" $((SECONDS - began)) "${budget_of[$name]}" "$result")")
    say "suite $name: $result"
    unset "pid_of[$name]"
}

trap 'for name in "${!pid_of[@]}"; do kill_suite "$name" TERM; done; exit 130' INT TERM
read_traces | sort >build/log/traces-before
for group in "${suites[@]}"; do
    began=$SECONDS shown=""
    for suite in ${group//+/ }; do
        name=${suite%%:*}
        [ "$only" = "  " ] || [[ $only == *" $name "* ]] || continue
        begin_suite "$name" "${suite##*:}"
        shown=${shown:-$name}
    done
    while [ ${#pid_of[@]} -gt 0 ]; do
        for name in "${!pid_of[@]}"; do
            if ! kill -0 "${pid_of[$name]}" 2>/dev/null; then
                end_suite "$name"
            elif [ $((SECONDS - began)) -gt $((budget_of[$name] + over_of[$name])) ]; then
                say "suite $name is over its budget of ${budget_of[$name]} s: ending it"
                kill_suite "$name" "$([ "${over_of[$name]}" = 0 ] && echo TERM || echo KILL)"
                over_of[$name]=$((over_of[$name] + 20))
            fi
        done
        sleep 0.3
    done
done
[ ${#table[@]} -gt 0 ] || fail "no suite of that name: $*" "one of: $(list_suites)"

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
