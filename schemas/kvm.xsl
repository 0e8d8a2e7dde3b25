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

<!-- Entries of the map by what they match. -->
<xsl:key name="network" match="m:network[@name]" use="concat('name ', @name)"/>
<xsl:key name="network" match="m:network[@portgroup]" use="concat('portgroup ', @portgroup)"/>
<xsl:key name="network" match="m:network[@vmnet]" use="concat('vmnet ', @vmnet)"/>
<xsl:key name="path" match="m:path" use="@from"/>
<xsl:key name="device" match="m:device"
         use="translate(@from, 'ABCDEF', 'abcdef')"/>

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
    $devices/disk[@device = 'lun'][key('path', source/@dev)]"/>

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
    boolean($devices/filesystem[key('path', source/@dir)])"/>
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
      <xsl:for-each select="$domain/os/bios/@rebootTimeout">
        <!-- The schema ends there. -->
        <bios rebootTimeout="{. * (. &lt;= 32767) + 32767 * (. &gt; 32767)}"/>
      </xsl:for-each>
      <xsl:if test="$domain/sysinfo[@type = 'smbios']"><smbios mode="sysinfo"/></xsl:if>
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

<!-- What the guest reads at its first boot.  QEMU takes the text itself; what is packed or
     encoded must be written to a file first. -->
<xsl:variable name="ignition" select="key('vmx', 'guestinfo.ignition.config.data')/@value"/>
<xsl:variable name="ignition-packed"
              select="key('vmx', 'guestinfo.ignition.config.data.encoding')/@value != ''"/>

<xsl:template name="ignition">
  <xsl:if test="$ignition != '' and not($ignition-packed)">
    <sysinfo type="fwcfg">
      <entry>
        <xsl:attribute name="name">
          <xsl:choose>
            <xsl:when test="starts-with($system, 'flatcar')">opt/org.flatcar-linux/config</xsl:when>
            <xsl:otherwise>opt/com.coreos/config</xsl:otherwise>
          </xsl:choose>
        </xsl:attribute>
        <xsl:value-of select="$ignition"/>
      </entry>
    </sysinfo>
  </xsl:if>
</xsl:template>

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
  <xsl:variable name="mapped" select="key('path', $source)[1]"/>
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
  <xsl:value-of select="key('path', $source)[1]/@to"/>
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

<!-- The buses that the cards sit on, in the order in which firmware numbers them: bus N is
     controller N.  The rest libvirt adds. -->
<xsl:template name="buses">
  <xsl:variable name="hole" select="$devices/controller[@type = 'pci']/pcihole64"/>
  <xsl:variable name="bridge" select="$keep-slots and $nics/address[@bus = '0x01']"/>
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
  <xsl:choose>
    <xsl:when test="$old-board">
      <xsl:if test="$bridge">
        <controller type="pci" index="1" model="pci-bridge"/>
        <controller type="pci" index="2" model="pci-bridge"/>
      </xsl:if>
    </xsl:when>
    <xsl:when test="$keep-slots">
      <xsl:variable name="last"><xsl:call-template name="last-bus"/></xsl:variable>
      <xsl:call-template name="ports-to">
        <xsl:with-param name="last" select="$last"/>
        <xsl:with-param name="bridge" select="$bridge"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:otherwise>
      <xsl:for-each select="$nics">
        <controller type="pci" index="{position()}" model="pcie-root-port"/>
      </xsl:for-each>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- The highest bus that a card keeps. -->
<xsl:template name="last-bus">
  <xsl:param name="nic" select="1"/>
  <xsl:param name="last" select="0"/>
  <xsl:choose>
    <xsl:when test="$nic &gt; count($nics)"><xsl:value-of select="$last"/></xsl:when>
    <xsl:otherwise>
      <xsl:variable name="seat">
        <xsl:for-each select="$nics[$nic]"><xsl:call-template name="nic-seat"/></xsl:for-each>
      </xsl:variable>
      <xsl:variable name="bus" select="number(substring-before($seat, ' '))"/>
      <xsl:call-template name="last-bus">
        <xsl:with-param name="nic" select="$nic + 1"/>
        <xsl:with-param name="last" select="$last * not($bus &gt; $last) +
            number(concat('0', substring-before($seat, ' '))) * ($bus &gt; $last)"/>
      </xsl:call-template>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="ports-to">
  <xsl:param name="last"/>
  <xsl:param name="bridge"/>
  <xsl:param name="index" select="1"/>
  <xsl:if test="$index &lt;= $last">
    <xsl:choose>
      <xsl:when test="$index = 2 and $bridge">
        <controller type="pci" index="2" model="pcie-to-pci-bridge">
          <address type="pci" domain="0x0000" bus="0x01" slot="0x00" function="0x0"/>
        </controller>
      </xsl:when>
      <xsl:otherwise>
        <controller type="pci" index="{$index}" model="pcie-root-port"/>
      </xsl:otherwise>
    </xsl:choose>
    <xsl:call-template name="ports-to">
      <xsl:with-param name="last" select="$last"/>
      <xsl:with-param name="bridge" select="$bridge"/>
      <xsl:with-param name="index" select="$index + 1"/>
    </xsl:call-template>
  </xsl:if>
</xsl:template>

<!-- .... Network .... -->

<xsl:template match="interface">
  <xsl:variable name="goes"><xsl:call-template name="network"/></xsl:variable>
  <xsl:variable name="kind" select="substring-before($goes, ' ')"/>
  <xsl:variable name="entry" select="key('network', $goes)[1] |
      $map/m:networks/m:default[$kind = 'else']"/>
  <xsl:variable name="seat"><xsl:call-template name="nic-seat"/></xsl:variable>
  <interface>
    <xsl:attribute name="type">
      <xsl:choose>
        <xsl:when test="$kind = 'bridge' or $entry/@bridge">bridge</xsl:when>
        <xsl:otherwise>network</xsl:otherwise>
      </xsl:choose>
    </xsl:attribute>
    <xsl:if test="mac/@address != '00:00:00:00:00:00'">
      <mac address="{mac/@address}"/>
    </xsl:if>
    <source>
      <xsl:choose>
        <xsl:when test="$kind = 'bridge' or $kind = 'network'">
          <xsl:attribute name="{$kind}">
            <xsl:value-of select="substring-after($goes, ' ')"/>
          </xsl:attribute>
        </xsl:when>
        <xsl:otherwise><xsl:copy-of select="$entry/@bridge | $entry/@network"/></xsl:otherwise>
      </xsl:choose>
    </source>
    <xsl:if test="$entry/@vlan">
      <vlan><tag id="{$entry/@vlan}"/></vlan>
    </xsl:if>
    <xsl:if test="$entry/@switch">
      <virtualport type="{$entry/@switch}"/>
    </xsl:if>
    <model>
      <xsl:attribute name="type">
        <xsl:call-template name="nic-model">
          <xsl:with-param name="entry" select="$entry"/>
        </xsl:call-template>
      </xsl:attribute>
    </model>
    <xsl:copy-of select="link | mtu | bandwidth"/>
    <xsl:copy-of select="rom"/>
    <xsl:copy-of select="boot"/>
    <xsl:if test="$seat != ''">
      <address type="pci" domain="0x0000">
        <xsl:attribute name="bus">
          <xsl:call-template name="hex">
            <xsl:with-param name="n" select="substring-before($seat, ' ')"/>
          </xsl:call-template>
        </xsl:attribute>
        <xsl:attribute name="slot">
          <xsl:call-template name="hex">
            <xsl:with-param name="n" select="substring-after($seat, ' ')"/>
          </xsl:call-template>
        </xsl:attribute>
        <xsl:attribute name="function">0x0</xsl:attribute>
      </address>
    </xsl:if>
  </interface>
</xsl:template>

