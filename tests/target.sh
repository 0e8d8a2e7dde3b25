#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# vmx-convert --to=kvm and --to=FILE.xsl from outside: stylesheets, parameters, maps, good
# and bad; what a stylesheet may not do; libraries that are not there.
. "${0%/*}/lib.sh"
use_tool vmx-convert

checks=0
cd "$tmp"

vmx() { # STATUS ARGUMENT...
    local wanted=$1 status=0
    shift
    checks=$((checks + 1))
    "$tool" "$@" >out 2>err </dev/null || status=$?
    [ "$status" -eq "$wanted" ] ||
        finding "vmx-convert $*: status $status, expected $wanted: $(head -c 300 err)"
    ! LC_ALL=C grep -aq $'[\001-\010\013-\037\177]' err ||
        finding "vmx-convert $*: a control character on standard error"
}

says() { # PATTERN [FILE]
    grep -aqE -e "$1" "${2-err}" || finding "no '$1' in ${2-err}: $(head -c 300 "${2-err}")"
}

is() { # FILE TEXT
    [ "$(cat "$1")" = "$2" ] || finding "$1 is not '$2': $(head -c 500 "$1")"
}

silent() { # FILE
    [ ! -s "$1" ] || finding "$1 should be empty: $(head -c 300 "$1")"
}

sheet() { # NAME, the inside on standard input
    {
        printf '%s\n' '<xsl:stylesheet version="1.0"' \
            ' xmlns:xsl="http://www.w3.org/1999/XSL/Transform"' \
            ' xmlns:t="urn:libvmx:target:1" xmlns:m="urn:libvmx:map:1"' \
            ' xmlns:x="urn:x" exclude-result-prefixes="t m x">'
        cat
        echo '</xsl:stylesheet>'
    } >"$1"
}

printf '%s\n' 'config.version = "8"' 'VIRTUALHW.VERSION = "17"' 'displayName = "m"' \
    'guestOS = "centos8-64"' 'memsize = "512"' 'made.Up = "a|22b|26c"' \
    'made.up = "second"' 'RemoteDisplay.vnc.password = "geheim"' \
    'ETHERNET0.pcislotnumber = "160"' 'annotation = "one|0Atwo"' >m.vmx

# ---- what a stylesheet reads ---------------------------------------------------------

sheet read.xsl <<'EOT'
<xsl:output method="text"/>
<xsl:param name="libvirt"/>
<xsl:param name="one" select="'1'"/>
<xsl:param name="two"/>
<xsl:template match="/domain">
  <xsl:value-of select="concat('libvirt ', $libvirt, '&#10;', 'one ', $one, '&#10;')"/>
  <xsl:for-each select="metadata/t:target/t:guest/@*">
    <xsl:value-of select="concat(name(), ' ', ., '&#10;')"/>
  </xsl:for-each>
  <xsl:for-each select="metadata/t:target/t:key">
    <xsl:value-of select="concat(@name, ' = ', @value, '&#10;')"/>
  </xsl:for-each>
  <xsl:for-each select="metadata/t:target/m:map/m:network">
    <xsl:value-of select="concat('map ', @name, '&#10;')"/>
  </xsl:for-each>
</xsl:template>
EOT
vmx 0 -q --to=read.xsl m.vmx
silent err
is out 'libvirt 999999999
one 1
guestos centos8-64
os http://centos.org/centos/8
family linux
virtio yes
machine q35
config.version = 8
virtualHW.version = 17
displayName = m
guestOS = centos8-64
memSize = 512
made.Up = a"b&c
ethernet0.pciSlotNumber = 160
annotation = one
two'

vmx 0 -q --to=read.xsl --with-secrets --libvirt=9.0 m.vmx
says '^libvirt 9000000$' out
says '^RemoteDisplay.vnc.password = geheim$' out

sheet keys.xsl <<'EOT'
<t:keys names="memSize ethernet#.pciSlotNumber
  made.* Made.*"/>
<xsl:output method="text"/>
<xsl:template match="/"><xsl:for-each select="//t:key">
  <xsl:value-of select="concat(@name, ' ')"/></xsl:for-each></xsl:template>
EOT
vmx 0 -q --to=keys.xsl m.vmx
is out 'memSize made.Up ethernet0.pciSlotNumber '

