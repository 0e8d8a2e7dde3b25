<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: LGPL-2.1-or-later -->
<!-- What a VMX says, as a domain that libvirt's QEMU driver defines and starts: the target
     of vmx-convert(1) for kvm.  vmx-kvm(7) has every decision and every parameter.

     Read is the domain as libvmx writes it, with one element more in its <metadata>:

       <t:target>                  xmlns:t="urn:libvmx:target:1"
         <t:guest/>                the guest system: guestos, os, virtio, machine
         <t:key name value/>       each key of the VMX, decoded
         <map/>                    the map, if there is one: vmx-map(5)

     Written is the domain, and in its <metadata> a <t:report>, which the caller takes out:

       <t:loss category code key>text<t:advice/></t:loss>
       <t:disk key device source target path pool volume format/>

     A VMX never names a thing of the new host: a path, a device, an address or a network
     of the old one is taken only if the map says what it is here.  All that comes from the
     VMX is data: no name of it becomes a path with a slash in it.

     XSLT 1.0 without extensions. -->
<xsl:stylesheet version="1.0"
    xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:t="urn:libvmx:target:1"
    xmlns:m="urn:libvmx:map:1"
    xmlns:vmx="urn:libvmx:config:1"
    xmlns:libosinfo="http://libosinfo.org/xmlns/libvirt/domain/1.0"
    exclude-result-prefixes="t m vmx libosinfo">

<xsl:output method="xml" encoding="UTF-8" indent="yes" omit-xml-declaration="yes"/>
<xsl:strip-space elements="domain devices os features cpu clock cputune memtune memoryBacking
                           disk interface serial parallel filesystem hostdev sysinfo"/>

<!-- ==== Parameters ================================================================== -->

<xsl:param name="domain-type" select="'kvm'"/>    <!-- kvm, qemu -->
<xsl:param name="machine"/>                       <!-- q35, i440fx; usual: by guest -->
<xsl:param name="cpu-mode"/>                      <!-- host-model, host-passthrough, maximum -->
<xsl:param name="cpu-model"/>                     <!-- a name of libvirt's -->
<xsl:param name="bios-uuid" select="'auto'"/>     <!-- auto, same, swapped -->
<xsl:param name="disk-folder"/>                   <!-- /var/lib/libvirt/images -->
<xsl:param name="disk-format"/>                   <!-- qcow2, raw, vmdk -->
<xsl:param name="disk-bus"/>                      <!-- virtio, scsi, sata, ide; usual: by guest -->
<xsl:param name="nic-model"/>                     <!-- virtio, e1000e, ...; usual: by guest -->
<xsl:param name="network"/>                       <!-- NIC without entry: keep, fail, or a network -->
<xsl:param name="pci-slots" select="'new'"/>      <!-- new, keep -->
<xsl:param name="memory-limit" select="'drop'"/>  <!-- drop, hard-limit -->
<xsl:param name="cpu-shares" select="'v2'"/>      <!-- v2, v1, drop: of the target's cgroups -->
<xsl:param name="hugepages" select="'drop'"/>     <!-- drop, keep -->
<xsl:param name="host-devices" select="'drop'"/>  <!-- drop, keep: addresses of the old host -->
<xsl:param name="libvirt" select="999999999"/>    <!-- the oldest libvirt to read it: 9000000 -->

<!-- ==== What is asked of everywhere ================================================= -->

<xsl:key name="vmx" match="t:key"
         use="translate(@name, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"/>

<xsl:variable name="upper" select="'ABCDEFGHIJKLMNOPQRSTUVWXYZ'"/>
<xsl:variable name="lower" select="'abcdefghijklmnopqrstuvwxyz'"/>
<xsl:variable name="digits" select="'0123456789'"/>
<xsl:variable name="line" select="'&#10;'"/>

<xsl:variable name="domain" select="/domain"/>
<xsl:variable name="devices" select="$domain/devices"/>
<xsl:variable name="target" select="$domain/metadata/t:target"/>
<xsl:variable name="guest" select="$target/t:guest"/>
<xsl:variable name="map" select="$target/m:map"/>
<xsl:variable name="named" select="$domain/metadata/vmx:config/vmx:device"/>
<xsl:variable name="defaults" select="$map/m:defaults"/>

<!-- 0 when the VMX has none that is a number. -->
<xsl:variable name="hardware">
  <xsl:variable name="hardware-said" select="number(key('vmx', 'virtualhw.version')/@value)"/>
  <xsl:choose>
    <xsl:when test="$hardware-said &gt; 0"><xsl:value-of select="$hardware-said"/></xsl:when>
    <xsl:otherwise>0</xsl:otherwise>
  </xsl:choose>
</xsl:variable>

<!-- .... The guest .... -->

<xsl:variable name="word" select="translate($guest/@guestos, $upper, $lower)"/>
<xsl:variable name="system">
  <xsl:choose>
    <xsl:when test="starts-with($word, 'arm-')">
      <xsl:value-of select="substring-after($word, 'arm-')"/>
    </xsl:when>
    <xsl:otherwise><xsl:value-of select="$word"/></xsl:otherwise>
  </xsl:choose>
</xsl:variable>
<xsl:variable name="windows" select="contains($guest/@os, '//microsoft.com/win') or
    starts-with($system, 'win')"/>
<!-- Windows with Hyper-V's enlightenments: Vista and later. -->
<xsl:variable name="windows-new" select="$windows and (starts-with($system, 'windows') or
    starts-with($system, 'winvista') or starts-with($system, 'longhorn') or
    starts-with($system, 'winserver') or starts-with($system, 'winhyperv'))"/>
<!-- Neither Linux nor BSD, though the table of guests cannot tell of drivers. -->
<xsl:variable name="foreign" select="$windows or starts-with($system, 'darwin') or
    starts-with($system, 'solaris') or starts-with($system, 'vmkernel')"/>

<xsl:variable name="arm" select="$domain/os/type/@arch = 'aarch64'"/>
<xsl:variable name="efi" select="$domain/os/@firmware = 'efi' or $arm"/>
<xsl:variable name="secure" select="boolean(
    $domain/os/firmware/feature[@name = 'secure-boot'][@enabled = 'yes'])"/>