<!-- Where a card is plugged in: "name ...", "portgroup ..." or "vmnet ..." is the entry of
     the map with that key, "else" its default; "bridge ..." and "network ..." are names. -->
<xsl:template name="network">
  <xsl:variable name="bridge" select="translate(source/@bridge, $upper, $lower)"/>
  <xsl:variable name="entry" select="
      key('network', concat('name ', source/@bridge)) |
      key('network', concat('name ', source/@name)) |
      key('network', concat('portgroup ', source/@portgroupid)) |
      key('network', concat('vmnet ', substring-after($bridge, 'vmnet')))
          [starts-with($bridge, 'vmnet')] |
      key('network', 'vmnet 8')[current()/@type = 'user']"/>
  <xsl:choose>
    <xsl:when test="$entry[1]/@name"><xsl:value-of select="concat('name ', $entry[1]/@name)"/></xsl:when>
    <xsl:when test="$entry[1]/@portgroup">
      <xsl:value-of select="concat('portgroup ', $entry[1]/@portgroup)"/>
    </xsl:when>
    <xsl:when test="$entry"><xsl:value-of select="concat('vmnet ', $entry[1]/@vmnet)"/></xsl:when>
    <xsl:when test="$network-else = 'fail'">
      <xsl:message terminate="yes">
        <xsl:call-template name="nic-name"/>
        <xsl:text>: no entry of the map names its network</xsl:text>
        <xsl:if test="source/@bridge">
          <xsl:value-of select="concat(', &quot;', source/@bridge, '&quot;')"/>
        </xsl:if>
      </xsl:message>
    </xsl:when>
    <xsl:when test="$network-else = 'map'">else </xsl:when>
    <xsl:when test="$network-else = 'keep'">
      <xsl:choose>
        <!-- What Linux takes as the name of a bridge. -->
        <xsl:when test="@type = 'bridge' and source/@bridge != '' and
            string-length(source/@bridge) &lt;= 15 and
            translate(source/@bridge, concat($upper, $lower, $digits, '_.-'), '') = '' and
            translate(source/@bridge, '.', '') != ''">
          <xsl:value-of select="concat('bridge ', source/@bridge)"/>
        </xsl:when>
        <xsl:otherwise>network default</xsl:otherwise>
      </xsl:choose>
    </xsl:when>
    <xsl:when test="starts-with($network-else, 'bridge:')">
      <xsl:value-of select="concat('bridge ', substring-after($network-else, ':'))"/>
    </xsl:when>
    <xsl:otherwise><xsl:value-of select="concat('network ', $network-else)"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="nic-model">
  <xsl:param name="entry" select="/.."/>
  <xsl:choose>
    <xsl:when test="$nic-model != ''"><xsl:value-of select="$nic-model"/></xsl:when>
    <xsl:when test="$entry/@nic-model"><xsl:value-of select="$entry/@nic-model"/></xsl:when>
    <xsl:when test="$defaults/@nic-model"><xsl:value-of select="$defaults/@nic-model"/></xsl:when>
    <xsl:when test="$virtio">virtio</xsl:when>
    <xsl:when test="not($old-board)">e1000e</xsl:when>
    <xsl:when test="model/@type = 'e1000' or model/@type = 'e1000e'">e1000</xsl:when>
    <xsl:when test="$windows">rtl8139</xsl:when>
    <!-- The very card that VMware calls vlance. -->
    <xsl:otherwise>pcnet</xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- ethernet0, or where no name is known, its number among the cards. -->
<xsl:template name="nic-name">
  <xsl:variable name="mac" select="string(mac/@address)"/>
  <xsl:variable name="known" select="$named[@mac = $mac][1]/@name"/>
  <xsl:choose>
    <xsl:when test="$known"><xsl:value-of select="$known"/></xsl:when>
    <xsl:otherwise>
      <xsl:value-of select="concat('ethernet', count(preceding-sibling::interface))"/>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- "bus slot" of a card, in decimal; empty when it is for libvirt to choose.  A slot of
     VMware's says bridge, device and function: 192 is bridge 6, that is pciBridge5, which
     is bus 11 for the guest.  pciBridge0 is its bus 2, and each of pciBridge4 to 7 has
     eight buses from 3 on. -->
<xsl:template name="nic-seat">
  <xsl:variable name="rank" select="1 + count(preceding-sibling::interface)"/>
  <xsl:choose>
    <xsl:when test="not($keep-slots) and $old-board">
      <xsl:if test="$rank &lt; 20"><xsl:value-of select="concat('0 ', 2 + $rank)"/></xsl:if>
    </xsl:when>
    <xsl:when test="not($keep-slots)"><xsl:value-of select="concat($rank, ' 0')"/></xsl:when>
    <xsl:when test="not(address) or preceding-sibling::interface/address
                    [@bus = current()/address/@bus][@slot = current()/address/@slot]
                    [@function = current()/address/@function]"/>
    <xsl:otherwise>
      <xsl:variable name="bridge">
        <xsl:call-template name="number"><xsl:with-param name="hex" select="address/@bus"/></xsl:call-template>
      </xsl:variable>
      <xsl:variable name="slot">
        <xsl:call-template name="number"><xsl:with-param name="hex" select="address/@slot"/></xsl:call-template>
      </xsl:variable>
      <xsl:variable name="function">
        <xsl:call-template name="number"><xsl:with-param name="hex" select="address/@function"/></xsl:call-template>
      </xsl:variable>
      <xsl:choose>
        <xsl:when test="$bridge = 1 and $slot &gt; 0 and $function = 0">
          <xsl:value-of select="concat('2 ', $slot)"/>
        </xsl:when>
        <xsl:when test="$old-board and $bridge = 0 and $slot &gt; 2 and $function = 0">
          <xsl:value-of select="concat('0 ', $slot)"/>
        </xsl:when>
        <xsl:when test="not($old-board) and $bridge &gt;= 5 and $bridge &lt;= 8 and $slot = 0">
          <xsl:value-of select="concat(3 + 8 * ($bridge - 5) + $function, ' 0')"/>
        </xsl:when>
      </xsl:choose>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- 0x1f of 31. -->
<xsl:template name="hex">
  <xsl:param name="n"/>
  <xsl:value-of select="concat('0x', substring('0123456789abcdef', floor($n div 16) + 1, 1),
                               substring('0123456789abcdef', $n mod 16 + 1, 1))"/>
</xsl:template>

<!-- 31 of 0x1f, 5 of 0x5. -->
<xsl:template name="number">
  <xsl:param name="hex"/>
  <xsl:variable name="two" select="substring(concat('0', substring-after($hex, '0x')),
                                             string-length($hex) - 2)"/>
  <xsl:value-of select="
      16 * string-length(substring-before('0123456789abcdef', substring($two, 1, 1))) +
      string-length(substring-before('0123456789abcdef', substring($two, 2, 1)))"/>
</xsl:template>

<!-- .... Ports and folders .... -->

<xsl:template name="ports">
  <xsl:for-each select="$devices/serial[position() &lt;= 4]">
    <serial>
      <xsl:call-template name="port">
        <xsl:with-param name="else" select="'pty'"/>
      </xsl:call-template>
      <target port="{position() - 1}"/>
    </serial>
  </xsl:for-each>
  <xsl:if test="not($devices/serial) and not($old-board)">
    <serial type="pty"><target port="0"/></serial>
  </xsl:if>
  <xsl:if test="not($arm)">
    <xsl:for-each select="$devices/parallel[position() &lt;= 3]">
      <parallel>
        <xsl:call-template name="port">
          <xsl:with-param name="else" select="'null'"/>
        </xsl:call-template>
        <target port="{position() - 1}"/>
      </parallel>
    </xsl:for-each>
  </xsl:if>
</xsl:template>

