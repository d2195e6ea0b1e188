#!/usr/bin/env bash
# Passes all tests on a fresh Debian machine with git, the .NET 10 SDK and apt: finds or builds a real Kubernetes API
# server (tests/kube-apiserver), the renderer of the chart (tests/deploy-tools) and a browser (tests/chromium), all kept;
# builds the solution once and runs every test project. The last line is "N passed, N failed".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
RECONCILER_TEST_APISERVER=$(tests/kube-apiserver/ensure.sh apiserver)
KUBECTL=$(tests/kube-apiserver/ensure.sh kubectl)
PROMTOOL=$(tests/kube-apiserver/ensure.sh promtool)
CHROMIUM=$(tests/chromium/ensure.sh)
RECONCILER_TEST_DEPLOY_TOOLS=$(tests/deploy-tools/ensure.sh)
export RECONCILER_TEST_APISERVER RECONCILER_TEST_DEPLOY_TOOLS KUBECTL PROMTOOL CHROMIUM

dotnet build Reconciler.sln --nologo -v quiet

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
# Two projects at once: most of the time of the end-to-end tests is waiting for processes.
dotnet test Reconciler.sln --no-build --nologo -m:2 "$@" 2>&1 | tee "$log" || status=$?

count() { { grep -oE "$1: +[0-9]+" "$log" || true; } | awk '{ sum += $NF } END { print sum + 0 }'; }
echo "$(count Passed) passed, $(count Failed) failed"
exit "$status"
