#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Our element in the <metadata> of every golden case, of some odd files, and of real ones
# where they are there ($VMX_CORPUS names their folder) is as schemas/vmx-config.rng says.
. "${0%/*}/lib.sh"
use_tool vmx-convert
need_full xmllint

grammar=$src/schemas/vmx-config.rng
element="//*[local-name()='config'][namespace-uri()='urn:libvmx:config:1']"
count=0

is_valid() { # FILE
    xmllint --nonet --noout --relaxng "$grammar" "$1" 2>"$tmp/err"
}

# False when there is nothing to look at, since the file was refused.
try_file() { # FILE [OPTION]...
    local file=$1
    shift
    "$tool" "$@" -o "$tmp/out.xml" "$file" >/dev/null 2>&1 || return 1
    count=$((count + 1))
    if ! xmllint --nonet --xpath "$element" "$tmp/out.xml" >"$tmp/config.xml" 2>"$tmp/err"; then
        finding "$file: no element of ours: $(head -n 3 "$tmp/err")"
    elif ! is_valid "$tmp/config.xml"; then # two of them are no document
        finding "$file: $(head -n 5 "$tmp/err")"
    fi
    return 0
}

# ---- The grammar refuses what is wrong ------------------------------------------------

refuses() { # CONTENT
    count=$((count + 1))
    printf "<vmx:config xmlns:vmx='urn:libvmx:config:1'%s\n" "$1" >"$tmp/bad.xml"
    ! is_valid "$tmp/bad.xml" || finding "the grammar takes: $1"
}

refuses " eol='lfcr'/>"
refuses "><vmx:key/></vmx:config>"
refuses "><vmx:key name='a' text='b' base64='Yg=='/></vmx:config>"
refuses "><vmx:key name='a' base64='Yg'/></vmx:config>"
refuses "><vmx:key name='a'>b</vmx:key></vmx:config>"
refuses "><vmx:device name='ethernet0' mac='00:0C:29:00:00:01'/></vmx:config>"
refuses "><vmx:key name='a'/><vmx:device name='ethernet0'/></vmx:config>"
refuses "><key name='a'/></vmx:config>"

# ---- Odd files ------------------------------------------------------------------------

odd() { # NAME FORMAT
    # shellcheck disable=SC2059 # the escapes are the point
    printf "$2" >"$tmp/$1.vmx"
    try_file "$tmp/$1.vmx" || finding "$1: not converted"
}

odd no-end 'memsize = "4"'
odd crlf 'memsize = "4"\r\n\r\n# a comment\r\n'
odd cr 'memsize = "4"\rnumvcpus = "1"\r'
odd bom '\357\273\277memsize = "4"\n'
odd bytes 'memsize = "4"\nannotation = "\001\033\377"\n\377\376 = "1"\n<<<<<<< HEAD\n'
odd nul 'memsize = "4"\nannotation = "a\000b"\n'
odd latin '.encoding = "windows-1252"\nmemsize = "4"\nannotation = "\344\201"\n'
odd blanks 'memsize = "4"\nannotation = " \t "\n \t\n'
odd names 'memsize = "4"\n"a" = "b"\na<b>&c = "d"\n= "e"\n'
odd devices 'memsize = "4"\nEthernet1.present = "TRUE"\nethernet1.addressType = "static"\nethernet1.address = "01:00:5e:00:00:01"\nscsi0.present = "TRUE"\nsched.SCSI0:0.shares = "low"\nscsi0:0.present = "TRUE"\nscsi0:0.fileName = "a \047b\047.vmdk"\nfloppy0.present = "TRUE"\n'
odd secret 'memsize = "4"\nRemoteDisplay.vnc.password = "x"\n'

# ---- Golden cases and real files ------------------------------------------------------

for folder in "$src"/testdata/convert/*/; do
    [ -e "$folder/in.vmx" ] || continue
    args=()
    [ ! -e "$folder/args" ] || mapfile -t args <"$folder/args"
    try_file "$folder/in.vmx" "${args[@]}" || continue # as it must be, then
    try_file "$folder/in.vmx" "${args[@]}" --with-secrets
done

corpus=${VMX_CORPUS:-$src/../shared/corpus}/vmx
if [ -d "$corpus" ]; then
    while IFS= read -r file; do
        try_file "$file" || echo "$file: not converted"
    done < <(find "$corpus" -name '*.vmx' | sort)
else
    echo "no corpus in ${VMX_CORPUS:-../shared/corpus}: tested without it"
fi

finish "$count" elements