<!-- Has virtio, but only as it was before virtio 1.0 (Linux 4.0, FreeBSD 13), which a PCI
     Express port of q35 does not offer: such a guest would not find its disk.  Words
     without a release count by the age of the machine. -->
<xsl:variable name="old-virtio" select="
    contains(' rhel6 rhel6-64 centos6 centos6-64 oraclelinux6 oraclelinux6-64 debian5
               debian5-64 debian6 debian6-64 debian7 debian7-64 debian8 debian8-64
               other3xlinux other3xlinux-64 freebsd11 freebsd11-64 freebsd12 freebsd12-64 ',
             concat(' ', $word, ' ')) or
    ($hardware &lt; 14 and contains(' ubuntu ubuntu-64 fedora fedora-64 opensuse opensuse-64
               otherlinux-64 genericlinux ', concat(' ', $word, ' ')))"/>

<xsl:variable name="drivers" select="$guest/@virtio = 'yes' or
    ($guest/@virtio = 'unknown' and $guest/@machine != 'i440fx' and not($foreign))"/>

<!-- q35, i440fx, or virt. -->
<xsl:variable name="board">
  <xsl:variable name="board-asked">
    <xsl:choose>
      <xsl:when test="$machine != ''"><xsl:value-of select="$machine"/></xsl:when>
      <xsl:otherwise><xsl:value-of select="$defaults/@machine"/></xsl:otherwise>
    </xsl:choose>
  </xsl:variable>
  <xsl:choose>
    <xsl:when test="$arm">virt</xsl:when>
    <xsl:when test="$board-asked != ''"><xsl:value-of select="$board-asked"/></xsl:when>
    <xsl:when test="$efi or $devices/iommu">q35</xsl:when>
    <xsl:when test="$guest/@machine = 'i440fx' or ($drivers and $old-virtio)">i440fx</xsl:when>
    <xsl:otherwise>q35</xsl:otherwise>
  </xsl:choose>
</xsl:variable>
<xsl:variable name="old-board" select="$board = 'i440fx'"/>

<!-- The guest finds virtio devices on this board with what is in its box. -->
<xsl:variable name="virtio" select="$drivers and ($old-board or not($old-virtio))"/>

<!-- .... Names .... -->

<!-- QEMU's driver takes no slash and no line break, and makes a file of the name, of at
     most 255 bytes: characters outside ASCII may take four. -->
<xsl:variable name="name">
  <xsl:variable name="name-given" select="string($domain/name)"/>
  <xsl:variable name="name-renamed" select="$map/m:machines/m:machine[@name = $name-given]/@rename"/>
  <xsl:variable name="name-wanted">
    <xsl:choose>
      <xsl:when test="$name-renamed"><xsl:value-of select="$name-renamed"/></xsl:when>
      <xsl:otherwise><xsl:value-of select="$name-given"/></xsl:otherwise>
    </xsl:choose>
  </xsl:variable>
  <xsl:variable name="name-clean" select="translate($name-wanted, '/&#9;&#10;&#13;', '____')"/>
  <xsl:choose>
    <xsl:when test="normalize-space($name-clean) = ''">unnamed</xsl:when>
    <xsl:when test="$name-clean = '.' or $name-clean = '..'">unnamed</xsl:when>
    <xsl:when test="string-length($name-clean) &gt; 200">
      <xsl:value-of select="substring($name-clean, 1, 50)"/>
    </xsl:when>
    <xsl:when test="string-length($name-clean) &gt; 50 and
                    translate($name-clean, concat($upper, $lower, $digits, ' -_.()'), '') != ''">
      <xsl:value-of select="substring($name-clean, 1, 50)"/>
    </xsl:when>
    <xsl:otherwise><xsl:value-of select="$name-clean"/></xsl:otherwise>
  </xsl:choose>
</xsl:variable>

<!-- .... Drives .... -->

<xsl:variable name="floppies" select="$devices/disk[@device = 'floppy']"/>
<xsl:variable name="cds" select="$devices/disk[@device = 'cdrom']"/>
<xsl:variable name="usb-disks" select="$devices/disk[target/@bus = 'usb']
                                                    [@device = 'disk']"/>
<!-- A passed-through SCSI device is of the old host, unless the map says which it is. -->
<xsl:variable name="hard" select="$devices/disk[@device = 'disk'][target/@bus != 'usb'] |
    $devices/disk[@device = 'lun'][source/@dev = $map/m:paths/m:path/@from]"/>

<xsl:variable name="hard-bus">
  <xsl:variable name="bus-asked">
    <xsl:choose>
      <xsl:when test="$disk-bus != ''"><xsl:value-of select="$disk-bus"/></xsl:when>
      <xsl:otherwise><xsl:value-of select="$defaults/@disk-bus"/></xsl:otherwise>
    </xsl:choose>
  </xsl:variable>
  <xsl:choose>
    <xsl:when test="$bus-asked = 'ide' and not($old-board)">sata</xsl:when>
    <xsl:when test="$bus-asked != ''"><xsl:value-of select="$bus-asked"/></xsl:when>
    <xsl:when test="$virtio">virtio</xsl:when>
    <xsl:when test="$old-board">ide</xsl:when>
    <xsl:otherwise>sata</xsl:otherwise>
  </xsl:choose>
</xsl:variable>

<!-- Four drives go to IDE.  Those that were there keep their places, for the guest knows
     them by it; the others take what is free, hard disks first. -->
<xsl:variable name="ide-hard" select="$hard[$hard-bus = 'ide']"/>
<xsl:variable name="ide-cds" select="$cds[$old-board]"/>
<xsl:variable name="ide-stay" select="($ide-hard | $ide-cds)[target/@bus = 'ide']"/>
<xsl:variable name="ide-come" select="($ide-hard | $ide-cds)[target/@bus != 'ide']"/>
<xsl:variable name="ide-free">
  <xsl:if test="not($ide-stay/target[@dev = 'hda'])">hda</xsl:if>
  <xsl:if test="not($ide-stay/target[@dev = 'hdb'])">hdb</xsl:if>
  <xsl:if test="not($ide-stay/target[@dev = 'hdc'])">hdc</xsl:if>
  <xsl:if test="not($ide-stay/target[@dev = 'hdd'])">hdd</xsl:if>
</xsl:variable>
<xsl:variable name="ide-room" select="string-length($ide-free) div 3"/>
<xsl:variable name="ide-over">
  <xsl:choose>
    <xsl:when test="count($ide-come) &gt; $ide-room">
      <xsl:value-of select="count($ide-come) - $ide-room"/>
    </xsl:when>
    <xsl:otherwise>0</xsl:otherwise>
  </xsl:choose>
</xsl:variable>
<!-- Names of sd are shared by SCSI, SATA and USB: hard disks, other drives, USB. -->
<xsl:variable name="sd-hard" select="count($hard[$hard-bus = 'sata' or $hard-bus = 'scsi'])"/>
<xsl:variable name="sd-rest" select="$sd-hard + $ide-over + count($cds[not($old-board)])"/>

<!-- .... Network .... -->

<xsl:variable name="nics" select="$devices/interface"/>
<xsl:variable name="keep-slots" select="$pci-slots = 'keep'"/>

<xsl:variable name="network-else">
  <xsl:variable name="network-default" select="$map/m:networks/m:default"/>
  <xsl:choose>
    <xsl:when test="$network != ''"><xsl:value-of select="$network"/></xsl:when>
    <xsl:when test="$network-default/@action"><xsl:value-of select="$network-default/@action"/></xsl:when>
    <xsl:when test="$network-default">map</xsl:when>
    <xsl:otherwise>default</xsl:otherwise>
  </xsl:choose>
</xsl:variable>

<!-- .... The rest .... -->

<xsl:variable name="usb" select="not($devices/controller[@type = 'usb'][@model = 'none'])"/>
<xsl:variable name="hidden" select="$domain/features/kvm/hidden/@state = 'on'"/>
<xsl:variable name="kvm" select="$domain-type = 'kvm'"/>
<xsl:variable name="shares-folder" select="
    boolean($devices/filesystem[source/@dir = $map/m:paths/m:path/@from])"/>
<xsl:variable name="boots-by-device" select="boolean($devices/*/boot/@order)"/>

<!-- ==== The domain ================================================================== -->

<xsl:template match="/">
  <xsl:call-template name="check"/>
  <xsl:apply-templates select="$domain"/>
</xsl:template>

<!-- Values that would go into the domain as they are, and be wrong there. -->
<xsl:template name="check">
  <xsl:call-template name="one-of">
    <xsl:with-param name="name" select="'domain-type'"/>
    <xsl:with-param name="value" select="$domain-type"/>
    <xsl:with-param name="words" select="' kvm qemu '"/>
  </xsl:call-template>
  <xsl:call-template name="one-of">
    <xsl:with-param name="name" select="'machine'"/>
    <xsl:with-param name="value" select="$machine"/>
    <xsl:with-param name="words" select="'  q35 i440fx '"/>
  </xsl:call-template>
  <xsl:call-template name="one-of">
    <xsl:with-param name="name" select="'cpu-mode'"/>
    <xsl:with-param name="value" select="$cpu-mode"/>
    <xsl:with-param name="words" select="'  host-model host-passthrough maximum '"/>
  </xsl:call-template>
  <xsl:call-template name="one-of">
    <xsl:with-param name="name" select="'bios-uuid'"/>
    <xsl:with-param name="value" select="$bios-uuid"/>
    <xsl:with-param name="words" select="' auto same swapped '"/>
  </xsl:call-template>
  <xsl:call-template name="one-of">
    <xsl:with-param name="name" select="'disk-format'"/>
    <xsl:with-param name="value" select="$disk-format"/>
    <xsl:with-param name="words" select="'  qcow2 raw vmdk '"/>
  </xsl:call-template>
  <xsl:call-template name="one-of">
    <xsl:with-param name="name" select="'disk-bus'"/>
    <xsl:with-param name="value" select="$disk-bus"/>
    <xsl:with-param name="words" select="'  virtio scsi sata ide '"/>
  </xsl:call-template>
  <xsl:call-template name="one-of">
    <xsl:with-param name="name" select="'pci-slots'"/>
    <xsl:with-param name="value" select="$pci-slots"/>
    <xsl:with-param name="words" select="' new keep '"/>
  </xsl:call-template>
  <xsl:call-template name="one-of">
    <xsl:with-param name="name" select="'memory-limit'"/>
    <xsl:with-param name="value" select="$memory-limit"/>
    <xsl:with-param name="words" select="' drop hard-limit '"/>
  </xsl:call-template>
  <xsl:call-template name="one-of">
    <xsl:with-param name="name" select="'cpu-shares'"/>
    <xsl:with-param name="value" select="$cpu-shares"/>
    <xsl:with-param name="words" select="' v2 v1 drop '"/>
  </xsl:call-template>
  <xsl:call-template name="one-of">
    <xsl:with-param name="name" select="'hugepages'"/>
    <xsl:with-param name="value" select="$hugepages"/>
    <xsl:with-param name="words" select="' drop keep '"/>
  </xsl:call-template>
  <xsl:call-template name="one-of">
    <xsl:with-param name="name" select="'host-devices'"/>
    <xsl:with-param name="value" select="$host-devices"/>
    <xsl:with-param name="words" select="' drop keep '"/>
  </xsl:call-template>
  <xsl:if test="$disk-folder != '' and not(starts-with($disk-folder, '/'))">
    <xsl:message terminate="yes">disk-folder: the folder must begin with /</xsl:message>
  </xsl:if>
</xsl:template>

<xsl:template name="one-of">
  <xsl:param name="name"/>
  <xsl:param name="value"/>
  <xsl:param name="words"/>
  <xsl:if test="contains($value, ' ') or
                not(contains($words, concat(' ', $value, ' ')))">
    <xsl:message terminate="yes">
      <xsl:value-of select="concat($name, ': &quot;', $value, '&quot; is none of:',
                                   translate(normalize-space($words), ' ', ' '))"/>
    </xsl:message>
  </xsl:if>
</xsl:template>

<xsl:template match="domain">
  <domain type="{$domain-type}">
    <name><xsl:value-of select="$name"/></name>
    <xsl:call-template name="uuid"/>
    <xsl:if test="not($arm)"><xsl:copy-of select="genid"/></xsl:if>
    <xsl:copy-of select="description"/>
    <metadata>
      <xsl:copy-of select="metadata/*[not(self::t:target)]"/>
      <t:report><xsl:call-template name="report"/></t:report>
    </metadata>
    <xsl:copy-of select="memory"/>
    <currentMemory>
      <xsl:copy-of select="memory/@unit"/>
      <xsl:value-of select="memory"/>
    </currentMemory>
    <xsl:call-template name="memory-limit"/>
    <xsl:call-template name="memory-backing"/>
    <vcpu placement="static"><xsl:value-of select="vcpu"/></vcpu>
    <xsl:call-template name="cputune"/>
    <xsl:copy-of select="sysinfo[@type = 'smbios']"/>
    <xsl:call-template name="ignition"/>
    <xsl:call-template name="os"/>
    <xsl:call-template name="features"/>
    <xsl:call-template name="cpu"/>
    <xsl:call-template name="clock"/>
    <xsl:copy-of select="on_poweroff | on_reboot | on_crash"/>
    <xsl:if test="not($arm)">
      <pm>
        <suspend-to-mem enabled="no"/>
        <suspend-to-disk enabled="no"/>
      </pm>
    </xsl:if>
    <devices><xsl:call-template name="devices"/></devices>
  </domain>
</xsl:template>

<!-- ==== Identity ==================================================================== -->

<!-- The bytes of uuid.bios as VMware writes them into SMBIOS.  Without uuid.bios the
     domain's <uuid> is vc.uuid, which the guest never sees. -->
<xsl:variable name="bytes">
  <xsl:if test="key('vmx', 'uuid.bios')">
    <xsl:value-of select="translate(concat($domain/hwuuid,
        substring($domain/uuid, 1, 36 * not($domain/hwuuid))), '-', '')"/>
  </xsl:if>
