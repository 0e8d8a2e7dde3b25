# SPDX-License-Identifier: LGPL-2.1-or-later
# vmx-diagnostics(7): every code, put where the page's frame says @CODES@.

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

$0 == "@CODES@" { print_codes(); next }
{ print }
