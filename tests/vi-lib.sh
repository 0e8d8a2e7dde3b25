# SPDX-License-Identifier: LGPL-2.1-or-later
# Read behind lib.sh by the tests that need a host of the VI interface: tests/vi-host,
# which ends with the test.  It is told things by lines; tests/vi-host/script.c has the
# language.
#
#   host_start [OPTION]... [LINE]...   sets VMX_VI_URL, VMX_VI_PASSWORD, host_port, host_pin
#   tell LINE...                       tells or asks a host that runs
#   told TEXT LINE                     a finding unless it answers so
#   host_stop
#   vi STATUS ARGUMENT...              runs the tool, whose words are in out and err: it logs
#                                      out whatever happens, says why it failed (in err, or
#                                      in the file $vi_reasons), and nothing that matches
#                                      $vi_secrets
#   says, shows PATTERN                a finding unless that stands in err, or in out

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

vi() { # STATUS ARGUMENT...
    local wanted=$1 status=0 left
    shift
    checks=$((checks + 1))
    # shellcheck disable=SC2154 # of use_tool
    timeout 60 "$tool" "$@" >out 2>err </dev/null || status=$?
    [ "$status" -eq "$wanted" ] ||
        finding "vmx-vi $*: status $status, expected $wanted: $(head -c 300 out) $(head -c 600 err)"
    [ "$wanted" -eq 0 ] || [ -s err ] || [ -s "${vi_reasons:-err}" ] ||
        finding "vmx-vi $*: failed and says nothing"
    [ -z "${vi_secrets-}" ] || ! grep -q "$vi_secrets" out err ||
        finding "vmx-vi $*: a secret is told"
    left=$(tell 'count sessions')
    [ "$left" = 0 ] || finding "vmx-vi $*: $left sessions are left"
}

says() { # PATTERN
    grep -qE -e "$1" err || finding "no '$1' in: $(head -c 600 err)"
}

shows() { # PATTERN
    grep -qE -e "$1" out || finding "no '$1' in: $(head -c 900 out)"
}