</xsl:variable>
<xsl:variable name="has-uuid" select="string-length($bytes) = 32 and
    translate($bytes, '0123456789abcdefABCDEF', '') = ''"/>
<xsl:variable name="uuid-same" select="concat(substring($bytes, 1, 8), '-',
    substring($bytes, 9, 4), '-', substring($bytes, 13, 4), '-',
    substring($bytes, 17, 4), '-', substring($bytes, 21))"/>
<xsl:variable name="uuid-swapped" select="concat(
    substring($bytes, 7, 2), substring($bytes, 5, 2),
    substring($bytes, 3, 2), substring($bytes, 1, 2), '-',
    substring($bytes, 11, 2), substring($bytes, 9, 2), '-',
    substring($bytes, 15, 2), substring($bytes, 13, 2), '-',
    substring($bytes, 17, 4), '-', substring($bytes, 21))"/>
<!-- SMBIOS 2.7 came with hardware version 13. -->
<xsl:variable name="swaps" select="$bios-uuid = 'swapped' or
    ($bios-uuid = 'auto' and $hardware &gt;= 13)"/>

<xsl:template name="uuid">
  <xsl:if test="$has-uuid">
    <uuid>
      <xsl:choose>
        <xsl:when test="$swaps"><xsl:value-of select="$uuid-swapped"/></xsl:when>
        <xsl:otherwise><xsl:value-of select="$uuid-same"/></xsl:otherwise>
      </xsl:choose>
    </uuid>
  </xsl:if>
