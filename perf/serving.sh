#!/usr/bin/env bash
# The second table of serving in one command: trees, REST, requests of many rows, the just-in-time build, Poisson rates. Options go to "Compare serving"; perf/README.md says
# what they and the rows mean.
set -euo pipefail
cd "$(dirname "$0")/.."
. ./perf/build.sh

install_missing nghttp2-client gcc zlib1g-dev
# By name: Node's own packages bring npm along, and Debian's cannot be installed beside them.
command -v node > /dev/null || install_missing nodejs
command -v npm > /dev/null || install_missing npm
build_floor
build_appliance
build_jit
build_peer
dotnet build perf/Compare/Compare.csproj -c Release -nodeReuse:false -v quiet >&2
exec perf/Compare/bin/Release/net10.0/Compare serving "$@"
