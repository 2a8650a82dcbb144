#!/usr/bin/env bash
# Runs all checks on this machine's first NVIDIA GPU, with its own .NET: no SDK, no network. Arguments go to gpu-check.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
export DOTNET_EnableDiagnostics=0 DOTNET_TieredPGO=1
chmod +x gpu-check 2>/dev/null
command -v nvidia-smi >/dev/null && nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.max.sm --format=csv,noheader
exec ./gpu-check "$@"
