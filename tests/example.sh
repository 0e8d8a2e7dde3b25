#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The example program runs on a machine of the inventory and writes well-formed XML.
. "${0%/*}/lib.sh"

count=0
for file in "$src"/testdata/inventory/*.vmx; do
    [ -e "$file" ] || skip "testdata/inventory holds no machine"
    count=$((count + 1))
    "$build/examples/convert" "$file" >"$tmp/out.xml" 2>"$tmp/err" || {
        finding "$file: status $?: $(head -n 3 "$tmp/err")"
        continue
    }
    grep -q '^<domain ' "$tmp/out.xml" || finding "$file: no <domain> was written"
    if command -v xmllint >/dev/null; then
        xmllint --nonet --noout "$tmp/out.xml" 2>"$tmp/err" ||
            finding "$file: $(head -n 3 "$tmp/err")"
    fi
done

finish "$count" machines
