#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# vmx-vi from outside, without a host: its command line, hosts that are none, whom it
# trusts, and that it tells nobody the password.  What it says to hosts and hears from them
# is in tests/unit/test_vi_*.
. "${0%/*}/lib.sh"

# Without it nothing is to be shown: ./configure said so.
has_vi || finish 1 "tool that was not built"
use_tool vmx-vi

checks=0
cd "$tmp"
server=
trap 'if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; fi; rm -rf "$tmp"' EXIT
export HOME=$tmp VMX_VI_PASSWORD=geheim-4711
unset VMX_VI_URL NETRC LIBVIRT_AUTH_FILE http_proxy https_proxy all_proxy ALL_PROXY

# vi STATUS ARGUMENT...: runs the tool, which must not take longer than a minute.
vi() {
    local wanted=$1 status=0
    shift
    checks=$((checks + 1))
    timeout 60 "$tool" "$@" >out 2>err </dev/null || status=$?
    [ "$status" -eq "$wanted" ] ||
        finding "vmx-vi $*: status $status, expected $wanted: $(head -c 300 err)"
    [ "$wanted" -eq 0 ] || [ -s err ] || finding "vmx-vi $*: failed and says nothing"
    ! grep -q geheim out err || finding "vmx-vi $*: the password is told"
}

says() { # PATTERN
    grep -qE -e "$1" err || finding "no '$1' in: $(head -c 300 err)"
}

# ---- command line -------------------------------------------------------------------

vi 0 --help
vi 0 --version
vi 2
says 'no command'
vi 2 list
says 'VMX_VI_URL'
export VMX_VI_URL=esx://127.0.0.1:1/
vi 2 nonsense
says 'no command "nonsense"'
vi 2 list more
says '"more" is too much'
vi 2 power
says 'missing'
vi 2 --pin=abc list
says 'sha256//'
vi 2 --answers=none list
says '^vmx-vi: none: No such file'
echo 'a => perhaps' >answers
vi 2 --answers=answers list
says 'answers:1: expected PATTERN => default'
echo '(a => default' >answers
vi 2 --answers=answers list
says 'answers:1'
vi 2 --password-file=none list
says '^vmx-vi: none: No such file'

# ---- hosts that are none ------------------------------------------------------------

for url in http://h/ esx://u:geheim@h/ esx://h:0/ 'esx://h/?no_verify=2' 'esx://h/?proxy=:80'; do
    vi 2 --url="$url" list
    says '^--url: error: '
done
vi 2 list
says '^127.0.0.1: error: .*(refused|connect)'

# Wherever the password comes from: nobody is asked for one that is known.
unset VMX_VI_PASSWORD
ask() {
    status=0
    timeout 60 setsid "$tool" list >out 2>err </dev/null || status=$?
    checks=$((checks + 1))
    says "$1"
}
ask 'no password for root at 127.0.0.1'
echo 'machine 127.0.0.1 login other password a' >.netrc
ask 'no password'
printf 'machine h\nlogin root password b\nmachine 127.0.0.1\n login root password "c d"\n' >.netrc
ask 'refused|connect'
rm .netrc
mkdir -p .config/libvirt
printf '[credentials-x]\nusername=root\npassword=p\n[auth-esx-other]\ncredentials=x\n' \
    >.config/libvirt/auth.conf
ask 'no password'
printf '[auth-esx-default]\ncredentials = x\n' >>.config/libvirt/auth.conf
ask 'refused|connect'
echo geheim-4711 >password
vi 2 --password-file=password list
export VMX_VI_PASSWORD=geheim-4711

# ---- trust --------------------------------------------------------------------------

command -v openssl >/dev/null || skip "openssl was not found (Debian package openssl)"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 9 \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
    -keyout key.pem -out host.pem 2>/dev/null
pin=sha256//$(openssl x509 -in host.pem -pubkey -noout |
    openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64)
other=sha256//$(echo | openssl dgst -sha256 -binary | base64)

# It shakes hands, and then waits for something that it knows.
for port in 18443 28443 38443; do
    : >server.log
    openssl s_server -accept "127.0.0.1:$port" -cert host.pem -key key.pem -www \
        >server.log 2>&1 &
    server=$!
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        ! grep -q ACCEPT server.log || break 2
        sleep 0.2
    done
    kill "$server" 2>/dev/null || true
done
grep -q ACCEPT server.log || fail "openssl s_server: $(cat server.log)"
export VMX_VI_URL=esx://127.0.0.1:$port/

vi 2 list
says 'certificate is not trusted'
grep -qF -e "--pin=$pin accepts it" err || finding "$pin is not offered: $(cat err)"
vi 2 --pin="$other" list
says 'certificate is not trusted'
grep -qF -e "--pin=$pin" err || finding "$pin is not offered: $(cat err)"
# Those that trust get as far as the answer, which does not come.
for trust in --pin="$pin" --cacert=host.pem --url="$VMX_VI_URL?no_verify=1"; do
    vi 1 --timeout=2 "$trust" list
    says 'no answer in time: .*with 0 bytes received'
done
vi 2 --cacert=none list

# A signal ends it at once.
checks=$((checks + 1))
"$tool" --pin="$pin" --timeout=50 list >out 2>err &
vi_pid=$!
sleep 1
SECONDS=0
kill "$vi_pid" || finding "it ended before the signal: $(cat err)"
status=0
wait "$vi_pid" || status=$?
[ "$status" -eq 2 ] || finding "after a signal the status is $status"
[ "$SECONDS" -lt 20 ] || finding "a signal is seen after $SECONDS seconds"
says 'error: stopped$'

finish "$checks" calls
