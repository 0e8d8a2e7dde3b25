# SPDX-License-Identifier: LGPL-2.1-or-later
# vmx-keys(5): the catalogue, as vmx-keys-table.xsl prints it, put where the page's frame
# says @KEYS@.
#
#   awk -f keys.awk keys.gen.tsv vmx-keys.5.in

BEGIN {
    FS = "\t"
    product["esx"] = "ESXi"
    product["ws"] = "Workstation"
    source["H"] = "seen"
    source["D"] = "documented"
    source["C"] = "hearsay"
    volatile["runtime"] = "The host rewrites it by itself."
    volatile["host"] = "The host assigns it."
    apply["live"] = "A change takes effect at once."
    apply["power-cycle"] = "A change takes effect at the next start."
    apply["power-off"] = "It can be changed while the machine is off."
}

# roff's own characters, and an end of sentence.
function sentence(text) {
    gsub(/\\/, "\\e", text)
    if (text ~ /^[.']/)
        text = "\\&" text
    return text ~ /[.?!]$/ ? text : text "."
}

# "4 to 32 MiB" of "4,32,MiB".
function range_text(range,   part, text) {
    split(range, part, ",")
    if (part[1] != "" && part[2] != "")
        text = part[1] " to " part[2]
    else if (part[1] != "")
        text = "at least " part[1]
    else if (part[2] != "")
        text = "at most " part[2]
    else
        text = "a number"
    return text (part[3] == "" ? "" : " (" part[3] ")")
}

function values_text(values, open, note,   i, n, part, text) {
    n = split(values, part, "|") - 1
    for (i = 1; i <= n; i++)
        text = text (i > 1 ? ", " : "") (part[i] ~ /^=/ ? substr(part[i], 2) \
            : range_text(substr(part[i], 2)))
    if (open == "yes" && text != "")
        text = text ", ..."
    if (note != "")
        text = text (text == "" ? "" : "; ") note
    return text
}

function print_key(   values) {
    print ".It Cm " $1
    printf "%s%s%s%s, %s.\n", $2, ($10 == "" ? "" : ", default " $10),
        ($4 == "" ? "" : ", version " $4),
        ($3 == "both" ? "" : ", " product[$3] " only"), source[$12]
    print sentence($11)
    values = values_text($15, $16, $17)
    if (values != "")
        print sentence("Values: " values)
    if ($13 == "yes" || $14 != "")
        print sentence(($13 == "yes" ? "Deprecated" : "Not this one") \
            ($14 == "" ? "" : "; instead: " $14))
    if ($5 == "yes")
        print "Secret: never shown."
    if ($7 == "yes")
        print "Part of the machine's identity."
    if ($6 != "")
        print volatile[$6]
    if ($8 != "")
        print apply[$8]
    if ($9 != "")
        print sentence("API: " $9)
}

function print_keys(   i) {
    for (i = 1; i <= rows; i++) {
        $0 = row[i]
        if ($18 != title) {
            if (title != "")
                print ".El"
            title = $18
            print ".Ss " title
            print ".Bl -tag -width Ds"
        }
        print_key()
    }
    print ".El"
}

FNR == 1 { files++ }
files == 1 { row[++rows] = $0; next }
$0 == "@KEYS@" { print_keys(); next }
{ print }
END { exit !rows }
