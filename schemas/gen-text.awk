# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Makes C strings of whole files: vx_text_NAME and its size, NAME being the file's name
# with an underscore for what is no letter and no digit.  Line by line, so that what a
# reader says of line 7 is line 7 of the file.  They are declared in `header`.

BEGIN {
    print "/* SPDX-License-Identifier: LGPL-2.1-or-later */"
    print "/* Made from files in schemas/; do not edit. */"
    print "#include \"" header "\""
}

FNR == 1 {
    end()
    name = FILENAME
    sub(/.*\//, "", name)
    gsub(/[^A-Za-z0-9]/, "_", name)
    print ""
    print "const char vx_text_" name "[] ="
}

{
    print "    \"" escape($0) "\\n\""
}

END {
    end()
}

function end()
{
    if (name == "")
        return
    print "    ;"
    print "const size_t vx_text_" name "_size = sizeof(vx_text_" name ") - 1;"
}

# No trigraph, no end of the string; all else stands for itself.
function escape(line,    i, c, out)
{
    if (line !~ /[\\"?]/)
        return line
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        out = out (c == "\\" || c == "\"" || c == "?" ? "\\" c : c)
    }
    return out
}
