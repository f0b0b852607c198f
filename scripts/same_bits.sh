#!/bin/sh
# Whether data has the same bits from every compiler: builds Invar with gcc and
# clang, optimised and not, and compares what each draws with recorded hashes.
set -eu
cd "$(dirname "$0")/.."
for compiler in gcc clang; do
  for level in -O0 -O3; do
    build=build/bits-$compiler$level
    make --no-print-directory -s -j2 CC=$compiler OPTIMISE=$level BUILD=$build $build/invar-test
    echo "$compiler $level:"
    $build/invar-test tests/run.lua tests/transforms/bits_spec.lua tests/data/bits_spec.lua
  done
done
