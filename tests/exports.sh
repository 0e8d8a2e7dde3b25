#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# vmx.h, libvmx.map and the built library name the same functions.
. "${0%/*}/lib.sh"

library=$build/.libs/libvmx.so
[ -e "$library" ] || skip "no shared library was built"

# `VMX_API` up to the name before the parenthesis.
tr '\n' ' ' <"$src/libvmx/vmx.h" | sed 's/VMX_API/\n&/g' |
    sed -n 's/^VMX_API [^(;#]*[ *]\([a-z_0-9]*\)(.*/\1/p' | sort >"$tmp/declared"

sed -n '/global:/,/local:/s/^ *\([A-Za-z_0-9*]*\);.*/\1/p' "$src/libvmx/libvmx.map" |
    sort >"$tmp/mapped"

"${NM[@]}" -D --defined-only "$library" |
    sed -n 's/.* [A-Z] \([^@ ]*\).*/\1/p' | grep -v '^LIBVMX_' | sort >"$tmp/exported"

compare() { # NAME NAME
    while IFS= read -r line; do
        finding "$1 (-) against $2 (+): $line"
    done < <(diff -U0 "$tmp/$1" "$tmp/$2" | sed -n '/^[-+][a-zA-Z_*]/p')
}
compare declared mapped
compare mapped exported

finish "$(wc -l <"$tmp/exported")" names
