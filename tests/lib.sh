# SPDX-License-Identifier: LGPL-2.1-or-later
# Read first by the shell tests: `. "${0%/*}/lib.sh"`.  Works under make check and by hand
# from the source folder with the build in ./build.

set -euo pipefail
export LC_ALL=C

src=${abs_top_srcdir:-$(cd "${0%/*}/.." && pwd)}
build=${abs_top_builddir:-$src/build}
read -r -a CC <<<"${VMX_CC:-cc}"
read -r -a CFLAGS <<<"${VMX_CFLAGS:--D_GNU_SOURCE=1}"
MAKE=${VMX_MAKE:-make}
read -r -a NM <<<"${VMX_NM:-nm}"
PKG_CONFIG=${VMX_PKG_CONFIG:-pkg-config}

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# One finding; the test goes on and fails at its end.
findings=0
finding() {
    printf '%s\n' "$*"
    findings=$((findings + 1))
}

# Ends the test: nothing that was looked at is a failure, too.
finish() { # COUNT WHAT
    [ "$1" -gt 0 ] || finding "nothing was tested"
    printf '%s %s, %s findings\n' "$1" "$2" "$findings"
    [ "$findings" -eq 0 ]
    exit
}

fail() {
    printf 'FAIL: %s\n' "$*"
    exit 1
}

# In CI a skip is a failure.
skip() {
    printf 'SKIP: %s\n' "$*"
    exit 77
}

# Skips unless PROGRAM is there.  In CI only the full run must have it.
need_full() { # PROGRAM
    command -v "$1" >/dev/null || skip_full "$1 was not found"
}

skip_full() {
    skip "$* (full: ./quickstart check --full installs it)"
}

# The program itself: libtool's script around it costs a shell a call and hides closed
# streams.
use_tool() { # NAME
    tool=$build/tools/.libs/$1
    [ -x "$tool" ] || tool=$build/tools/$1
    [ -x "$tool" ] || fail "$tool was not built"
}
export LD_LIBRARY_PATH=$build/.libs${LD_LIBRARY_PATH+:$LD_LIBRARY_PATH}

# Was it built with vmx-vi?
has_vi() {
    [ -e "$build/tools/vmx-vi" ]
}

# What one conversion takes: ten of them beyond the first, so that start-up is no part.
instructions_of() { # CONVERT plain|metadata|kvm|FILE.xsl FILE
    local count total=()
    for count in 1 11; do
        total+=("$(valgrind --tool=callgrind --callgrind-out-file=/dev/null \
            "$1" times "$count" "$2" "$3" 2>&1 | sed -n 's/^==[0-9]*== Collected : //p')")
    done
    echo $(((total[1] - total[0]) / 10))
}
