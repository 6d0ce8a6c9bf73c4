#!/usr/bin/env bash
# Measures speed on this machine and writes docs/speed.md: every table there is the output of the command above it.
# Wants an idle machine, the data of ../shared and 40 minutes (twice that on a slow one); ONNX Runtime comes with
# `mvn -Dpeers -DskipTests package`; PyTorch takes part if TORCHSCRIPT is a folder that training/torchscript.py made
# (ten minutes more). One part alone: docs/speed.sh peers|experts|parts|workers|large|layers
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
data="${DATA:-../shared/data}"
onnx="${ONNX:-../shared/peers/onnx}"
torchscript="${TORCHSCRIPT:-}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mixed="$work/mixed.en" # the validation sets, line by line in turn: sentences that no model was judged on
for set in multi30k tatoeba software; do zcat "$data/$set/val.en.gz" >"$work/$set.en"; done
paste -d '\n' "$work"/{multi30k,tatoeba,software}.en | sed -n 1,1536p >"$mixed"

# Runs a command and prints it, quoted where that is needed, with its output, without the log.
show() {
  local word words=()
  for word in "${@//$work\//}"; do
    case "$word" in *[[:space:]]*) words+=("'$word'") ;; *) words+=("$word") ;; esac
  done
  printf '```\n$ %s\n' "${words[*]}"
  { "$@" 2>"$work/log" || { cat "$work/log" >&2; return 1; }; } | sed 's/\x1b\[[0-9;]*m//g'
  printf '```\n\n'
}

peers() {
  printf '## Against other engines\n\nSame weights, same sentences and batches, greedy, all experts, one thread; blocks of batches in turns, medians of their ratios. *Exact* is float32 with the full vocabulary, *fast* what `run` and `translate` do on this CPU. The others compute in float32.\n\n'
  show ./sluice model bench --peers --onnx "$onnx" ${torchscript:+--torchscript "$torchscript"} --data "$data" --sentences 192
}

experts() {
  printf '## Experts\n\nWhole translations of the test sets, blocks of batches in turns, against all experts in the same setting, medians of the ratios of blocks; few settings in each race, so that what is compared ran within seconds. Texts are handed over in windows of up to 32 batches (a corpus is one), as `translate --batch 32` does, and at last of eight, as `run` does under load.\n\n'
  local race=(./sluice model bench --compare experts --data "$data" --batches 32 --order unsorted) routing share
  for routing in sentence static; do
    show "${race[@]}" --experts all,16,8 --encoder-experts all --routing "$routing" --window 32 --repeat 15
    for share in 16 8; do
      show "${race[@]}" --experts "all,$share" --encoder-experts "all,$share" --routing "$routing" --window 32 --repeat 15
    done
  done
  for routing in token sentence; do
    show "${race[@]}" --experts all,16,8 --encoder-experts all --routing "$routing" --window 32 --sentences 512 --precision float32 --shortlist on
  done
  show "${race[@]}" --experts all,16,8 --encoder-experts all --routing sentence,static --window 8 --sentences 512
  printf 'Where the time of a step goes; `mixed.en`: the three validation sets, line by line in turn.\n\n'
  show ./sluice model bench --source "$mixed" --sentences 256 --batches 1,4,8,16,32,64 --experts all,16,8 --encoder-experts all --routing sentence,static --repeat 5 --output "$work/times.json"
}

parts() {
  printf '## What the parts bring\n\nAll experts, whole translations, blocks of batches in turns, each against the first, medians of the ratios of blocks.\n\n'
  for precision in float32 int8; do
    show ./sluice model bench --compare shortlist --data "$data" --sentences 192 --order unsorted --precision "$precision"
  done
  show ./sluice model bench --compare precision --data "$data" --sentences 192 --order unsorted --shortlist on
}

workers() {
  printf '## Two workers\n\nBatches side by side; every sentence of both sets.\n\n'
  show ./sluice model bench --compare workers --data "$data" --batches 16 --order unsorted
}

large() {
  printf '## The shape of a real model\n\nA random model of NLLB-200-distilled-600M'"'"'s shape; what it says means nothing.\n\n'
  show ./sluice model random --like nllb-600m --experts 32 --type bf16 --out "$work/600m"
  show env SLUICE_JAVA_OPTS=-Xmx8g ./sluice model bench --model "$work/600m" --source "$mixed" --sentences 8 --batches 8 --experts all,16,8 --encoder-experts all --routing sentence,static --repeat 10 --output "$work/times.json"
}

layers() {
  printf '## Layers and products alone\n\nProcessor time, calls in turns; medians. In float32 a row reads only the weights of neurons that fire (exact zero-skip, `fused`), the others all; then our products in int8 and float32, heap to heap with quantisation and bias, against the primitives of oneDNN alone on the same shapes.\n\n'
  show mvn -q -B -Pjmh test-compile exec:exec -Djmh.main=io.sluice.moe.FeedForwardTimes "-Djmh.arguments=$mixed 400 1 8,16"
  show mvn -q -B -Pjmh test-compile exec:exec -Djmh.main=io.sluice.tensor.dnnl.ProductTimes "-Djmh.arguments=200 1,8,32"
}

if [ $# -gt 0 ]; then "$@"; exit; fi
{
  printf '# Speed\n\nMade by `docs/speed.sh` on %s, %s, %s processors; every table is the output of the command above it.\n\n' \
    "$(date +%F)" "$(sed -n '/^model name/{s/.*: *//p;q;}' /proc/cpuinfo)" "$(nproc)"
  peers
  experts
  parts
  workers
  large
  layers
} >"$work/page"
cp "$work/page" docs/speed.md
