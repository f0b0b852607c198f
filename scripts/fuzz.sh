#!/bin/sh
# scripts/fuzz.sh PROGRAMS SECONDS TARGET...: runs each fuzz target for so long,
# from the kept corpus (tests/fixtures/fuzz/TARGET) and what earlier runs found
# (PROGRAMS/corpus/TARGET). What fails is in PROGRAMS/findings. KEEP=1: the
# smallest set of inputs with the same coverage becomes the kept corpus.
programs=$1 seconds=$2
shift 2
failed=
mkdir -p "$programs/findings"
for target in "$@"; do
  program=$programs/$target corpus=$programs/corpus/$target
  kept=tests/fixtures/fuzz/$target words=tests/fuzz/$target.dict
  mkdir -p "$corpus" "$kept"
  # Memory is to be bounded by the input: no block above 64 MB.
  if "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 \
    -malloc_limit_mb=64 -max_len=16384 -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="$programs/findings/$target-" \
    $([ -f "$words" ] && echo "-dict=$words") \
    "$corpus" "$kept" >"$programs/$target.log" 2>&1; then
    echo "$target: $(sed -n 's/.*number_of_executed_units: *//p' \
      "$programs/$target.log") executions, no finding"
  else
    echo "$target: a finding, see $programs/$target.log and $programs/findings"
    failed=1
  fi
  if [ -n "$KEEP" ]; then
    rm -rf "$programs/merged" && mkdir "$programs/merged"
    "$program" -merge=1 -max_len=4096 "$programs/merged" "$kept" "$corpus" \
      >"$programs/$target-merge.log" 2>&1 &&
      rm -rf "$kept" && mv "$programs/merged" "$kept"
  fi
done
[ -z "$failed" ]
