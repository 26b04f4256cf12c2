# Sourced by the other scripts: progress lines with elapsed seconds, one clear line on failure, root where it is needed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD
STARTED_MS=${STARTED_MS:-$(date +%s%3N)}
export DEBIAN_FRONTEND=noninteractive PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONUTF8=1 LC_ALL=C.UTF-8

say() {
    local passed_ms=$(($(date +%s%3N) - STARTED_MS))
    printf '[%4d.%01ds] %s\n' $((passed_ms / 1000)) $((passed_ms % 1000 / 100)) "$*"
}

# fail WHAT MEND
fail() {
    printf '\nfailed: %s\n  do: %s\n' "$1" "$2" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo --preserve-env=DEBIAN_FRONTEND,PYTHONUTF8,LC_ALL,CI,YUNQI_KILLS,PYTHONDONTWRITEBYTECODE "$@"
    else
        fail "root is needed for: $*" "run make as root, or install sudo"
    fi
}

# quietly LOGNAME COMMAND…: the output goes to build/log/LOGNAME.log, and its end is shown when the command fails.
quietly() {
    local log="build/log/$1.log"
    shift
    mkdir -p build/log
    # A daemon that a package starts must not inherit the lock of setup (descriptor 9).
    if ! "$@" >"$log" 2>&1 9>&-; then
        tail -n 25 "$log" >&2
        return 1
    fi
}

hash_of() { # one hash over names and contents of the files given on standard input
    sort -z | xargs -0 -r sha256sum | sha256sum | cut -c1-32
}