</xsl:template>

<!-- ==== Memory and CPU ============================================================== -->

<xsl:template name="memory-limit">
  <xsl:if test="$memory-limit = 'hard-limit' and
                number($domain/currentMemory) &lt; number($domain/memory)">
    <memtune>
      <hard_limit>
        <xsl:copy-of select="$domain/currentMemory/@unit"/>
        <xsl:value-of select="$domain/currentMemory"/>
      </hard_limit>
    </memtune>
  </xsl:if>
</xsl:template>

<xsl:template name="memory-backing">
  <xsl:variable name="asked" select="$domain/memoryBacking/*[not(self::hugepages)] |
      $domain/memoryBacking/hugepages[$hugepages = 'keep']"/>
  <xsl:if test="$asked or $shares-folder">
    <memoryBacking>
      <xsl:copy-of select="$asked[not(self::allocation)]"/>
      <xsl:if test="$shares-folder">
        <source type="memfd"/>
        <access mode="shared"/>
      </xsl:if>
      <xsl:copy-of select="$asked[self::allocation]"/>
    </memoryBacking>
  </xsl:if>
</xsl:template>

<!-- VMware counts 1000 shares for a virtual CPU of usual weight, cgroup v2 100 for a whole
     machine, and v1 1024. -->
<xsl:variable name="weight">
  <xsl:variable name="weight-shares" select="number($domain/cputune/shares)"/>
  <xsl:variable name="weight-usual" select="1000 * number($domain/vcpu)"/>
  <xsl:variable name="weight-base" select="100 + 924 * ($cpu-shares = 'v1')"/>
  <xsl:variable name="weight-scaled" select="round($weight-base * $weight-shares div $weight-usual)"/>
  <xsl:choose>
    <xsl:when test="$cpu-shares = 'drop' or not($weight-shares &gt; 0)"/>
    <xsl:when test="$weight-shares = $weight-usual"/>
    <xsl:when test="$weight-scaled &lt; 2">2</xsl:when>
    <xsl:when test="$cpu-shares = 'v2' and $weight-scaled &gt; 10000">10000</xsl:when>
    <xsl:when test="$weight-scaled &gt; 262144">262144</xsl:when>
    <xsl:otherwise><xsl:value-of select="$weight-scaled"/></xsl:otherwise>
  </xsl:choose>
</xsl:variable>

<xsl:template name="cputune">
  <xsl:variable name="quota" select="$domain/cputune/global_period |
                                     $domain/cputune/global_quota"/>
  <xsl:if test="$quota or $weight != ''">
    <cputune>
      <xsl:if test="$weight != ''">
        <shares><xsl:value-of select="$weight"/></shares>
      </xsl:if>
      <xsl:copy-of select="$quota"/>
    </cputune>
  </xsl:if>
</xsl:template>

<xsl:template name="topology">
  <xsl:variable name="topology" select="$domain/cpu/topology"/>
  <xsl:choose>
    <xsl:when test="not($topology)"/>
    <xsl:when test="$smt">
      <topology sockets="{$topology/@sockets}" dies="1" cores="{$topology/@cores div 2}"
                threads="2"/>
    </xsl:when>
    <xsl:otherwise><xsl:copy-of select="$topology"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- Virtual CPUs of a core that come out whole. -->
