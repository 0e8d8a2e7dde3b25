#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The key catalogue is built as its grammar says, and the generators give the same tables
# with every awk that is here.
. "${0%/*}/lib.sh"

command -v xmllint >/dev/null || skip "xmllint was not found (Debian package libxml2-utils)"
command -v xsltproc >/dev/null || skip "xsltproc was not found (Debian package xsltproc)"

schemas=$src/schemas
count=0

valid() { # FILE
    xmllint --nonet --noout --relaxng "$schemas/vmx-keys.rng" "$1" 2>"$tmp/err"
}

valid "$schemas/vmx-keys.xml" || finding "vmx-keys.xml: $(head -n 3 "$tmp/err")"
count=$((count + 1))

# Each breaks the catalogue in one place.
while IFS= read -r edit; do
    count=$((count + 1))
    sed "0,/$edit" "$schemas/vmx-keys.xml" >"$tmp/broken.xml"
    ! cmp -s "$schemas/vmx-keys.xml" "$tmp/broken.xml" || finding "$edit edits nothing"
    ! valid "$tmp/broken.xml" || finding "the grammar takes $edit"
done <<'EDITS'
type="enum"/s//type="word"/
product="both"/s//product="all"/
evidence="H"/s//evidence="X"/
min-hw="/s//min-hw="hw/
deprecated="yes"/s//deprecated="no"/
instead="/s//instead="one of /
<values open="yes"/s//<values open="no"/
<range min="/s//<range min="about /
<range min="/s//<range least="/
<value>/s//<value>a|/
<\/value>/s//<\/value><other\/>/
 pattern="/s// name="/
EDITS

xsltproc --nonet "$schemas/vmx-keys-table.xsl" "$schemas/vmx-keys.xml" >"$tmp/keys.tsv"
for awk in mawk gawk "busybox awk"; do
    command -v "${awk%% *}" >/dev/null || continue
    for out in list c h; do
        # shellcheck disable=SC2086
        LC_ALL=C $awk -f "$schemas/gen-keys.awk" -v out=$out "$tmp/keys.tsv" >"$tmp/$out"
    done
    # shellcheck disable=SC2086
    LC_ALL=C $awk -f "$schemas/gen-facts.awk" "$tmp/list" "$tmp/keys.tsv" >"$tmp/facts"
    for pair in list:keys.gen.list c:keys.gen.c h:keys.gen.h facts:facts.gen.c; do
        count=$((count + 1))
        cmp -s "$tmp/${pair%%:*}" "$build/libvmx/doc/${pair#*:}" ||
            finding "$awk makes another ${pair#*:}"
    done
done

finish "$count" "grammars and tables"
