#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The KVM target by example: testdata/kvm/CASE/ holds
#
#   in.vmx    the machine
#   args      more options, one a line; may be missing
#   map.xml   a map, which args then names; may be missing
#   out.xml   what `vmx-convert --to=kvm --no-metadata in.vmx` writes; without it nothing
#             must be written and the status must be 1
#   diag.txt  what `vmx-convert --to=kvm -v in.vmx` says on standard error
#
# `tests/kvm.sh --rewrite` writes anew what is there: read the diff.  Further arguments
# name the cases to run.  Folders without diag.txt are for other tests.
. "${0%/*}/lib.sh"
use_tool vmx-convert

rewrite=no
[ "${1-}" != --rewrite ] || {
    rewrite=yes
    shift
}
cases=$src/testdata/kvm
map_grammar=$src/schemas/vmx-map.rng
count=0

# What the case must give, against what it gave.
same() { # CASE FILE GOT
    if [ "$rewrite" = yes ]; then
        cmp -s "$cases/$1/$2" "$3" || {
            cp "$3" "$cases/$1/$2"
            echo "$1/$2 rewritten"
        }
        return
    fi
    diff -u --label "$1/$2" --label "$1: now" "$cases/$1/$2" "$3" || finding "$1: $2"
}

run_case() { # CASE
    local args=() status=0 wanted=0

    [ ! -e "$cases/$1/args" ] || mapfile -t args <"$cases/$1/args"
    [ -e "$cases/$1/out.xml" ] || wanted=1
    (cd "$cases/$1" && "$tool" --to=kvm --no-metadata "${args[@]}" in.vmx) \
        >"$tmp/out.xml" 2>"$tmp/err" || status=$?
    if [ "$status" -ne "$wanted" ]; then
        finding "$1: status $status, expected $wanted: $(head -n 3 "$tmp/err")"
    elif [ "$wanted" -eq 0 ]; then
        same "$1" out.xml "$tmp/out.xml"
    elif [ -s "$tmp/out.xml" ]; then
        finding "$1: failed, and wrote all the same"
    fi
    (cd "$cases/$1" && "$tool" --to=kvm -v "${args[@]}" -o /dev/null in.vmx) \
        >/dev/null 2>"$tmp/diag.txt" || true
    same "$1" diag.txt "$tmp/diag.txt"
}

if [ "$#" -gt 0 ]; then
    all=("$@")
else
    mapfile -t all < <(cd "$cases" && printf '%s\n' */diag.txt | sed 's,/.*,,')
fi
for name in "${all[@]}"; do
    count=$((count + 1))
    run_case "$name"
done
[ "$rewrite" = no ] || exit 0

# ---- Rows -----------------------------------------------------------------------------

# Every row of the stylesheet has a code, with a number of its own, and a case.
while IFS= read -r code; do
    count=$((count + 1))
    number=$(cat "$src"/libvmx/diag/*.def |
        sed -nE "s/^VX_(CODE|RULE)\(([0-9]*), \"$code\",.*/\2/p")
    if [ -z "$number" ]; then
        finding "schemas/kvm.xsl: $code is no code"
    else
        grep -q -F "[VMX$number]" "$cases"/*/diag.txt || finding "no case has $code"
    fi
done < <(grep -o -e "code=\"[a-z0-9-]*\"" -e "'code'\" select=\"'[a-z-]*'" \
    -e "name=\"code\" select=\"'[a-z0-9-]*'" "$src/schemas/kvm.xsl" |
    sed "s/.*[=\"']\([a-z0-9-][a-z0-9-]*\)[\"']*$/\1/" | sort -u)

# Every parameter is in the page.
while IFS= read -r name; do
    count=$((count + 1))
    grep -q "^\.It Cm $name\b" "$src/docs/man/vmx-kvm.7" ||
        finding "vmx-kvm.7: nothing of the parameter $name"
done < <(sed -n 's/^<xsl:param name="\([a-z-]*\)".*/\1/p' "$src/schemas/kvm.xsl" |
    grep -v '^libvirt$')

# ---- The map --------------------------------------------------------------------------

if command -v xmllint >/dev/null; then
    fits() { # FILE
        xmllint --nonet --noout --relaxng "$map_grammar" "$1" 2>"$tmp/err"
    }
    refuses() { # CONTENT
        count=$((count + 1))
        printf "<map xmlns='urn:libvmx:map:1'>%s</map>\n" "$1" >"$tmp/bad.xml"
        ! fits "$tmp/bad.xml" || finding "the grammar of maps takes: $1"
    }
    for map in "$src"/testdata/map/*.xml "$cases"/*/map.xml; do
        count=$((count + 1))
        fits "$map" || finding "$map: $(head -n 2 "$tmp/err")"
    done
    refuses "<networks><network name='a'/></networks>"
    refuses "<networks><network network='a'/></networks>"
    refuses "<networks><network name='a' portgroup='b' network='c'/></networks>"
    refuses "<networks><network name='a' opaque='b' network='c'/></networks>"
    refuses "<networks><network name='a' network='b' vlan='4'/></networks>"
    refuses "<networks><network name='a' bridge='b' vlan='4095'/></networks>"
    refuses "<networks><network name='a' bridge='a name too long'/></networks>"
    refuses "<networks><default action='drop'/></networks>"
    refuses "<networks><default network='a'/><default network='b'/></networks>"
    refuses "<datastores><datastore name='a' folder='b'/></datastores>"
    refuses "<datastores><datastore name='a' folder='/b' pool='c'/></datastores>"
    refuses "<paths><path from='a' to='b'/></paths>"
    refuses "<paths><path from='a' to='/b&#10;c'/></paths>"
    refuses "<machines><machine name='a' rename='b/c'/></machines>"
    refuses "<devices><device from='42:00.0' to='0000:65:00.0'/></devices>"
    refuses "<defaults cpu-mode='maximum' cpu-model='EPYC'/>"
    refuses "<defaults disk-format='qcow'/>"
    refuses "<pools/>"
fi

finish "$count" "cases, rows, parameters and maps"
