#!/usr/bin/env bash
# The performance table in one command. Options go to Compare; perf/README.md says what they and the columns mean.
set -euo pipefail
cd "$(dirname "$0")/.."

install_missing() {
  local missing=()
  for package in nghttp2-client gcc zlib1g-dev; do
    dpkg -s "$package" > /dev/null 2>&1 || missing+=("$package")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    local root=()
    [ "$(id -u)" -eq 0 ] || root=(sudo)
    "${root[@]}" apt-get update -qq -o DPkg::Lock::Timeout=500
    "${root[@]}" apt-get install -y -qq -o DPkg::Lock::Timeout=500 "${missing[@]}"
  fi
}

# is_current BINARY SOURCE...: the binary is there and newer than every source.
is_current() {
  [ -x "$1" ] && [ -z "$(find "${@:2}" -type f -newer "$1" -not -path '*/bin/*' -not -path '*/obj/*' -print -quit)" ]
}

# publish BINARY PUBLISH-COMMAND...: the binary's time is that of the check, because an unchanged link keeps the old file.
publish() {
  echo "perf: publishing $1" >&2
  "${@:2}" >&2
  touch "$1"
}

install_missing
shared=(Directory.Build.props Directory.Packages.props global.json)
floor=artifacts/perf/floor/floor
appliance=artifacts/appliance/appliance

is_current "$floor" perf/Floor appliance/Appliance.Http2 "${shared[@]}" \
  || publish "$floor" dotnet publish perf/Floor/Floor.csproj -c Release -r linux-x64 -o "$(dirname "$floor")" -nodeReuse:false -v quiet

case " $* " in
  *" --control "* | *" --appliance "*) ;;
  *) is_current "$appliance" appliance contracts native-aot "${shared[@]}" || publish "$appliance" native-aot/publish.sh ;;
esac

dotnet build perf/Compare/Compare.csproj -c Release -nodeReuse:false -v quiet >&2
exec perf/Compare/bin/Release/net10.0/Compare "$@"
