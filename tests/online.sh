#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# docs/online.md: each of its commands is run as it stands there, in one shell and one
# folder, against the host that `make demo-host` starts, and prints what the page says.
. "${0%/*}/lib.sh"
. "${0%/*}/vi-lib.sh"

checks=0
mkdir "$tmp/bin" "$tmp/work"
for name in vmx-convert vmx-diff vmx-edit vmx-lint vmx-vi; do
    use_tool "$name"
    ln -s "$tool" "$tmp/bin/$name"
done
PATH=$tmp/bin:$PATH

# Files BLOCK.sh and BLOCK.text, and their names in order.
awk -v to="$tmp/" '
    file && $0 == "```" { close(file); file = ""; next }
    file { print > file; next }
    /^```sh ./ { name = $2; print name > (to "blocks"); file = to name ".sh"; next }
    /^```text$/ { file = to name ".text"; next }
    /^```/ { file = "/dev/null" }' "$src/docs/online.md"

# What the makefile's rule has: the machines are those of the page.
cd "$src"
host_start --script=tests/vi-host/demo
cd "$tmp/work"

grep -qF "'${VMX_VI_URL/":$host_port/"/":8989/"}'" "$tmp/host.sh" ||
    finding "the URL of the page is not like $VMX_VI_URL"
sed -i "s/:8989/:$host_port/" "$tmp/host.sh"

while read -r block; do
    checks=$((checks + 1))
    [ -e "$tmp/$block.text" ] || : >"$tmp/$block.text"
    # In this shell, as a person does it, and as there an error does not end it.
    set +eu
    # shellcheck disable=SC1090 # made above
    . "$tmp/$block.sh" >"$tmp/out" 2>&1 </dev/null
    status=$?
    set -eu
    [ "$status" -eq 0 ] || finding "$block: status $status"
    # Tasks that run side by side have numbers by chance.
    sed -i 's/haTask-[0-9]*/haTask-10/' "$tmp/out"
    diff -u "$tmp/$block.text" "$tmp/out" >"$tmp/diff" ||
        finding "$block: $(sed 1,3d "$tmp/diff")"
done <"$tmp/blocks"

told 0 'count sessions'
finish "$checks" blocks
