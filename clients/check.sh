#!/usr/bin/env bash
# Sends requests with clients of other languages to `./sluice demo --idle` and checks their results.
# What is not on this machine is skipped, and the last line says so. With --install, Debian packages
# that are missing are installed first (as root).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly requests=translation.requests.v1 results=translation.results.v1
readonly python=/usr/bin/python3
skipped=""
demo=""
work="$(mktemp -d)"

finish() {
  local status=$?
  if [ -n "$demo" ]; then
    kill "$demo" 2>/dev/null || true
    wait "$demo" || true
  fi
  if [ "$status" -ne 0 ] && [ -f "$work/demo.log" ]; then
    printf -- '-- last lines of the application\n' >&2
    tail -n 20 "$work/demo.log" >&2
  fi
  rm -rf "$work"
}
trap finish EXIT

fail() {
  printf 'clients: %s\n' "$1" >&2
  exit 1
}

skip() {
  printf 'clients: SKIPPED %s\n' "$1" >&2
  skipped="$skipped, $1"
}

has_python() {
  [ -x "$python" ] && "$python" -c 'import avro, confluent_kafka' 2>/dev/null
}

install_packages() {
  if has_python && command -v kcat >/dev/null; then
    return
  fi
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    printf 'clients: not root or no apt-get, nothing is installed\n' >&2
    return
  fi
  local attempt
  for attempt in 1 2; do
    if { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y \
      --no-install-recommends kcat python3-confluent-kafka python3-avro; } >"$work/apt.log" 2>&1; then
      return
    fi
    printf 'clients: apt-get failed (attempt %s)\n' "$attempt" >&2
  done
  tail -n 5 "$work/apt.log" >&2
}

start_demo() {
  : >"$work/demo.log"
  ../sluice demo --idle --seconds 900 >"$work/demo.out" 2>"$work/demo.log" &
  demo=$!
  local waited=0
  until grep -q '^registry ' "$work/demo.log"; do
    kill -0 "$demo" 2>/dev/null || fail 'the application ended at once'
    [ "$waited" -lt 300 ] || fail 'the application did not start within 5 minutes'
    sleep 1
    waited=$((waited + 1))
  done
  broker="$(sed -n 's/^broker //p' "$work/demo.log")"
  registry="$(sed -n 's/^registry //p' "$work/demo.log")"
}

stop_demo() {
  local status=0
  kill "$demo"
  wait "$demo" || status=$?
  demo=""
  [ "$status" -eq 0 ] || fail "the application ended with $status after SIGTERM"
}

# request NAME COMMAND …: runs a client; its JSON goes to $work/NAME.json
request() {
  local name="$1"
  shift
  timeout 120 "$@" --bootstrap-server "$broker" --schema-registry-url "$registry" \
    >"$work/$name.json" || fail "$name: status $?"
}

expect() {
  local name="$1"
  shift
  node node/expect.mjs "$work/$name.json" "$@" || fail "$name: not as expected"
  printf 'clients: ok %s\n' "$name"
}

check_node() {
  local trace=00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01

  request node node node/request.mjs --key customer-7 --header tenant=blue
  expect node key=customer-7 headers.tenant=blue headers.ce_id=undefined \
    value.text='Ein Mann fährt Fahrrad.' value.outcome=TRANSLATED value.revision=1 \
    value.sourceLanguage=en value.targetLanguage=de value.metadata.client=node

  # a schema of the client's own: other order, no optional fields but metadata, no doc
  request node-own-schema node node/request.mjs --schema node/reduced-request.avsc \
    --key customer-7 --text 'Two dogs are playing.' \
    --header "traceparent=$trace" --header ce_specversion=1.0 --header ce_id=event-1 \
    --header ce_source=/shop --header ce_type=com.example.text.v1
  expect node-own-schema key=customer-7 value.text='Zwei Hunde spielen.' \
    value.metadata.client=node "headers.traceparent=$trace" headers.ce_specversion=1.0 \
    headers.ce_source=/shop headers.ce_causationid=event-1 headers.ce_id!=event-1 \
    headers.ce_id!=undefined headers.ce_type=io.sluice.translation.result.v1

  request node-without-key node node/request.mjs --text 12:30
  expect node-without-key key=null value.text=12:30 value.outcome=BYPASSED
}

