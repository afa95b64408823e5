#!/usr/bin/env bash
# run.sh BUILD [--seconds N] [TARGETS]: libFuzzer over each target (default: all, 60 s each), two at a time at most.
# Begins with corpus/TARGET and what earlier runs found in BUILD/corpus/TARGET, where new inputs go. Inputs that crash, hang or
# take too much memory are kept in BUILD/crashes. Exit 1 when a target failed.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$(cd "${1:?run.sh BUILD [--seconds N] [TARGETS]}" && pwd) || exit 2
shift
seconds=60
jobs=2
targets=()
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) seconds=${2:?--seconds N}; shift 2 ;;
    --jobs) jobs=${2:?--jobs 1 or 2}; shift 2 ;;
    -*) echo "run.sh: unknown option $1" >&2; exit 2 ;;
    *) targets+=("$1"); shift ;;
  esac
done
[[ $seconds =~ ^[1-9][0-9]*$ ]] || { echo "run.sh: --seconds is a whole number from 1 on" >&2; exit 2; }
[[ $jobs =~ ^[12]$ ]] || { echo "run.sh: --jobs is 1 or 2" >&2; exit 2; }

if [ ${#targets[@]} -eq 0 ]; then
  for program in "$build"/fuzz_*; do
    [ -f "$program" ] && [ -x "$program" ] && targets+=("$(basename "$program" | sed 's/^fuzz_//')")
  done
fi
[ ${#targets[@]} -gt 0 ] || { echo "run.sh: no targets in $build" >&2; exit 2; }
for target in "${targets[@]}"; do
  [ -x "$build/fuzz_$target" ] || { echo "run.sh: no target $target in $build" >&2; exit 2; }
done

# Bytes per input: a frame's worth where frames go in; elsewhere what is still mutated well.
max_len() {
  case $1 in
    frames | serve | batch) echo 65536 ;;
    properties) echo 1024 ;;  # each unknown key is compared with every known one
    *) echo 8192 ;;
  esac
}

run_one() {  # TARGET: its report line; the log stays in BUILD/logs
  local target=$1 log="$build/logs/$1.log" status=0
  local seeds=() executions speed peak
  mkdir -p "$build/logs" "$build/corpus/$target" "$build/crashes"
  [ -d "$here/corpus/$target" ] && seeds=("$here/corpus/$target")
  # Freed memory is kept apart for a while to be caught when used; 64 MiB of it leave room under the limit.
  ASAN_OPTIONS=quarantine_size_mb=64 "$build/fuzz_$target" -max_total_time="$seconds" -rss_limit_mb=1024 -timeout=10 \
    -max_len="$(max_len "$target")" -print_final_stats=1 -artifact_prefix="$build/crashes/$target-" \
    "$build/corpus/$target" "${seeds[@]}" >"$log" 2>&1 || status=$?
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  speed=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
  peak=$(sed -n 's/^stat::peak_rss_mb: *//p' "$log")
  printf '%-12s %12s executions %8s/s %6s MiB peak  %s\n' "$target" "${executions:-?}" "${speed:-?}" "${peak:-?}" \
    "$([ "$status" = 0 ] && echo ok || echo "FAILED ($log)")"
  [ "$status" = 0 ] && return 0
  local input
  input=$(sed -n 's/^.*Test unit written to //p' "$log" | tail -1)
  if [ -n "$input" ]; then echo "  reproduce: $build/fuzz_$target $input"; else tail -3 "$log"; fi
  return 1
}

running=0 failed=0
for target in "${targets[@]}"; do
  if [ "$running" -ge "$jobs" ]; then
    wait -n || failed=$((failed + 1))
    running=$((running - 1))
  fi
  run_one "$target" &
  running=$((running + 1))
done
while [ "$running" -gt 0 ]; do
  wait -n || failed=$((failed + 1))
  running=$((running - 1))
done
echo "$((${#targets[@]} - failed)) passed, $failed failed"
[ "$failed" = 0 ]
