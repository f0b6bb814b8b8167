#!/usr/bin/env bash
# The scheduling table in one command. Options go to Compare; perf/README.md says what they and the columns mean.
set -euo pipefail
cd "$(dirname "$0")/.."
. ./perf/build.sh

install_missing gcc zlib1g-dev

case " $* " in
  *" --appliance "*) ;;
  *) build_appliance ;;
esac

dotnet build perf/Compare/Compare.csproj -c Release -nodeReuse:false -v quiet >&2
exec perf/Compare/bin/Release/net10.0/Compare schedule "$@"
