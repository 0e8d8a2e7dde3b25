#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# tests/totals.sh [--no-skip=all|light] BUILD: the totals of the last `make check` there.
#
# Check's programs count each of their tests, everything else counts as one.  Fails when
# something failed, nothing passed, or (--no-skip) something was skipped; `light` lets a
# test be skipped that says it belongs to the full run.
set -euo pipefail
export LC_ALL=C

no_skip=
case ${1-} in
--no-skip=*)
    no_skip=${1#*=}
    shift
    ;;
esac
build=${1:?usage: tests/totals.sh [--no-skip=all|light] BUILD}

passed=0 failed=0 skipped=0 unwanted=0
while IFS= read -r trs; do
    log=${trs%.trs}.log
    result=$(sed -n 's/^:global-test-result: //p' "$trs")
    read -r checks bad < <(sed -n \
        's/^[0-9]*%: Checks: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\).*/\1 \2 \3/p' \
        "$log" | awk '{ n += $1; bad += $2 + $3 } END { print n + 0, bad + 0 }')
    passed=$((passed + checks - bad))
    failed=$((failed + bad))
    case $result in
    PASS | XFAIL) [ "$checks" -gt 0 ] || passed=$((passed + 1)) ;;
    SKIP)
        skipped=$((skipped + 1))
        if [ "$no_skip" = all ] ||
            { [ "$no_skip" = light ] && ! grep -q '^SKIP: .*(full: ' "$log"; }; then
            unwanted=$((unwanted + 1))
            printf '%s was skipped: %s\n' "${log#"$build"/}" \
                "$(grep -m1 '^SKIP' "$log" || echo 'it does not say why')"
        fi
        ;;
    *) [ "$bad" -gt 0 ] || failed=$((failed + 1)) ;;
    esac
done < <(find "$build/tests" -name '*.trs' 2>/dev/null | sort)

printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ] && [ "$unwanted" -eq 0 ]
