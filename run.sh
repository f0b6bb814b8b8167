#!/usr/bin/env bash
# Builds what is missing, brings the samples into tables of a lake, trains the starter models, starts the appliance, gives it the sample members' events and
# says what to try. Ctrl-C ends it. Safe to repeat. Settings: APPLIANCE_BINARY, a published appliance to use instead of building one; APPLIANCE_RUN_FOLDER, where everything is kept (.run).
# Flags are handed to the appliance, for instance: ./run.sh --http-port 9000
set -euo pipefail
cd "$(dirname "$0")"
. ./scripts/setup.sh

state="${APPLIANCE_RUN_FOLDER:-.run}"
binary="${APPLIANCE_BINARY:-artifacts/appliance/appliance}"
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

if [ -z "${APPLIANCE_BINARY:-}" ] && stale artifacts/appliance/.stamp appliance contracts native-aot; then
  say "Publishing the native appliance (about a minute, once)"
  native-aot/publish.sh
  touch artifacts/appliance/.stamp
fi
if stale artifacts/trainer/.stamp trainer contracts; then
  say "Building the trainer"
  dotnet publish trainer/Trainer -c Release -o artifacts/trainer --nologo -v quiet
  touch artifacts/trainer/.stamp
fi
if stale artifacts/lake/.stamp lake contracts; then
  say "Building the lake"
  dotnet publish lake/LakeService -c Release -r linux-x64 --self-contained false -o artifacts/lake --nologo -v quiet
  touch artifacts/lake/.stamp
fi

# An import that is done is not done again, so one that was interrupted is made up for here.
lake="$state/lake" tabled="$state/.samples-tabled"
table() { artifacts/lake/lake import "$@" --warehouse "$lake" >/dev/null || fail "The samples could not be brought into tables; the line above says why. Delete $lake to begin anew."; }
if stale "$tabled" samples || [ ! -d "$lake" ]; then
  say "Bringing the samples into tables of the lake"
  table samples.members samples/synthetic-members/members.csv --columns "member_id long not null, tenure_days int, age_band string, store_id int"
  table samples.member_events samples/synthetic-members/events.csv.gz --partitions "month(event_time)" --sort-order "member_id, event_time"
  table samples.member_labels samples/synthetic-members/labels.csv
  table samples.telco_churn samples/telco-churn/wa_churn.csv
  touch "$tabled"
fi

say "Training the starter models that are missing"
artifacts/trainer/trainer train --all --samples samples --out "$models" --if-missing

# What this start will use: the flags' values or the defaults.
value_of() { # flag, default, args...
  local flag="$1" value="$2"; shift 2
  while [ $# -gt 0 ]; do
    case "$1" in
      "$flag") value="${2:-$value}" ;;
      "$flag="*) value="${1#*=}" ;;
    esac
    shift
  done
  echo "$value"
}
http=$(value_of --http-port 8000 "$@")
grpc=$(value_of --grpc-port 8001 "$@")
metrics=$(value_of --metrics-port 8002 "$@")
features=$(value_of --features-folder "" "$@")
folder=()
# A folder that somebody named may hold more than the samples: only our own may be thrown away.
anew="name a new one with --features-folder to begin anew"
[ -n "$features" ] || { features="$state/features"; folder=(--features-folder "$features"); anew="delete $features to begin anew"; }

# Every row that is scored is kept, so that a verification has something to compare; an appliance in earnest keeps one in a thousand.
export APPLIANCE_Features__Sampling__Rate="${APPLIANCE_Features__Sampling__Rate:-1}"
log="$state/appliance.log"
appliance="" stopping=""
# Whatever ends this script, a failure half-way included, ends the appliance that it started.
end_appliance() {
  [ -n "$appliance" ] || return 0
  kill -TERM "$appliance" 2>/dev/null || true
  wait "$appliance" 2>/dev/null || true
}
trap end_appliance EXIT
trap 'stopping=yes; [ -z "$appliance" ] || kill -TERM "$appliance" 2>/dev/null || true' INT TERM HUP
"$binary" serve --model-repository "$models" --model-control-mode poll --repository-poll-secs 5 \
  --state-folder "$state/state" ${folder[@]+"${folder[@]}"} "$@" >"$log" 2>&1 &