<!-- Type and source of a port.  A network port stays; what is a file, a device or a pipe of
     the old host is so only where the map says what it is here. -->
<xsl:template name="port">
  <xsl:param name="else"/>
  <xsl:variable name="to" select="key('path', source/@path)[1]/@to"/>
  <xsl:variable name="safe"><xsl:call-template name="port-fits"/></xsl:variable>
  <xsl:choose>
    <xsl:when test="$safe = 'network'">
      <xsl:copy-of select="@type | source[../@type != 'tcp']"/>
      <xsl:if test="@type = 'tcp'">
        <source>
          <xsl:copy-of select="source/@*"/>
          <!-- Else the machine starts only while the peer is there. -->
          <xsl:if test="source/@mode = 'connect'">
            <reconnect enabled="yes" timeout="10"/>
          </xsl:if>
        </source>
        <xsl:copy-of select="protocol"/>
      </xsl:if>
    </xsl:when>
    <xsl:when test="$safe = 'null'"><xsl:copy-of select="@type"/></xsl:when>
    <xsl:when test="$safe = 'lost'"><xsl:attribute name="type"><xsl:value-of select="$else"/></xsl:attribute></xsl:when>
    <xsl:when test="@type = 'pipe'">
      <xsl:attribute name="type">unix</xsl:attribute>
      <source mode="bind" path="{$to}">
        <xsl:if test="source/@mode = 'connect' or
                      $pipe-clients[. = current()/source/@path]">
          <xsl:attribute name="mode">connect</xsl:attribute>
        </xsl:if>
      </source>
    </xsl:when>
    <xsl:otherwise>
      <xsl:copy-of select="@type"/>
      <source path="{$to}"><xsl:copy-of select="source/@append"/></source>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- network, null, mapped, or lost. -->
<xsl:template name="port-fits">
  <xsl:variable name="service" select="number(source[last()]/@service)"/>
  <xsl:choose>
    <xsl:when test="@type = 'null'">null</xsl:when>
    <xsl:when test="@type = 'tcp'">
      <xsl:choose>
        <xsl:when test="(not(protocol) or protocol/@type = 'raw' or
                         protocol/@type = 'telnet') and
                        $service &gt; 0 and $service &lt; 65536 and source/@host != ''">
          <xsl:text>network</xsl:text>
        </xsl:when>
        <xsl:otherwise>lost</xsl:otherwise>
      </xsl:choose>
    </xsl:when>
    <xsl:when test="@type = 'udp'">
      <xsl:choose>
        <xsl:when test="source[@service] and not(source[@service != '0'][not(@service &gt; 0 and
                        @service &lt; 65536)]) and source[@mode = 'connect']/@service &gt; 0">
          <xsl:text>network</xsl:text>
        </xsl:when>
        <xsl:otherwise>lost</xsl:otherwise>
      </xsl:choose>
    </xsl:when>
    <xsl:when test="key('path', source/@path)">mapped</xsl:when>
    <xsl:otherwise>lost</xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- Names of the pipes that the machine connects to as a client. -->
<xsl:variable name="pipe-clients" select="$target/t:key
    [starts-with(translate(@name, $upper, $lower), 'serial')]
    [contains(translate(@name, $upper, $lower), '.filename')]
    [key('vmx', concat(substring-before(translate(@name, $upper, $lower), '.'),
         '.pipe.endpoint'))/@value = 'client']/@value"/>

<xsl:template match="filesystem">
  <xsl:variable name="to" select="key('path', source/@dir)[1]/@to"/>
  <xsl:if test="$to">
    <filesystem type="mount" accessmode="passthrough">
      <driver type="virtiofs"/>
      <source dir="{$to}"/>
      <target dir="{target/@dir}"/>
    </filesystem>
  </xsl:if>
</xsl:template>

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

<xsl:variable name="video-virtio" select="$arm or ($virtio and not($old-virtio) and
    not($old-board))"/>
<xsl:variable name="heads">
  <xsl:variable name="heads-said" select="$devices/video[1]/model/@heads"/>
  <xsl:choose>
    <xsl:when test="$heads-said &gt; 16">16</xsl:when>
    <xsl:when test="$heads-said &gt; 1"><xsl:value-of select="$heads-said"/></xsl:when>
    <xsl:otherwise>1</xsl:otherwise>
  </xsl:choose>
</xsl:variable>

<xsl:template name="video">
  <video>
    <xsl:choose>
      <xsl:when test="$devices/video[1]/model/@type = 'none'"><model type="none"/></xsl:when>
      <xsl:when test="$video-virtio">
        <model type="virtio" heads="{$heads}" primary="yes"/>
      </xsl:when>
      <xsl:otherwise><model type="vga" vram="16384" heads="1" primary="yes"/></xsl:otherwise>
    </xsl:choose>
  </video>
</xsl:template>

<!-- The device of the new host that stands for one of the old. -->
<xsl:template match="hostdev[@type = 'pci']">
  <xsl:variable name="from"><xsl:call-template name="host-address"/></xsl:variable>
  <xsl:variable name="to" select="key('device', $from)[1]/@to"/>
  <xsl:choose>
    <xsl:when test="$to">
      <hostdev mode="subsystem" type="pci" managed="yes">
        <source>
          <address domain="0x{substring-before($to, ':')}"
                   bus="0x{substring-before(substring-after($to, ':'), ':')}"
                   slot="0x{substring-before(substring-after(substring-after($to, ':'), ':'), '.')}"
                   function="0x{substring-after($to, '.')}"/>
        </source>
      </hostdev>
    </xsl:when>
    <xsl:when test="$host-devices = 'keep'">
      <hostdev mode="subsystem" type="pci" managed="yes">
        <xsl:copy-of select="source"/>
      </hostdev>
    </xsl:when>
  </xsl:choose>
</xsl:template>

<!-- 0000:42:00.0 -->
<xsl:template name="host-address">
  <xsl:value-of select="concat(
      substring-after(source/address/@domain, '0x'), ':',
      substring-after(source/address/@bus, '0x'), ':',
      substring-after(source/address/@slot, '0x'), '.',
      substring-after(source/address/@function, '0x'))"/>
</xsl:template>

<xsl:template match="hostdev">
  <xsl:if test="$host-devices = 'keep' and $usb">
    <hostdev mode="subsystem" type="{@type}"><xsl:copy-of select="source"/></hostdev>
  </xsl:if>
</xsl:template>

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

<xsl:template name="report">
  <xsl:call-template name="report-machine"/>
  <xsl:call-template name="report-cpu"/>
  <xsl:apply-templates select="$devices/disk" mode="report"/>
  <xsl:call-template name="report-first-disk"/>
  <xsl:apply-templates select="$nics" mode="report"/>
  <xsl:apply-templates select="$devices/serial | $devices/parallel" mode="report"/>
  <xsl:apply-templates select="$devices/filesystem" mode="report"/>
  <xsl:apply-templates select="$devices/hostdev" mode="report"/>
  <xsl:call-template name="report-rest"/>
  <xsl:if test="$map"><xsl:call-template name="report-map"/></xsl:if>
</xsl:template>

<xsl:template name="loss">
  <xsl:param name="category" select="'information'"/>
  <xsl:param name="code"/>
  <xsl:param name="key"/>
  <xsl:param name="text"/>
  <xsl:param name="advice"/>
  <t:loss category="{$category}" code="{$code}">
    <xsl:if test="$key != ''">
      <xsl:attribute name="key"><xsl:value-of select="$key"/></xsl:attribute>
    </xsl:if>
    <xsl:value-of select="translate($text, $line, ' ')"/>
    <xsl:if test="$advice != ''">
      <t:advice><xsl:value-of select="translate($advice, $line, ' ')"/></t:advice>
    </xsl:if>
  </t:loss>
</xsl:template>

<!-- .... The machine .... -->

