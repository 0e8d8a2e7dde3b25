#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Real files that people published: all convert, the XML is well-formed and what libvirt
# 9.0 reads, every key has a fate, and VMX to VMX keeps each byte.
#
# The files belong to others and are no part of the project: $VMX_CORPUS names the folder
# that holds them.  Without it there is nothing to test, which is no failure.
. "${0%/*}/lib.sh"
use_tool vmx-convert

corpus=${VMX_CORPUS:-$src/../shared/corpus}/vmx
if [ ! -d "$corpus" ]; then
    echo "no corpus in ${VMX_CORPUS:-../shared/corpus}: nothing was tested, which is well"
    exit 0
fi

# FILE REASON: refused by libvirt 9.0's schema, though its parser takes it.
schema_refuses='
'
# Wholly encrypted: no machine can be read.
encrypted='
'

is_listed() { # LIST FILE
    grep -q "^$2 " <<<"$1"
}

count=0
while IFS= read -r file; do
    name=$(basename "$file")
    count=$((count + 1))

    "$tool" --to=vmx "$file" >"$tmp/same.vmx" 2>/dev/null || finding "$name: --to=vmx: $?"
    cmp -s "$file" "$tmp/same.vmx" || finding "$name: --to=vmx changed it"

    if ! "$tool" -o "$tmp/out.xml" --format=json "$file" >"$tmp/json" 2>"$tmp/err"; then
        is_listed "$encrypted" "$name" ||
            finding "$name: refused: $(cat "$tmp/err" "$tmp/json")"
        continue
    fi
    [ ! -s "$tmp/err" ] || finding "$name: $(cat "$tmp/err")"
    ! is_listed "$encrypted" "$name" || finding "$name is listed as encrypted and converts"
    if command -v xmllint >/dev/null; then
        xmllint --nonet --noout "$tmp/out.xml" 2>"$tmp/err" ||
            finding "$name: $(head -n 3 "$tmp/err")"
    fi
    if command -v jq >/dev/null; then
        jq -e '.keys == ([.counts[]] | add)' "$tmp/json" >/dev/null ||
            finding "$name: the fates do not add up: $(jq -c .counts "$tmp/json")"
    fi

    "$tool" --libvirt=9.0 --base='[datastore1] vm' -o "$tmp/9.xml" "$file" \
        >/dev/null 2>&1 || finding "$name: --libvirt=9.0: $?"
    command -v virt-xml-validate >/dev/null || continue
    if virt-xml-validate "$tmp/9.xml" domain >"$tmp/err" 2>&1; then
        ! is_listed "$schema_refuses" "$name" ||
            finding "$name is listed as refused by the schema and passes"
    else
        is_listed "$schema_refuses" "$name" || finding "$name: $(tail -n 4 "$tmp/err")"
    fi
done < <(find "$corpus" -name '*.vmx' | sort)

for program in xmllint jq virt-xml-validate; do
    command -v "$program" >/dev/null || echo "without $program: not all was tested"
done
finish "$count" files
