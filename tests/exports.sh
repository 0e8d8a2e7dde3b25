#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Header, map and built library name the same functions, for each library.
. "${0%/*}/lib.sh"

[ -e "$build/.libs/libvmx.so" ] || skip "no shared library was built"

compare() { # NAME NAME
    while IFS= read -r line; do
        finding "$1 (-) against $2 (+): $line"
    done < <(diff -U0 "$tmp/$1" "$tmp/$2" | sed -n '/^[-+][a-zA-Z_*]/p')
}

count=0
check_library() { # NAME HEADER MAP
    # `VMX_API` up to the name before the parenthesis.
    tr '\n' ' ' <"$src/libvmx/$2" | sed 's/VMX_API/\n&/g' |
        sed -n 's/^VMX_API [^(;#]*[ *]\([a-z_0-9]*\)(.*/\1/p' | sort >"$tmp/declared"

    sed -n '/global:/,/local:/s/^ *\([A-Za-z_0-9*]*\);.*/\1/p' "$src/libvmx/$3" |
        sort >"$tmp/mapped"

    "${NM[@]}" -D --defined-only "$build/.libs/$1.so" |
        sed -n 's/.* [A-Z] \([^@ ]*\).*/\1/p' | grep -v '^LIBVMX_' | sort >"$tmp/exported"

    compare declared mapped
    compare mapped exported
    count=$((count + $(wc -l <"$tmp/exported")))
}
check_library libvmx vmx.h libvmx.map
if has_vi; then
    check_library libvmx-vi vi/vmx-vi.h vi/libvmx-vi.map
fi

finish "$count" names