<xsl:template name="report-machine">
  <xsl:if test="$name != $domain/name">
    <xsl:call-template name="loss">
      <xsl:with-param name="category">
        <xsl:choose>
          <xsl:when test="$map/m:machines/m:machine[@name = string($domain/name)]">information</xsl:when>
          <xsl:otherwise>warning</xsl:otherwise>
        </xsl:choose>
      </xsl:with-param>
      <xsl:with-param name="code" select="'domain-renamed'"/>
      <xsl:with-param name="key" select="'displayName'"/>
      <xsl:with-param name="text" select="concat('The domain is called &quot;', $name, '&quot;.')"/>
    </xsl:call-template>
  </xsl:if>
  <xsl:if test="$has-uuid">
    <xsl:call-template name="loss">
      <xsl:with-param name="code" select="'guest-uuid'"/>
      <xsl:with-param name="key" select="'uuid.bios'"/>
      <xsl:with-param name="text">
        <xsl:choose>
          <xsl:when test="$swaps">
            <xsl:value-of select="concat('The UUID is ', $uuid-swapped,
                ', the first three fields swapped; byte for byte it is ', $uuid-same, '.')"/>
          </xsl:when>
          <xsl:otherwise>
            <xsl:value-of select="concat('The UUID is ', $uuid-same,
                ', byte for byte; with the first three fields swapped it is ',
                $uuid-swapped, '.')"/>
          </xsl:otherwise>
        </xsl:choose>
      </xsl:with-param>
      <xsl:with-param name="advice">
        <xsl:text>Compare with dmidecode in the guest; the other one is --param=bios-uuid=</xsl:text>
        <xsl:value-of select="concat(substring('same', 1, 4 * $swaps),
                                     substring('swapped', 1, 7 * not($swaps)), '.')"/>
      </xsl:with-param>
    </xsl:call-template>
  </xsl:if>
  <xsl:if test="not($has-uuid)">
    <xsl:call-template name="loss">
      <xsl:with-param name="code" select="'guest-uuid'"/>
      <xsl:with-param name="text">The VMX has no uuid.bios, so libvirt makes a UUID when the domain
is defined.</xsl:with-param>
    </xsl:call-template>
  </xsl:if>
  <xsl:if test="not($guest/@machine)">
    <xsl:call-template name="loss">
      <xsl:with-param name="code" select="'guest-drivers'"/>
      <xsl:with-param name="key" select="'guestOS'"/>
      <xsl:with-param name="text">The guest system is not known, so it gets devices that most
systems have drivers for: SATA and e1000e.</xsl:with-param>
    </xsl:call-template>
  </xsl:if>
  <xsl:if test="$efi and $domain/os/type/@arch = 'i686'">
    <xsl:call-template name="loss">
      <xsl:with-param name="category" select="'critical'"/>
      <xsl:with-param name="code" select="'firmware-bits'"/>
      <xsl:with-param name="key" select="'firmware'"/>
      <xsl:with-param name="text">The guest is a 32-bit one with EFI; the firmware of the target
is 64-bit, and starts no 32-bit loader.</xsl:with-param>
    </xsl:call-template>
  </xsl:if>
  <xsl:if test="$domain/os/acpi/table">
    <xsl:call-template name="loss">
      <xsl:with-param name="code" select="'host-table'"/>
      <xsl:with-param name="key" select="'acpi.passthru.slic'"/>
      <xsl:with-param name="text">The table is not passed on: where the host has none, the
machine would not start.</xsl:with-param>
    </xsl:call-template>
  </xsl:if>
  <xsl:if test="$domain/os/boot[@dev = 'fd'] and not($old-board) and not($boots-by-device)">
    <xsl:call-template name="loss">
      <xsl:with-param name="code" select="'floppy-left-out'"/>
      <xsl:with-param name="key" select="'bios.bootOrder'"/>
      <xsl:with-param name="text">The floppy drive leaves the boot order, too.</xsl:with-param>
    </xsl:call-template>
  </xsl:if>
  <xsl:if test="$windows and $domain/clock/@offset = 'utc'">
    <xsl:call-template name="loss">
      <xsl:with-param name="code" select="'local-clock'"/>
      <xsl:with-param name="key" select="'guestOS'"/>
      <xsl:with-param name="text">The clock runs in the local time of the new host, as this
guest expects.</xsl:with-param>
    </xsl:call-template>
  </xsl:if>
  <xsl:if test="$domain/launchSecurity">
    <xsl:call-template name="loss">
      <xsl:with-param name="category" select="'warning'"/>
      <xsl:with-param name="code" select="'launch-security'"/>
      <xsl:with-param name="key" select="'sev.enable'"/>
      <xsl:with-param name="text">The memory of the machine is no longer encrypted.</xsl:with-param>
    </xsl:call-template>
  </xsl:if>
  <xsl:if test="$ignition != '' and $ignition-packed">
    <xsl:call-template name="loss">
      <xsl:with-param name="category" select="'warning'"/>
      <xsl:with-param name="code" select="'first-boot-data'"/>
      <xsl:with-param name="key" select="'guestinfo.ignition.config.data'"/>
      <xsl:with-param name="text">The data is encoded, and QEMU passes on plain text alone.</xsl:with-param>
      <xsl:with-param name="advice">Decode it into a file, and name that in a sysinfo element
of type fwcfg.</xsl:with-param>
    </xsl:call-template>
  </xsl:if>
</xsl:template>

<!-- .... CPU and memory .... -->

<xsl:template name="report-cpu">
  <xsl:if test="$domain/vcpu/@cpuset">
    <xsl:call-template name="loss">
      <xsl:with-param name="code" select="'host-affinity'"/>
      <xsl:with-param name="key" select="'sched.cpu.affinity'"/>
      <xsl:with-param name="text" select="concat('CPUs ', $domain/vcpu/@cpuset,
          ' are those of the old host; the machine may run on any.')"/>
    </xsl:call-template>
  </xsl:if>
  <xsl:for-each select="$domain/cputune/vcpupin">
    <xsl:call-template name="loss">
      <xsl:with-param name="code" select="'host-affinity'"/>
      <xsl:with-param name="key" select="concat('sched.vcpu', @vcpu, '.affinity')"/>
      <xsl:with-param name="text" select="concat('CPUs ', @cpuset,
          ' are those of the old host; the virtual CPU may run on any.')"/>
    </xsl:call-template>
  </xsl:for-each>
  <xsl:if test="$domain/numatune">
    <xsl:call-template name="loss">
      <xsl:with-param name="code" select="'host-affinity'"/>
      <xsl:with-param name="key">
        <xsl:choose>
          <xsl:when test="key('vmx', 'sched.mem.affinity')">sched.mem.affinity</xsl:when>
          <xsl:otherwise>numa.nodeAffinity</xsl:otherwise>
        </xsl:choose>
      </xsl:with-param>
      <xsl:with-param name="text" select="concat('Nodes ', $domain/numatune/memory/@nodeset,
          ' are those of the old host; memory may come from any.')"/>
    </xsl:call-template>
  </xsl:if>
  <xsl:if test="$domain/memtune/min_guarantee">
    <xsl:call-template name="loss">
      <xsl:with-param name="code" select="'memory-guarantee'"/>
      <xsl:with-param name="key">
        <xsl:choose>
          <xsl:when test="key('vmx', 'sched.mem.min')">sched.mem.min</xsl:when>
          <xsl:otherwise>sched.mem.minSize</xsl:otherwise>
        </xsl:choose>
      </xsl:with-param>
      <xsl:with-param name="text" select="concat(
          round($domain/memtune/min_guarantee div 1024),
          ' MiB are no longer set aside for the machine.')"/>
    </xsl:call-template>
  </xsl:if>
  <xsl:if test="number($domain/currentMemory) &lt; number($domain/memory)">
    <xsl:call-template name="loss">
      <xsl:with-param name="category" select="'warning'"/>
      <xsl:with-param name="code" select="'memory-cap'"/>
      <xsl:with-param name="key" select="'sched.mem.max'"/>
      <xsl:with-param name="text">
        <xsl:choose>
          <xsl:when test="$memory-limit = 'hard-limit'">The limit is a hard one now: what
