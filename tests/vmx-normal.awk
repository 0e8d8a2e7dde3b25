# SPDX-License-Identifier: LGPL-2.1-or-later
# A .vmx file in a normal form of its own, with a reader and rules that share no code with
# the product: awk -f vmx-normal.awk ROWS FILE, where ROWS is the catalogue as
# schemas/vmx-keys-table.xsl prints it.  Two files mean the same if and only if this
# prints the same for both, in some order of lines.
#
# The file is UTF-8 with LF; -v all=1 keeps what the host writes.

BEGIN {
    FS = "\t"
    for (i = 1; i < 256; i++)
        byte[sprintf("%02x", i)] = sprintf("%c", i)
}

# Digits as one #, numbers of patterns as well.
function shape(name,   made) {
    made = tolower(name)
    gsub(/\[[^]]*\]/, "#", made)
    gsub(/[0-9]+/, "#", made)
    return made
}

# Properties of drives are one set, whatever the bus; so are those of controllers and of
# USB devices.
function family(made) {
    sub(/^(sched[.])?(scsi|sata|ide|nvme)#:#[.]/, "&drive.", made)
    sub(/^(sched[.])?floppy#[.]/, "&drive.", made)
    sub(/^(scsi|sata|ide|nvme)#[.]/, "&controller.", made)
    sub(/^(usb|ehci|usb_xhci):#[.]/, "&port.", made)
    if (made ~ /^sched[.].*[.]drive[.]/)
        return "sched." substr(made, index(made, "drive."))
    if (match(made, /[.](drive|controller|port)[.]/))
        return substr(made, RSTART + 1)
    return made
}

FNR == 1 {
    file++
}

file == 1 {
    if ($1 ~ /^</)
        next
    if ($1 ~ /\*$/) {
        # The longest of those that fit counts.
        made = shape(substr($1, 1, length($1) - 1))
        start[++starts] = made
        wild[starts] = $6
        next
    }
    made = shape($1)
    known[made] = 1
    fallback[made] = plain($2, $10, $15)
    one = family(made)
    if (!(one in type)) {
        type[one] = $2
        volatile[one] = $6
        first[one] = fallback[made]
    }
    next
}

# A default that could stand in a file.
function plain(kind, text, words) {
    if (kind == "bool")
        return text == "TRUE" || text == "FALSE" ? text : ""
    if (kind == "int" || kind == "size")
        return text ~ /^-?[0-9]+$/ ? text : ""
    gsub(/[|]/, "||", words)
    if (text != "" && index("|" words "|", "|=" text "|"))
        return text
    return kind == "enum" && words !~ /=/ ? text : ""
}

file == 2 {
    if (FNR == 1)
        sub(/^\357\273\277/, "")
    read_line($0)
}

function trim(text) {
    sub(/^[ \t]+/, "", text)
    sub(/[ \t]+$/, "", text)
    return text
}

function read_line(line,   key, rest, quote, at) {
    line = trim(line)
    if (line == "" || line ~ /^#/ || line ~ /^\/\// || !match(line, /^[^="' \t]+/))
        return
    key = tolower(substr(line, 1, RLENGTH))
    rest = trim(substr(line, RLENGTH + 1))
    sub(/^=[ \t]*/, "", rest)
    quote = substr(rest, 1, 1)
    if (quote == "\"" || quote == "'") {
        rest = substr(rest, 2)
        for (at = length(rest); at > 0 && substr(rest, at, 1) != quote; at--)
            ;
        if (at > 0)
            rest = substr(rest, 1, at - 1)
    }
    if (key in value)
        return
    keys[++count] = key
    if (key == "displayname")
        rest = unescape(rest, "%")
    value[key] = unescape(rest, "|")
}

function unescape(text, mark,   made, hex) {
    made = ""
    while ((at = index(text, mark)) > 0) {
        hex = tolower(substr(text, at + 1, 2))
        if (hex in byte) {
            made = made substr(text, 1, at - 1) byte[hex]
            text = substr(text, at + 3)
        } else {
            made = made substr(text, 1, at)
            text = substr(text, at + 1)
        }
    }
    return made text
}

# In one spelling, by type.
function canonical(kind, text,   low, minus) {
    low = tolower(text)
    if (kind == "bool") {
        if (low ~ /^(true|yes|on|1)$/)
            return "TRUE"
        return low ~ /^(false|no|off|0)$/ ? "FALSE" : text
    }
    if ((kind == "int" || kind == "size") && text ~ /^[-+]?[0-9]+$/) {
        minus = text ~ /^-/
        sub(/^[-+]/, "", text)
        sub(/^0+/, "", text)
        if (text == "")
            return "0"
        return (minus ? "-" : "") text
    }
    if (kind == "uuid" || kind == "mac") {
        gsub(/[-: ]/, "", low)
        if (low ~ /^[0-9a-f]+$/ && length(low) == (kind == "uuid" ? 32 : 12))
            return low
        return text
    }
    return kind == "enum" ? low : text
}

function is_device(made) {
    return made ~ /^(scsi|sata|ide|nvme)#(:#)?[.]/ || made ~ /^(sched[.])?floppy#[.]/ ||
        made ~ /^sched[.](scsi|sata|ide|nvme)#:#[.]/ ||
        made ~ /^(ethernet|serial|parallel|sharedfolder|pcipassthru|pcibridge)#[.:]/ ||
        made ~ /^(usb|ehci|usb_xhci):#[.]/
}

# "scsi0:1" of "sched.scsi0:1.shares".
function device_of(key, made) {
    if (!is_device(made))
        return ""
    sub(/^sched[.]/, "", key)
    if (key ~ /^pcibridge/)
        sub(/[.:].*/, "", key)
    else
        sub(/[.].*/, "", key)
    return key
}

# Of the longest family that a name without a row belongs to.
function of_family(made,   i, best) {
    best = 0
    for (i = 1; i <= starts; i++)
        if (index(made, start[i]) == 1 && (!best || length(start[i]) > length(start[best])))
            best = i
    return best ? wild[best] : ""
}

END {
    for (i = 1; i <= count; i++) {
        key = keys[i]
        made = shape(key)
        device = device_of(key, made)
        if (device != "" && key == device ".present" &&
            canonical("bool", value[key]) == "FALSE")
            absent[device] = 1
    }
    for (i = 1; i <= count; i++) {
        key = keys[i]
        made = shape(key)
        one = family(made)
        device = device_of(key, made)
        if (key == ".encoding" || (device in absent))
            continue
        what = one in type ? volatile[one] : of_family(made)
        if (!all && what != "" && made != "ethernet#.generatedaddress")
            continue
        text = canonical(one in type ? type[one] : "string", value[key])
        usual = ""
        if (made in known)
            usual = fallback[made]
        else if (one in type && type[one] != "enum")
            usual = first[one]
        if (device != "" && key == device ".present")
            usual = ""
        if (usual != "" && text == canonical(type[one], usual))
            continue
        print key "\t" text
    }
}
