#!/usr/bin/env bash
# Plays the main job. It drives libvirt, nftables and network namespaces, so it runs as root.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# Root's caches must not lie about in the tree of whoever runs make.
[ "$(id -u)" = 0 ] || export PYTHONDONTWRITEBYTECODE=1
as_root .venv/bin/yunqi tour "$@"