QEMU itself needs counts as well, and who exceeds it is ended.</xsl:when>
          <xsl:otherwise>The guest gets all of its memory.</xsl:otherwise>
        </xsl:choose>
      </xsl:with-param>
    </xsl:call-template>
  </xsl:if>
  <xsl:if test="$domain/cputune/shares and ($weight != '' or $cpu-shares = 'drop') and
                number($domain/cputune/shares) != 1000 * number($domain/vcpu)">
    <xsl:call-template name="loss">
      <xsl:with-param name="code" select="'cpu-weight'"/>
      <xsl:with-param name="key" select="'sched.cpu.shares'"/>
      <xsl:with-param name="text">
        <xsl:choose>
          <xsl:when test="$cpu-shares = 'drop'">The machine has the usual weight.</xsl:when>
          <xsl:otherwise>
            <xsl:value-of select="concat($domain/cputune/shares, ' shares of ',
                1000 * number($domain/vcpu), ' are the weight ', $weight, ' of cgroup ',
                $cpu-shares, '.')"/>
          </xsl:otherwise>
        </xsl:choose>
      </xsl:with-param>
    </xsl:call-template>
  </xsl:if>
  <xsl:if test="$domain/memoryBacking/hugepages">
    <xsl:call-template name="loss">
      <xsl:with-param name="category" select="'warning'"/>
      <xsl:with-param name="code" select="'large-pages'"/>
      <xsl:with-param name="key" select="'sched.mem.lpage.enable1GPage'"/>
      <xsl:with-param name="text">
        <xsl:choose>
          <xsl:when test="$hugepages = 'keep'">The machine starts only where as many pages of
1 GiB are free.</xsl:when>
          <xsl:otherwise>The machine no longer asks for pages of 1 GiB.</xsl:otherwise>
        </xsl:choose>
      </xsl:with-param>
    </xsl:call-template>
  </xsl:if>
  <xsl:if test="$smt">
    <xsl:call-template name="loss">
      <xsl:with-param name="code" select="'cpu-threads'"/>
      <xsl:with-param name="key" select="'cpuid.numSMT'"/>
      <xsl:with-param name="text" select="concat('A core has two threads: ',
          $domain/cpu/topology/@sockets, ' sockets of ', $domain/cpu/topology/@cores div 2,
          ' cores.')"/>
    </xsl:call-template>
  </xsl:if>
</xsl:template>

<!-- .... Drives .... -->

<!-- scsi0:1, as the VMX has it. -->
<xsl:template name="disk-key">
  <xsl:variable name="dev" select="string(target/@dev)"/>
  <xsl:variable name="known" select="$named[@target = $dev]/@name"/>
  <xsl:choose>
    <xsl:when test="$known"><xsl:value-of select="$known[1]"/></xsl:when>
    <xsl:when test="@device = 'floppy'">
      <xsl:value-of select="concat('floppy', translate(substring($dev, 3), 'ab', '01'))"/>
    </xsl:when>
    <xsl:when test="target/@bus = 'ide'">
      <xsl:value-of select="concat('ide', address/@bus, ':', address/@unit)"/>
    </xsl:when>
    <xsl:otherwise>
      <xsl:value-of select="concat(target/@bus, address/@controller, ':', address/@unit)"/>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template match="disk" mode="report">
  <xsl:variable name="key"><xsl:call-template name="disk-key"/></xsl:variable>
  <xsl:variable name="seat"><xsl:call-template name="seat"/></xsl:variable>
  <xsl:variable name="dev" select="substring-after($seat, ' ')"/>
  <xsl:variable name="source" select="source/@file | source/@dev"/>
  <xsl:variable name="drive" select="@device = 'cdrom' or @device = 'floppy'"/>
  <xsl:variable name="place">
    <xsl:choose>
      <xsl:when test="$seat = ''"/>
      <xsl:when test="$drive">
        <xsl:variable name="medium"><xsl:call-template name="medium"/></xsl:variable>
        <xsl:if test="$medium != ''">
          <xsl:value-of select="concat('file', $line, $medium, $line, 'raw')"/>
        </xsl:if>
      </xsl:when>
      <xsl:otherwise>
        <xsl:call-template name="place">
          <xsl:with-param name="dev" select="$dev"/>
        </xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:variable>
  <xsl:variable name="kind" select="substring-before($place, $line)"/>
  <xsl:variable name="where" select="substring-after($place, $line)"/>
  <xsl:variable name="path" select="substring-before($where, $line)"/>
  <xsl:variable name="rest" select="substring-after($where, $line)"/>

  <t:disk key="{$key}" device="{@device}">
    <xsl:if test="$source">
      <xsl:attribute name="source"><xsl:value-of select="$source"/></xsl:attribute>
    </xsl:if>
    <xsl:if test="$seat != ''">
      <xsl:attribute name="target"><xsl:value-of select="$dev"/></xsl:attribute>
    </xsl:if>
    <xsl:choose>
      <xsl:when test="$kind = 'volume'">
        <xsl:attribute name="pool"><xsl:value-of select="$path"/></xsl:attribute>
        <xsl:attribute name="volume">
          <xsl:value-of select="substring-before($rest, $line)"/>
        </xsl:attribute>
        <xsl:attribute name="format">
          <xsl:value-of select="substring-after($rest, $line)"/>
        </xsl:attribute>
      </xsl:when>
      <xsl:when test="$kind != ''">
        <xsl:attribute name="path"><xsl:value-of select="$path"/></xsl:attribute>
        <xsl:attribute name="format"><xsl:value-of select="$rest"/></xsl:attribute>
      </xsl:when>
    </xsl:choose>
  </t:disk>

  <xsl:choose>
    <xsl:when test="@device = 'floppy' and $seat = ''">
      <xsl:call-template name="loss">
        <xsl:with-param name="code" select="'floppy-left-out'"/>
        <xsl:with-param name="key" select="concat($key, '.present')"/>
        <xsl:with-param name="text">The new machine has no floppy drive.</xsl:with-param>
      </xsl:call-template>
    </xsl:when>
    <xsl:when test="$drive">
      <xsl:if test="$source and $kind = ''">
        <xsl:call-template name="loss">
          <xsl:with-param name="code" select="'medium-left-out'"/>
          <xsl:with-param name="key" select="concat($key, '.fileName')"/>
          <xsl:with-param name="text">The drive is empty.</xsl:with-param>
        </xsl:call-template>
      </xsl:if>
    </xsl:when>
    <xsl:when test="$seat = '' and @device = 'lun'">
      <xsl:call-template name="loss">
        <xsl:with-param name="category" select="'critical'"/>
        <xsl:with-param name="code" select="'host-disk'"/>
        <xsl:with-param name="key" select="concat($key, '.fileName')"/>
        <xsl:with-param name="text">It is a SCSI device of the old host, and is left out.</xsl:with-param>
      </xsl:call-template>
    </xsl:when>
    <xsl:when test="$seat = ''">
      <xsl:call-template name="loss">
        <xsl:with-param name="category" select="'critical'"/>
        <xsl:with-param name="code" select="'disk-left-out'"/>
        <xsl:with-param name="key" select="concat($key, '.fileName')"/>
        <xsl:with-param name="text">The machine has no USB, and so not this disk.</xsl:with-param>
      </xsl:call-template>
    </xsl:when>
    <xsl:when test="@type = 'block' and $kind != 'block'">
      <xsl:call-template name="loss">
        <xsl:with-param name="category" select="'critical'"/>
        <xsl:with-param name="code" select="'host-disk'"/>
        <xsl:with-param name="key" select="concat($key, '.fileName')"/>
        <xsl:with-param name="text">
          <xsl:text>It is a disk of the old host; the new machine looks for its content in </xsl:text>
          <xsl:call-template name="place-text">
            <xsl:with-param name="place" select="$place"/>
          </xsl:call-template>
        </xsl:with-param>
      </xsl:call-template>
    </xsl:when>
    <xsl:otherwise>
      <xsl:call-template name="loss">
        <xsl:with-param name="code" select="'disk-place'"/>
        <xsl:with-param name="key" select="concat($key, '.fileName')"/>
        <xsl:with-param name="text">
          <xsl:value-of select="concat('It is ', $dev, ' now, on ',
              substring-before($seat, ' '), ', with its content in ')"/>
          <xsl:call-template name="place-text">
            <xsl:with-param name="place" select="$place"/>
          </xsl:call-template>
        </xsl:with-param>
      </xsl:call-template>
    </xsl:otherwise>
  </xsl:choose>
  <xsl:if test="shareable and $seat != ''">
    <xsl:call-template name="loss">
      <xsl:with-param name="category" select="'critical'"/>
      <xsl:with-param name="code" select="'shared-image'"/>
      <xsl:with-param name="key" select="concat($key, '.fileName')"/>
      <xsl:with-param name="text">Other machines write to this disk: it has one name in all of