<xsl:variable name="smt" select="key('vmx', 'cpuid.numsmt')/@value = '2' and
    $domain/cpu/topology/@cores mod 2 = 0"/>

<xsl:template name="cpu">
  <xsl:variable name="mode">
    <xsl:choose>
      <xsl:when test="$cpu-model != ''">custom</xsl:when>
      <xsl:when test="$cpu-mode != ''"><xsl:value-of select="$cpu-mode"/></xsl:when>
      <xsl:when test="$defaults/@cpu-model">custom</xsl:when>
      <xsl:when test="$defaults/@cpu-mode">
        <xsl:value-of select="$defaults/@cpu-mode"/>
      </xsl:when>
      <xsl:when test="not($kvm)">maximum</xsl:when>
      <xsl:when test="$arm">host-passthrough</xsl:when>
      <xsl:otherwise>host-model</xsl:otherwise>
    </xsl:choose>
  </xsl:variable>
  <cpu mode="{$mode}">
    <xsl:if test="$mode = 'custom'">
      <xsl:attribute name="match">exact</xsl:attribute>
    </xsl:if>
    <xsl:attribute name="check">
      <xsl:choose>
        <xsl:when test="$mode = 'custom' or $mode = 'host-model'">partial</xsl:when>
        <xsl:otherwise>none</xsl:otherwise>
      </xsl:choose>
    </xsl:attribute>
    <xsl:if test="$mode = 'custom'">
      <model fallback="forbid">
        <xsl:choose>
          <xsl:when test="$cpu-model != ''"><xsl:value-of select="$cpu-model"/></xsl:when>
          <xsl:otherwise><xsl:value-of select="$defaults/@cpu-model"/></xsl:otherwise>
        </xsl:choose>
      </model>
    </xsl:if>
    <xsl:call-template name="topology"/>
    <xsl:if test="not($arm)">
      <xsl:copy-of select="$domain/cpu/feature"/>
      <xsl:if test="$hidden and not($domain/cpu/feature[@name = 'hypervisor'])">
        <feature policy="disable" name="hypervisor"/>
      </xsl:if>
    </xsl:if>
    <xsl:copy-of select="$domain/cpu/numa"/>
  </cpu>
</xsl:template>

<!-- ==== Firmware, features, clock =================================================== -->

<xsl:template name="os">
  <os>
    <xsl:if test="$efi">
      <xsl:attribute name="firmware">efi</xsl:attribute>
    </xsl:if>
    <type>
      <xsl:attribute name="arch">
        <xsl:choose>
          <xsl:when test="$arm">aarch64</xsl:when>
          <xsl:otherwise>x86_64</xsl:otherwise>
        </xsl:choose>
      </xsl:attribute>
      <xsl:attribute name="machine">
        <xsl:choose>
          <xsl:when test="$old-board">pc</xsl:when>
          <xsl:otherwise><xsl:value-of select="$board"/></xsl:otherwise>
        </xsl:choose>
      </xsl:attribute>
      <xsl:text>hvm</xsl:text>
    </type>
    <xsl:if test="$efi and not($arm)">
      <!-- Said in either case: libvirt may choose firmware with secure boot by itself. -->
      <firmware>
        <xsl:choose>
          <xsl:when test="$secure">
            <xsl:copy-of select="$domain/os/firmware/feature"/>
          </xsl:when>
          <xsl:otherwise><feature enabled="no" name="secure-boot"/></xsl:otherwise>
        </xsl:choose>
      </firmware>
    </xsl:if>
    <xsl:if test="not($boots-by-device)">
      <xsl:choose>
        <xsl:when test="$domain/os/boot[not(@dev = 'fd' and not($old-board))]">
          <xsl:copy-of select="$domain/os/boot[not(@dev = 'fd' and not($old-board))]"/>
        </xsl:when>
        <xsl:otherwise>
          <boot dev="hd"/>
          <boot dev="cdrom"/>
          <boot dev="network"/>
        </xsl:otherwise>
      </xsl:choose>
    </xsl:if>
    <xsl:copy-of select="$domain/os/bootmenu"/>
    <xsl:if test="not($arm)">
      <xsl:copy-of select="$domain/os/bios[@rebootTimeout]"/>
      <xsl:choose>
        <xsl:when test="$domain/sysinfo[@type = 'smbios']"><smbios mode="sysinfo"/></xsl:when>
        <xsl:otherwise><xsl:copy-of select="$domain/os/smbios"/></xsl:otherwise>
      </xsl:choose>
    </xsl:if>
  </os>
</xsl:template>

<xsl:template name="features">
  <features>
    <acpi/>
    <xsl:if test="not($arm)">
      <apic/>
      <xsl:copy-of select="$domain/features/pae"/>
      <xsl:if test="$kvm and $windows-new">
        <hyperv mode="custom">
          <relaxed state="on"/>
          <vapic state="on"/>
          <spinlocks state="on" retries="8191"/>
        </hyperv>
      </xsl:if>
      <xsl:if test="$kvm and $hidden"><kvm><hidden state="on"/></kvm></xsl:if>
      <xsl:copy-of select="$domain/features/pmu"/>
      <vmport state="off"/>
      <xsl:if test="$secure"><smm state="on"/></xsl:if>
    </xsl:if>
  </features>
</xsl:template>

<xsl:template name="clock">
  <xsl:variable name="clock" select="$domain/clock"/>
  <clock>
    <xsl:choose>
      <!-- VMware starts the clock of such a guest in local time. -->
      <xsl:when test="$windows and $clock/@offset = 'utc'">
        <xsl:attribute name="offset">localtime</xsl:attribute>
      </xsl:when>
      <xsl:otherwise><xsl:copy-of select="$clock/@*"/></xsl:otherwise>
    </xsl:choose>
    <xsl:if test="not($arm)">
      <timer name="rtc" tickpolicy="catchup"/>
      <timer name="pit" tickpolicy="delay"/>
      <timer name="hpet" present="no"/>
      <xsl:if test="$kvm and $windows-new">
        <timer name="hypervclock" present="yes"/>
      </xsl:if>
    </xsl:if>
  </clock>
</xsl:template>

<xsl:template name="ignition"/>

<!-- ==== Devices ===================================================================== -->

