#!/usr/bin/env bash
# Builds what is missing, trains the starter models, starts the appliance and says what to try. Ctrl-C ends it. Safe to repeat.
# Flags are handed to the appliance, for instance: ./run.sh --http-port 9000
set -euo pipefail
cd "$(dirname "$0")"
. ./scripts/setup.sh

state=.run
models="$state/models"
mkdir -p "$models"

need_dotnet
need_packages gcc:gcc zlib1g-dev:/usr/include/zlib.h libgomp1:libgomp.so.1 curl:curl

# The stamp is older than a source file exactly when something must be built again.
stale() { # stamp, paths...
  local stamp="$1"; shift
  [ ! -e "$stamp" ] || [ -n "$(find "$@" Directory.Build.props Directory.Packages.props \
    \( -name bin -o -name obj \) -prune -o -type f -newer "$stamp" -print -quit)" ]
}

if stale artifacts/appliance/.stamp appliance contracts native-aot; then
  say "Publishing the native appliance (about a minute, once)"
  native-aot/publish.sh
  touch artifacts/appliance/.stamp
fi
if stale artifacts/trainer/.stamp trainer contracts; then
  say "Building the trainer"
  dotnet publish trainer/Trainer -c Release -o artifacts/trainer --nologo -v quiet
  touch artifacts/trainer/.stamp
fi
say "Training the starter models that are missing"
artifacts/trainer/trainer train --all --samples samples --out "$models" --if-missing

# The ports that this start will use: the flags' or the defaults.
port_of() { # flag, default, args...
  local flag="$1" port="$2"; shift 2
  while [ $# -gt 0 ]; do
    case "$1" in
      "$flag") port="${2:-$port}" ;;
      "$flag="*) port="${1#*=}" ;;
    esac
    shift
  done
  echo "$port"
}
http=$(port_of --http-port 8000 "$@")
grpc=$(port_of --grpc-port 8001 "$@")
metrics=$(port_of --metrics-port 8002 "$@")

log="$state/appliance.log"
artifacts/appliance/appliance serve --model-repository "$models" --model-control-mode poll --repository-poll-secs 5 \
  --state-folder "$state/state" "$@" >"$log" 2>&1 &
appliance=$!
trap 'kill -TERM $appliance 2>/dev/null || true' INT TERM

for _ in $(seq 1 300); do
  if ! kill -0 $appliance 2>/dev/null; then
    tail -n 5 "$log" >&2
    fail "The appliance ended. The lines above say why; the whole log is $log. If a port is taken, choose others: ./run.sh --http-port 9000 --grpc-port 9001 --metrics-port 9002"
  fi
  curl -fs -o /dev/null "http://127.0.0.1:$http/v2/health/ready" && break
  sleep 0.1
done
curl -fs -o /dev/null "http://127.0.0.1:$http/v2/health/ready" || { kill -TERM $appliance; fail "The appliance was not ready within 30 seconds; see $log"; }

cat <<END

The appliance is ready: REST on port $http, gRPC on port $grpc. Try, in another terminal:

1. How likely is this member to become a key opinion consumer?
   curl -s localhost:$http/api/predict/koc-potential -d '{"userId":12345,"features":{"consumption_amount":500,"share_count":10,"social_interaction_score":0.8}}'

2. What must a caller send to the churn model, and what comes back?
   curl -s localhost:$http/api/predict/telco-churn

3. The same model over the Open Inference Protocol:
   curl -s localhost:$http/v2/models/koc-potential/infer -d '{"inputs":[{"name":"consumption_amount","datatype":"FP32","shape":[1,1],"data":[500]},{"name":"share_count","datatype":"FP32","shape":[1,1],"data":[10]},{"name":"social_interaction_score","datatype":"FP32","shape":[1,1],"data":[0.8]}]}'

Metrics: http://localhost:$metrics/metrics    Log: $log    Models: $models    Ctrl-C ends it.
END

# A signal interrupts the first wait; the second one lets requests that are in finish.
wait $appliance || true
wait $appliance 2>/dev/null || true
say "Stopped"
