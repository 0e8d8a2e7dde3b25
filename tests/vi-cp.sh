#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# vmx-vi cp: files to a host and from it, cut at any place, and never half of one.
. "${0%/*}/lib.sh"
. "${0%/*}/vi-lib.sh"
use_tool vmx-vi

checks=0
cd "$tmp"

# What is in the working folder below here/.
here() { # NAME...
    local there

    there=$(cd here && printf '%s\n' *)
    [ "$there" = "$(printf '%s\n' "$@")" ] || finding "here is $there and not $*"
}

# What the host has in the folder of the tests.
there() { # LINE...
    local files

    files=$(tell 'files "[datastore1] up"' | grep -v '/ 0$' || true)
    [ "$files" = "$(printf '%s\n' "$@")" ] || finding "there is $files and not $*"
}

same() { # FILE FILE
    checks=$((checks + 1))
    cmp "$1" "$2" || finding "$1 and $2 differ"
}

mkdir here
for i in $(seq 5000); do echo "line $i of a file that is not short"; done >large
size=$(wc -c <large)
sum=$(sha256sum <large)
sum=${sum%% *}

host_start "file \"[datastore1] iso/a (1).iso\" from=$tmp/large" 'folder "[datastore1] up"'

# ---- what is none -------------------------------------------------------------------

vi 2 cp one
vi 2 cp here/a here/b
says 'neither is a "\[datastore\] path"'
vi 2 cp '[datastore1]' here/
says 'names no file'
vi 2 --sha256=abc cp '[datastore1] iso/a (1).iso' here/
says '64 hex digits'
vi 1 cp '[none] a' here/
says 'no datastore "none"'
vi 1 cp '[datastore1] iso/none' here/
says 'there is no such file'
vi 1 cp '[datastore1] iso/../a' here/x
vi 2 cp none '[datastore1] up/'
says 'none: error: No such file'
vi 2 cp here '[datastore1] up/'
here '*'

# ---- from the host ------------------------------------------------------------------