them, and must be converted once, to raw.</xsl:with-param>
    </xsl:call-template>
  </xsl:if>
  <xsl:if test="$seat != '' and not($drive)">
    <xsl:variable name="bus" select="substring-before($seat, ' ')"/>
    <xsl:if test="$bus != 'scsi' and (vendor or product)">
      <xsl:call-template name="loss">
        <xsl:with-param name="code" select="'disk-words'"/>
        <xsl:with-param name="key" select="concat($key, substring('.vendorID', 1, 9 * boolean(vendor)),
            substring('.productID', 1, 10 * not(vendor)))"/>
        <xsl:with-param name="text">A SCSI disk alone has vendor and product.</xsl:with-param>
      </xsl:call-template>
    </xsl:if>
    <xsl:if test="target/@rotation_rate and ($bus = 'virtio' or $bus = 'usb')">
      <xsl:call-template name="loss">
        <xsl:with-param name="code" select="'disk-words'"/>
        <xsl:with-param name="key" select="concat($key, '.virtualSSD')"/>
        <xsl:with-param name="text">No element says of such a disk that it does not turn.</xsl:with-param>
      </xsl:call-template>
    </xsl:if>
    <xsl:if test="string-length(serial) &gt; 20">
      <xsl:call-template name="loss">
        <xsl:with-param name="category" select="'warning'"/>
        <xsl:with-param name="code" select="'disk-words'"/>
        <xsl:with-param name="key" select="concat($key, '.serialNumber')"/>
        <xsl:with-param name="text">QEMU shows the first 20 characters.</xsl:with-param>
      </xsl:call-template>
    </xsl:if>
  </xsl:if>
  <xsl:if test="$old-board and $seat != '' and substring-before($seat, ' ') = 'sata' and
                ($hard-bus = 'ide' or $drive)">
    <xsl:call-template name="loss">
      <xsl:with-param name="category" select="'warning'"/>
      <xsl:with-param name="code" select="'ide-full'"/>
      <xsl:with-param name="key" select="concat($key, '.present')"/>
      <xsl:with-param name="text">Four drives are on IDE; this one is on SATA, which the guest
may have no driver for.</xsl:with-param>
    </xsl:call-template>
  </xsl:if>
</xsl:template>

<xsl:template name="place-text">
  <xsl:param name="place"/>
  <xsl:variable name="kind" select="substring-before($place, $line)"/>
  <xsl:variable name="where" select="substring-after($place, $line)"/>
  <xsl:variable name="rest" select="substring-after($where, $line)"/>
  <xsl:choose>
    <xsl:when test="$kind = 'volume'">
      <xsl:value-of select="concat('volume ', substring-before($rest, $line), ' of pool ',
          substring-before($where, $line), ', as ', substring-after($rest, $line), '.')"/>
    </xsl:when>
    <xsl:otherwise>
      <xsl:value-of select="concat(substring-before($where, $line), ', as ', $rest, '.')"/>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- The guest must have the driver of the disk it starts from before it has any disk. -->
<xsl:template name="report-first-disk">
  <xsl:variable name="first" select="$hard[1]"/>
  <xsl:if test="$first and $first/target/@bus != $hard-bus">
    <xsl:call-template name="loss">
      <xsl:with-param name="category" select="'warning'"/>
      <xsl:with-param name="code" select="'disk-driver'"/>
      <xsl:with-param name="key">
        <xsl:for-each select="$first"><xsl:call-template name="disk-key"/></xsl:for-each>
        <xsl:text>.fileName</xsl:text>
      </xsl:with-param>
      <xsl:with-param name="text" select="concat('The guest started from ', $first/target/@bus,
          ', and is to start from ', $hard-bus, '.')"/>
      <xsl:with-param name="advice">
        <xsl:choose>
          <xsl:when test="$windows">Make sure before the move that Windows starts the driver of
the new bus at boot; else it stops with 0x7B.</xsl:when>
          <xsl:otherwise>Make sure before the move that the initramfs holds the driver of the
new bus, and that boot loader and fstab name disks by UUID or label.</xsl:otherwise>
        </xsl:choose>
      </xsl:with-param>
    </xsl:call-template>
  </xsl:if>
</xsl:template>

<!-- .... Network .... -->

<xsl:template match="interface" mode="report">
  <xsl:variable name="key"><xsl:call-template name="nic-name"/></xsl:variable>
  <xsl:variable name="goes"><xsl:call-template name="network"/></xsl:variable>
  <xsl:variable name="kind" select="substring-before($goes, ' ')"/>
  <xsl:variable name="entry" select="key('network', $goes)[1] |
      $map/m:networks/m:default[$kind = 'else']"/>
  <xsl:variable name="seat"><xsl:call-template name="nic-seat"/></xsl:variable>
  <xsl:variable name="bus" select="substring-before($seat, ' ')"/>
  <xsl:variable name="slot" select="substring-after($seat, ' ')"/>
  <xsl:variable name="model">
    <xsl:call-template name="nic-model"><xsl:with-param name="entry" select="$entry"/></xsl:call-template>
  </xsl:variable>

  <xsl:if test="$kind = 'else' or $kind = 'network' or $kind = 'bridge'">
    <xsl:call-template name="loss">
      <xsl:with-param name="category">
        <xsl:choose>
          <xsl:when test="$kind = 'bridge' and $network-else = 'keep'">information</xsl:when>
          <xsl:when test="@type = 'user'">information</xsl:when>
          <xsl:otherwise>warning</xsl:otherwise>
        </xsl:choose>
      </xsl:with-param>
      <xsl:with-param name="code" select="'network-unmapped'"/>
      <xsl:with-param name="key">
        <xsl:value-of select="$key"/>
        <xsl:choose>
          <xsl:when test="source/@bridge">.networkName</xsl:when>
          <xsl:when test="source/@portgroupid">.dvs.portgroupId</xsl:when>
          <xsl:when test="@type = 'hostdev'">.present</xsl:when>
          <xsl:otherwise>.connectionType</xsl:otherwise>
        </xsl:choose>
      </xsl:with-param>
      <xsl:with-param name="text">
        <xsl:text>No entry of the map names the network; the card goes to </xsl:text>
        <xsl:choose>
          <xsl:when test="$kind = 'bridge' or $entry/@bridge">bridge </xsl:when>
          <xsl:otherwise>network </xsl:otherwise>
        </xsl:choose>
        <xsl:choose>
          <xsl:when test="$kind = 'else'">
            <xsl:value-of select="$entry/@bridge | $entry/@network"/>
          </xsl:when>
          <xsl:otherwise><xsl:value-of select="substring-after($goes, ' ')"/></xsl:otherwise>
        </xsl:choose>
        <xsl:text>.</xsl:text>
      </xsl:with-param>
    </xsl:call-template>
  </xsl:if>
  <xsl:if test="$entry/@vlan and $entry/@bridge and not($entry/@switch) and
                $libvirt &lt; 11000000">
    <xsl:call-template name="loss">
      <xsl:with-param name="category" select="'warning'"/>
      <xsl:with-param name="code" select="'vlan-on-bridge'"/>
      <xsl:with-param name="key" select="concat($key, '.networkName')"/>
      <xsl:with-param name="text">libvirt before 11.0 sets a VLAN on an Open vSwitch bridge