# no result comes for a language that is not served, so the client gives up
check_timeout() {
  local status=0
  timeout 120 node node/request.mjs --to fr --key french --timeout 5 \
    --bootstrap-server "$broker" --schema-registry-url "$registry" \
    >"$work/timeout.json" 2>"$work/timeout.txt" || status=$?
  [ "$status" -eq 1 ] && grep -q 'no result for' "$work/timeout.txt" ||
    fail "without a result the client ended with $status: $(cat "$work/timeout.txt")"
  printf 'clients: ok node-timeout\n'
}

check_python() {
  request python "$python" python/request.py --key customer-7 --header tenant=green
  expect python key=customer-7 headers.tenant=green value.text='Ein Mann fährt Fahrrad.' \
    value.outcome=TRANSLATED value.metadata.client=python
}

# read_topic TOPIC: partition, key, length and headers of every record that is committed
read_topic() {
  timeout 60 kcat -C -q -e -b "$broker" -t "$1" -o beginning \
    -X isolation.level=read_committed -f 'partition=%p key=%k length=%S headers=%h\n'
}

await_record() {
  local attempt
  for attempt in $(seq 60); do
    read_topic "$1" >"$work/topic.txt"
    if grep -q "$2" "$work/topic.txt"; then
      return
    fi
    sleep 1
  done
  fail "kcat: no record like '$2' in $1 after $attempt attempts, but: $(cat "$work/topic.txt")"
}

check_kcat() {
  # one key is on one partition, whichever client sent it
  read_topic "$requests" >"$work/topic.txt"
  [ "$(grep ' key=customer-7 ' "$work/topic.txt" | cut -d ' ' -f 1 | sort -u | wc -l)" -eq 1 ] ||
    fail "kcat: requests of one key on several partitions: $(cat "$work/topic.txt")"
  printf 'clients: ok kcat-partitions\n'

  # the first request's bytes again, under another key: bytes are all that kcat needs
  timeout 60 kcat -C -q -e -b "$broker" -t "$requests" -o beginning -c 1 -f '%s' >"$work/request.bin"
  timeout 60 kcat -P -b "$broker" -X partitioner=murmur2_random -t "$requests" \
    -k kcat-key -H tenant=red "$work/request.bin"
  await_record "$results" ' key=kcat-key length=[1-9][0-9]* headers=tenant=red'
  printf 'clients: ok kcat\n'

  # a tombstone is passed on under its key
  printf 'gone:' | timeout 60 kcat -P -b "$broker" -X partitioner=murmur2_random \
    -t "$requests" -K : -Z
  await_record "$results" ' key=gone length=-1 '
  printf 'clients: ok kcat-tombstone\n'
}

check_dead_letter() {
  await_record "$requests.dlq" ' key=french '
  # a header with a stack trace has many lines
  grep -q '__sluice.errors.code=UNSUPPORTED_LANGUAGE' "$work/topic.txt" ||
    fail "kcat: another dead letter: $(cat "$work/topic.txt")"
  printf 'clients: ok kcat-dead-letter\n'
}

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  skip 'everything (no Node.js)'
  exit 0
fi
if [ "${1:-}" = --install ]; then
  install_packages
fi
(cd node && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
start_demo
check_node
if has_python; then
  check_python
else
  skip 'Python (no confluent_kafka or avro)'
fi
if command -v kcat >/dev/null; then
  check_kcat
  check_timeout
  check_dead_letter
else
  skip 'kcat (not installed)'
  check_timeout
fi
stop_demo
printf 'clients: all checked%s\n' "${skipped:+ but ${skipped#, }}"
