#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# `make bench-vi`: what a host of many machines is asked, and how long that takes, by vmx-vi
# and by virsh.  The host is tests/vi-host, here and over plain HTTP.
#
#   BENCH_MACHINES   how many there are; 1000
#   BENCH_ROUNDS     how often each is run; 3
. "${0%/*}/../tests/lib.sh"
. "${0%/*}/../tests/vi-lib.sh"

machines=${BENCH_MACHINES-1000}
rounds=${BENCH_ROUNDS-3}
use_tool vmx-vi
command -v virsh >/dev/null || skip "virsh was not found (Debian package libvirt-clients)"
wall=$build/bench/.libs/wall
[ -x "$wall" ] || wall=$build/bench/wall
[ -x "$wall" ] || fail "$wall was not built: make bench-vi builds what it needs"

row() { # WHAT VALUE BOUND
    printf '%-52s %10s   %s\n' "$1" "$2" "${3-}"
}

calculate() { # EXPRESSION FORMAT
    awk "BEGIN { printf \"$2\", $1 }"
}

requests() { # COMMAND [ARGUMENT...]
    tell reset
    "$@" >/dev/null
    tell 'count requests'
}

cat >"$tmp/auth.conf" <<'END'
[credentials-host]
username=root
password=secret
[auth-esx-default]
credentials=host
END
export LIBVIRT_AUTH_FILE=$tmp/auth.conf
mkdir "$tmp/fetched"
host_start "generate $machines" 'page 100'
virsh=("$(command -v virsh)" -q -c "esx://root@127.0.0.1:$host_port/?transport=http")
fetch=("$tool" -j8 fetch --all -O "$tmp/fetched")

# One by one, as a script does it, and all in one session, as a patient user may.
cat >"$tmp/loop" <<'END'
count=$1
shift
for i in $(seq -f %04g "$count"); do
    "$@" dumpxml "gen-$i"
done
END
seq -f 'dumpxml gen-%04g' "$machines" >"$tmp/session"

row "requests for list, pages of 100" "$(requests "$tool" list)" \
    "at most $((6 + (machines + 99) / 100))"
row "  virsh list --all" "$(requests "${virsh[@]}" list --all)"
row "requests for fetch --all -j8" "$(requests "${fetch[@]}")"
row "  virsh dumpxml, each" "$(requests "${virsh[@]}" dumpxml gen-0001)"

read -r ours theirs peak _ < <("$wall" "$rounds" "$tool" list -- "${virsh[@]}" list --all)
row "list, in ms" "$(calculate "$ours / 1000" %.0f)"
row "  virsh list --all" "$(calculate "$theirs / 1000" %.0f)"
row "  peak memory of list, in KiB" "$peak" "at most 30720"
read -r ours theirs peak _ < <("$wall" 1 "${fetch[@]}" \
    -- /bin/bash "$tmp/loop" "$machines" "${virsh[@]}")
row "fetch --all -j8, in ms" "$(calculate "$ours / 1000" %.0f)"
row "  virsh dumpxml in a loop" "$(calculate "$theirs / 1000" %.0f)"
row "  times as fast" "$(calculate "$theirs / $ours" %.0f)" "at least 10"
row "  peak memory of fetch, in KiB" "$peak" "at most 30720"
read -r ours theirs _ < <("$wall" 1 "$tool" -j8 --to=xml fetch --all -O "$tmp/fetched" \
    -- /bin/bash -c "\"\$@\" <'$tmp/session'" virsh "${virsh[@]}")
row "fetch --all -j8 --to=xml, in ms" "$(calculate "$ours / 1000" %.0f)"
row "  virsh dumpxml of all, in one session" "$(calculate "$theirs / 1000" %.0f)"
host_stop