alone.</xsl:with-param>
    </xsl:call-template>
  </xsl:if>
  <xsl:if test="@type = 'hostdev'">
    <xsl:call-template name="loss">
      <xsl:with-param name="category" select="'critical'"/>
      <xsl:with-param name="code" select="'nic-passthrough'"/>
      <xsl:with-param name="text" select="concat('The card ', mac/@address,
          ' was a function of a card of the old host, and is a virtual one now.')"/>
    </xsl:call-template>
  </xsl:if>
  <xsl:if test="$keep-slots and $seat = ''">
    <xsl:call-template name="loss">
      <xsl:with-param name="category" select="'warning'"/>
      <xsl:with-param name="code" select="'pci-slot'"/>
      <xsl:with-param name="key" select="concat($key, '.pciSlotNumber')"/>
      <xsl:with-param name="text">The machine has no such place, so libvirt chooses one.</xsl:with-param>
    </xsl:call-template>
  </xsl:if>
  <!-- One row of the table: old slot, address, new place. -->
  <xsl:call-template name="loss">
    <xsl:with-param name="code" select="'nic-place'"/>
    <xsl:with-param name="key">
      <xsl:value-of select="$key"/>
      <xsl:choose>
        <xsl:when test="address">.pciSlotNumber</xsl:when>
        <xsl:otherwise>.present</xsl:otherwise>
      </xsl:choose>
    </xsl:with-param>
    <xsl:with-param name="text">
      <xsl:choose>
        <xsl:when test="mac/@address != '00:00:00:00:00:00'">
          <xsl:value-of select="mac/@address"/>
        </xsl:when>
        <xsl:otherwise>Without MAC address</xsl:otherwise>
      </xsl:choose>
      <xsl:if test="address">
        <xsl:variable name="old"><xsl:call-template name="old-slot"/></xsl:variable>
        <xsl:value-of select="concat(' was in slot ', $old)"/>
        <xsl:if test="not($windows)">
          <xsl:value-of select="concat(' (ens', $old, ')')"/>
        </xsl:if>
        <xsl:text> and</xsl:text>
      </xsl:if>
      <xsl:choose>
        <xsl:when test="$seat = ''"> is where libvirt puts it</xsl:when>
        <xsl:otherwise>
          <xsl:text> is at 0000:</xsl:text>
          <xsl:variable name="hex-bus">
            <xsl:call-template name="hex"><xsl:with-param name="n" select="$bus"/></xsl:call-template>
          </xsl:variable>
          <xsl:variable name="hex-slot">
            <xsl:call-template name="hex"><xsl:with-param name="n" select="$slot"/></xsl:call-template>
          </xsl:variable>
          <xsl:value-of select="concat(substring($hex-bus, 3), ':', substring($hex-slot, 3), '.0')"/>
          <xsl:choose>
            <xsl:when test="$windows"/>
            <xsl:when test="$bus = 0"><xsl:value-of select="concat(' (ens', $slot, ')')"/></xsl:when>
            <xsl:otherwise>
              <xsl:value-of select="concat(' (enp', $bus, 's', $slot, ')')"/>
            </xsl:otherwise>
          </xsl:choose>
        </xsl:otherwise>
      </xsl:choose>
      <xsl:text> now; it was </xsl:text>
      <xsl:choose>
        <xsl:when test="model/@type"><xsl:value-of select="model/@type"/></xsl:when>
        <xsl:otherwise>of no named model</xsl:otherwise>
      </xsl:choose>
      <xsl:value-of select="concat(' and is ', $model, '.')"/>
    </xsl:with-param>
  </xsl:call-template>
</xsl:template>

<!-- The number that VMware has for a place. -->
<xsl:template name="old-slot">
  <xsl:variable name="bus">
    <xsl:call-template name="number"><xsl:with-param name="hex" select="address/@bus"/></xsl:call-template>
  </xsl:variable>
  <xsl:variable name="slot">
    <xsl:call-template name="number"><xsl:with-param name="hex" select="address/@slot"/></xsl:call-template>
  </xsl:variable>
  <xsl:variable name="function">
    <xsl:call-template name="number"><xsl:with-param name="hex" select="address/@function"/></xsl:call-template>
  </xsl:variable>
  <xsl:value-of select="1024 * $function + 32 * $bus + $slot"/>
</xsl:template>

<!-- .... Ports, folders, devices of the host .... -->

<xsl:template match="serial | parallel" mode="report">
  <xsl:variable name="fits"><xsl:call-template name="port-fits"/></xsl:variable>
  <xsl:variable name="key" select="concat(name(), target/@port)"/>
  <xsl:choose>
    <xsl:when test="self::serial and count(preceding-sibling::serial) &gt;= 4">
      <xsl:call-template name="loss">
        <xsl:with-param name="category" select="'warning'"/>
        <xsl:with-param name="code" select="'port-above'"/>
        <xsl:with-param name="key" select="concat($key, '.present')"/>
        <xsl:with-param name="text">The new machine has four serial ports, and this is not among
them.</xsl:with-param>
      </xsl:call-template>
    </xsl:when>
    <xsl:when test="$fits = 'lost'">
      <xsl:call-template name="loss">
        <xsl:with-param name="category" select="'warning'"/>
        <xsl:with-param name="code" select="'host-path'"/>
        <xsl:with-param name="key" select="concat($key, '.fileName')"/>
        <xsl:with-param name="text">
          <xsl:choose>
            <xsl:when test="self::serial">The port leads to a terminal of the new host (virsh
console).</xsl:when>
            <xsl:otherwise>The port leads nowhere.</xsl:otherwise>
          </xsl:choose>
        </xsl:with-param>
      </xsl:call-template>
    </xsl:when>
  </xsl:choose>
</xsl:template>

<xsl:template match="filesystem" mode="report">
  <xsl:choose>
    <xsl:when test="key('path', source/@dir)">
      <xsl:call-template name="loss">
        <xsl:with-param name="code" select="'folder-virtiofs'"/>
        <xsl:with-param name="key" select="concat('sharedFolder', count(preceding-sibling::filesystem), '.hostPath')"/>
        <xsl:with-param name="text" select="concat('The guest mounts it as virtiofs, by the name &quot;', target/@dir, '&quot;.')"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:otherwise>
      <xsl:call-template name="loss">
        <xsl:with-param name="category" select="'warning'"/>
        <xsl:with-param name="code" select="'host-path'"/>
        <xsl:with-param name="key" select="concat('sharedFolder', count(preceding-sibling::filesystem), '.hostPath')"/>
        <xsl:with-param name="text">The folder is left out.</xsl:with-param>
      </xsl:call-template>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template match="hostdev[@type = 'pci']" mode="report">
  <xsl:variable name="from"><xsl:call-template name="host-address"/></xsl:variable>
  <xsl:variable name="to" select="key('device', $from)[1]/@to"/>
  <xsl:call-template name="loss">
    <xsl:with-param name="category">
      <xsl:choose>
        <xsl:when test="$to">information</xsl:when>
        <xsl:otherwise>critical</xsl:otherwise>
      </xsl:choose>
    </xsl:with-param>
    <xsl:with-param name="code" select="'host-device'"/>
    <xsl:with-param name="text">
      <xsl:choose>
        <xsl:when test="$to">
          <xsl:value-of select="concat('PCI device ', $from, ' of the old host is ', $to, ' here.')"/>
        </xsl:when>
        <xsl:when test="$host-devices = 'keep'">
          <xsl:value-of select="concat('PCI device ', $from, ' is passed through; what it is here, nobody has said.')"/>
        </xsl:when>
        <xsl:otherwise>
          <xsl:value-of select="concat('PCI device ', $from, ' of the old host is left out.')"/>
        </xsl:otherwise>
      </xsl:choose>
    </xsl:with-param>
  </xsl:call-template>
