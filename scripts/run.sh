#!/usr/bin/env bash
# Plays the main job. It drives libvirt, nftables and network namespaces, so it runs as root.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
as_root .venv/bin/yunqi tour "$@"
