#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The HTML of vmx-diff in a browser: it is the page that it was meant to be, needs nothing
# but itself, and shows text in both colour schemes.
. "${0%/*}/lib.sh"
need_full chromium
use_tool vmx-diff

browser=(chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage
    --user-data-dir="$tmp/profile" --no-first-run --disable-background-networking
    --virtual-time-budget=2000)
export HOME=$tmp XDG_CONFIG_HOME=$tmp XDG_CACHE_HOME=$tmp

count=0
for folder in "$src"/testdata/diff/*/; do
    name=$(basename "$folder")
    count=$((count + 1))
    (cd "$folder" && "$tool" --format=html before.vmx after.vmx) >"$tmp/page.html" || true

    # What the browser has made of it: every row of a table, nothing of a value as markup.
    timeout 120 "${browser[@]}" --dump-dom "file://$tmp/page.html" >"$tmp/dom" 2>"$tmp/err" ||
        fail "$name: chromium: $(tail -n 3 "$tmp/err")"
    written=$(grep -c '<tr><th scope="row">' "$tmp/page.html" || true)
    shown=$({ grep -o '<tr><th scope="row">' "$tmp/dom" || true; } | wc -l)
    [ "$written" -eq "$shown" ] || finding "$name: $written rows were written, $shown are there"
    ! grep -q '<new>' "$tmp/dom" || finding "$name: a value became markup"
    # No other file and no script.
    ! grep -iE '<(script|link|img|iframe)|src=|href=|url\(|@import' "$tmp/page.html" ||
        finding "$name: the page needs more than itself"

    timeout 120 "${browser[@]}" --window-size=1000,1200 --screenshot="$tmp/light.png" \
        "file://$tmp/page.html" >/dev/null 2>"$tmp/err" || fail "$name: $(tail -n 3 "$tmp/err")"
    timeout 120 "${browser[@]}" --window-size=1000,1200 --screenshot="$tmp/dark.png" \
        --blink-settings=preferredColorScheme=0 "file://$tmp/page.html" \
        >/dev/null 2>"$tmp/err" || fail "$name: $(tail -n 3 "$tmp/err")"
    # A page without anything to see is compressed to a few kB.
    for scheme in light dark; do
        [ "$(wc -c <"$tmp/$scheme.png")" -gt 8000 ] || finding "$name: $scheme: an empty page"
    done
    ! cmp -s "$tmp/light.png" "$tmp/dark.png" || finding "$name: one colour scheme"
    [ -z "${VMX_SHOTS-}" ] || cp "$tmp/light.png" "$VMX_SHOTS/$name-light.png"
    [ -z "${VMX_SHOTS-}" ] || cp "$tmp/dark.png" "$VMX_SHOTS/$name-dark.png"
done

finish "$count" pages
