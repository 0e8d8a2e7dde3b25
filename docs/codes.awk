# SPDX-License-Identifier: LGPL-2.1-or-later
# Reads codes.def and the files of rules that it includes, for the pages printed of them:
#
#   awk -f codes.awk -f PAGE.awk codes.def PAGE.7.in
#
# The page's own script has read_codes() and then, by number, name, severity, title, why,
# remedy, and of rules category, confidence, profiles, tags, fix, bad, good.

# roff's own characters.
function escaped(text) {
    gsub(/\\/, "\\e", text)
    if (text ~ /^[.']/)
        text = "\\&" text
    return text
}

# One sentence a line, as mdoc wants.
function sentences(text,   out) {
    while (match(text, /[.?!]  ?[A-Z]/)) {
        out = out escaped(substr(text, 1, RSTART)) "\n"
        text = substr(text, RSTART + RLENGTH - 1)
    }
    return out escaped(text)
}

# The next argument of VX_CODE or VX_RULE at the start of `rest`: a word, or string literals side by
# side.  It and the comma are taken off.
function next_argument(   value, c, in_string, depth) {
    value = ""
    depth = 0
    for (;;) {
        c = substr(rest, 1, 1)
        rest = substr(rest, 2)
        if (c == "")
            return value
        if (in_string) {
            if (c == "\\") {
                c = substr(rest, 1, 1)
                value = value (c == "n" ? "\n" : c == "t" ? "\t" : c)
                rest = substr(rest, 2)
            } else if (c == "\"") {
                in_string = 0
            } else {
                value = value c
            }
        } else if (c == "\"") {
            in_string = 1
        } else if (depth == 0 && (c == "," || c == ")")) {
            return value
        } else if (c == "(" || c == ")") {
            depth += c == "(" ? 1 : -1
        } else if (c !~ /[ \t\n]/) {
            value = value c
        }
    }
}

function read_codes(   number, rule) {
    while (match(text, /\nVX_(CODE|RULE)\(/)) {
        rule = substr(text, RSTART + 4, 4) == "RULE"
        rest = substr(text, RSTART + RLENGTH)
        number = next_argument() + 0
        numbers[++count] = number
        name[number] = next_argument()
        next_argument()
        severity[number] = tolower(next_argument())
        if (rule) {
            category[number] = tolower(next_argument())
            confidence[number] = tolower(next_argument())
            profiles[number] = next_argument()
            tags[number] = next_argument()
            next_argument()
            fix[number] = next_argument()
        }
        title[number] = next_argument()
        why[number] = next_argument()
        remedy[number] = next_argument()
        if (rule) {
            bad[number] = next_argument()
            good[number] = next_argument()
        }
        text = rest
    }
}

# A file of rules, as the compiler finds it.
function include(quoted,   file, line) {
    file = substr(quoted, 2, length(quoted) - 2)
    sub(/^diag\//, "", file)
    file = substr(FILENAME, 1, length(FILENAME) - length("codes.def")) file
    while ((getline line < file) > 0)
        text = text "\n" line
    close(file)
}

FNR == 1 { files++ }
files == 1 && $1 == "#include" { include($2); next }
files == 1 { text = text "\n" $0; next }
END { exit failed || !count }
