#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What is in the folders is in Makefile.am: else it is missing in the tarball.
. "${0%/*}/lib.sh"

cd "$src"
tr -s '[:space:]\\=' '\n' <Makefile.am >"$tmp/words"
count=0
while IFS= read -r file; do
    count=$((count + 1))
    case $file in
    *.gen.[ch]) continue ;;
    tests/unit/*.c) word=${file%.c} ;;
    *) word=$file ;;
    esac
    grep -Fxq -e "$word" "$tmp/words" || finding "$file is not listed in Makefile.am"
done < <(find libvmx tools examples bench tests docs -type f \
    \( -name '*.[ch]' -o -name '*.def' -o -name '*.map' -o -name '*.sh' \
    -o -name '*.go' -o -name '*.py' -o -name '*.md' -o -name '*.[1357]' \) 2>/dev/null | sort)

finish "$count" files