vi 0 cp '[datastore1] iso/a (1).iso' here
[ "$(cat out)" = "$sum  here/a (1).iso" ] || finding "the sum is $(cat out)"
same large 'here/a (1).iso'
here 'a (1).iso'
vi 1 cp '[datastore1] iso/a (1).iso' here/
says 'here/a \(1\)\.iso: error: there is such a file; --replace'
echo old >'here/a (1).iso'
vi 0 --replace --sha256="$sum" --format=json cp '[datastore1] iso/a (1).iso' here/
same large 'here/a (1).iso'
[ "$(cat out)" = "{\"from\":\"[datastore1] iso/a (1).iso\",\"to\":\"here/a (1).iso\",\
\"bytes\":$size,\"resumed\":0,\"sha256\":\"$sum\"}" ] || finding "JSON: $(cat out)"
rm here/*
other=0${sum#?}
[ "$other" != "$sum" ] || other=1${sum#?}
vi 1 --sha256="$other" cp '[datastore1] iso/a (1).iso' here/x
says "its SHA-256 is $sum, and not $other"
here '*'

# ---- cut, and on where it ended -----------------------------------------------------

# The same bytes come, wherever it was cut, and only those that were missing are sent.
for cut in 1 2 4095 4096 100000 $((size - 1)); do
    tell 'reset' "fault GET@1 cut $cut"
    vi 2 cp '[datastore1] iso/a (1).iso' here/x
    says 'the same command goes on with here/x\.[0-9a-f]{16}\.part$'
    [ "$(cat here/x.*.part | wc -c)" -eq "$cut" ] ||
        finding "of $cut bytes $(cat here/x.*.part | wc -c) are there"
    vi 0 cp '[datastore1] iso/a (1).iso' here/x
    says 'goes on with'
    same large here/x
    here x
    rm here/x
done

# Two do not write one part, and the second leaves it to the first.
tell 'fault GET@1 cut 4000'
vi 2 cp '[datastore1] iso/a (1).iso' here/x
exec 8<>"$(echo here/x.*.part)"
flock 8
vi 2 cp '[datastore1] iso/a (1).iso' here/x
says 'part: error: another process writes it'
exec 8>&-
vi 0 cp '[datastore1] iso/a (1).iso' here/x
says 'goes on with'
same large here/x
rm here/x

# Another file is begun anew, and the old part goes.
tell 'fault GET@1 cut 1000'
vi 2 cp '[datastore1] iso/a (1).iso' here/x
tell "file \"[datastore1] iso/a (1).iso\" from=$tool"
vi 0 --quiet cp '[datastore1] iso/a (1).iso' here/x
same "$tool" here/x
here x
rm here/x

# What was left may be whole already.
tell "file \"[datastore1] iso/b\" from=$tmp/large" 'fault GET@1 cut 1000'
vi 2 cp '[datastore1] iso/b' here/x
cp large here/x.*.part
vi 0 cp '[datastore1] iso/b' here/x
same large here/x
rm here/x

# Bytes that somebody has changed in the meantime are found by who knows the sum.
tell 'fault GET@1 cut 1000'
vi 2 cp '[datastore1] iso/b' here/x
printf X | dd of="$(echo here/x.*.part)" conv=notrunc 2>/dev/null
vi 1 --sha256="$sum" cp '[datastore1] iso/b' here/x
here '*'

for fault in 'status 500' 'status 404' 'status 403' hang empty 'redirect http://127.0.0.1/'; do
    tell "fault GET@1 $fault"
    vi 1 --timeout=1 cp '[datastore1] iso/b' here/x
    here '*'
    tell well
done
tell 'fault HEAD status 500'
vi 1 cp '[datastore1] iso/b' here/x
tell well

# A folder that cannot be written to, a target that is one.
vi 2 cp '[datastore1] iso/b' none/x
says 'none/x.*No such file'

# The session ends in between: one more login, and all goes on.
tell 'reset' 'fault GET@1 expire'
vi 0 cp '[datastore1] iso/b' here/x
same large here/x
told 2 'count logins'
rm here/x

# ---- to the host --------------------------------------------------------------------

vi 0 cp large '[datastore1] up/'
[ "$(cat out)" = "$sum  [datastore1] up/large" ] || finding "the sum is $(cat out)"
there "[datastore1] up/large $size"
vi 1 cp here/../large '[datastore1] up/large'
says '\[datastore1\] up/large: error: there is such a file; --replace'
echo small >small
vi 0 --replace cp small '[datastore1] up/large'
there '[datastore1] up/large 6'
vi 0 --no-read-back cp small '[datastore1] up/b'
there '[datastore1] up/b 6' '[datastore1] up/large 6'
: >empty
vi 0 cp empty '[datastore1] up/b (2)'
tell 'remove "[datastore1] up/b"' 'remove "[datastore1] up/b (2)"'

# Whatever happens, what was there is there, and nothing else.
refused() { # FAULT STATUS
    tell "fault $1"
    vi "$2" --replace --timeout=1 cp large '[datastore1] up/large'
    tell well
    there '[datastore1] up/large 6'
}
refused 'PUT@1 status 500' 1
refused 'PUT@1 status 507' 1
says 'datastore is full'
refused 'PUT@1 hang' 1
refused 'GET@1 cut 100' 2
refused 'GET@1 status 404' 1
refused 'MoveDatastoreFile_Task fault FileLocked' 1
refused 'MoveDatastoreFile_Task fault NoPermission' 1
vi 1 cp small '[datastore1] none/x'
says 'no such folder'
tell 'fault PUT@1 expire'
vi 0 --replace cp large '[datastore1] up/large'
there "[datastore1] up/large $size"

# A host that keeps other bytes.
tell 'fault PUT@1 delay 1500'
(sleep 1.2 && tell 'fault GET@1 garbage') &
vi 1 --replace cp small '[datastore1] up/large'
says 'does not give back the bytes'
wait $!
tell well
there "[datastore1] up/large $size"

# What cannot be taken back is told.
tell 'fault MoveDatastoreFile_Task fault FileLocked' 'fault DeleteDatastoreFile_Task fault NoPermission'
vi 1 --replace cp small '[datastore1] up/large'
says 'left behind: \[datastore1\] up/large\.[0-9a-f]{16}\.part$'
tell well

# ---- on the host --------------------------------------------------------------------

tell 'remove "[datastore1] up"' 'folder "[datastore1] up"'
vi 0 cp '[datastore1] iso/b' '[datastore1] up/'
there "[datastore1] up/b $size"
vi 1 cp '[datastore1] iso/b' '[datastore1] up/b'
says 'there is such a file'
vi 0 --replace cp '[datastore1] iso/b' '[datastore1] up/b'
vi 2 cp '[datastore1] iso/b.vmdk' '[datastore1] up/'
says 'virtual disk'
told 0 'count collectors'

# ---- a signal -----------------------------------------------------------------------

# Logged out, nothing left on the host, and on where it ended here.
tell 'remove "[datastore1] up"' 'folder "[datastore1] up"'
stop_during() { # METHOD FROM TO
    checks=$((checks + 1))
    tell "fault $1@1 delay 3000"
    "$tool" cp "$2" "$3" >out 2>err &
    sleep 1
    kill -INT $!
    status=0
    wait $! || status=$?
    [ "$status" -eq 2 ] || finding "after a signal the status is $status: $(cat err)"
    tell well
    told 0 'count sessions'
}
stop_during PUT large '[datastore1] up/x'
there ''
stop_during GET '[datastore1] iso/b' here/x
vi 0 cp '[datastore1] iso/b' here/x
same large here/x

# ---- a vCenter ----------------------------------------------------------------------

host_start --vcenter "file \"[datastore1] iso/b\" from=$tmp/large" 'folder "[datastore1] up"'
rm here/*
vi 0 cp '[datastore1] iso/b' here/
same large here/b
vi 0 cp large '[datastore1] up/'
vi 0 cp '[datastore1] up/large' '[datastore1] up/c'
there "[datastore1] up/c $size" "[datastore1] up/large $size"

host_stop
finish "$checks" calls
