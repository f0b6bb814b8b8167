#!/usr/bin/env bash
# The performance table in one command. Options go to Compare; perf/README.md says what they and the columns mean.
set -euo pipefail
cd "$(dirname "$0")/.."
. ./perf/build.sh

install_missing nghttp2-client gcc zlib1g-dev
build_floor

case " $* " in
  *" --control "* | *" --appliance "*) ;;
  *) build_appliance ;;
esac

dotnet build perf/Compare/Compare.csproj -c Release -nodeReuse:false -v quiet >&2
exec perf/Compare/bin/Release/net10.0/Compare "$@"
