#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# make fuzz: searches with clang's fuzzer, each for some seconds.  What it learns and finds
# is left in the build folder, fuzz/; a finding goes to seeds/ once it is understood.
. "${0%/*}/../lib.sh"

seconds=${1:-300}
fuzz_cc=${FUZZ_CC:-clang}
generated=$build/libvmx
[ -f "$generated/doc/keys.gen.c" ] || generated=$src/libvmx
mkdir -p "$build/fuzz"

libxml_cflags=$("$PKG_CONFIG" --cflags libxml-2.0)
libxml_libs=$("$PKG_CONFIG" --libs libxml-2.0)
mapfile -t sources < <(find "$src/libvmx" -name '*.c' ! -name '*.gen.c' ! -path '*/vi/*')
mapfile -t -O "${#sources[@]}" sources < <(find "$generated" -name '*.gen.c' ! -path '*/vi/*')

if [ -f "$generated/vi/types.gen.c" ]; then
    mapfile -t vi_sources < <(find "$src/libvmx/vi" -name '*.c' ! -name '*.gen.c')
    vi_sources+=("${sources[@]}" "$generated/vi/types.gen.c")
    curl_libs=$("$PKG_CONFIG" --libs libcurl libcrypto)
fi

pids=()
for name in fuzz_doc fuzz_convert fuzz_back fuzz_diff fuzz_lint fuzz_vi \
    fuzz_vi_calls; do
    corpus=$build/fuzz/$name.corpus
    mkdir -p "$corpus"
    seeds=$src/tests/fuzz/seeds
    code=("${sources[@]}")
    libs=$libxml_libs dictionary=$src/tests/fuzz/dictionary
    if [[ $name == fuzz_vi* ]]; then
        [ -f "$generated/vi/types.gen.c" ] || continue
        seeds=${name#fuzz}
        seeds=$src/tests/fuzz/seeds${seeds//_/-}
        code=("${vi_sources[@]}")
        libs="$libxml_libs $curl_libs" dictionary+=-vi
    fi
    if [ "$name" = fuzz_back ]; then
        seeds=$build/fuzz/seeds-xml
        mkdir -p "$seeds"
        cp "$src"/tests/fuzz/seeds-xml/* "$seeds"
        for file in "$src"/testdata/convert/*/{out,in}.xml; do
            cp "$file" "$seeds/$(basename "$(dirname "$file")")-${file##*/}"
        done
    fi
    # shellcheck disable=SC2086 # flags are words
    "$fuzz_cc" -std=gnu17 -D_GNU_SOURCE=1 -DPACKAGE_VERSION='"fuzz"' -DFUZZING=1 -g -O1 \
        -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
        -I"$generated" -I"$src/libvmx" $libxml_cflags \
        "$src/tests/fuzz/$name.c" "${code[@]}" -o "$build/fuzz/$name" $libs
    "$build/fuzz/$name" -max_len=4096 -timeout=10 -max_total_time="$seconds" \
        -dict="$dictionary" -artifact_prefix="$build/fuzz/$name." \
        "$corpus" "$seeds" >"$build/fuzz/$name.log" 2>&1 &
    pids+=($!)
done
status=0
for pid in "${pids[@]}"; do
    wait "$pid" || status=1
done
tail -n 3 "$build"/fuzz/*.log
exit "$status"