</xsl:template>

<xsl:template match="hostdev" mode="report">
  <xsl:if test="$host-devices != 'keep' or not($usb)">
    <xsl:call-template name="loss">
      <xsl:with-param name="category" select="'warning'"/>
      <xsl:with-param name="code" select="'host-device'"/>
      <xsl:with-param name="text" select="concat('USB device ',
          substring-after(source/vendor/@id, 'x'), ':', substring-after(source/product/@id, 'x'),
          ' of the host is left out.')"/>
    </xsl:call-template>
  </xsl:if>
</xsl:template>

<!-- .... The rest .... -->

<xsl:template name="report-rest">
  <xsl:variable name="vnc" select="$devices/graphics[@type = 'vnc'][1]"/>
  <xsl:if test="$vnc">
    <xsl:call-template name="loss">
      <xsl:with-param name="code" select="'display-address'"/>
      <xsl:with-param name="key" select="'RemoteDisplay.vnc.enabled'"/>
      <xsl:with-param name="text">The display listens at 127.0.0.1, on a port that libvirt
chooses.</xsl:with-param>
    </xsl:call-template>
  </xsl:if>
  <xsl:if test="$devices/video/model/acceleration/@accel3d = 'yes'">
    <xsl:call-template name="loss">
      <xsl:with-param name="code" select="'video-changed'"/>
      <xsl:with-param name="key" select="'mks.enable3d'"/>
      <xsl:with-param name="text">The display has no 3D acceleration.</xsl:with-param>
    </xsl:call-template>
  </xsl:if>
  <xsl:if test="$devices/video/model/@heads &gt; 1">
    <xsl:call-template name="loss">
      <xsl:with-param name="code" select="'video-changed'"/>
      <xsl:with-param name="key" select="'svga.numDisplays'"/>
      <xsl:with-param name="text">
        <xsl:choose>
          <xsl:when test="$video-virtio">
            <xsl:value-of select="concat('The new display has ', $heads, ' heads.')"/>
          </xsl:when>
          <xsl:otherwise>The new display has one head.</xsl:otherwise>
        </xsl:choose>
      </xsl:with-param>
    </xsl:call-template>
  </xsl:if>
  <xsl:if test="$devices/sound and not($old-board) and $devices/sound/@model != 'ich9'">
    <xsl:call-template name="loss">
      <xsl:with-param name="code" select="'sound-changed'"/>
      <xsl:with-param name="key" select="'sound.virtualDev'"/>
      <xsl:with-param name="text" select="concat($devices/sound/@model, ' is now ich9.')"/>
    </xsl:call-template>
  </xsl:if>
  <xsl:if test="$devices/iommu and $board != 'q35'">
    <xsl:call-template name="loss">
      <xsl:with-param name="category" select="'warning'"/>
      <xsl:with-param name="code" select="'iommu-left-out'"/>
      <xsl:with-param name="key" select="'vvtd.enable'"/>
      <xsl:with-param name="text" select="concat('A machine of type ', $board, ' has none.')"/>
    </xsl:call-template>
  </xsl:if>
</xsl:template>

<!-- Entries that this machine has no use for. -->
<xsl:template name="report-map">
  <xsl:variable name="unused"><xsl:call-template name="unused-entries"/></xsl:variable>
  <!-- Each has a line break in front. -->
  <xsl:variable name="count" select="string-length($unused) -
                                     string-length(translate($unused, $line, ''))"/>
  <xsl:if test="$count &gt; 0">
    <xsl:call-template name="loss">
      <xsl:with-param name="code" select="'map-unused'"/>
      <xsl:with-param name="text">
        <xsl:choose>
          <xsl:when test="$count &gt; 8">
            <xsl:value-of select="concat($count,
                ' entries of the map match nothing of this machine.')"/>
          </xsl:when>
          <xsl:otherwise>
            <xsl:value-of select="concat('Nothing of this machine is ',
                                         substring($unused, 3), '.')"/>
          </xsl:otherwise>
        </xsl:choose>
      </xsl:with-param>
    </xsl:call-template>
  </xsl:if>
</xsl:template>

<xsl:template name="unused-entries">
  <xsl:for-each select="$map/m:networks/m:network">
    <xsl:variable name="entry" select="."/>
    <xsl:variable name="vmnet" select="concat('vmnet', @vmnet)"/>
    <xsl:if test="not($nics[source/@bridge = $entry/@name or source/@name = $entry/@name or
                            source/@portgroupid = $entry/@portgroup]) and
                  not(@vmnet and $nics[translate(source/@bridge, $upper, $lower) = $vmnet]) and
                  not(@vmnet = '8' and $nics[@type = 'user'])">
      <xsl:call-template name="unused">
        <xsl:with-param name="what" select="concat('network ', @name, @portgroup,
            substring($vmnet, 1, string-length($vmnet) * boolean(@vmnet)))"/>
      </xsl:call-template>
    </xsl:if>
  </xsl:for-each>
  <xsl:for-each select="$map/m:datastores/m:datastore">
    <xsl:if test="not($devices/disk/source[starts-with(@file, concat('[', current()/@name, '] '))])">
      <xsl:call-template name="unused">
        <xsl:with-param name="what" select="concat('datastore ', @name)"/>
      </xsl:call-template>
    </xsl:if>
  </xsl:for-each>
  <xsl:for-each select="$map/m:paths/m:path">
    <xsl:if test="not($devices/*/source[@file = current()/@from or @dev = current()/@from or
                      @path = current()/@from or @dir = current()/@from])">
      <xsl:call-template name="unused">
        <xsl:with-param name="what" select="concat('path ', @from)"/>
      </xsl:call-template>
    </xsl:if>
  </xsl:for-each>
  <xsl:for-each select="$map/m:devices/m:device">
    <xsl:variable name="from" select="translate(@from, 'ABCDEF', 'abcdef')"/>
    <xsl:variable name="used">
      <xsl:for-each select="$devices/hostdev[@type = 'pci']">
        <xsl:variable name="address"><xsl:call-template name="host-address"/></xsl:variable>
        <xsl:if test="$address = $from">yes</xsl:if>
      </xsl:for-each>
    </xsl:variable>
    <xsl:if test="$used = ''">
      <xsl:call-template name="unused">
        <xsl:with-param name="what" select="concat('device ', @from)"/>
      </xsl:call-template>
    </xsl:if>
  </xsl:for-each>
  <xsl:for-each select="$map/m:machines/m:machine[@name != string($domain/name)]">
    <xsl:call-template name="unused">
      <xsl:with-param name="what" select="concat('machine ', @name)"/>
    </xsl:call-template>
  </xsl:for-each>
</xsl:template>

<xsl:template name="unused">
  <xsl:param name="what"/>
  <xsl:value-of select="concat(',', $line, $what)"/>
</xsl:template>

</xsl:stylesheet>
