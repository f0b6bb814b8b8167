#!/usr/bin/env bash
# The performance of the features in one command. Options go to "Compare features"; perf/README.md says what they and the rows mean.
set -euo pipefail
cd "$(dirname "$0")/.."
. ./perf/build.sh

case " $* " in
  *" --appliance "*) needs_appliance= ;;
  *) needs_appliance=1 ;;
esac
install_missing nghttp2-client gcc zlib1g-dev redis-server
build_floor
build_bench
[ -z "$needs_appliance" ] || build_appliance
dotnet build perf/Compare/Compare.csproj -c Release -nodeReuse:false -v quiet >&2
exec perf/Compare/bin/Release/net10.0/Compare features "$@"
