# SPDX-License-Identifier: LGPL-2.1-or-later
# vmx-rules(7): every rule by family, put where the page's frame says @RULES@.

BEGIN {
    family[0] = "File, encoding, syntax"
    family[1] = "Structure"
    family[2] = "Types and ranges"
    family[3] = "Devices"
    family[4] = "The machine as a whole"
    family[5] = "Security"
    family[6] = "Portability to KVM and libvirt"
    family[7] = "Inventory"
    family[8] = "Style"
    profile["DEFAULT"] = "default"
    profile["SECURITY"] = "security"
    profile["STIG"] = "stig"
    profile["LEGACY"] = "legacy-hardening"
    profile["MIGRATE_KVM"] = "migrate-kvm"
    profile["ESXI"] = "esxi-*"
    profile["WORKSTATION"] = "workstation"
    profile["ALL"] = "all"
    profile["NONE"] = "none"
}

# Of "P_DEFAULT|P_STIG".
function profiles_text(bits,   part, n, i, text) {
    n = split(bits, part, "|")
    for (i = 1; i <= n; i++) {
        sub(/^P_/, "", part[i])
        if (!(part[i] in profile)) {
            print "rules.awk: no such profile: " part[i] >"/dev/stderr"
            exit failed = 1
        }
        text = text (i > 1 ? ", " : "") profile[part[i]]
    }
    return (n > 1 ? "profiles " : "profile ") text
}

function fix_text(fix) {
    return fix ~ /^SAFE/ ? "; a fix" : fix ~ /^UNSAFE/ ? "; an unsafe fix" : ""
}

function print_example(title, lines,   part, n, i) {
    if (lines == "")
        return
    print title
    print ".Bd -literal -offset indent -compact"
    n = split(lines, part, "\n")
    for (i = 1; i <= n; i++)
        print escaped(part[i])
    print ".Ed"
}

function print_rule(n) {
    printf ".It Sy VMX%03d Cm %s Pq %s\n", n, name[n], severity[n]
    printf "%s.\n%s\n", sentences(title[n]), sentences(why[n])
    if (remedy[n] != "")
        print sentences(remedy[n])
    print ".Pp"
    printf "%s, %s, %s%s.\n", category[n], confidence[n], profiles_text(profiles[n]),
        fix_text(fix[n])
    if (tags[n] != "")
        print "Tags: " escaped(tags[n]) "."
    print_example("Found in", bad[n])
    print_example("and not in", good[n])
}

function print_rules(   i, n, now) {
    read_codes()
    now = -1
    for (i = 1; i <= count; i++) {
        n = numbers[i]
        if (!(n in category))
            continue
        if (int(n / 100) != now) {
            if (now >= 0)
                print ".El"
            now = int(n / 100)
            printf ".Ss %dxx: %s\n.Bl -tag -width Ds\n", now, family[now]
        }
        print_rule(n)
    }
    print ".El"
}

$0 == "@RULES@" { print_rules(); next }
{ print }