appliance=$!
[ -z "$stopping" ] || exit 0

for _ in $(seq 1 300); do
  if ! kill -0 "$appliance" 2>/dev/null; then
    appliance=""
    [ -z "$stopping" ] || { say "Stopped"; exit 0; }
    tail -n 5 "$log" >&2
    fail "The appliance ended. The lines above say why; the whole log is $log. If a port is taken, choose others: ./run.sh --http-port 9000 --grpc-port 9001 --metrics-port 9002"
  fi
  curl -fs -o /dev/null "http://127.0.0.1:$http/v2/health/ready" && break
  sleep 0.1
done
curl -fs -o /dev/null "http://127.0.0.1:$http/v2/health/ready" || fail "The appliance was not ready within 30 seconds; see $log"

# The samples go in once for each features folder. Sending again what was interrupted is harmless for a day: so long the journal remembers each event's id.
begun="$features/.samples-begun" sent="$features/.samples-sent"
give_samples() {
  local at=(--server "http://127.0.0.1:$http")
  "$binary" features apply --folder samples/features --reason "the sample members" "${at[@]}" >/dev/null \
    && "$binary" rows send samples/synthetic-members/members.csv --view member_profile "${at[@]}" \
    && "$binary" events send samples/synthetic-members/events.csv.gz --source member_events --shift-to-now "${at[@]}"
}
if [ -e "$sent" ]; then
  [ -z "$(find "$sent" -mtime +6)" ] || say "The sample events are over a week old and leave the 30 days that features look at: $anew"
elif [ -e "$begun" ] && [ -n "$(find "$begun" -mmin +1380)" ]; then
  say "The samples were interrupted a day ago and are not whole: $anew"
else
  say "Declaring the sample features, then sending 4,000 members and their 152,647 events, moved up to today"
  [ -e "$begun" ] || touch "$begun"
  if give_samples; then touch "$sent"
  elif [ -z "$stopping" ]; then
    fail "The samples could not be sent; the lines above and $log say why. What was sent counts once: run this again."
  fi
fi

[ -n "$stopping" ] || cat <<END

The appliance is ready: REST on port $http, gRPC on port $grpc. Try, in another terminal:

1. How likely is member 100013 to become a key opinion consumer? From features that the appliance computed of the member's events:
   curl -s localhost:$http/api/predict/koc-potential -d '{"userId":100013}'
   curl -s localhost:$http/api/predict/koc-potential -d '{"userId":100013,"explain":true}'

2. What is known of the member?
   curl -s 'localhost:$http/api/features?entity=member&id=100013'

3. The member shares something: one more event, and what it changes.
   curl -s localhost:$http/api/events -d '{"source":"member_events","type":"share","entity":{"member_id":100013},"time":"'\$(date -u +%FT%TZ)'","data":{"channel":"app"}}'
   curl -s 'localhost:$http/api/features?entity=member&id=100013&features=member_activity:share_count'

4. Is what was served what the definitions give for the events that were known by then?
   $binary features verify --server http://127.0.0.1:$http

5. Without stored features: what must a caller send to the churn model, and the same by the Open Inference Protocol?
   curl -s localhost:$http/api/predict/telco-churn
   curl -s localhost:$http/v2/models/koc-potential/infer -d '{"inputs":[{"name":"consumption_amount","datatype":"FP32","shape":[1,1],"data":[500]},{"name":"share_count","datatype":"FP32","shape":[1,1],"data":[10]},{"name":"social_interaction_score","datatype":"FP32","shape":[1,1],"data":[0.8]}]}'

6. The same samples are Apache Iceberg tables, for any engine and by SQL:
   artifacts/lake/lake sql "SELECT event, count(*) AS n, round(sum(amount)) AS amount FROM member_events GROUP BY event ORDER BY n DESC" --warehouse $lake

Metrics: http://localhost:$metrics/metrics    Log: $log    Models: $models    Features: $features    Lake: $lake    Ctrl-C ends it.
END

# A signal interrupts the first wait; the second one lets requests that are in finish.
wait "$appliance" || true
wait "$appliance" 2>/dev/null || true
appliance=""
say "Stopped"
