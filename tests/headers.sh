#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every header compiles alone; the public one as C99 and as C++.
. "${0%/*}/lib.sh"

warn=(-Wall -Wextra -Werror -fsyntax-only)
count=0

"${CC[@]}" -x c++ -fsyntax-only /dev/null 2>/dev/null || fail "no C++ compiler"

compiles() { # HEADER OPTION...
    local header=$1
    shift
    count=$((count + 1))
    printf '#include "%s"\n' "$header" >"$tmp/alone.c"
    "${CC[@]}" "$@" "${warn[@]}" "$tmp/alone.c" >"$tmp/log" 2>&1 ||
        finding "$header alone ($*): $(head -n 5 "$tmp/log")"
}

# The test can fail: a header that lacks a type is found.
echo 'size_t needs_stddef;' >"$tmp/bad.h"
"${CC[@]}" "${warn[@]}" -x c "$tmp/bad.h" 2>/dev/null && fail "a bad header compiled"

for header in "$src"/libvmx/vmx.h "$src"/libvmx/vi/vmx-vi.h; do
    [ -e "$header" ] || continue
    compiles "$header" -std=c99 -pedantic -I"$src/libvmx"
    compiles "$header" -x c++ -std=c++11 -pedantic -I"$src/libvmx"
done

read -ra xml < <("$PKG_CONFIG" --cflags libxml-2.0 libxslt)

# Their types are not made then.
without=()
has_vi || without=(! -path './vi/*')

while IFS= read -r header; do
    compiles "$header" "${CFLAGS[@]}" -std=gnu17 -Wno-unused-function "${xml[@]}" \
        -I"$src/libvmx" -I"$build/libvmx"
done < <(cd "$src/libvmx" && find . -mindepth 2 -name '*.h' ! -name '*.gen.h' \
    "${without[@]}" | sed 's,^\./,,' | sort)

finish "$count" compilations
