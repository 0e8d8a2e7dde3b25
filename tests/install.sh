#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# make install DESTDIR=… is whole: a program builds against it with pkg-config and runs.
. "${0%/*}/lib.sh"

unset MAKEFLAGS MFLAGS MAKELEVEL
root=$tmp/root
"$MAKE" -s -C "$build" install DESTDIR="$root" >"$tmp/log" 2>&1 ||
    fail "make install: $(tail -n 20 "$tmp/log")"

pc=$(find "$root" -name libvmx.pc)
[ -n "$pc" ] || fail "libvmx.pc was not installed"
lib=${pc%/pkgconfig/*}

strings=$(grep -rlF "$root" "$root" | grep -v '\.la$' || true)
[ -z "$strings" ] || finding "DESTDIR stands in $strings"

export PKG_CONFIG_PATH=${pc%/*} PKG_CONFIG_SYSROOT_DIR=$root
export PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1
read -r -a flags < <("$PKG_CONFIG" --cflags --libs libvmx)
[ "${#flags[@]}" -gt 0 ] || fail "pkg-config knows no libvmx"

cat >"$tmp/use.c" <<'EOF'
#include <stdio.h>
#include <vmx.h>

int
main(void)
{
    return puts(vmx_version()) < 0;
}
EOF
"${CC[@]}" "${CFLAGS[@]}" -o "$tmp/use" "$tmp/use.c" "${flags[@]}" ||
    fail "a program does not build with ${flags[*]}"
version=$(LD_LIBRARY_PATH=$lib "$tmp/use") || fail "the program does not run"
[ "$version" = "$("$PKG_CONFIG" --modversion libvmx)" ] ||
    finding "vmx_version() is $version, libvmx.pc says otherwise"

headers=$(cd "$root" && find . -name '*.h' | sed 's,.*/,,' | sort | tr '\n' ' ')
expected="vmx.h "
if has_vi; then
    expected="vmx-vi.h vmx.h "
    "$PKG_CONFIG" --libs libvmx-vi >/dev/null || finding "pkg-config knows no libvmx-vi"
fi
[ "$headers" = "$expected" ] || finding "installed headers: $headers"

finish "$(find "$root" -type f | wc -l)" "installed files"