<xsl:template name="devices">
  <xsl:call-template name="drives"/>
  <xsl:call-template name="controllers"/>
  <xsl:apply-templates select="$devices/filesystem"/>
  <xsl:apply-templates select="$nics"/>
  <xsl:call-template name="ports"/>
  <xsl:if test="$virtio">
    <channel type="unix">
      <target type="virtio" name="org.qemu.guest_agent.0"/>
    </channel>
  </xsl:if>
  <xsl:call-template name="inputs"/>
  <xsl:copy-of select="$devices/tpm"/>
  <xsl:call-template name="graphics"/>
  <xsl:apply-templates select="$devices/sound"/>
  <xsl:call-template name="video"/>
  <xsl:apply-templates select="$devices/hostdev"/>
  <xsl:for-each select="$devices/watchdog">
    <watchdog><xsl:copy-of select="@model | @action"/></watchdog>
  </xsl:for-each>
  <xsl:call-template name="memballoon"/>
  <xsl:if test="$virtio">
    <rng model="virtio"><backend model="random">/dev/urandom</backend></rng>
  </xsl:if>
  <xsl:if test="$board = 'q35'">
    <xsl:for-each select="$devices/iommu"><iommu model="intel"/></xsl:for-each>
  </xsl:if>
</xsl:template>

<xsl:template name="drives">
  <xsl:apply-templates select="$hard"/>
  <xsl:apply-templates select="$cds"/>
  <xsl:apply-templates select="$usb-disks"/>
  <xsl:apply-templates select="$floppies"/>
</xsl:template>

<!-- .... Which drive goes where .... -->

<!-- a, b, ..., z, aa, ab, ... for 1, 2, ... -->
<xsl:template name="letters">
  <xsl:param name="n"/>
  <xsl:if test="$n &gt; 26">
    <xsl:value-of select="substring($lower, floor(($n - 1) div 26), 1)"/>
  </xsl:if>
  <xsl:value-of select="substring($lower, ($n - 1) mod 26 + 1, 1)"/>
</xsl:template>

<!-- "bus target" of a drive, as in "virtio vda"; empty when it is left out. -->
<xsl:template name="seat">
  <xsl:variable name="id" select="generate-id()"/>
  <xsl:choose>
    <xsl:when test="@device = 'floppy'">
      <xsl:if test="$old-board"><xsl:value-of select="concat('fdc ', target/@dev)"/></xsl:if>
    </xsl:when>
    <xsl:when test="target/@bus = 'usb' and @device = 'disk'">
      <xsl:if test="$usb">
        <xsl:text>usb sd</xsl:text>
        <xsl:call-template name="letters">
          <xsl:with-param name="n" select="$sd-rest + 1 + count(preceding-sibling::disk
              [target/@bus = 'usb'][@device = 'disk'])"/>
        </xsl:call-template>
      </xsl:if>
    </xsl:when>
    <xsl:when test="@device = 'cdrom'">
      <xsl:variable name="rank" select="1 + count(preceding-sibling::disk
                                                  [@device = 'cdrom'])"/>
      <xsl:choose>
        <xsl:when test="not($old-board)">
          <xsl:text>sata sd</xsl:text>
          <xsl:call-template name="letters">
            <xsl:with-param name="n" select="$sd-hard + $rank"/>
          </xsl:call-template>
        </xsl:when>
        <xsl:when test="target/@bus = 'ide'">
          <xsl:value-of select="concat('ide ', target/@dev)"/>
        </xsl:when>
        <xsl:otherwise>
          <xsl:call-template name="ide-seat">
            <xsl:with-param name="n" select="count($ide-hard[target/@bus != 'ide']) + 1 +
                count(preceding-sibling::disk[@device = 'cdrom'][target/@bus != 'ide'])"/>
          </xsl:call-template>
        </xsl:otherwise>
      </xsl:choose>
    </xsl:when>
    <xsl:when test="@device = 'lun' and not($hard[generate-id() = $id])"/>
    <xsl:when test="$hard-bus = 'ide' and target/@bus = 'ide'">
      <xsl:value-of select="concat('ide ', target/@dev)"/>
    </xsl:when>
    <xsl:when test="$hard-bus = 'ide'">
      <xsl:variable name="before" select="preceding-sibling::disk"/>
      <xsl:call-template name="ide-seat">
        <xsl:with-param name="n" select="1 + count($ide-hard[target/@bus != 'ide']
            [count(. | $before) = count($before)])"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:otherwise>
      <xsl:variable name="before" select="preceding-sibling::disk"/>
      <xsl:choose>
        <xsl:when test="$hard-bus = 'virtio'">virtio vd</xsl:when>
        <xsl:otherwise><xsl:value-of select="concat($hard-bus, ' sd')"/></xsl:otherwise>
      </xsl:choose>
      <xsl:call-template name="letters">
        <xsl:with-param name="n" select="1 + count($hard
            [count(. | $before) = count($before)])"/>
      </xsl:call-template>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- The nth of the drives that come to IDE. -->
<xsl:template name="ide-seat">
  <xsl:param name="n"/>
  <xsl:choose>
    <xsl:when test="$n &lt;= $ide-room">
      <xsl:value-of select="concat('ide ', substring($ide-free, 3 * $n - 2, 3))"/>
    </xsl:when>
    <xsl:otherwise>
      <xsl:text>sata sd</xsl:text>
      <xsl:call-template name="letters">
        <xsl:with-param name="n" select="$sd-hard + $n - $ide-room"/>
      </xsl:call-template>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- .... Which file it gets .... -->

<!-- The datastore of a source as libvmx writes it, "[ds] dir/file". -->
<xsl:template name="datastore">
  <xsl:variable name="source" select="string(source/@file)"/>
  <xsl:if test="starts-with($source, '[') and contains($source, '] ')">
    <xsl:value-of select="substring-before(substring($source, 2), '] ')"/>
  </xsl:if>
</xsl:template>

<!-- "kind, line, path" of a hard disk: file, block, or volume with "pool, line, volume";
     behind a further line the format. -->
