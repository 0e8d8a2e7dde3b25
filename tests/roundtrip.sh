#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# VMX → XML → VMX: what comes back is what went in, key by key, but for what the host
# writes anew.  Compared by vmx-compare.awk, which shares no code with the product.
#
# Real files belong to others: $VMX_CORPUS names the folder that holds them.
. "${0%/*}/lib.sh"
use_tool vmx-convert

compare() { # BEFORE AFTER
    tr '\r' '\n' <"$1" | tr '\0' '\377' >"$tmp/before"
    tr '\r' '\n' <"$2" | tr '\0' '\377' >"$tmp/after"
    awk -f "$src/tests/vmx-compare.awk" "$src/schemas/vmx-keys.xml" \
        "$tmp/before" "$tmp/after"
}

# Forth with OPTION..., and back.
there_and_back() { # FILE OPTION...
    local file=$1 name
    name=$(basename "$(dirname "$file")")/$(basename "$file")
    shift
    "$tool" -q --with-secrets "$@" -o "$tmp/there.xml" "$file" 2>/dev/null || return 0
    count=$((count + 1))
    if ! "$tool" -v --with-secrets --to=vmx -o "$tmp/back.vmx" "$tmp/there.xml" \
        2>"$tmp/err"; then
        finding "$name $*: $(head -n 3 "$tmp/err")"
        return
    fi
    # Findings about the machine may come again; nothing may be lost.
    ! grep ': lost' "$tmp/err" >"$tmp/lost" ||
        finding "$name $*: $(head -n 3 "$tmp/lost")"
    compare "$file" "$tmp/back.vmx" >"$tmp/diff" ||
        finding "$name $*: $(head -n 8 "$tmp/diff")"
}

# The comparison can fail.
printf 'a.b = "1"\nnumvcpus = "2"\n' >"$tmp/a"
for other in 'a.b = "1"\n' 'numvcpus = "2"\na.b = "1"\n' 'a.b = "1"\nnumvcpus = "3"\n' \
    'a.b = "1"\nnumvcpus = "2"\nc = ""\n' 'A.b = "1"\nnumvcpus = "2"\n'; do
    # shellcheck disable=SC2059
    printf "$other" >"$tmp/b"
    ! compare "$tmp/a" "$tmp/b" >/dev/null || fail "the comparison misses a difference"
done
compare "$tmp/a" "$tmp/a" || fail "the comparison finds a difference where there is none"

# Machines of an inventory, as large as they come.
mkdir "$tmp/made"
generate=$build/bench/generate
[ -x "$generate" ] || fail "$generate was not built"
"$generate" "${VMX_MACHINES-40}" "$tmp/made"

count=0
corpus=${VMX_CORPUS:-$src/../shared/corpus}/vmx
[ -d "$corpus" ] || echo "no corpus in ${VMX_CORPUS:-../shared/corpus}: our own files alone"
while IFS= read -r file; do
    there_and_back "$file"
    there_and_back "$file" --libvirt=9.0 --base='[datastore1] vm'
done < <(
    [ ! -d "$corpus" ] || find "$corpus" -name '*.vmx' | sort
    find "$src/testdata" "$src/bench" "$tmp/made" -name '*.vmx' | sort
)
finish "$count" conversions
