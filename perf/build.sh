# Sourced by run.sh and features.sh: installs and builds what is missing or out of date.

. "$(dirname "${BASH_SOURCE[0]}")/../scripts/without-services.sh"

# install_missing PACKAGE...
install_missing() {
  local missing=() package
  for package in "$@"; do
    dpkg -s "$package" > /dev/null 2>&1 || missing+=("$package")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    local root=()
    [ "$(id -u)" -eq 0 ] || root=(sudo)
    "${root[@]}" apt-get update -qq -o DPkg::Lock::Timeout=500
    without_services "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=500 "${missing[@]}" >&2
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

shared=(Directory.Build.props Directory.Packages.props global.json)
floor=artifacts/perf/floor/floor
appliance=artifacts/appliance/appliance
bench=artifacts/perf/feature-bench/feature-bench
jit=artifacts/perf/jit/appliance

build_floor() {
  is_current "$floor" perf/Floor appliance/Appliance.Http2 "${shared[@]}" \
    || publish "$floor" dotnet publish perf/Floor/Floor.csproj -c Release -r linux-x64 -o "$(dirname "$floor")" -nodeReuse:false -v quiet
}

build_appliance() {
  is_current "$appliance" appliance contracts native-aot "${shared[@]}" || publish "$appliance" native-aot/publish.sh
}

build_bench() {
  is_current "$bench" perf/FeatureBench appliance/Appliance.Features contracts/FeatureModel native-aot/Appliance.Aot.props "${shared[@]}" \
    || publish "$bench" native-aot/publish.sh perf/FeatureBench "$(dirname "$bench")"
}

# The same code and the same settings of the collector for the runtime's own compiler, whose build folder is its own so that the native one stays.
build_jit() {
  is_current "$jit" appliance contracts native-aot "${shared[@]}" \
    || publish "$jit" dotnet publish appliance/Appliance.Host -c Release -r linux-x64 --self-contained -p:PublishAot=false -o "$(dirname "$jit")" -nodeReuse:false -v quiet --artifacts-path artifacts/perf/jit-build
}

build_peer() {
  [ perf/peers/fastify/node_modules/.package-lock.json -nt perf/peers/fastify/package-lock.json ] \
    || npm ci --prefix perf/peers/fastify --ignore-scripts --no-audit --no-fund >&2
}