<xsl:template name="place">
  <xsl:param name="dev"/>
  <xsl:variable name="source" select="string(source/@file | source/@dev)"/>
  <xsl:variable name="datastore"><xsl:call-template name="datastore"/></xsl:variable>
  <xsl:variable name="mapped" select="$map/m:paths/m:path[@from = $source]"/>
  <xsl:variable name="store" select="$map/m:datastores/m:datastore[@name = $datastore] |
      $map/m:datastores/m:default[not(../m:datastore[@name = $datastore])]"/>
  <xsl:variable name="format">
    <xsl:choose>
      <xsl:when test="$mapped/@format"><xsl:value-of select="$mapped/@format"/></xsl:when>
      <xsl:when test="shareable or starts-with($mapped/@to, '/dev/')">raw</xsl:when>
      <xsl:when test="$disk-format != ''"><xsl:value-of select="$disk-format"/></xsl:when>
      <xsl:when test="$store/@format"><xsl:value-of select="$store/@format"/></xsl:when>
      <xsl:when test="$defaults/@disk-format">
        <xsl:value-of select="$defaults/@disk-format"/>
      </xsl:when>
      <xsl:otherwise>qcow2</xsl:otherwise>
    </xsl:choose>
  </xsl:variable>
  <!-- The machine's name tells disks apart, but what several machines share must have one
       name in all of them. -->
  <xsl:variable name="file">
    <xsl:choose>
      <xsl:when test="shareable">
        <xsl:variable name="flat" select="translate($source, '[]/\:&#9;&#10;&#13;', '--------')"/>
        <xsl:variable name="stem" select="translate($flat, ' ', '-')"/>
        <xsl:value-of select="concat('shared', substring('-', 1, not(starts-with($stem, '-'))),
                                     $stem)"/>
      </xsl:when>
      <xsl:otherwise><xsl:value-of select="concat($name, '-', $dev)"/></xsl:otherwise>
    </xsl:choose>
    <xsl:value-of select="concat('.', $format)"/>
  </xsl:variable>
  <xsl:choose>
    <xsl:when test="starts-with($mapped/@to, '/dev/')">
      <xsl:value-of select="concat('block', $line, $mapped/@to)"/>
    </xsl:when>
    <xsl:when test="$mapped">
      <xsl:value-of select="concat('file', $line, $mapped/@to)"/>
    </xsl:when>
    <xsl:when test="$disk-folder != ''">
      <xsl:value-of select="concat('file', $line, $disk-folder, '/', $file)"/>
    </xsl:when>
    <xsl:when test="$store/@pool">
      <xsl:value-of select="concat('volume', $line, $store/@pool, $line, $file)"/>
    </xsl:when>
    <xsl:when test="$store/@folder">
      <xsl:value-of select="concat('file', $line, $store/@folder, '/', $file)"/>
    </xsl:when>
    <xsl:otherwise>
      <xsl:value-of select="concat('file', $line, '/var/lib/libvirt/images/', $file)"/>
    </xsl:otherwise>
  </xsl:choose>
  <xsl:value-of select="concat($line, $format)"/>
</xsl:template>

<!-- .... Drives .... -->

<xsl:template match="disk">
  <xsl:variable name="seat"><xsl:call-template name="seat"/></xsl:variable>
  <xsl:if test="$seat != ''">
    <xsl:choose>
      <xsl:when test="@device = 'cdrom' or @device = 'floppy'">
        <xsl:call-template name="drive">
          <xsl:with-param name="bus" select="substring-before($seat, ' ')"/>
          <xsl:with-param name="dev" select="substring-after($seat, ' ')"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:otherwise>
        <xsl:call-template name="hard-disk">
          <xsl:with-param name="bus" select="substring-before($seat, ' ')"/>
          <xsl:with-param name="dev" select="substring-after($seat, ' ')"/>
        </xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:if>
</xsl:template>

<!-- A CD-ROM or floppy drive: empty, unless the map knows the medium. -->
<xsl:template name="drive">
  <xsl:param name="bus"/>
  <xsl:param name="dev"/>
  <xsl:variable name="medium"><xsl:call-template name="medium"/></xsl:variable>
  <disk type="file" device="{@device}">
    <driver name="qemu" type="raw"/>
    <xsl:if test="$medium != ''">
      <source file="{$medium}" startupPolicy="optional"/>
    </xsl:if>
    <target dev="{$dev}" bus="{$bus}"/>
    <xsl:if test="@device = 'cdrom' or readonly"><readonly/></xsl:if>
    <xsl:copy-of select="boot"/>
  </disk>
</xsl:template>

<xsl:template name="medium">
  <xsl:variable name="source" select="string(source/@file | source/@dev)"/>
  <xsl:value-of select="$map/m:paths/m:path[@from = $source]/@to"/>
</xsl:template>

<xsl:template name="hard-disk">
  <xsl:param name="bus"/>
  <xsl:param name="dev"/>
  <xsl:variable name="place">
    <xsl:call-template name="place"><xsl:with-param name="dev" select="$dev"/></xsl:call-template>
  </xsl:variable>
  <xsl:variable name="kind" select="substring-before($place, $line)"/>
  <xsl:variable name="where" select="substring-after($place, $line)"/>
  <xsl:variable name="path" select="substring-before($where, $line)"/>
  <xsl:variable name="rest" select="substring-after($where, $line)"/>
  <disk type="{$kind}" device="disk">
    <xsl:copy-of select="@snapshot"/>
    <driver name="qemu">
      <xsl:attribute name="type">
        <xsl:choose>
          <xsl:when test="$kind = 'volume'">
            <xsl:value-of select="substring-after($rest, $line)"/>
          </xsl:when>
          <xsl:otherwise><xsl:value-of select="$rest"/></xsl:otherwise>
        </xsl:choose>
      </xsl:attribute>
      <xsl:choose>
        <xsl:when test="shareable"><xsl:attribute name="cache">none</xsl:attribute></xsl:when>
        <xsl:otherwise><xsl:copy-of select="driver/@cache"/></xsl:otherwise>
      </xsl:choose>
      <xsl:attribute name="discard">
        <xsl:choose>
          <xsl:when test="driver/@discard"><xsl:value-of select="driver/@discard"/></xsl:when>
          <xsl:otherwise>unmap</xsl:otherwise>
        </xsl:choose>
      </xsl:attribute>
    </driver>
    <xsl:choose>
      <xsl:when test="$kind = 'volume'">
        <source pool="{$path}" volume="{substring-before($rest, $line)}"/>
      </xsl:when>
      <xsl:when test="$kind = 'block'"><source dev="{$path}"/></xsl:when>
      <xsl:otherwise><source file="{$path}"/></xsl:otherwise>
    </xsl:choose>
    <target dev="{$dev}" bus="{$bus}">
      <xsl:if test="$bus = 'usb'"><xsl:copy-of select="target/@removable"/></xsl:if>
      <xsl:if test="$bus = 'scsi' or $bus = 'sata' or $bus = 'ide'">
        <xsl:copy-of select="target/@rotation_rate"/>
      </xsl:if>
    </target>
    <xsl:copy-of select="iotune"/>
    <xsl:if test="readonly and not(transient) and ($bus = 'virtio' or $bus = 'scsi' or
                  $bus = 'usb')">
      <readonly/>
    </xsl:if>
    <xsl:copy-of select="shareable | transient"/>
    <xsl:if test="serial">
      <serial><xsl:value-of select="substring(serial, 1, 20)"/></serial>
    </xsl:if>
    <xsl:if test="$bus = 'scsi'"><xsl:copy-of select="vendor | product"/></xsl:if>
    <xsl:copy-of select="boot"/>
    <xsl:if test="$bus = 'scsi'">
      <xsl:variable name="before" select="preceding-sibling::disk"/>
      <address type="drive" controller="0" bus="0" target="0"
               unit="{count($hard[count(. | $before) = count($before)])}"/>
    </xsl:if>
  </disk>
