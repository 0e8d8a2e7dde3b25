#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# vmx-diff says that two files are the same if and only if vmx-normal.awk does, which
# shares no code with it: over our samples two by two, over machines of an inventory, over
# each file and the same one spelled in another way, and over real files ($VMX_CORPUS).
. "${0%/*}/lib.sh"
use_tool vmx-diff

rows=$build/libvmx/doc/keys.gen.tsv
[ -e "$rows" ] || skip "the catalogue was not printed: $rows"

# One line end and one encoding, which the awk knows.
plain() { # FILE
    local encoding
    tr '\r' '\n' <"$1" | tr '\0' '\377' >"$tmp/lf"
    encoding=$(sed -n 's/^[[:blank:]\xEF\xBB\xBF]*\.encoding[[:blank:]]*=[[:blank:]]*"\{0,1\}\([^"]*\)"\{0,1\}[[:blank:]]*$/\1/Ip' \
        "$tmp/lf" | head -n 1)
    if iconv -f "${encoding:-UTF-8}" -t UTF-8 "$tmp/lf" 2>/dev/null; then
        return
    fi
    iconv -c -f windows-1252 -t UTF-8 "$tmp/lf"
}

# normal FILE FORM: what the host writes is left out.
normal() {
    plain "$1" >"$tmp/plain"
    awk -f "$src/tests/vmx-normal.awk" "$rows" "$tmp/plain" | sort >"$2"
}

# Another spelling of the same: keys and truth in other letters, zeros, escapes, another
# order of devices, comments.
respell() { # FILE
    plain "$1" | awk '
        /^[ \t]*[A-Za-z][A-Za-z0-9.:_]*[ \t]*=[ \t]*"[^"|]*"[ \t]*$/ {
            at = index($0, "=")
            key = substr($0, 1, at - 1)
            value = substr($0, at + 1)
            gsub(/[ \t]/, "", key)
            sub(/^[ \t]*"/, "", value)
            sub(/"[ \t]*$/, "", value)
            low = tolower(key)
            if (low in seen || low == "displayname")
                value = value
            else if (value ~ /^(TRUE|FALSE)$/ && low ~ /[.]present$/)
                value = value == "TRUE" ? "yes" : "oFF"
            else if (NR % 3 == 0 && value ~ /^[a-z]/)
                value = sprintf("|%02X", ord[substr(value, 1, 1)]) substr(value, 2)
            seen[low] = 1
            print (NR % 2 ? toupper(key) : key) "=\"" value "\""
            next
        }
        { print }
        NR == 4 { print "# another comment" }
        BEGIN { for (i = 32; i < 127; i++) ord[sprintf("%c", i)] = i }'
}

count=0 equal=0
# check A FORM B FORM: both agree.
check() {
    local same=1 status=0 name
    name="$(basename "$(dirname "$1")")/$(basename "$1") and $(basename "$(dirname "$3")")/$(basename "$3")"
    cmp -s "$2" "$4" || same=0
    equal=$((equal + same))
    "$tool" -q "$1" "$3" 2>"$tmp/err" || status=$?
    count=$((count + 1))
    if [ "$status" -gt 1 ]; then
        finding "$name: $status: $(cat "$tmp/err")"
    elif [ "$status" -eq "$same" ]; then
        finding "$name: $status, and: $(diff "$2" "$4" | head -n 4)$("$tool" "$1" "$3" | head -n 12)"
    fi
}

# The normal form can tell a difference, and none.
printf 'memSize = "04"\nvhv.enable = "FALSE"\nethernet0.present = "0"\nethernet0.vnet = "x"\n' >"$tmp/a"
printf 'MEMSIZE=4\ncleanShutdown = "FALSE"\nscsi0.pciSlotNumber = "16"\n' >"$tmp/b"
printf 'memSize = "5"\n' >"$tmp/c"
for name in a b c; do
    normal "$tmp/$name" "$tmp/$name.normal"
done
cmp -s "$tmp/a.normal" "$tmp/b.normal" || fail "the normal form differs: $(diff "$tmp/a.normal" "$tmp/b.normal")"
! cmp -s "$tmp/a.normal" "$tmp/c.normal" || fail "the normal form misses a difference"

mkdir "$tmp/made"
generate=$build/bench/generate
[ -x "$generate" ] || fail "$generate was not built"
"$generate" 20 "$tmp/made"

corpus=${VMX_CORPUS:-$src/../shared/corpus}
[ ! -d "$corpus/vmx" ] || corpus=$corpus/vmx
[ -d "$corpus" ] || echo "no corpus in $corpus: our own files alone"
# The cases of single rules are many, and much alike.
few=(! -path '*/testdata/lint/*' ! -path '*/testdata/kvm/*')
[ "${VMX_FULL-}" != 1 ] || few=()
last=
while IFS= read -r file; do
    [ -s "$file" ] || continue
    form=$tmp/form$((count % 2))
    normal "$file" "$form"
    if [ -n "$last" ]; then
        check "$last" "$last_form" "$file" "$form"
    fi
    respell "$file" >"$tmp/respelled.vmx"
    normal "$tmp/respelled.vmx" "$tmp/respelled"
    check "$file" "$form" "$tmp/respelled.vmx" "$tmp/respelled"
    cp "$form" "$tmp/last"
    last=$file last_form=$tmp/last
done < <(
    [ ! -d "$corpus" ] || find "$corpus" -name '*.vmx' | sort
    # Lint's samples of odd lines and numbers are beyond the reader that compares.
    find "$src/testdata" "$src/bench" "$tmp/made" -name '*.vmx' ! -name back.vmx "${few[@]}" \
        ! -path '*/lint/VMX0*' ! -path '*/lint/VMX114/*' | sort
)

# Of each file there is the one that is spelled in another way.
[ "$equal" -gt $((count / 3)) ] || finding "$equal of $count pairs are the same"
[ "$equal" -lt $((count * 2 / 3)) ] || finding "$equal of $count pairs are the same"
finish "$count" "pairs, $equal of them the same"
