# SPDX-License-Identifier: LGPL-2.1-or-later
# vmx-diagnostics(7): codes.def, put where the page's frame says @CODES@.
#
#   awk -f diagnostics.awk codes.def vmx-diagnostics.7.in

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
                value = value substr(rest, 1, 1)
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

function read_codes(   number, rule, i) {
    while (match(text, /\nVX_(CODE|RULE)\(/)) {
        rule = substr(text, RSTART + 4, 4) == "RULE"
        rest = substr(text, RSTART + RLENGTH)
        number = next_argument() + 0
        numbers[++count] = number
        name[number] = next_argument()
        next_argument()
        severity[number] = tolower(next_argument())
        for (i = 0; rule && i < 6; i++)
            next_argument()
        title[number] = next_argument()
        why[number] = next_argument()
        remedy[number] = next_argument()
        text = rest
    }
}

function print_codes(   i, n) {
    read_codes()
    print ".Bl -tag -width Ds"
    for (i = 1; i <= count; i++) {
        n = numbers[i]
        printf ".It Sy VMX%03d Cm %s Pq %s\n", n, name[n], severity[n]
        printf "%s.\n%s\n", sentences(title[n]), sentences(why[n])
        if (remedy[n] != "")
            print sentences(remedy[n])
    }
    print ".El"
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
$0 == "@CODES@" { print_codes(); next }
{ print }
END { exit !count }