</xsl:template>

<!-- .... Controllers .... -->

<xsl:template name="controllers">
  <xsl:call-template name="buses"/>
  <xsl:if test="$hard-bus = 'scsi' and $hard">
    <controller type="scsi" index="0" model="virtio-scsi"/>
  </xsl:if>
  <xsl:choose>
    <xsl:when test="not($usb)"><controller type="usb" index="0" model="none"/></xsl:when>
    <xsl:when test="$old-board and not($virtio)">
      <controller type="usb" index="0" model="piix3-uhci"/>
    </xsl:when>
    <xsl:otherwise>
      <controller type="usb" index="0" model="qemu-xhci" ports="15"/>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="buses">
  <xsl:variable name="hole" select="$devices/controller[@type = 'pci']/pcihole64"/>
  <xsl:if test="$hole">
    <controller type="pci" index="0">
      <xsl:attribute name="model">
        <xsl:choose>
          <xsl:when test="$old-board">pci-root</xsl:when>
          <xsl:otherwise>pcie-root</xsl:otherwise>
        </xsl:choose>
      </xsl:attribute>
      <xsl:copy-of select="$hole"/>
    </controller>
  </xsl:if>
</xsl:template>

<!-- .... Network .... -->

<!-- The entry of the map for an interface. -->
<xsl:template match="interface">
  <xsl:variable name="bridge" select="string(source/@bridge)"/>
  <interface type="network">
    <xsl:if test="mac/@address != '00:00:00:00:00:00'">
      <mac address="{mac/@address}"/>
    </xsl:if>
    <source network="default"/>
    <model>
      <xsl:attribute name="type"><xsl:call-template name="nic-model"/></xsl:attribute>
    </model>
    <xsl:copy-of select="link | mtu | bandwidth"/>
    <xsl:copy-of select="boot"/>
  </interface>
</xsl:template>

<xsl:template name="nic-model">
  <xsl:choose>
    <xsl:when test="$nic-model != ''"><xsl:value-of select="$nic-model"/></xsl:when>
    <xsl:when test="$defaults/@nic-model"><xsl:value-of select="$defaults/@nic-model"/></xsl:when>
    <xsl:when test="$virtio">virtio</xsl:when>
    <xsl:when test="not($old-board)">e1000e</xsl:when>
    <xsl:when test="model/@type = 'e1000' or model/@type = 'e1000e'">e1000</xsl:when>
    <xsl:when test="$windows">rtl8139</xsl:when>
    <xsl:otherwise>pcnet</xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template match="filesystem"/>
<xsl:template name="ports"/>

<xsl:template name="inputs">
  <xsl:if test="$usb and (not($old-board) or $virtio or $devices/input)">
    <input type="tablet" bus="usb"/>
    <xsl:for-each select="$devices/input[@type != 'tablet'][@bus = 'usb']">
      <input type="{@type}" bus="usb"/>
    </xsl:for-each>
    <xsl:if test="$arm and not($devices/input[@type = 'keyboard'])">
      <input type="keyboard" bus="usb"/>
    </xsl:if>
  </xsl:if>
</xsl:template>

<xsl:template name="graphics">
  <graphics type="vnc" port="-1" autoport="yes">
    <xsl:copy-of select="$devices/graphics[@type = 'vnc'][1]/@passwd"/>
    <listen type="address" address="127.0.0.1"/>
  </graphics>
</xsl:template>

<xsl:template match="sound">
  <sound>
    <xsl:attribute name="model">
      <xsl:choose>
        <xsl:when test="$old-board"><xsl:value-of select="@model"/></xsl:when>
        <xsl:otherwise>ich9</xsl:otherwise>
      </xsl:choose>
    </xsl:attribute>
  </sound>
</xsl:template>

<xsl:template name="video">
  <xsl:variable name="model" select="$devices/video[1]/model"/>
  <video>
    <xsl:choose>
      <xsl:when test="$model/@type = 'none'"><model type="none"/></xsl:when>
      <xsl:when test="$arm or ($virtio and not($old-virtio) and not($old-board))">
        <model type="virtio" heads="1" primary="yes"/>
      </xsl:when>
      <xsl:otherwise><model type="vga" vram="16384" heads="1" primary="yes"/></xsl:otherwise>
    </xsl:choose>
  </video>
</xsl:template>

<xsl:template match="hostdev"/>

<xsl:template name="memballoon">
  <memballoon>
    <xsl:attribute name="model">
      <xsl:choose>
        <xsl:when test="$devices/memballoon/@model = 'none'">none</xsl:when>
        <xsl:when test="$old-board and not($virtio)">none</xsl:when>
        <xsl:otherwise>virtio</xsl:otherwise>
      </xsl:choose>
    </xsl:attribute>
  </memballoon>
</xsl:template>

<!-- ==== Report ====================================================================== -->

<xsl:template name="report"/>

</xsl:stylesheet>
