# SPDX-License-Identifier: LGPL-2.1-or-later
# Read behind lib.sh by the tests that need a host of the VI interface: tests/vi-host,
# which ends with the test.  It is told things by lines; tests/vi-host/script.c has the
# language.
#
#   host_start [OPTION]... [LINE]...   sets VMX_VI_URL, VMX_VI_PASSWORD, host_port, host_pin
#   tell LINE...                       tells or asks a host that runs
#   told TEXT LINE                     a finding unless it answers so
#   host_stop

has_vi || finish 1 "tool that was not built"
host=$build/tests/vi-host/.libs/vi-host
[ -x "$host" ] || host=$build/tests/vi-host/vi-host
[ -x "$host" ] || skip "the host was not built (Debian package libmicrohttpd-dev)"

export HOME=$tmp
unset VMX_VI_URL NETRC LIBVIRT_AUTH_FILE http_proxy https_proxy all_proxy ALL_PROXY
host_pid=
trap 'host_stop; rm -rf "$tmp"' EXIT

host_stop() {
    [ -n "$host_pid" ] || return 0
    kill "$host_pid" 2>/dev/null || true
    wait "$host_pid" || finding "the host ended with status $?: $(cat "$tmp/host.err")"
    host_pid=
}

host_start() {
    host_stop
    : >"$tmp/host.out" # of the one before
    "$host" "$@" >"$tmp/host.out" 2>"$tmp/host.err" &
    host_pid=$!
    until grep -q '^ready' "$tmp/host.out"; do
        kill -0 "$host_pid" 2>/dev/null || fail "the host: $(cat "$tmp/host.err")"
        sleep 0.02
    done
    VMX_VI_URL=$(sed -n 's/^url //p' "$tmp/host.out")
    export VMX_VI_URL VMX_VI_PASSWORD=secret
    host_port=$(sed -n 's/^url .*@127\.0\.0\.1:\([0-9]*\).*/\1/p' "$tmp/host.out")
    host_control=$(sed -n 's/^control .*:\([0-9]*\).*/\1/p' "$tmp/host.out")
    # shellcheck disable=SC2034 # of the tests
    host_pin=$(sed -n 's/^pin //p' "$tmp/host.out")
}

# What it says goes to standard output.
tell() { # LINE...
    local fd body line status

    printf -v body '%s\n' "$@"
    exec {fd}<>"/dev/tcp/127.0.0.1/$host_control"
    printf 'POST / HTTP/1.0\r\nContent-Length: %d\r\n\r\n%s' "${#body}" "$body" >&"$fd"
    read -r _ status _ <&"$fd"
    while read -r line <&"$fd" && [ "$line" != $'\r' ]; do :; done
    cat <&"$fd"
    exec {fd}>&-
    [ "$status" = 200 ] || finding "the host does not understand: $*"
}

told() { # TEXT LINE
    local answer

    answer=$(tell "$2")
    [ "$answer" = "$1" ] || finding "$2: '$answer', expected '$1'"
}
