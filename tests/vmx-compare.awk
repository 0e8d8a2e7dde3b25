# SPDX-License-Identifier: LGPL-2.1-or-later
# Compares two .vmx files entry by entry, with a reader of its own that shares nothing
# with the product: awk -f vmx-compare.awk CATALOGUE BEFORE AFTER.  Says what is missing,
# changed, added or moved; keys that the catalogue calls runtime may be missing.
#
# Line ends are LF, and the files are given so.

function trim(text) {
    sub(/^[ \t]+/, "", text)
    sub(/[ \t]+$/, "", text)
    return text
}

# What stands in quotes, up to the last of them; or the rest of the line.
function unquote(text,   quote, at) {
    quote = substr(text, 1, 1)
    if (quote != "\"" && quote != "'")
        return text
    text = substr(text, 2)
    for (at = length(text); at > 0; at--)
        if (substr(text, at, 1) == quote)
            return substr(text, 1, at - 1)
    return text
}

# The pattern of a catalogue row as a regular expression for names in lower case.
function expression(pattern,   made) {
    made = tolower(pattern)
    gsub(/\[[^]]*\]/, "\001", made)
    gsub(/[.]/, "[.]", made)
    gsub(/\*/, ".*", made)
    gsub(/\001/, "[0-9a-f]+", made)
    return "^" made "$"
}

function is_runtime(key,   i) {
    for (i = 1; i <= runtimes; i++)
        if (tolower(key) ~ runtime[i])
            return 1
    return 0
}

FNR == 1 {
    file++
    sub(/^\357\273\277/, "")
}

file == 1 {
    if (/volatile="runtime"/ && match($0, /pattern="[^"]*"/))
        runtime[++runtimes] = expression(substr($0, RSTART + 9, RLENGTH - 10))
    next
}

{
    line = trim($0)
    if (line == "" || line ~ /^#/ || line ~ /^\/\//)
        next
    # Several statements may share a line, which a reader this simple leaves alone.
    if (match(line, /^[^="' \t]+/)) {
        key = substr(line, 1, RLENGTH)
        rest = trim(substr(line, RLENGTH + 1))
        sub(/^=[ \t]*/, "", rest)
        count[file]++
        keys[file, count[file]] = key
        values[file, count[file]] = unquote(rest)
    }
}

END {
    at = 1
    for (i = 1; i <= count[2]; i++) {
        key = keys[2, i]
        if (key == keys[3, at] && values[2, i] == values[3, at]) {
            at++
            continue
        }
        if (is_runtime(key)) {
            dropped++
            continue
        }
        if (key == keys[3, at]) {
            print key ": \"" values[2, i] "\" became \"" values[3, at] "\""
            at++
        } else {
            print key ": missing, or at another place; there stands " keys[3, at]
        }
        bad = 1
    }
    for (; at <= count[3]; at++) {
        print keys[3, at] ": was not there before"
        bad = 1
    }
    if (runtimes < 10 || count[2] == 0) {
        print "nothing was compared"
        bad = 1
    }
    exit bad
}