sheet config.xsl <<'EOT'
<t:keys names="memSize"/>
<xsl:template match="/"><xsl:if test="count(//t:key) = 1 and
  count(//*[local-name() = 'config']/*) = 1"><xsl:copy-of select="."/></xsl:if></xsl:template>
EOT
sed '1a ethernet0.present = "TRUE"\nethernet0.address = "00:50:56:00:00:01"' m.vmx >nic.vmx
vmx 0 --to=xml nic.vmx
mv out plain.xml
vmx 0 --to=config.xsl nic.vmx
cmp -s plain.xml out || finding "metadata went another way: $(diff plain.xml out)"

# The stylesheet sees all of it; what is left out is left out of the result.
sheet copy.xsl <<'EOT'
<xsl:template match="/"><xsl:copy-of select="."/></xsl:template>
EOT
vmx 0 m.vmx
mv out plain.xml
vmx 0 --to=copy.xsl m.vmx
cmp -s plain.xml out || finding "a copy is not what --to=xml gives: $(diff plain.xml out)"
vmx 0 --no-metadata m.vmx
mv out plain.xml
vmx 0 --to=copy.xsl --no-metadata m.vmx
cmp -s plain.xml out || finding "a copy without metadata is another: $(diff plain.xml out)"
vmx 0 -v --to=copy.xsl --no-metadata m.vmx
says '^m.vmx:6: lost: made.Up = .* \[VMX601\]$'

# ---- parameters ----------------------------------------------------------------------

vmx 0 -q --to=read.xsl --param=one="it's \"2\" <&>" m.vmx
says "^one it's \"2\" <&>\$" out
vmx 0 -q --to=read.xsl --param=one= m.vmx
says '^one $' out
vmx 0 -q --to=read.xsl --param one=a=b --param=one=c=d m.vmx
says '^one c=d$' out
vmx 2 --to=read.xsl --param=three=3 m.vmx
says 'takes the parameters (one, two|two, one)$'
silent out
vmx 2 --to=read.xsl --param=libvirt=1 m.vmx
vmx 2 --to=read.xsl --param=one m.vmx
says 'expected NAME=VALUE$'
vmx 2 --to=read.xsl --param==x m.vmx
vmx 2 --to=copy.xsl --param=one=x m.vmx
says 'this target takes no parameter$'
vmx 2 --to=read.xsl --param=one=$'\001' m.vmx
vmx 2 --to=kvm --param=no-such-parameter=x m.vmx
says 'this target takes the parameters .*domain-type'
mapfile -t many < <(seq 65 | sed 's/^/--param=one=/')
vmx 2 --to=read.xsl "${many[@]}" m.vmx
says 'enough'

# ---- maps ----------------------------------------------------------------------------

echo '<map xmlns="urn:libvmx:map:1"><nonsense/></map>' >bad.xml
vmx 2 --to=kvm --map=bad.xml m.vmx
says '^bad.xml:1: error: .*nonsense.* \[VMX1708\]$'
silent out
printf '<map xmlns="urn:libvmx:map:1">\n\n<open>\n</map>\n' >bad.xml
vmx 2 --to=kvm --map=bad.xml m.vmx
says '^bad.xml:[34]: error: .* \[VMX1708\]$'
echo '<map/>' >bad.xml
vmx 2 --to=kvm --map=bad.xml m.vmx
: >bad.xml
vmx 2 --to=kvm --map=bad.xml m.vmx
says '^bad.xml:.* \[VMX1708\]$'
vmx 2 --to=kvm --map=missing.xml m.vmx
says '^vmx-convert: --map=missing.xml: No such file'
echo geheim >secret
printf '%s\n' '<!DOCTYPE map [<!ENTITY e SYSTEM "secret">]>' \
    '<map xmlns="urn:libvmx:map:1"/>' >bad.xml
vmx 2 --to=kvm --map=bad.xml m.vmx
says 'DTD'

# ---- results and reports -------------------------------------------------------------

sheet report.xsl <<'EOT'
<xsl:template match="/domain">
  <domain type="kvm" xmlns:a="urn:a">
    <name>it's &lt;m&gt;</name><empty/>
    <blank><xsl:text> </xsl:text></blank>
    <mixed>one <b>two</b> three</mixed>
    <metadata>
      <xsl:copy-of select="metadata/t:target"/>
      <t:report>
        <t:loss category="critical" code="vtpm-state" key="MEMSIZE">
          Something
          happened.
          <t:advice>Do  this.</t:advice>
        </t:loss>
        <t:loss category="information" code="no-such-code" key="no.key">A &amp; B</t:loss>
        <t:loss key="RemoteDisplay.vnc.password">Words</t:loss>
      </t:report>
    </metadata>
    <a:other at="&#9;&#10;&quot;'"/>
    <xsl:comment> c </xsl:comment>
  </domain>
</xsl:template>
EOT
vmx 0 -v --to=report.xsl m.vmx
is out "<domain xmlns:a='urn:a' type='kvm'>
  <name>it&apos;s &lt;m&gt;</name>
  <empty/>
  <blank> </blank>
  <mixed>one <b>two</b> three</mixed>
  <a:other at='&#9;&#10;&quot;&apos;'/>
  <!-- c -->
</domain>"
says '^m.vmx:5: lost \(critical\): memsize = "512": Something happened. Do this. \[VMX681\]$'
says '^m.vmx: lost: no.key = "": A & B \[VMX1709\]$'
says '^m.vmx:8: lost \(warning\): RemoteDisplay.vnc.password = "\(redacted\)": Words \[VMX1709\]$'
vmx 1 --fail-on=critical --to=report.xsl m.vmx
vmx 0 --format=json -o report.out --to=report.xsl m.vmx
if command -v jq >/dev/null; then
    [ "$(jq -r '.losses[] | select(.name == "vtpm-state") | .key' out)" = memsize ] ||
        finding "the report in JSON lacks a row"
fi

sheet html.xsl <<'EOT'
<xsl:output method="html"/>
<xsl:template match="/domain"><html><body><br/></body></html></xsl:template>
EOT
vmx 0 -q --to=html.xsl m.vmx
says '<br>' out

sheet nothing.xsl <<'EOT'
<xsl:template match="/"/>
EOT
vmx 1 --to=nothing.xsl m.vmx
says '^m.vmx: error: .* \[VMX1707\]$'

# ---- bad stylesheets -----------------------------------------------------------------

bad() { # STATUS PATTERN NAME, the inside on standard input
    sheet "$3"
    vmx "$1" --to="$3" m.vmx
    says "$2"
    silent out
}
bad 2 '^nowhere.xsl:[0-9]+: error: .*(nonsense|element).* \[VMX1702\]$' nowhere.xsl <<'EOT'
<xsl:template match="/"><xsl:nonsense/></xsl:template>
EOT
bad 2 '^path.xsl:[0-9]+: error: .* \[VMX1702\]$' path.xsl <<'EOT'
<xsl:template match="/"><xsl:value-of select="]["/></xsl:template>
EOT
bad 2 '^broken.xsl:[0-9]+: error: .* \[VMX1702\]$' broken.xsl <<'EOT'
<xsl:template match="/"><a></xsl:template>
EOT
bad 1 '^m.vmx: error: no \[VMX1704\]$' stop.xsl <<'EOT'
<xsl:template match="/"><xsl:message terminate="yes">no</xsl:message></xsl:template>
EOT
bad 1 '^m.vmx: error: function.xsl:5: .* \[VMX1703\]$' function.xsl <<'EOT'
<xsl:template match="/"><a><xsl:value-of select="x:none()"/></a></xsl:template>
EOT
bad 1 '^m.vmx: error: depth.xsl:6: .* without end \[VMX1706\]$' depth.xsl <<'EOT'
<xsl:template match="/"><a><xsl:call-template name="x"/></a></xsl:template>
<xsl:template name="x"><a><xsl:call-template name="x"/></a></xsl:template>
EOT
bad 1 '^m.vmx: error: long.xsl:[0-9]+: .* steps \[VMX1706\]$' long.xsl <<'EOT'
<xsl:template match="/"><a><xsl:call-template name="x">
  <xsl:with-param name="n" select="100"/></xsl:call-template></a></xsl:template>
<xsl:template name="x"><xsl:param name="n"/><xsl:if test="$n > 0">
  <xsl:call-template name="x"><xsl:with-param name="n" select="$n - 1"/></xsl:call-template>
  <xsl:call-template name="x"><xsl:with-param name="n" select="$n - 1"/></xsl:call-template>
</xsl:if></xsl:template>
EOT
bad 1 '^m.vmx: error: .* too large \[VMX1706\]$' large.xsl <<'EOT'
<xsl:variable name="s" select="concat(/domain/name,
  '0123456789012345678901234567890123456789012345678901234567890123')"/>
