#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The man pages tell what is there: the options of each tool, the functions of the
# library, every code; and mandoc has nothing to say against them.
. "${0%/*}/lib.sh"

pages=$src/docs/man
count=0

# NAME OLD NEW: lines that only one of the two has.
compare() {
    local line

    count=$((count + $(wc -l <"$3")))
    while IFS= read -r line; do
        finding "$1: $line"
    done < <(diff -U0 "$2" "$3" | sed -n '/^[-+][^-+]/p')
}

# "o" and "output" of "  -o, --output=FILE".
for page in "$pages"/*.1; do
    name=$(basename "$page" .1)
    if [ "$name" = vmx-vi ] && ! has_vi; then
        continue
    fi
    use_tool "$name"
    "$tool" --help | sed -n 's/^ *\(-.*\)/\1/p' | sed 's/  .*//; s/\[*=.*//; s/, /\n/' |
        sed 's/^ *-*//' | sort -u >"$tmp/options"
    # `.It Fl o Ns , Fl -output Ns = Ns Ar FILE`
    sed -n 's/^\.It \(Fl .*\)/\1/p' "$page" | grep -o 'Fl [^ ]*' |
        sed 's/^Fl -*//' | sort -u >"$tmp/described"
    compare "$name: --help (-) against its page (+)" "$tmp/options" "$tmp/described"
done

for map in libvmx.map vi/libvmx-vi.map; do
    page=$(basename "$map" .map).3
    sed -n '/global:/,/local:/s/^ *\([a-z_0-9]*\);.*/\1/p' "$src/libvmx/$map" |
        sort >"$tmp/exported"
    sed -n 's/^\.Fo \([a-z_0-9]*\)/\1/p; s/^\.Fn \([a-z_0-9]*\) .*/\1/p' "$pages/$page" |
        sort -u >"$tmp/documented"
    compare "$map (-) against $page (+)" "$tmp/exported" "$tmp/documented"
done

cat "$src"/libvmx/diag/*.def |
    sed -nE 's/^VX_(CODE|RULE)\(([0-9]*), "([^"]*)".*/\2 \3/p' |
    awk '{ printf "VMX%03d %s\n", $1, $2 }' | sort >"$tmp/codes"
sed -n 's/^\.It Sy \(VMX[0-9]*\) Cm \([^ ]*\) .*/\1 \2/p' \
    "$build/docs/man/vmx-diagnostics.7" | sort >"$tmp/paged"
compare "codes.def (-) against vmx-diagnostics.7 (+)" "$tmp/codes" "$tmp/paged"

use_tool vmx-lint
"$tool" --list-rules | sed 's/^\(VMX[0-9]*\)  *\([^ ]*\) .*/\1 \2/' >"$tmp/rules"
sed -n 's/^\.It Sy \(VMX[0-9]*\) Cm \([^ ]*\) .*/\1 \2/p' \
    "$build/docs/man/vmx-rules.7" >"$tmp/paged"
compare "vmx-lint --list-rules (-) against vmx-rules.7 (+)" "$tmp/rules" "$tmp/paged"

sed -n 's/.*<key pattern="\([^"]*\)".*/\1/p' "$src/schemas/vmx-keys.xml" |
    sed 's/&lt;/</; s/&gt;/>/' | sort >"$tmp/keys"
sed -n '/^\.Sh KEYS/,$ s/^\.It Cm //p' "$build/docs/man/vmx-keys.5" | sort >"$tmp/paged"
compare "vmx-keys.xml (-) against vmx-keys.5 (+)" "$tmp/keys" "$tmp/paged"

for ceiling in "VMX_MAX_TEXT 64" "VMX_MAX_LINES 1,000,000" "VMX_MAX_DIAGS 1,000" \
    "VMX_MAX_FINDINGS 100,000"; do
    grep -q "${ceiling#* }" "$pages/vmx-limits.7" ||
        finding "vmx-limits.7 does not tell ${ceiling% *}, ${ceiling#* }"
done

command -v mandoc >/dev/null || skip "mandoc was not found (Debian package mandoc)"
for page in "$pages"/*.[1357] "$build"/docs/man/*.[57]; do
    [ -e "$page" ] || continue
    count=$((count + 1))
    mandoc -T lint -W warning "$page" >"$tmp/lint" || finding "$(cat "$tmp/lint")"
done

finish "$count" "options, functions, codes and pages"
