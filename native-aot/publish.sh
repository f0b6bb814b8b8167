#!/usr/bin/env bash
# Publishes a native build: publish.sh [project folder] [output folder]; the appliance into artifacts/appliance by default.
# Fails on any analysis warning of the native compiler that expected-warnings.txt does not list. Only files of this platform stay.
# ACCELERATOR=cuda takes the GPU packages in place of the CPU ones.
set -euo pipefail
cd "$(dirname "$0")/.."
project="${1:-appliance/Appliance.Host}"
out="${2:-artifacts/appliance}"
log="$out.log"
mkdir -p "$(dirname "$out")"
rm -rf "$out.next"
if ! dotnet publish "$project" -c Release -p:Accelerator="${ACCELERATOR:-cpu}" -o "$out.next" --nologo -v minimal >"$log" 2>&1; then
  cat "$log" >&2
  echo "Publishing $project failed; the lines above say why." >&2
  exit 1
fi
# A warning's code and the member it is about, without paths and positions, so that the list holds on every machine.
grep -oE 'warning IL[0-9]+: [^:]+' "$log" | sed 's/^warning //' | LC_ALL=C sort -u >"$out.warnings" || true
unexpected=$(LC_ALL=C comm -23 "$out.warnings" <(grep -v '^#' native-aot/expected-warnings.txt | LC_ALL=C sort -u))
if [ -n "$unexpected" ]; then
  printf '%s\n' "$unexpected" >&2
  echo "The native compiler warns of the above, and native-aot/expected-warnings.txt does not list it." >&2
  exit 1
fi
# The packages bring libraries of other platforms and debug symbols along.
find "$out.next" -type f \( -name '*.dll' -o -name '*.dylib' -o -name '*.dbg' -o -name '*.pdb' -o -name '*.lib' -o -name '*.xml' \) -delete
# Of Kafka's client the build that needs glibc alone stays: librdkafka.so wants libsasl2.so.3, which Debian has not, and adds only Kerberos.
rm -f "$out.next"/alpine-librdkafka.so "$out.next"/librdkafka.so
rm -f "$out.next"/*.staticwebassets.endpoints.json "$out.next"/web.config
if [ "${ACCELERATOR:-cpu}" = cpu ]; then rm -f "$out.next"/libonnxruntime_providers_*.so; fi
rm -rf "$out"
mv "$out.next" "$out"