<xsl:variable name="t" select="concat($s,$s,$s,$s,$s,$s,$s,$s,$s,$s,$s,$s,$s,$s,$s,$s)"/>
<xsl:variable name="u" select="concat($t,$t,$t,$t,$t,$t,$t,$t,$t,$t,$t,$t,$t,$t,$t,$t)"/>
<xsl:variable name="v" select="concat($u,$u,$u,$u,$u,$u,$u,$u,$u,$u,$u,$u,$u,$u,$u,$u)"/>
<xsl:variable name="w" select="concat($v,$v,$v,$v,$v,$v,$v,$v,$v,$v,$v,$v,$v,$v,$v,$v)"/>
<xsl:template match="/"><a><xsl:for-each select="//t:key">
  <b a="{$w}{$w}"/></xsl:for-each></a></xsl:template>
EOT
sheet message.xsl <<'EOT'
<xsl:template match="/"><xsl:message>look here</xsl:message>
<xsl:message>and&#10;&#27;here</xsl:message><a/></xsl:template>
EOT
sed -i 's/&#27;/\&#155;/' message.xsl
vmx 0 -v --to=message.xsl m.vmx
is out '<a/>'
says '^m.vmx: info: look here \[VMX1705\]$'
says '^m.vmx: info: and.*here \[VMX1705\]$'

