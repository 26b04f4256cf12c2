#!/usr/bin/env bash
# Measures, as root because the engines are part of what is measured, and writes build/bench.json.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
as_root .venv/bin/python -m bench "$@"
say "figures: build/bench.json"
