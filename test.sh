#!/usr/bin/env bash
# Installs what the tests need, builds everything, publishes the native binary and runs all tests; --soak runs the long ones too.
# The last line is the count: "N passed, N failed, N skipped". Ends with 1 on any failure.
set -euo pipefail
cd "$(dirname "$0")"
. ./scripts/setup.sh

case "${1:-}" in
  "") ;;
  --soak) export APPLIANCE_SOAK=1 ;;
  *) fail "usage: ./test.sh [--soak]" ;;
esac

export APPLIANCE_TESTDATA="${APPLIANCE_TESTDATA:-$(pwd)/../shared/data}"
export OMP_NUM_THREADS=1

need_dotnet
need_packages gcc:gcc zlib1g-dev:/usr/include/zlib.h libgomp1:libgomp.so.1 curl:curl xz-utils:xz nghttp2-client:h2load nginx:/usr/sbin/nginx prometheus:prometheus \
  python3:/usr/bin/python3 python3-grpcio:'/usr/lib/python3/dist-packages/grpc/__init__.py' \
  python3-grpc-tools:'/usr/lib/python3/dist-packages/grpc_tools/__init__.py' python3-numpy:'/usr/lib/python3/dist-packages/numpy/__init__.py'

need_packages nodejs:node npm:npm
need_npm tests/foreign

passed=0 failed=0 skipped=0
broken=()

say "Building"
locked=()
# Lock files also name packages that come with the SDK, so they hold for the SDK that global.json says they were made with.
tr -d ' \n' <global.json | grep -qF "\"lock-files\":{\"sdk\":\"$(dotnet --version)\"}" && locked=(-p:RestoreLockedMode=true)
dotnet build Appliance.sln -c Release --nologo -v quiet "${locked[@]}" || fail "The build failed; the lines above say where."

say "Publishing the native binary"
native-aot/publish.sh || fail "Publishing failed; the lines above say why."
touch artifacts/appliance/.stamp

results=artifacts/test-results
rm -rf "$results"
mkdir -p "$results"

count_of() { # report, word: that count of the report's summary
  tr -d ' \n\r' <"$1" | grep -oE '"summary":\{[^{}]*' | grep -oE "\"$2\":[0-9]+" | head -n 1 | grep -oE '[0-9]+$' || echo 0
}

for project in tests/*.Tests; do
  name=$(basename "$project")
  say "$name"
  assembly=$(ls "$project"/bin/Release/net10.0/"$name".dll "$project"/bin/Release/net10.0/linux-x64/"$name".dll 2>/dev/null | head -n 1 || true)
  report="$results/$name.json"
  code=0
  [ -n "$assembly" ] && { dotnet "$assembly" -noLogo -noColor -result-ctrf "$report" || code=$?; }
  if [ ! -s "$report" ]; then
    broken+=("$name gave no report")
    failed=$((failed + 1))
    continue
  fi
  p=$(count_of "$report" passed) f=$(count_of "$report" failed) s=$(count_of "$report" skipped)
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  if [ $((p + f + s)) -eq 0 ]; then
    broken+=("$name ran no test")
    failed=$((failed + 1))
  elif [ $code -ne 0 ] && [ "$f" -eq 0 ]; then
    broken+=("$name ended with $code although no test failed")
    failed=$((failed + 1))
  fi
done

say "AotProbe"
if native-aot/publish.sh native-aot/AotProbe artifacts/aot-probe; then
  artifacts/aot-probe/aot-probe artifacts/appliance | tee "$results/aot-probe.txt" || true
  p=$(grep -c '^ok ' "$results/aot-probe.txt" || true) f=$(grep -c '^FAILED ' "$results/aot-probe.txt" || true)
  passed=$((passed + p)) failed=$((failed + f))
  if [ $((p + f)) -eq 0 ]; then
    broken+=("AotProbe ran no probe")
    failed=$((failed + 1))
  fi
else
  broken+=("AotProbe could not be published")
  failed=$((failed + 1))
fi

for line in ${broken[@]+"${broken[@]}"}; do printf 'BROKEN: %s\n' "$line"; done
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