vmx 2 --to=missing.xsl m.vmx
says 'missing.xsl: No such file'
: >empty.xsl
vmx 2 --to=empty.xsl m.vmx
says '^empty.xsl:.* \[VMX1702\]$'
echo '<a/>' >other.xsl
vmx 2 --to=other.xsl m.vmx
says '^other.xsl:.* \[VMX1702\]$'
head -c 300 /dev/urandom >random.xsl
vmx 2 --to=random.xsl m.vmx

# ---- what a stylesheet may do --------------------------------------------------------

mkdir -p 'a folder'
sheet 'a folder/part.xsl' <<'EOT'
<xsl:template match="/domain"><part/></xsl:template>
EOT
for how in include import; do
    sheet 'a folder/whole.xsl' <<EOT
<xsl:$how href="part.xsl"/>
EOT
    vmx 0 -q --to='a folder/whole.xsl' m.vmx
    is out '<part/>'
done
sheet 'a folder/whole.xsl' <<'EOT'
<xsl:include href="missing.xsl"/>
EOT
vmx 2 --to='a folder/whole.xsl' m.vmx
says '\[VMX1702\]$'
sheet 'a folder/part.xsl' <<'EOT'
<xsl:nonsense/><xsl:template match="["/>
EOT
sheet 'a folder/whole.xsl' <<'EOT'
<xsl:include href="part.xsl"/>
EOT
vmx 2 --to='a folder/whole.xsl' m.vmx
says 'part.xsl:5: .*\[VMX1702\]$'

echo '<secret>geheim</secret>' >secret.xml
# shellcheck disable=SC2016
for select in "document('secret.xml')" "document('$tmp/secret.xml')" \
    "document(concat('secret', '.xml'))" "document('http://localhost:1/')"; do
    bad 1 '^m.vmx: error: .* \[VMX1703\]$' read.xsl <<EOT
<xsl:template match="/"><a><xsl:copy-of select="$select"/></a></xsl:template>
EOT
    ! grep -q geheim err || finding "a stylesheet read a file"
done
bad 1 '^m.vmx: error: .* \[VMX1703\]$' write.xsl <<'EOT'
<xsl:template match="/"><a><xsl:document href="written"><b/></xsl:document></a></xsl:template>
EOT
[ ! -e written ] || finding "a stylesheet wrote a file"
sheet net.xsl <<'EOT'
<xsl:include href="http://localhost:1/part.xsl"/>
EOT
vmx 2 --to=net.xsl m.vmx
says '\[VMX1702\]$'

# ---- libraries -----------------------------------------------------------------------

# A file that is no library stands in the way of the one that is.
mkdir none
: >none/libxslt.so.1
status=0
LD_LIBRARY_PATH=$tmp/none:$LD_LIBRARY_PATH "$tool" --to=kvm m.vmx >out 2>err || status=$?
checks=$((checks + 1))
[ $status -eq 2 ] || finding "without libxslt: status $status"
says '^kvm: error: .* \[VMX1700\]$'
silent out
LD_LIBRARY_PATH=$tmp/none:$LD_LIBRARY_PATH "$tool" m.vmx >out 2>err ||
    finding "--to=xml needs libxslt"

finish "$checks" runs
