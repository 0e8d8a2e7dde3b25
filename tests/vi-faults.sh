#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# vmx-vi with a host on which things go wrong: replies that end too early, late, never, or
# are something else, sessions that expire, and signals.  It fails in time and says why,
# logs out, starts nothing twice and leaves no half file.
. "${0%/*}/lib.sh"
. "${0%/*}/vi-lib.sh"
use_tool vmx-vi

checks=0
cd "$tmp"
mkdir fetched
full=${VMX_FULL-0}

host_start "machine $src/testdata/inventory/web-01.vmx" 'tasks * ms=20'

# What is true after each command, however it ended.
look() { # WHAT STATUS
    local left starts

    checks=$((checks + 1))
    [ "$2" -lt 124 ] || finding "$1: status $2"
    [ "$2" -eq 0 ] || [ -s err ] || finding "$1: fails and says nothing"
    ! grep -q "$VMX_VI_PASSWORD" out err || finding "$1: the password is told"
    left=$(tell 'count sessions')
    # Who never hears of a session cannot end it.
    [[ $left = 0 || $1 = *"fault Login lost"* || $1 = *"fault Login hang"* ]] ||
        finding "$1: $left sessions are left: $(cat err)"
    starts=$(tell log | grep -c '^task PowerOnVM_Task' || true)
    [ "$starts" -lt 2 ] || finding "$1: it was started $starts times"
    rm -f fetched/web-01.vmx
    [ -z "$(ls -A fetched)" ] || finding "$1: it leaves $(ls -A fetched)"
}

# What the host is told, and which commands then fail: their words are `command`.
command=()
run() { # LINE...
    local status=0

    tell expire well idle 'power web-01 poweredOff' reset "$@"
    timeout 60 "$tool" "${command[@]}" >out 2>err </dev/null || status=$?
    if [ -e fetched/web-01.vmx ]; then
        cmp -s fetched/web-01.vmx "$src/testdata/inventory/web-01.vmx" ||
            finding "$*: half a file is fetched"
    fi
    look "$*: ${command[*]}" "$status"
    return "$status"
}

fails() { # PATTERN LINE...
    ! run "${@:2}" || finding "${*:2}: ${command[*]}: all is said to be well"
    grep -qE -e "$1" err || finding "${*:2}: ${command[*]}: no '$1' in $(head -c 300 err)"
}

works() { # LINE...
    run "$@" || finding "$*: ${command[*]}: $(head -c 300 err)"
}

# ---- each request of a power operation, and of a file -------------------------------

hangs() { # METHOD
    local before=("${command[@]}")

    command=(--timeout=1 "${before[@]}")
    fails 'in time' "fault $1 hang"
    command=("${before[@]}")
}

go_wrong() { # METHOD
    fails 'status 404|no such file' "fault $1 status 404"
    fails '503|status' "fault $1 status 503"
    fails 'where we do not follow|status 301' "fault $1 redirect http://127.0.0.1:1/x"
    fails 'error: ' "fault $1 lost 0"
    fails 'error: ' "fault $1 lost 40"
    [ "$full" = 0 ] || hangs "$1"
}

message_wrong() { # METHOD
    fails 'is none|no message' "fault $1 garbage"
    fails 'status 200|no message' "fault $1 empty"
    fails 'RestrictedVersion.*licence' "fault $1 fault RestrictedVersion"
    fails 'error: ' "fault $1 fault SomethingNew"
    fails 'deep|nested|is none' "fault $1 deep 20000"
}

command=(power on web-01)
for method in RetrieveServiceContent Login RetrievePropertiesEx RetrieveProperties \
    PowerOnVM_Task CreatePropertyCollector CreateFilter WaitForUpdatesEx; do
    go_wrong "$method"
    message_wrong "$method"
done
hangs PowerOnVM_Task
command=(fetch -O fetched web-01)
go_wrong GET
hangs GET
fails 'error: ' 'fault GET cut 100'
command=(list)
fails 'larger' 'fault RetrievePropertiesEx huge 40000000'

# What the type of a reply is called does not matter, nor that it comes late.
command=(power on web-01)
works 'fault * type text/html'
works 'fault PowerOnVM_Task delay 3000'
command=(fetch -O fetched web-01)
works 'fault GET type text/html' 'fault RetrievePropertiesEx delay 100'
command=(--timeout=1 list)
fails 'in time' 'fault RetrievePropertiesEx delay 3000'

# ---- sessions -----------------------------------------------------------------------

command=(power on web-01)
works 'fault RetrievePropertiesEx@1 expire'
told 2 'count logins'
fails 'NotAuthenticated' 'fault PowerOnVM_Task@1 expire'
told 0 'count tasks'
command=(fetch -O fetched web-01)
works 'fault GET@1 expire'
command=(list)
fails 'InvalidLogin|password' 'fault Login fault InvalidLogin'

# The cleaning up may fail: what was asked for is done all the same.
command=(power on web-01)
works 'fault DestroyPropertyCollector fault NotFound'
works 'fault Logout lost 0' # after it was done

# ---- cut anywhere -------------------------------------------------------------------

stride=97
[ "$full" = 0 ] || stride=${VI_CUT_STRIDE-5} # 1 takes minutes
cut=$build/tests/vi-host/.libs/cut
[ -x "$cut" ] || cut=$build/tests/vi-host/cut
"$cut" "$host_control" "$stride" || finding "replies that are cut"

# ---- signals ------------------------------------------------------------------------

rounds=6
[ "$full" = 0 ] || rounds=30
host_start 'generate 6' 'tasks * ms=100' 'fault * delay 5'
for ((i = 0; i < rounds; i++)); do
    status=0
    tell expire idle reset
    for n in 1 2 3 4 5 6; do
        tell "power gen-000$n poweredOff"
    done
    "$tool" -j3 power on --all >out 2>err </dev/null &
    vi_pid=$!
    sleep "0.$(printf '%03d' $((RANDOM % 300)))"
    kill -INT "$vi_pid" 2>/dev/null || true
    if [ $((i % 2)) -eq 1 ]; then
        sleep 0.02
        kill -INT "$vi_pid" 2>/dev/null || true
    fi
    SECONDS=0
    wait "$vi_pid" || status=$?
    [ "$SECONDS" -lt 20 ] || finding "a signal is seen after $SECONDS seconds"
    # 130: it had not begun, and nothing was there to catch it.
    [ "$status" -le 2 ] || [ "$status" -eq 130 ] || finding "after a signal the status is $status"
    left=$(tell 'count sessions')
    [ "$left" = 0 ] || finding "after a signal $left sessions are left: $(cat err)"
    twice=$(tell log | grep '^task PowerOnVM_Task' | sort | uniq -d || true)
    [ -z "$twice" ] || finding "after a signal, twice: $twice"
    checks=$((checks + 1))
done

host_stop
finish "$checks" faults
