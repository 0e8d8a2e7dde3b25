<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: LGPL-2.1-or-later -->
<!-- What a VMX says, as a domain that libvirt's QEMU driver defines and starts: the target
     kvm of vmx-convert(1).  vmx-kvm(7) has every decision and every parameter,
     vmx-target(7) what a stylesheet reads and writes, vmx-map(5) the map.

     A VMX never names a thing of the new host: a path, a device or a network of the old
     one is used only where the map says what it is here.  All that comes from the VMX is
     data, and no name of it becomes a path with a slash in it.

     A decision and the row that reports it stand side by side: t:loss and t:disk may be
     anywhere in the result, and the caller takes them out.

     XSLT 1.0 without extensions.  It runs for each of ten thousand machines, so what is
     asked often is a variable that is one expression, and a word is chosen by
     substring(word, 1, length * condition) where an element for it would cost more. -->
<xsl:stylesheet version="1.0"
    xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:t="urn:libvmx:target:1"
    xmlns:m="urn:libvmx:map:1"
    xmlns:vmx="urn:libvmx:config:1"
    exclude-result-prefixes="m vmx">

<xsl:output method="xml" encoding="UTF-8" indent="yes" omit-xml-declaration="yes"/>

<t:keys names="virtualHW.version uuid.bios cpuid.numSMT sched.mem.min sched.mem.affinity
               scsi#:#.deviceType
               serial#.pipe.endPoint guestinfo.ignition.config.data
               guestinfo.ignition.config.data.encoding
               vcpu.hotadd maxvcpus mem.hotadd memory.maxsize
               ethernet#.opaqueNetwork.id"/>

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
<xsl:param name="network"/>                       <!-- without entry: keep, fail, bridge:NAME, NAME -->
<xsl:param name="pci-slots" select="'new'"/>      <!-- new, keep -->
<xsl:param name="memory-limit" select="'drop'"/>  <!-- drop, hard-limit -->
<xsl:param name="cpu-shares" select="'v2'"/>      <!-- v2, v1, drop: of the target's cgroups -->
<xsl:param name="hot-add" select="'drop'"/>       <!-- drop, keep -->
<xsl:param name="hugepages" select="'drop'"/>     <!-- drop, keep -->
<xsl:param name="host-devices" select="'drop'"/>  <!-- drop, keep: addresses of the old host -->
<xsl:param name="libvirt" select="999999999"/>    <!-- the oldest libvirt to read it: 9000000 -->

<!-- ==== The machine ================================================================= -->

<xsl:variable name="domain" select="/domain"/>
<xsl:variable name="devices" select="$domain/devices"/>
<xsl:variable name="target" select="$domain/metadata/t:target"/>
<xsl:variable name="guest" select="$target/t:guest"/>
<xsl:variable name="keys" select="$target/t:key"/>
<xsl:variable name="map" select="$target/m:map"/>
<xsl:variable name="defaults" select="$map/m:defaults"/>
<xsl:variable name="named" select="$domain/metadata/vmx:config/vmx:device"/>

<xsl:variable name="lower" select="'abcdefghijklmnopqrstuvwxyz'"/>
<xsl:variable name="upper" select="'ABCDEFGHIJKLMNOPQRSTUVWXYZ'"/>
<xsl:variable name="marks" select="'0123456789 -_.,:;()[]{}+=@#$%&amp;!~^'"/>
<xsl:variable name="hexes" select="'0123456789abcdef'"/>

<xsl:variable name="kvm" select="$domain-type = 'kvm'"/>
<xsl:variable name="hardware" select="$keys[@name = 'virtualHW.version']/@value"/>

<!-- .... The guest .... -->

<xsl:variable name="word" select="concat(' ', translate($guest/@guestos, $upper, $lower), ' ')"/>
<xsl:variable name="windows" select="$guest/@family = 'windows'"/>
<!-- Vista and later, which know Hyper-V's enlightenments. -->
<xsl:variable name="hyperv" select="$windows and ($guest/@machine != 'i440fx' or
    contains($word, 'vista') or contains($word, 'longhorn') or contains($word, 'server2008'))"/>

<xsl:variable name="arm" select="$domain/os/type/@arch = 'aarch64'"/>
<xsl:variable name="efi" select="$domain/os/@firmware = 'efi' or $arm"/>
<xsl:variable name="secure" select="
    $domain/os/firmware/feature[@name = 'secure-boot']/@enabled = 'yes'"/>

<!-- The guest brings virtio drivers: nearly every Linux and BSD of our days does, also
     those of which the word does not tell the release. -->
<xsl:variable name="drivers" select="$guest/@virtio = 'yes' or
    ($guest/@virtio = 'unknown' and $guest/@machine != 'i440fx' and
     ($guest/@family = 'linux' or $guest/@family = 'bsd'))"/>
<!-- Those from before virtio 1.0 (Linux 4.0, FreeBSD 13) do not see a virtio device in a
     PCI Express port of q35, and would not find their disk.  Words without a release count
     by the age of the machine. -->
<xsl:variable name="old-drivers" select="$drivers and (
    contains(' rhel6 rhel6-64 centos6 centos6-64 oraclelinux6 oraclelinux6-64 debian5
 debian5-64 debian6 debian6-64 debian7 debian7-64 debian8 debian8-64 other3xlinux
 other3xlinux-64 freebsd11 freebsd11-64 freebsd12 freebsd12-64 ', $word) or
    (not($hardware &gt;= 14) and contains(' ubuntu ubuntu-64 fedora fedora-64 opensuse
 opensuse-64 otherlinux-64 genericlinux ', $word)))"/>

<!-- i440fx; else it is q35, or on ARM virt.  q35 alone has secure boot, and more than 255
     virtual CPUs. -->
<xsl:variable name="many" select="$domain/vcpu &gt; 255"/>
<xsl:variable name="machine-asked" select="concat($machine,
    $defaults/@machine[$machine = ''])"/>
<xsl:variable name="i440fx" select="not($arm or $secure or $many) and ($machine-asked = 'i440fx' or
    ($machine-asked = '' and not($efi or $devices/iommu) and
     ($guest/@machine = 'i440fx' or $old-drivers)))"/>
<xsl:variable name="virtio" select="$drivers and ($i440fx or not($old-drivers))"/>

<!-- .... Its name .... -->

<!-- QEMU's driver takes no slash and no line break, and makes files of the name: of 255
     bytes at most, of which a character may take four. -->
<xsl:variable name="name-given" select="string($domain/name)"/>
<xsl:variable name="renamed" select="$map/m:machines/m:machine[@name = $name-given]/@rename"/>
<xsl:variable name="name-clean" select="translate(
    concat($renamed, substring($name-given, 1, 9999 * not($renamed))), '/&#9;&#10;&#13;', '____')"/>
<xsl:variable name="name-void" select="normalize-space(translate($name-clean, '.', '')) = ''"/>
<xsl:variable name="name" select="concat(
    substring($name-clean, 1, not($name-void) * (50 + 150 *
        (string-length($name-clean) &lt;= 50 or
         translate($name-clean, concat($lower, $upper, $marks), '') = ''))),
    substring('unnamed', 1, 7 * $name-void))"/>

<!-- .... Its drives .... -->

<!-- libvmx says lun of a raw CD-ROM drive of the host, too.  What is left is a device that
     only the map can name. -->
<xsl:variable name="luns" select="$devices/disk[@device = 'lun']
    [concat('scsi', address/@controller, ':', address/@unit, '.deviceType') =
     $keys[@value = 'scsi-passthru']/@name]"/>
<xsl:variable name="disks" select="$devices/disk[@device = 'disk']"/>
<xsl:variable name="hard" select="$disks[target/@bus != 'usb'] |
    $luns[source/@dev = $map/m:paths/m:path/@from]"/>
<xsl:variable name="cds" select="$devices/disk[@device = 'cdrom'] |
    $devices/disk[@device = 'lun'][count(. | $luns) != count($luns)]"/>

<xsl:variable name="bus-asked" select="concat($disk-bus, $defaults/@disk-bus[$disk-bus = ''])"/>
<xsl:variable name="bus-free" select="$bus-asked = '' or ($bus-asked = 'ide' and not($i440fx))"/>
<xsl:variable name="hard-bus" select="concat(
    substring($bus-asked, 1, 9 * not($bus-free)),
    substring('virtio', 1, 6 * ($bus-free and $virtio)),
    substring('ide', 1, 3 * ($bus-free and not($virtio) and $i440fx)),
    substring('sata', 1, 4 * ($bus-free and not($virtio) and not($i440fx))))"/>
<!-- Names of sd are shared by SCSI, SATA and USB: hard disks, other drives, USB. -->
<xsl:variable name="sd-hard" select="count($hard) * ($hard-bus = 'sata' or $hard-bus = 'scsi')"/>

<!-- .... The rest .... -->

<xsl:variable name="nics" select="$devices/interface"/>
<xsl:variable name="nic-usual" select="concat(substring('virtio', 1, 6 * $virtio),
    substring('e1000e', 1, 6 * not($virtio or $i440fx)))"/>
<!-- Where the guest has a driver of the card it had: pcnet is what VMware calls vlance, and
     rtl8139 is in the box of every Windows of that age. -->
<xsl:variable name="nic-other" select="concat(
    substring('rtl8139', 1, 7 * ($nic-usual = '' and $windows)),
    substring('pcnet', 1, 5 * ($nic-usual = '' and not($windows))))"/>
<xsl:variable name="nic-asked" select="concat($nic-model, $defaults/@nic-model
    [$nic-model = ''])"/>
<xsl:variable name="usb" select="not($devices/controller[@type = 'usb']/@model = 'none')"/>

<!-- ==== The domain ================================================================== -->

<xsl:template match="/">
  <xsl:if test="concat($domain-type, $machine, $cpu-mode, $bios-uuid, $disk-folder, $disk-format,
      $disk-bus, $pci-slots, $memory-limit, $cpu-shares, $hot-add, $hugepages, $host-devices) !=
      'kvmautonewdropv2dropdropdrop'">
    <xsl:call-template name="parameters"/>
  </xsl:if>
  <xsl:apply-templates select="$domain"/>
</xsl:template>

<!-- A value would go into the domain as it is, and be wrong there. -->
<xsl:template name="parameters">
  <xsl:variable name="wrong">
    <xsl:choose>
      <xsl:when test="$domain-type != 'kvm' and $domain-type != 'qemu'">
        <xsl:text>domain-type is kvm or qemu</xsl:text>
      </xsl:when>
      <xsl:when test="$machine != '' and $machine != 'q35' and $machine != 'i440fx'">
        <xsl:text>machine is q35 or i440fx</xsl:text>
      </xsl:when>
      <xsl:when test="$cpu-mode != '' and $cpu-mode != 'host-model' and
                      $cpu-mode != 'host-passthrough' and $cpu-mode != 'maximum'">
        <xsl:text>cpu-mode is host-model, host-passthrough or maximum</xsl:text>
      </xsl:when>
      <xsl:when test="$bios-uuid != 'auto' and $bios-uuid != 'same' and $bios-uuid != 'swapped'">
        <xsl:text>bios-uuid is auto, same or swapped</xsl:text>
      </xsl:when>
      <xsl:when test="$disk-folder != '' and not(starts-with($disk-folder, '/'))">
        <xsl:text>disk-folder is a path that begins with /</xsl:text>
      </xsl:when>
      <xsl:when test="$disk-format != '' and $disk-format != 'qcow2' and $disk-format != 'raw' and
                      $disk-format != 'vmdk'">
        <xsl:text>disk-format is qcow2, raw or vmdk</xsl:text>
      </xsl:when>
      <xsl:when test="$disk-bus != '' and $disk-bus != 'virtio' and $disk-bus != 'scsi' and
                      $disk-bus != 'sata' and $disk-bus != 'ide'">
        <xsl:text>disk-bus is virtio, scsi, sata or ide</xsl:text>
      </xsl:when>
      <xsl:when test="$pci-slots != 'new' and $pci-slots != 'keep'">
        <xsl:text>pci-slots is new or keep</xsl:text>
      </xsl:when>
      <xsl:when test="$memory-limit != 'drop' and $memory-limit != 'hard-limit'">
        <xsl:text>memory-limit is drop or hard-limit</xsl:text>
      </xsl:when>
      <xsl:when test="$cpu-shares != 'v2' and $cpu-shares != 'v1' and $cpu-shares != 'drop'">
        <xsl:text>cpu-shares is v2, v1 or drop</xsl:text>
      </xsl:when>
      <xsl:when test="$hot-add != 'drop' and $hot-add != 'keep'">
        <xsl:text>hot-add is drop or keep</xsl:text>
      </xsl:when>
      <xsl:when test="$hugepages != 'drop' and $hugepages != 'keep'">
        <xsl:text>hugepages is drop or keep</xsl:text>
      </xsl:when>
      <xsl:when test="$host-devices != 'drop' and $host-devices != 'keep'">
        <xsl:text>host-devices is drop or keep</xsl:text>
      </xsl:when>
    </xsl:choose>
  </xsl:variable>
  <xsl:if test="$wrong != ''">
    <xsl:message terminate="yes">
      <xsl:value-of select="concat('the parameter ', $wrong)"/>
    </xsl:message>
  </xsl:if>
</xsl:template>

<xsl:template match="domain">
  <domain type="{$domain-type}">
    <name><xsl:value-of select="$name"/></name>
    <xsl:if test="$name != $name-given">
      <t:loss category="{substring('information', 1, 11 * boolean($renamed))}{
                         substring('warning', 1, 7 * not($renamed))}"
              code="domain-renamed" key="displayName">
        <xsl:value-of select="concat('The domain is called &quot;', $name, '&quot;.')"/>
      </t:loss>
    </xsl:if>
    <xsl:call-template name="uuid"/>
    <xsl:if test="genid and not($arm)"><xsl:copy-of select="genid"/></xsl:if>
    <xsl:copy-of select="description"/>
    <metadata><xsl:copy-of select="metadata/*[not(self::t:target)]"/></metadata>
    <xsl:copy-of select="memory"/>
    <currentMemory>
      <xsl:copy-of select="memory/@unit"/>
      <xsl:value-of select="memory"/>
    </currentMemory>
    <xsl:call-template name="memory"/>
    <xsl:choose>
      <xsl:when test="$hot-add = 'keep'"><xsl:call-template name="growth"/></xsl:when>
      <xsl:otherwise>
        <vcpu placement="static"><xsl:value-of select="vcpu"/></vcpu>
      </xsl:otherwise>
    </xsl:choose>
    <xsl:if test="vcpu/@cpuset or cputune or numatune">
      <xsl:call-template name="cputune"/>
    </xsl:if>
    <xsl:copy-of select="sysinfo[@type = 'smbios']"/>
    <xsl:apply-templates select="$keys[@name = 'guestinfo.ignition.config.data']"/>
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
    <devices>
      <xsl:call-template name="drives"/>
      <xsl:call-template name="controllers"/>
      <xsl:apply-templates select="$devices/filesystem"/>
      <xsl:call-template name="nics"/>
      <xsl:call-template name="ports"/>
      <xsl:if test="$virtio">
        <channel type="unix">
          <target type="virtio" name="org.qemu.guest_agent.0"/>
        </channel>
      </xsl:if>
      <xsl:call-template name="inputs"/>
      <xsl:copy-of select="$devices/tpm"/>
      <xsl:call-template name="display"/>
      <xsl:apply-templates select="$devices/hostdev"/>
      <xsl:apply-templates select="$devices/watchdog | $devices/iommu[not($many)]"/>
      <!-- Interrupts reach no more than 255 without. -->
      <xsl:if test="$many and not($arm)">
        <iommu model="intel"><driver intremap="on" eim="on"/></iommu>
      </xsl:if>
      <memballoon model="{substring('virtio', 1, 6 * ($virtio or not($i440fx)) *
                                    not($devices/memballoon/@model = 'none'))}{
                          substring('none', 1, 4 * (not($virtio or not($i440fx)) or
                                    $devices/memballoon/@model = 'none'))}"/>
      <xsl:if test="$virtio">
        <rng model="virtio"><backend model="random">/dev/urandom</backend></rng>
      </xsl:if>
    </devices>
    <xsl:if test="launchSecurity">
      <t:loss category="warning" code="launch-security" key="sev.enable">
        <xsl:text>The memory of the machine is no longer encrypted.</xsl:text>
      </t:loss>
    </xsl:if>
    <xsl:if test="$map"><xsl:call-template name="unused"/></xsl:if>
  </domain>
</xsl:template>

<!-- ==== Identity ==================================================================== -->

<!-- The bytes of uuid.bios are what VMware writes into SMBIOS, as hwuuid, and where that is
     not said, as uuid.  A uuid without uuid.bios is vc.uuid, which the guest never sees. -->
<xsl:template name="uuid">
  <xsl:choose>
    <xsl:when test="$keys[@name = 'uuid.bios'] and (hwuuid or uuid)">
      <xsl:variable name="same" select="concat(hwuuid, uuid[not(../hwuuid)])"/>
      <xsl:variable name="swapped" select="concat(
          substring($same, 7, 2), substring($same, 5, 2),
          substring($same, 3, 2), substring($same, 1, 2), '-',
          substring($same, 12, 2), substring($same, 10, 2), '-',
          substring($same, 17, 2), substring($same, 15, 2), substring($same, 19))"/>
      <!-- SMBIOS 2.7 came with hardware version 13. -->
      <xsl:choose>
        <xsl:when test="$bios-uuid = 'swapped' or ($bios-uuid = 'auto' and $hardware &gt;= 13)">
          <uuid><xsl:value-of select="$swapped"/></uuid>
          <t:loss category="information" code="guest-uuid" key="uuid.bios">
            <xsl:value-of select="concat('The UUID is ', $swapped,
                ', the first three fields swapped; byte for byte it is ', $same, '.')"/>
          </t:loss>
        </xsl:when>
        <xsl:otherwise>
          <uuid><xsl:value-of select="$same"/></uuid>
          <t:loss category="information" code="guest-uuid" key="uuid.bios">
            <xsl:value-of select="concat('The UUID is ', $same,
                ', byte for byte; with the first three fields swapped it is ', $swapped, '.')"/>
          </t:loss>
        </xsl:otherwise>
      </xsl:choose>
    </xsl:when>
    <xsl:otherwise>
      <t:loss category="information" code="guest-uuid">
        <xsl:text>There is no uuid.bios, so libvirt makes a UUID when it defines the domain.</xsl:text>
      </t:loss>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- ==== Memory and CPU ============================================================== -->

<xsl:template name="memory">
  <!-- As current memory the limit would take memory from the guest. -->
  <xsl:if test="currentMemory &lt; memory">
    <xsl:choose>
      <xsl:when test="$memory-limit = 'hard-limit'">
        <memtune>
          <hard_limit>
            <xsl:copy-of select="currentMemory/@unit"/>
            <xsl:value-of select="currentMemory"/>
          </hard_limit>
        </memtune>
        <t:loss category="warning" code="memory-cap" key="sched.mem.max" instead="memory-limit">
          <xsl:text>The limit is a hard one now: what QEMU itself needs counts as well.</xsl:text>
        </t:loss>
      </xsl:when>
      <xsl:otherwise>
        <t:loss category="warning" code="memory-cap" key="sched.mem.max" instead="memory-limit">
          <xsl:text>There is no limit; the guest gets all of its memory.</xsl:text>
        </t:loss>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:if>
  <xsl:if test="memtune/min_guarantee">
    <t:loss category="information" code="memory-guarantee"
            key="{substring('sched.mem.minSize', 1, 17 - 4 * boolean(
                            $keys[@name = 'sched.mem.min']))}">
      <xsl:value-of select="concat(round(memtune/min_guarantee div 1024),
                                   ' MiB are no longer set aside for the machine.')"/>
    </t:loss>
  </xsl:if>
  <xsl:variable name="folders" select="$map and
      devices/filesystem[source/@dir = $map/m:paths/m:path/@from]"/>
  <xsl:if test="memoryBacking or $folders">
    <xsl:variable name="pages" select="memoryBacking/hugepages[$hugepages = 'keep']"/>
    <xsl:if test="$pages or memoryBacking/*[not(self::hugepages)] or $folders">
      <memoryBacking>
        <xsl:copy-of select="$pages | memoryBacking/nosharepages | memoryBacking/locked"/>
        <xsl:if test="$folders">
          <source type="memfd"/>
          <access mode="shared"/>
        </xsl:if>
        <xsl:copy-of select="memoryBacking/allocation"/>
      </memoryBacking>
    </xsl:if>
    <xsl:if test="memoryBacking/hugepages">
      <t:loss category="warning" code="large-pages" key="sched.mem.lpage.enable1GPage">
        <xsl:choose>
          <xsl:when test="$pages">The machine starts only where enough pages of 1 GiB are
free.</xsl:when>
          <xsl:otherwise>The machine no longer asks for pages of 1 GiB.</xsl:otherwise>
        </xsl:choose>
      </t:loss>
    </xsl:if>
  </xsl:if>
</xsl:template>

<!-- The machine may be given more while it runs. -->
<xsl:template name="growth">
  <xsl:variable name="cpus"><xsl:call-template name="most-cpus"/></xsl:variable>
  <xsl:variable name="memory"><xsl:call-template name="most-memory"/></xsl:variable>
  <vcpu placement="static">
    <xsl:if test="$cpus &gt; vcpu">
      <xsl:attribute name="current"><xsl:value-of select="vcpu"/></xsl:attribute>
    </xsl:if>
    <xsl:value-of select="$cpus"/>
  </vcpu>
  <xsl:if test="$cpus &gt; vcpu">
    <t:loss category="information" code="hot-add-kept" key="vcpu.hotadd" instead="hot-add">
      <xsl:value-of select="concat('It may have up to ', $cpus, ' virtual CPUs.')"/>
    </t:loss>
  </xsl:if>
  <xsl:if test="$memory != ''">
    <maxMemory slots="16" unit="MiB"><xsl:value-of select="$memory"/></maxMemory>
    <t:loss category="information" code="hot-add-kept" key="mem.hotadd" instead="hot-add">
      <xsl:value-of select="concat('It may have up to ', $memory, ' MiB.')"/>
    </t:loss>
  </xsl:if>
</xsl:template>

<!-- How many it may have: as the VMX says, or twice what it has, in whole sockets. -->
<xsl:template name="most-cpus">
  <xsl:variable name="now" select="$domain/vcpu"/>
  <xsl:variable name="said" select="$keys[@name = 'maxvcpus'][@value &gt; $now and
      @value &lt;= 255]/@value"/>
  <xsl:variable name="twice" select="2 * $now * ($now &lt; 128) + 255 * ($now &gt;= 128)"/>
  <xsl:variable name="socket" select="sum($domain/cpu/topology/@cores) +
      not($domain/cpu/topology)"/>
  <xsl:variable name="switch" select="$keys[@name = 'vcpu.hotadd']/@value"/>
  <xsl:variable name="grows" select="not($many or $arm or $domain/cpu/numa) and
      contains(' true yes on t y 1 ', concat(' ', translate($switch, $upper, $lower), ' '))"/>
  <xsl:value-of select="$now * not($grows) + $grows * $socket *
      floor((sum($said) + $twice * not($said)) div $socket)"/>
</xsl:template>

<!-- In MiB; nothing when none can be added. -->
<xsl:template name="most-memory">
  <xsl:variable name="now" select="$domain/memory"/>
  <xsl:variable name="said" select="$keys[@name = 'memory.maxsize'][@value * 1024 &gt; $now and
      @value &lt;= 25165824]/@value"/>
  <xsl:variable name="switch" select="$keys[@name = 'mem.hotadd']/@value"/>
  <xsl:if test="contains(' true yes on t y 1 ', concat(' ', translate($switch, $upper, $lower), ' '))">
    <xsl:value-of select="floor(sum($said)) + ceiling($now div 512) * not($said)"/>
  </xsl:if>
</xsl:template>

<xsl:template name="cputune">
  <!-- VMware counts 1000 for a virtual CPU of usual weight, cgroup v2 100 for a machine,
       and v1 1024. -->
  <xsl:variable name="usual" select="1000 * vcpu"/>
  <xsl:variable name="shares" select="cputune/shares[. != $usual]"/>
  <xsl:variable name="scaled" select="
      round((100 + 924 * ($cpu-shares = 'v1')) * $shares div $usual)"/>
  <xsl:variable name="most" select="10000 + 252144 * ($cpu-shares = 'v1')"/>
  <xsl:variable name="weight" select="$scaled * ($scaled &gt;= 2 and $scaled &lt;= $most) +
      2 * ($scaled &lt; 2) + $most * ($scaled &gt; $most)"/>
  <xsl:variable name="weighs" select="$shares and $cpu-shares != 'drop'"/>
  <xsl:if test="$weighs or cputune/global_quota">
    <cputune>
      <xsl:if test="$weighs"><shares><xsl:value-of select="$weight"/></shares></xsl:if>
      <xsl:copy-of select="cputune/global_period | cputune/global_quota"/>
    </cputune>
  </xsl:if>
  <xsl:if test="$shares">
    <t:loss category="information" code="cpu-weight" key="sched.cpu.shares">
      <xsl:choose>
        <xsl:when test="$weighs">
          <xsl:value-of select="concat($shares, ' shares, where ', $usual,
              ' are usual, are the weight ', $weight, ' of cgroup ', $cpu-shares, '.')"/>
        </xsl:when>
        <xsl:otherwise>The machine has the usual weight.</xsl:otherwise>
      </xsl:choose>
    </t:loss>
  </xsl:if>
  <xsl:if test="vcpu/@cpuset">
    <t:loss category="information" code="host-affinity" key="sched.cpu.affinity">
      <xsl:value-of select="concat('CPUs ', vcpu/@cpuset,
          ' are those of the old host; the machine may run on any.')"/>
    </t:loss>
  </xsl:if>
  <xsl:for-each select="cputune/vcpupin">
    <t:loss category="information" code="host-affinity" key="sched.vcpu{@vcpu}.affinity">
      <xsl:value-of select="concat('CPUs ', @cpuset,
          ' are those of the old host; the virtual CPU may run on any.')"/>
    </t:loss>
  </xsl:for-each>
  <xsl:if test="numatune">
    <t:loss category="information" code="host-affinity"
            key="{substring('sched.mem.affinity', 1, 18 * boolean($keys[@name =
                  'sched.mem.affinity']))}{substring('numa.nodeAffinity', 1, 17 *
                  not($keys[@name = 'sched.mem.affinity']))}">
      <xsl:value-of select="concat('Nodes ', numatune/memory/@nodeset,
          ' are those of the old host; memory may come from any.')"/>
    </t:loss>
  </xsl:if>
</xsl:template>

<xsl:template name="cpu">
  <xsl:variable name="model" select="concat($cpu-model,
      $defaults/@cpu-model[$cpu-model = '' and $cpu-mode = ''])"/>
  <!-- Without KVM there is no host to pass through. -->
  <xsl:variable name="said" select="concat($cpu-mode, $defaults/@cpu-mode[$cpu-mode = ''])"/>
  <xsl:variable name="asked" select="substring($said, 1,
      20 * ($kvm or $said != 'host-passthrough'))"/>
  <xsl:variable name="usual" select="concat(
      substring('maximum', 1, 7 * not($kvm)),
      substring('host-passthrough', 1, 16 * ($kvm and $arm)),
      substring('host-model', 1, 10 * ($kvm and not($arm))))"/>
  <xsl:variable name="mode" select="concat(
      substring('custom', 1, 6 * ($model != '')),
      substring($asked, 1, 20 * ($model = '')),
      substring($usual, 1, 20 * ($model = '' and $asked = '')))"/>
  <cpu mode="{$mode}">
    <xsl:if test="$model != ''"><xsl:attribute name="match">exact</xsl:attribute></xsl:if>
    <xsl:attribute name="check">
      <xsl:value-of select="concat(
          substring('partial', 1, 7 * ($mode = 'custom' or $mode = 'host-model')),
          substring('none', 1, 4 * not($mode = 'custom' or $mode = 'host-model')))"/>
    </xsl:attribute>
    <xsl:if test="$model != ''">
      <model fallback="forbid"><xsl:value-of select="$model"/></model>
    </xsl:if>
    <xsl:for-each select="cpu/topology">
      <xsl:choose>
        <xsl:when test="$hot-add = 'keep' or $keys[@name = 'cpuid.numSMT']">
          <xsl:call-template name="topology"/>
        </xsl:when>
        <xsl:otherwise><xsl:copy-of select="."/></xsl:otherwise>
      </xsl:choose>
    </xsl:for-each>
    <xsl:if test="not($arm)">
      <xsl:copy-of select="cpu/feature"/>
      <!-- This alone clears the bit; kvm/hidden hides KVM's own leaf. -->
      <xsl:if test="features/kvm/hidden/@state = 'on' and
                    not(cpu/feature/@name = 'hypervisor')">
        <feature policy="disable" name="hypervisor"/>
      </xsl:if>
    </xsl:if>
    <xsl:copy-of select="cpu/numa"/>
    <xsl:if test="$hot-add = 'keep' and not(cpu/numa)"><xsl:call-template name="node"/></xsl:if>
  </cpu>
</xsl:template>

<xsl:template name="topology">
  <xsl:variable name="threads" select="1 + ($keys[@name = 'cpuid.numSMT']/@value = 2 and
                                            @cores mod 2 = 0)"/>
  <xsl:variable name="cpus">
    <xsl:if test="$hot-add = 'keep'"><xsl:call-template name="most-cpus"/></xsl:if>
  </xsl:variable>
  <topology sockets="{substring(@sockets, 1, 9 * ($cpus = ''))}{
                      substring($cpus div @cores, 1, 9 * ($cpus != ''))}"
            dies="1" cores="{@cores div $threads}" threads="{$threads}"/>
  <xsl:if test="$threads = 2">
    <t:loss category="information" code="cpu-threads" key="cpuid.numSMT" instead="smt">
      <xsl:value-of select="concat('A core has two threads; a socket has ', @cores div 2,
                                   ' cores.')"/>
    </t:loss>
  </xsl:if>
</xsl:template>

<!-- Memory is added to a node. -->
<xsl:template name="node">
  <xsl:variable name="cpus"><xsl:call-template name="most-cpus"/></xsl:variable>
  <xsl:variable name="memory"><xsl:call-template name="most-memory"/></xsl:variable>
  <xsl:if test="$memory != ''">
    <numa>
      <cell id="0" cpus="0-{$cpus - 1}" memory="{memory}" unit="{memory/@unit}"/>
    </numa>
  </xsl:if>
</xsl:template>

<!-- ==== Firmware, features, clock =================================================== -->

<xsl:template name="os">
  <os>
    <xsl:if test="$efi"><xsl:attribute name="firmware">efi</xsl:attribute></xsl:if>
    <type arch="{substring('aarch64', 1, 7 * $arm)}{substring('x86_64', 1, 6 * not($arm))}"
          machine="{substring('pc', 1, 2 * $i440fx)}{substring('virt', 1, 4 * $arm)}{
                    substring('q35', 1, 3 * not($i440fx or $arm))}">
      <xsl:text>hvm</xsl:text>
    </type>
    <xsl:if test="$efi and not($arm)">
      <!-- Said in either case, for else libvirt may choose firmware with secure boot. -->
      <firmware>
        <xsl:choose>
          <xsl:when test="$secure"><xsl:copy-of select="os/firmware/feature"/></xsl:when>
          <xsl:otherwise><feature enabled="no" name="secure-boot"/></xsl:otherwise>
        </xsl:choose>
      </firmware>
    </xsl:if>
    <!-- One order: of devices, or of classes. -->
    <xsl:if test="not($devices/*/boot)">
      <xsl:variable name="classes" select="os/boot[$i440fx or @dev != 'fd']"/>
      <xsl:copy-of select="$classes"/>
      <xsl:if test="not($classes)">
        <boot dev="hd"/>
        <boot dev="cdrom"/>
        <boot dev="network"/>
      </xsl:if>
    </xsl:if>
    <xsl:copy-of select="os/bootmenu"/>
    <xsl:if test="not($arm)">
      <xsl:for-each select="os/bios/@rebootTimeout">
        <!-- libvirt's schema ends there. -->
        <bios rebootTimeout="{. * (. &lt;= 32767) + 32767 * (. &gt; 32767)}"/>
      </xsl:for-each>
      <xsl:if test="sysinfo[@type = 'smbios']"><smbios mode="sysinfo"/></xsl:if>
    </xsl:if>
  </os>
  <xsl:if test="$secure or $many">
    <xsl:if test="$machine-asked = 'i440fx'">
      <t:loss category="warning" code="machine-changed" key="{
              substring('uefi.secureBoot.enabled', 1, 23 * $secure)}{
              substring('numvcpus', 1, 8 * not($secure))}">
        <xsl:text>The machine is a q35, though i440fx was asked for.</xsl:text>
      </t:loss>
    </xsl:if>
    <xsl:if test="vcpu &gt; 288">
      <t:loss category="critical" code="cpu-count" key="numvcpus">
        <xsl:value-of select="concat('The machine has ', vcpu, ' virtual CPUs.')"/>
      </t:loss>
    </xsl:if>
  </xsl:if>
  <xsl:if test="$efi and os/type/@arch = 'i686'">
    <t:loss category="critical" code="firmware-bits" key="firmware">
      <xsl:text>The guest is a 32-bit one; the firmware of the target is 64-bit, and starts no
32-bit loader.</xsl:text>
    </t:loss>
  </xsl:if>
  <xsl:if test="os/acpi/table">
    <t:loss category="information" code="host-table" key="acpi.passthru.slic">
      <xsl:text>The table is not passed on.</xsl:text>
    </t:loss>
  </xsl:if>
  <xsl:if test="not($guest/@family)">
    <t:loss category="information" code="guest-drivers" key="guestOS">
      <xsl:text>The guest is not known: its devices are those that most systems have drivers
for.</xsl:text>
    </t:loss>
  </xsl:if>
</xsl:template>

<xsl:template name="features">
  <features>
    <acpi/>
    <xsl:if test="not($arm)">
      <apic/>
      <xsl:copy-of select="features/pae"/>
      <xsl:if test="$kvm and $hyperv">
        <hyperv mode="custom">
          <relaxed state="on"/>
          <vapic state="on"/>
          <spinlocks state="on" retries="8191"/>
        </hyperv>
      </xsl:if>
      <xsl:if test="$kvm"><xsl:copy-of select="features/kvm"/></xsl:if>
      <xsl:copy-of select="features/pmu"/>
      <vmport state="off"/>
      <xsl:if test="$many"><ioapic driver="qemu"/></xsl:if>
      <xsl:if test="$secure"><smm state="on"/></xsl:if>
    </xsl:if>
  </features>
</xsl:template>

<xsl:template name="clock">
  <!-- VMware starts the clock of a Windows guest in local time. -->
  <xsl:variable name="local" select="$windows and clock/@offset = 'utc'"/>
  <clock>
    <xsl:copy-of select="clock/@*"/>
    <xsl:if test="$local"><xsl:attribute name="offset">localtime</xsl:attribute></xsl:if>
    <xsl:if test="not($arm)">
      <timer name="rtc" tickpolicy="catchup"/>
      <timer name="pit" tickpolicy="delay"/>
      <timer name="hpet" present="no"/>
      <xsl:if test="$kvm and $hyperv"><timer name="hypervclock" present="yes"/></xsl:if>
    </xsl:if>
  </clock>
  <xsl:if test="$local">
    <t:loss category="information" code="local-clock" key="guestOS">
      <xsl:text>The clock starts in the local time of the new host.</xsl:text>
    </t:loss>
  </xsl:if>
</xsl:template>

<!-- What the guest reads at its first boot.  QEMU takes plain text. -->
<xsl:template match="t:key[@name = 'guestinfo.ignition.config.data']">
  <xsl:choose>
    <xsl:when test="../t:key[@name = 'guestinfo.ignition.config.data.encoding']/@value != ''">
      <t:loss category="warning" code="first-boot-data" key="{@name}">
        <xsl:text>The data is encoded, and is left out.</xsl:text>
      </t:loss>
    </xsl:when>
    <xsl:when test="@value != ''">
      <sysinfo type="fwcfg">
        <entry name="opt/{substring('com.coreos', 1, 10 * not(contains($word, 'flatcar')))}{
            substring('org.flatcar-linux', 1, 17 * contains($word, 'flatcar'))}/config">
          <xsl:value-of select="@value"/>
        </entry>
      </sysinfo>
    </xsl:when>
  </xsl:choose>
</xsl:template>

<!-- ==== Drives ====================================================================== -->

<xsl:template name="drives">
  <xsl:for-each select="$hard">
    <xsl:choose>
      <xsl:when test="$hard-bus = 'ide'"><xsl:call-template name="ide-drive"/></xsl:when>
      <xsl:otherwise>
        <xsl:call-template name="hard-disk">
          <xsl:with-param name="bus" select="$hard-bus"/>
          <xsl:with-param name="dev" select="concat(
              substring('vdsd', 1 + 2 * ($hard-bus != 'virtio'), 2),
              substring($lower, floor((position() - 1) div 26), 1),
              substring($lower, (position() - 1) mod 26 + 1, 1))"/>
          <xsl:with-param name="unit" select="position() - 1"/>
        </xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:for-each>
  <xsl:for-each select="$cds">
    <xsl:choose>
      <xsl:when test="$i440fx"><xsl:call-template name="ide-drive"/></xsl:when>
      <xsl:otherwise>
        <xsl:variable name="rank" select="$sd-hard + position() - 1"/>
        <xsl:call-template name="drive">
          <xsl:with-param name="bus" select="'sata'"/>
          <xsl:with-param name="dev" select="concat('sd',
              substring($lower, floor($rank div 26), 1), substring($lower, $rank mod 26 + 1, 1))"/>
        </xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:for-each>
  <xsl:for-each select="$disks[target/@bus = 'usb']">
    <!-- Behind all that may be called sd. -->
    <xsl:variable name="rank" select="$sd-hard + count($cds) + count($hard[$hard-bus = 'ide'])
                                      + position() - 1"/>
    <xsl:call-template name="mapped-disk">
      <xsl:with-param name="bus" select="'usb'"/>
      <xsl:with-param name="dev" select="concat('sd',
          substring($lower, floor($rank div 26), 1), substring($lower, $rank mod 26 + 1, 1))"/>
    </xsl:call-template>
  </xsl:for-each>
  <xsl:for-each select="$devices/disk[@device = 'floppy']">
    <xsl:choose>
      <xsl:when test="$i440fx">
        <xsl:call-template name="drive">
          <xsl:with-param name="bus" select="'fdc'"/>
          <xsl:with-param name="dev" select="target/@dev"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:otherwise>
        <xsl:call-template name="left-out">
          <xsl:with-param name="category" select="'information'"/>
          <xsl:with-param name="code" select="'floppy-left-out'"/>
          <xsl:with-param name="text" select="'The new machine has no floppy drive.'"/>
          <xsl:with-param name="property" select="'.present'"/>
        </xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:for-each>
  <xsl:for-each select="$luns[count(. | $hard) != count($hard)]">
    <xsl:call-template name="left-out">
      <xsl:with-param name="code" select="'host-disk'"/>
      <xsl:with-param name="text" select="'It is a SCSI device of the old host, and is left out.'"/>
    </xsl:call-template>
  </xsl:for-each>
  <xsl:for-each select="$hard[1][target/@bus != $hard-bus]">
    <xsl:call-template name="first-disk"/>
  </xsl:for-each>
</xsl:template>

<!-- Four drives go to IDE.  Those that were there keep their places, for the guest knows
     them by it; the others take what is free, hard disks first, and then SATA. -->
<xsl:template name="ide-drive">
  <xsl:variable name="all" select="$cds | $hard[$hard-bus = 'ide']"/>
  <xsl:variable name="stay" select="$all[target/@bus = 'ide']"/>
  <xsl:variable name="free" select="concat(
      substring('hda', 1, 3 * not($stay/target/@dev = 'hda')),
      substring('hdb', 1, 3 * not($stay/target/@dev = 'hdb')),
      substring('hdc', 1, 3 * not($stay/target/@dev = 'hdc')),
      substring('hdd', 1, 3 * not($stay/target/@dev = 'hdd')))"/>
  <xsl:variable name="before" select="preceding-sibling::disk[target/@bus != 'ide']"/>
  <xsl:variable name="rank" select="
      count($before[@device != 'floppy'][count(. | $hard) = count($hard)]
            [current()/@device != 'cdrom' or $hard-bus = 'ide']
            [count(current() | $hard) = count($hard)]) +
      (count($hard[$hard-bus = 'ide'][target/@bus != 'ide']) +
       count($before[count(. | $cds) = count($cds)])) *
      (count(. | $cds) = count($cds))"/>
  <xsl:variable name="over" select="$rank - string-length($free) div 3"/>
  <xsl:variable name="bus" select="concat(
      substring('ide', 1, 3 * (target/@bus = 'ide' or $over &lt; 0)),
      substring('sata', 1, 4 * (target/@bus != 'ide' and $over &gt;= 0)))"/>
  <xsl:variable name="dev" select="concat(
      substring(target/@dev, 1, 3 * (target/@bus = 'ide')),
      substring(substring($free, 3 * $rank + 1, 3), 1, 3 * (target/@bus != 'ide')),
      substring(concat('sd', substring($lower, floor(($sd-hard + $over) div 26), 1),
                       substring($lower, ($sd-hard + $over) mod 26 + 1, 1)),
                1, 4 * ($bus = 'sata')))"/>
  <xsl:choose>
    <xsl:when test="count(. | $cds) = count($cds)">
      <xsl:call-template name="drive">
        <xsl:with-param name="bus" select="$bus"/>
        <xsl:with-param name="dev" select="$dev"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:otherwise>
      <xsl:call-template name="hard-disk">
        <xsl:with-param name="bus" select="$bus"/>
        <xsl:with-param name="dev" select="$dev"/>
      </xsl:call-template>
    </xsl:otherwise>
  </xsl:choose>
  <xsl:if test="$bus = 'sata'">
    <xsl:variable name="was" select="string(target/@dev)"/>
    <xsl:variable name="known" select="$named[@target = $was]/@name"/>
    <xsl:variable name="key" select="concat($known, substring(concat(target/@bus,
        address/@controller, ':', address/@unit), 1, 20 * not($known)))"/>
    <t:loss category="warning" code="ide-full" key="{$key}.present">
      <xsl:text>Four drives are on IDE; this one is on SATA, which the guest may have no driver
for.</xsl:text>
    </t:loss>
  </xsl:if>
</xsl:template>

<xsl:template name="left-out">
  <xsl:param name="category" select="'critical'"/>
  <xsl:param name="code"/>
  <xsl:param name="text"/>
  <xsl:param name="property" select="'.fileName'"/>
  <!-- scsi0:1, as the VMX has it. -->
  <xsl:variable name="was" select="string(target/@dev)"/>
  <xsl:variable name="known" select="$named[@target = $was]/@name"/>
  <xsl:variable name="key" select="concat($known, substring(concat(target/@bus,
      address/@controller, ':', address/@unit), 1, 20 * not($known)))"/>
  <t:disk key="{$key}" device="{@device}">
    <xsl:for-each select="source/@file | source/@dev">
      <xsl:attribute name="source"><xsl:value-of select="."/></xsl:attribute>
    </xsl:for-each>
  </t:disk>
  <t:loss category="{$category}" code="{$code}" key="{$key}{$property}">
    <xsl:value-of select="$text"/>
  </t:loss>
</xsl:template>

<!-- A CD-ROM or floppy drive: empty, unless the map knows the medium. -->
<xsl:template name="drive">
  <xsl:param name="bus"/>
  <xsl:param name="dev"/>
  <xsl:variable name="source" select="source/@file | source/@dev"/>
  <xsl:variable name="medium" select="$map/m:paths/m:path[@from = $source]/@to"/>
  <!-- scsi0:1, as the VMX has it. -->
  <xsl:variable name="was" select="string(target/@dev)"/>
  <xsl:variable name="known" select="$named[@target = $was]/@name"/>
  <xsl:variable name="key" select="concat($known, substring(concat(target/@bus,
      address/@controller, ':', address/@unit), 1, 20 * not($known)))"/>
  <xsl:variable name="kind" select="concat(substring('floppy', 1, 6 * ($bus = 'fdc')),
                                           substring('cdrom', 1, 5 * ($bus != 'fdc')))"/>
  <disk type="file" device="{$kind}">
    <driver name="qemu" type="raw"/>
    <xsl:if test="$medium">
      <source file="{$medium}" startupPolicy="optional"/>
    </xsl:if>
    <target dev="{$dev}" bus="{$bus}"/>
    <xsl:if test="$kind = 'cdrom' or readonly"><readonly/></xsl:if>
    <xsl:copy-of select="boot"/>
  </disk>
  <t:disk key="{$key}" device="{$kind}" target="{$dev}">
    <xsl:if test="$source">
      <xsl:attribute name="source"><xsl:value-of select="$source"/></xsl:attribute>
    </xsl:if>
    <xsl:if test="$medium">
      <xsl:attribute name="path"><xsl:value-of select="$medium"/></xsl:attribute>
      <xsl:attribute name="format">raw</xsl:attribute>
    </xsl:if>
  </t:disk>
  <xsl:if test="$source and not($medium)">
    <t:loss category="information" code="medium-left-out" key="{$key}.fileName">
      <xsl:text>The drive is empty.</xsl:text>
    </t:loss>
  </xsl:if>
</xsl:template>

<xsl:template name="hard-disk">
  <xsl:param name="bus"/>
  <xsl:param name="dev"/>
  <xsl:param name="unit"/>
  <xsl:choose>
    <xsl:when test="$map or shareable">
      <xsl:call-template name="mapped-disk">
        <xsl:with-param name="bus" select="$bus"/>
        <xsl:with-param name="dev" select="$dev"/>
        <xsl:with-param name="unit" select="$unit"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:otherwise>
      <xsl:call-template name="disk">
        <xsl:with-param name="bus" select="$bus"/>
        <xsl:with-param name="dev" select="$dev"/>
        <xsl:with-param name="unit" select="$unit"/>
      </xsl:call-template>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:variable name="usual-folder" select="concat($disk-folder,
    substring('/var/lib/libvirt/images', 1, 23 * ($disk-folder = '')))"/>
<xsl:variable name="usual-format" select="concat($disk-format,
    $defaults/@disk-format[$disk-format = ''],
    substring('qcow2', 1, 5 * not($disk-format != '' or $defaults/@disk-format)))"/>

<!-- What the map has for the disk's path, or else for its datastore: "[ds] dir/file". -->
<xsl:template name="mapped-disk">
  <xsl:param name="bus"/>
  <xsl:param name="dev"/>
  <xsl:param name="unit"/>
  <xsl:variable name="source" select="string(source/@file | source/@dev)"/>
  <xsl:variable name="path" select="$map/m:paths/m:path[@from = $source][1]"/>
  <xsl:variable name="ds" select="substring-before(substring($source, 2), '] ')"/>
  <xsl:variable name="listed" select="$map/m:datastores/m:datastore
      [starts-with($source, '[')][@name = $ds][1]"/>
  <xsl:variable name="store" select="$listed | $map/m:datastores/m:default[not($listed)]"/>
  <xsl:variable name="block" select="starts-with($path/@to, '/dev/')"/>
  <!-- QEMU shares raw images alone. -->
  <xsl:variable name="raw" select="$block or (shareable and not($path/@format))"/>
  <xsl:variable name="told" select="$path/@format[not($block)] |
      $store/@format[not($path/@format) and $disk-format = '']"/>
  <xsl:variable name="format" select="concat(substring('raw', 1, 3 * $raw),
      substring($told, 1, 9 * not($raw)), substring($usual-format, 1, 9 * not($raw or $told)))"/>
  <!-- The machine's name tells disks apart; what several machines share has one name in
       all of them, the end of its path. -->
  <xsl:variable name="flat" select="translate($source, '[] /\:&#9;&#10;&#13;', '---------')"/>
  <xsl:variable name="end" select="50 + 150 * (translate($flat, concat($lower, $upper, $marks), '')
                                               = '')"/>
  <xsl:variable name="file" select="concat(
      substring(concat($name, '-', $dev), 1, 999 * not(shareable)),
      substring(concat('shared-', substring($flat, string-length($flat) - $end + 1)),
                1, 999 * boolean(shareable)), '.', $format)"/>
  <xsl:variable name="pool" select="$store/@pool[$disk-folder = '' and not($path)]"/>
  <xsl:variable name="folder" select="concat($store/@folder[$disk-folder = ''],
      substring($usual-folder, 1, 9999 * not($disk-folder = '' and $store/@folder)))"/>
  <xsl:call-template name="disk">
    <xsl:with-param name="bus" select="$bus"/>
    <xsl:with-param name="dev" select="$dev"/>
    <xsl:with-param name="unit" select="$unit"/>
    <xsl:with-param name="kind" select="concat(substring('block', 1, 5 * $block),
        substring('volume', 1, 6 * boolean($pool)), substring('file', 1, 4 * not($block or $pool)))"/>
    <xsl:with-param name="pool" select="string($pool)"/>
    <xsl:with-param name="format" select="$format"/>
    <xsl:with-param name="file" select="concat($path/@to, substring(concat($folder, '/'), 1,
        9999 * not($path or $pool)), substring($file, 1, 9999 * not($path)))"/>
  </xsl:call-template>
</xsl:template>

<!-- `file` is a path, or the name of a volume. -->
<xsl:template name="disk">
  <xsl:param name="bus"/>
  <xsl:param name="dev"/>
  <xsl:param name="unit"/>
  <xsl:param name="kind" select="'file'"/>
  <xsl:param name="pool"/>
  <xsl:param name="format" select="$usual-format"/>
  <xsl:param name="file" select="concat($usual-folder, '/', $name, '-', $dev, '.', $format)"/>
  <!-- scsi0:1, as the VMX has it. -->
  <xsl:variable name="was" select="string(target/@dev)"/>
  <xsl:variable name="known" select="$named[@target = $was]/@name"/>
  <xsl:variable name="key" select="concat($known, substring(concat(target/@bus,
      address/@controller, ':', address/@unit), 1, 20 * not($known)))"/>
  <!-- Most disks have source, target and address alone. -->
  <xsl:variable name="plain" select="not(*[4] or @snapshot or target/@*[3])"/>
  <disk type="{$kind}" device="disk">
    <xsl:if test="not($plain)"><xsl:copy-of select="@snapshot"/></xsl:if>
    <driver name="qemu" type="{$format}" discard="unmap">
      <xsl:if test="not($plain)">
        <xsl:copy-of select="driver/@*"/>
        <xsl:if test="shareable"><xsl:attribute name="cache">none</xsl:attribute></xsl:if>
      </xsl:if>
    </driver>
    <xsl:choose>
      <xsl:when test="$kind = 'file'"><source file="{$file}"/></xsl:when>
      <xsl:when test="$kind = 'block'"><source dev="{$file}"/></xsl:when>
      <xsl:otherwise><source pool="{$pool}" volume="{$file}"/></xsl:otherwise>
    </xsl:choose>
    <target dev="{$dev}" bus="{$bus}">
      <xsl:if test="not($plain)">
        <xsl:copy-of select="target/@removable[$bus = 'usb'] |
            target/@rotation_rate[$bus != 'usb' and $bus != 'virtio']"/>
      </xsl:if>
    </target>
    <xsl:if test="not($plain)">
      <xsl:copy-of select="iotune"/>
      <!-- Disks of IDE and SATA cannot be so, nor those that forget what was written. -->
      <xsl:copy-of select="readonly[not(../transient) and $bus != 'ide' and $bus != 'sata'] |
                           shareable | transient"/>
      <xsl:if test="serial">
        <serial><xsl:value-of select="substring(serial, 1, 20)"/></serial>
      </xsl:if>
      <xsl:copy-of select="vendor[$bus = 'scsi'] | product[$bus = 'scsi'] | boot"/>
    </xsl:if>
    <xsl:if test="$bus = 'scsi'">
      <address type="drive" controller="0" bus="0" target="0" unit="{$unit}"/>
    </xsl:if>
  </disk>

  <xsl:choose>
    <xsl:when test="$kind = 'volume'">
      <t:disk key="{$key}" device="{@device}" target="{$dev}" format="{$format}"
              source="{source/@*}" pool="{$pool}" volume="{$file}"/>
    </xsl:when>
    <xsl:otherwise>
      <t:disk key="{$key}" device="{@device}" target="{$dev}" format="{$format}"
              source="{source/@*}" path="{$file}"/>
    </xsl:otherwise>
  </xsl:choose>
  <xsl:choose>
    <xsl:when test="(@type = 'block' or @device = 'lun') and $kind != 'block'">
      <t:loss category="critical" code="host-disk" key="{$key}.fileName">
        <xsl:value-of select="concat('It is a disk of the old host; ', $dev, ' on ', $bus,
            ' looks for its content in ', $file,
            substring(concat(' of pool ', $pool), 1, 999 * ($pool != '')), ', as ', $format, '.')"/>
      </t:loss>
    </xsl:when>
    <xsl:otherwise>
      <t:loss category="information" code="disk-place" key="{$key}.fileName">
        <xsl:value-of select="concat('It is ', $dev, ' on ', $bus,
            ', and looks for its content in ', $file,
            substring(concat(' of pool ', $pool), 1, 999 * ($pool != '')), ', as ', $format, '.')"/>
      </t:loss>
    </xsl:otherwise>
  </xsl:choose>
  <xsl:if test="not($plain)">
    <xsl:if test="shareable">
      <t:loss category="critical" code="shared-image" key="{$key}.fileName">
        <xsl:text>Other machines may write to this disk; it has one name in all of them.</xsl:text>
      </t:loss>
    </xsl:if>
    <xsl:if test="$bus != 'scsi' and (vendor or product)">
      <t:loss category="information" code="disk-words"
              key="{$key}{substring('.vendorID', 1, 9 * boolean(vendor))}{
                    substring('.productID', 1, 10 * not(vendor))}">
        <xsl:text>A SCSI disk alone has a vendor and a product.</xsl:text>
      </t:loss>
    </xsl:if>
    <xsl:if test="string-length(serial) &gt; 20">
      <t:loss category="warning" code="disk-words" key="{$key}.serialNumber">
        <xsl:text>QEMU shows the first 20 characters.</xsl:text>
      </t:loss>
    </xsl:if>
    <xsl:if test="target/@rotation_rate and ($bus = 'virtio' or $bus = 'usb')">
      <t:loss category="information" code="disk-words" key="{$key}.virtualSSD">
        <xsl:text>The guest is no longer told that the disk does not turn.</xsl:text>
      </t:loss>
    </xsl:if>
  </xsl:if>
</xsl:template>

<!-- The guest needs the driver of the disk it starts from before it has any disk. -->
<xsl:template name="first-disk">
  <!-- scsi0:1, as the VMX has it. -->
  <xsl:variable name="was" select="string(target/@dev)"/>
  <xsl:variable name="known" select="$named[@target = $was]/@name"/>
  <xsl:variable name="key" select="concat($known, substring(concat(target/@bus,
      address/@controller, ':', address/@unit), 1, 20 * not($known)))"/>
  <t:loss category="warning" code="disk-driver" key="{$key}.fileName">
    <xsl:value-of select="concat('The guest started from ', target/@bus,
                                 ', and is to start from ', $hard-bus, '.')"/>
    <t:advice>
      <xsl:choose>
        <xsl:when test="$windows">See to it before the move that Windows starts the driver of
the new bus at boot, or it stops with 0x7B.</xsl:when>
        <xsl:when test="$guest/@family = 'linux'">See to it before the move that the initramfs
holds the driver of the new bus, and that boot loader and fstab name disks by UUID or
label.</xsl:when>
        <xsl:otherwise>See to it before the move that the guest has a driver of the new bus, and
finds its disks by their new names.</xsl:otherwise>
      </xsl:choose>
    </t:advice>
  </t:loss>
</xsl:template>

<!-- ==== Controllers ================================================================= -->

<xsl:template name="controllers">
  <xsl:for-each select="$devices/controller[@type = 'pci']/pcihole64">
    <controller type="pci" index="0"
                model="{substring('pci-root', 1, 8 * $i440fx)}{
                        substring('pcie-root', 1, 9 * not($i440fx))}">
      <xsl:copy-of select="."/>
    </controller>
  </xsl:for-each>
  <!-- The buses that the cards sit on, in the order in which firmware numbers them, so that
       bus N is controller N.  libvirt adds the rest. -->
  <xsl:choose>
    <xsl:when test="$pci-slots = 'keep'"><xsl:call-template name="kept-buses"/></xsl:when>
    <xsl:when test="not($i440fx)">
      <xsl:for-each select="$nics">
        <controller type="pci" index="{position()}" model="pcie-root-port"/>
      </xsl:for-each>
    </xsl:when>
  </xsl:choose>
  <xsl:if test="$hard-bus = 'scsi' and $hard">
    <controller type="scsi" index="0" model="virtio-scsi"/>
  </xsl:if>
  <xsl:choose>
    <xsl:when test="not($usb)"><controller type="usb" index="0" model="none"/></xsl:when>
    <xsl:when test="$i440fx and not($virtio)">
      <controller type="usb" index="0" model="piix3-uhci"/>
    </xsl:when>
    <xsl:otherwise>
      <controller type="usb" index="0" model="qemu-xhci" ports="15"/>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="kept-buses">
  <xsl:variable name="seats">
    <xsl:for-each select="$nics"><xsl:call-template name="kept-seat"/></xsl:for-each>
  </xsl:variable>
  <xsl:variable name="bridge" select="contains($seats, '[2 ')"/>
  <xsl:choose>
    <xsl:when test="not($i440fx)">
      <xsl:call-template name="bus-up-to">
        <xsl:with-param name="seats" select="$seats"/>
        <xsl:with-param name="bridge" select="$bridge"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:when test="$bridge">
      <controller type="pci" index="1" model="pci-bridge"/>
      <controller type="pci" index="2" model="pci-bridge"/>
    </xsl:when>
  </xsl:choose>
</xsl:template>

<!-- Buses from 1 on until all seats are there. -->
<xsl:template name="bus-up-to">
  <xsl:param name="seats"/>
  <xsl:param name="bridge"/>
  <xsl:param name="index" select="1"/>
  <xsl:if test="$seats != ''">
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
    <!-- What is left is on higher buses. -->
    <xsl:variable name="left">
      <xsl:call-template name="seats-above">
        <xsl:with-param name="seats" select="$seats"/>
        <xsl:with-param name="index" select="$index"/>
      </xsl:call-template>
    </xsl:variable>
    <xsl:call-template name="bus-up-to">
      <xsl:with-param name="seats" select="string($left)"/>
      <xsl:with-param name="bridge" select="$bridge"/>
      <xsl:with-param name="index" select="$index + 1"/>
    </xsl:call-template>
  </xsl:if>
</xsl:template>

<xsl:template name="seats-above">
  <xsl:param name="seats"/>
  <xsl:param name="index"/>
  <xsl:if test="$seats != ''">
    <xsl:if test="substring-before(substring($seats, 2), ' ') &gt; $index">
      <xsl:value-of select="concat(substring-before($seats, ']'), ']')"/>
    </xsl:if>
    <xsl:call-template name="seats-above">
      <xsl:with-param name="seats" select="substring-after($seats, ']')"/>
      <xsl:with-param name="index" select="$index"/>
    </xsl:call-template>
  </xsl:if>
</xsl:template>

<!-- "[bus slot]" that a card keeps, in decimal; nothing when the new machine has no such
     place.  A slot of VMware's says bridge, device and function: pciBridge0 is bus 2 for
     the guest, and each of pciBridge4 to 7 has eight buses from 3 on. -->
<xsl:template name="kept-seat">
  <xsl:variable name="a" select="address"/>
  <xsl:variable name="bridge" select="
      16 * string-length(substring-before($hexes, substring($a/@bus, 3, 1))) +
      string-length(substring-before($hexes, substring($a/@bus, 4, 1)))"/>
  <xsl:variable name="slot" select="
      16 * string-length(substring-before($hexes, substring($a/@slot, 3, 1))) +
      string-length(substring-before($hexes, substring($a/@slot, 4, 1)))"/>
  <xsl:variable name="function" select="substring($a/@function, 3)"/>
  <xsl:choose>
    <xsl:when test="not($a) or preceding-sibling::interface/address[@bus = $a/@bus]
                    [@slot = $a/@slot][@function = $a/@function]"/>
    <xsl:when test="$bridge = 1 and $slot &gt; 0 and $function = 0">
      <xsl:value-of select="concat('[2 ', $slot, ']')"/>
    </xsl:when>
    <xsl:when test="$i440fx and $bridge = 0 and $slot &gt; 2 and $function = 0">
      <xsl:value-of select="concat('[0 ', $slot, ']')"/>
    </xsl:when>
    <xsl:when test="not($i440fx) and $bridge &gt;= 5 and $bridge &lt;= 8 and $slot = 0">
      <xsl:value-of select="concat('[', 3 + 8 * ($bridge - 5) + $function, ' 0]')"/>
    </xsl:when>
  </xsl:choose>
</xsl:template>

<!-- ==== Network ===================================================================== -->

<xsl:template name="nics">
  <xsl:for-each select="$nics">
    <xsl:choose>
      <xsl:when test="$pci-slots = 'keep'">
        <xsl:variable name="seat"><xsl:call-template name="kept-seat"/></xsl:variable>
        <xsl:call-template name="mapped-nic">
          <xsl:with-param name="bus" select="substring-before(substring($seat, 2), ' ')"/>
          <xsl:with-param name="slot" select="substring-before(substring-after($seat, ' '), ']')"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:when test="$map or $network != ''">
        <xsl:call-template name="mapped-nic">
          <xsl:with-param name="bus" select="position() * not($i440fx)"/>
          <xsl:with-param name="slot" select="(position() + 2) * $i440fx"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:otherwise>
        <xsl:call-template name="interface">
          <xsl:with-param name="bus" select="position() * not($i440fx)"/>
          <xsl:with-param name="slot" select="(position() + 2) * $i440fx"/>
        </xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:for-each>
</xsl:template>

<!-- Bus and slot are empty where libvirt is to choose. -->
<xsl:template name="mapped-nic">
  <xsl:param name="bus"/>
  <xsl:param name="slot"/>
  <xsl:variable name="vmnet" select="concat(
      substring-after(translate(source/@bridge, 'VMNET', 'vmnet'), 'vmnet'),
      substring('8', 1, @type = 'user'))"/>
  <xsl:variable name="mac" select="string(mac/@address)"/>
  <xsl:variable name="opaque" select="$keys[@name = concat($named[@mac = $mac][1]/@name,
      '.opaqueNetwork.id')]/@value"/>
  <xsl:variable name="listed" select="$map/m:networks/m:network
      [@name = current()/source/@bridge or @name = current()/source/@name or @opaque = $opaque or
       @portgroup = current()/source/@portgroupid or @vmnet = $vmnet][1]"/>
  <!-- The rest: a parameter, the map's default, or libvirt's network. -->
  <xsl:variable name="default" select="$map/m:networks/m:default[not($listed) and $network = '']"/>
  <xsl:variable name="entry" select="$listed | $default[not(@action)]"/>
  <xsl:variable name="else" select="substring(concat($network, $default/@action), 1,
                                              999 * not($entry))"/>
  <!-- A name that Linux takes for a bridge. -->
  <xsl:variable name="kept" select="source/@bridge[$else = 'keep'][. != '']
      [string-length(.) &lt;= 15][translate(., '.', '') != '']
      [translate(., concat($lower, $upper, '0123456789_.-'), '') = '']"/>
  <xsl:variable name="bridge" select="concat($entry/@bridge, substring-after($else, 'bridge:'),
                                             $kept)"/>
  <xsl:variable name="free" select="not($entry) and $bridge = ''"/>
  <xsl:variable name="usual" select="$free and ($else = '' or $else = 'keep')"/>
  <xsl:if test="$else = 'fail'">
    <xsl:message terminate="yes">
      <xsl:value-of select="concat($named[@mac = current()/mac/@address][1]/@name,
          ': no entry of the map names its network')"/>
      <xsl:if test="source/@bridge">
        <xsl:value-of select="concat(', &quot;', source/@bridge, '&quot;')"/>
      </xsl:if>
    </xsl:message>
  </xsl:if>
  <xsl:call-template name="interface">
    <xsl:with-param name="bus" select="$bus"/>
    <xsl:with-param name="slot" select="$slot"/>
    <xsl:with-param name="bridge" select="$bridge"/>
    <xsl:with-param name="net" select="concat($entry/@network,
        substring('default', 1, 7 * $usual), substring($else, 1, 999 * ($free and not($usual))))"/>
    <xsl:with-param name="entry" select="$entry"/>
    <xsl:with-param name="unmapped" select="not($listed)"/>
    <xsl:with-param name="kept" select="$kept"/>
    <xsl:with-param name="wanted" select="concat($entry/@nic-model[$nic-model = ''],
        substring($nic-asked, 1, 99 * not($entry/@nic-model and $nic-model = '')))"/>
  </xsl:call-template>
</xsl:template>

<xsl:template name="interface">
  <xsl:param name="bus"/>
  <xsl:param name="slot"/>
  <xsl:param name="bridge"/>
  <xsl:param name="net" select="'default'"/>
  <xsl:param name="entry" select="/.."/>
  <xsl:param name="unmapped" select="true()"/>
  <xsl:param name="kept"/>
  <xsl:param name="wanted" select="$nic-asked"/>
  <xsl:variable name="mac" select="string(mac/@address)"/>
  <xsl:variable name="known" select="$named[@mac = $mac][1]/@name"/>
  <!-- Of a function of a card of the host it is pciPassthru0. -->
  <xsl:variable name="key" select="concat($known, substring(concat('ethernet',
      count(preceding-sibling::interface)), 1, 99 * not($known)))"/>
  <xsl:variable name="free" select="$wanted = ''"/>
  <xsl:variable name="intel" select="$free and $nic-other != '' and
      (model/@type = 'e1000' or model/@type = 'e1000e')"/>
  <xsl:variable name="model" select="concat($wanted, substring($nic-usual, 1, 9 * $free),
      substring('e1000', 1, 5 * $intel), substring($nic-other, 1, 9 * ($free and not($intel))))"/>
  <xsl:variable name="hex" select="concat(
      substring($hexes, floor($bus div 16) + 1, 1), substring($hexes, $bus mod 16 + 1, 1), ':',
      substring($hexes, floor($slot div 16) + 1, 1), substring($hexes, $slot mod 16 + 1, 1))"/>

  <interface type="{substring('bridge', 1, 6 * ($bridge != ''))}{
                    substring('network', 1, 7 * ($bridge = ''))}">
    <xsl:if test="$mac != '' and $mac != '00:00:00:00:00:00'"><mac address="{$mac}"/></xsl:if>
    <xsl:choose>
      <xsl:when test="$bridge != ''"><source bridge="{$bridge}"/></xsl:when>
      <xsl:otherwise><source network="{$net}"/></xsl:otherwise>
    </xsl:choose>
    <xsl:if test="$entry">
      <xsl:if test="$entry/@vlan"><vlan><tag id="{$entry/@vlan}"/></vlan></xsl:if>
      <xsl:if test="$entry/@switch"><virtualport type="{$entry/@switch}"/></xsl:if>
    </xsl:if>
    <model type="{$model}"/>
    <!-- Beside mac, source, model and address. -->
    <xsl:if test="*[5] or not(mac and model and address)">
      <xsl:copy-of select="link | mtu | bandwidth | rom | boot"/>
    </xsl:if>
    <xsl:if test="$bus != ''">
      <address type="pci" domain="0x0000" bus="0x{substring-before($hex, ':')}"
               slot="0x{substring-after($hex, ':')}" function="0x0"/>
    </xsl:if>
  </interface>

  <xsl:choose>
    <xsl:when test="not($unmapped)"/>
    <xsl:when test="not($map) and $network = '' and @type = 'bridge'">
      <t:loss category="warning" code="network-unmapped" key="{$key}.networkName">
        <xsl:text>No entry of the map names the network; the card is on network default.</xsl:text>
      </t:loss>
    </xsl:when>
    <xsl:otherwise>
      <xsl:variable name="opaque" select="$keys[@name = concat($key, '.opaqueNetwork.id')]"/>
      <t:loss category="{substring('information', 1, 11 * ($kept or @type = 'user'))}{
                         substring('warning', 1, 7 * not($kept or @type = 'user'))}"
              code="network-unmapped" instead="nic-unconnected"
              key="{$key}{substring('.networkName', 1, 12 * boolean(source/@bridge))}{
                    substring('.dvs.portgroupId', 1, 16 * boolean(source/@portgroupid))}{
                    substring('.opaqueNetwork.id', 1, 17 * boolean($opaque))}{
                    substring('.connectionType', 1, 15 * not(source/@bridge or source/@portgroupid or
                    @type = 'hostdev' or $opaque))}{substring('.present', 1, 8 * (@type = 'hostdev'))}">
        <xsl:value-of select="concat('No entry of the map names the network; the card is on ',
            substring('bridge ', 1, 7 * ($bridge != '')), substring('network ', 1, 8 * ($bridge = '')),
            $bridge, $net, '.')"/>
      </t:loss>
    </xsl:otherwise>
  </xsl:choose>
  <xsl:if test="$entry/@vlan and not($entry/@switch) and $libvirt &lt; 11000000">
    <t:loss category="warning" code="vlan-on-bridge" key="{$key}.present">
      <xsl:text>libvirt before 11.0 sets a VLAN on an Open vSwitch bridge alone.</xsl:text>
    </t:loss>
  </xsl:if>
  <xsl:if test="@type = 'hostdev'">
    <t:loss category="critical" code="nic-passthrough" key="{$key}.id" instead="passthru-address">
      <xsl:value-of select="concat('The card ', $mac,
          ' was a function of a card of the old host, and is a virtual one.')"/>
    </t:loss>
  </xsl:if>
  <xsl:if test="$bus = ''">
    <t:loss category="warning" code="pci-slot" key="{$key}.pciSlotNumber">
      <xsl:text>The new machine has no such place, or has it no longer; libvirt chooses one.</xsl:text>
    </t:loss>
  </xsl:if>
  <!-- A row of the table: old slot, address, new place, as Linux names them. -->
  <xsl:variable name="a" select="address"/>
  <xsl:variable name="old" select="1024 * substring($a/@function, 3) +
      512 * string-length(substring-before($hexes, substring($a/@bus, 3, 1))) +
      32 * string-length(substring-before($hexes, substring($a/@bus, 4, 1))) +
      16 * string-length(substring-before($hexes, substring($a/@slot, 3, 1))) +
      string-length(substring-before($hexes, substring($a/@slot, 4, 1)))"/>
  <t:loss category="information" code="nic-place"
          key="{$key}{substring('.pciSlotNumber', 1, 14 * boolean($a))}{
                substring('.present', 1, 8 * not($a))}">
    <xsl:variable name="linux" select="99 * ($guest/@family = 'linux')"/>
    <xsl:value-of select="concat($mac, ': ', model/@type, substring('card', 1, 4 * not(model/@type)),
        substring(concat(' in slot ', $old, substring(concat(' (ens', $old, ')'), 1, $linux)), 1,
                  99 * boolean($a)), ' is ', $model, ' at ',
        substring('a place that libvirt chooses', 1, 99 * ($bus = '')),
        substring(concat('0000:', $hex, '.0', substring(concat(' (en',
            substring(concat('p', $bus), 1, 9 * ($bus &gt; 0)), 's', $slot, ')'), 1, $linux)),
                  1, 99 * ($bus != '')), '.')"/>
  </t:loss>
</xsl:template>

<!-- ==== Ports and folders =========================================================== -->

<xsl:template name="ports">
  <xsl:for-each select="$devices/serial">
    <xsl:choose>
      <xsl:when test="position() &lt;= 4">
        <xsl:call-template name="port">
          <xsl:with-param name="number" select="position() - 1"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:otherwise>
        <t:loss category="warning" code="port-above" key="serial{target/@port}.present">
          <xsl:text>The new machine has four serial ports; this one is left out.</xsl:text>
        </t:loss>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:for-each>
  <xsl:if test="not($devices/serial) and not($i440fx)">
    <serial type="pty"><target port="0"/></serial>
  </xsl:if>
  <xsl:if test="not($arm)">
    <xsl:for-each select="$devices/parallel[position() &lt;= 3]">
      <xsl:call-template name="port">
        <xsl:with-param name="number" select="position() - 1"/>
      </xsl:call-template>
    </xsl:for-each>
  </xsl:if>
</xsl:template>

<!-- A network port stays; a file, a device or a pipe of the old host is one only where the
     map says what it is here. -->
<xsl:template name="port">
  <xsl:param name="number"/>
  <xsl:variable name="to" select="$map/m:paths/m:path[@from = current()/source/@path]/@to"/>
  <xsl:variable name="key" select="concat(name(), target/@port)"/>
  <!-- Protocols and ports that QEMU has. -->
  <xsl:variable name="network" select="(@type = 'tcp' or @type = 'udp') and
      not(protocol[@type != 'raw' and @type != 'telnet']) and
      not(source[@service and not(@service &gt; 0 and @service &lt; 65536)]) and
      source/@service and not(source/@host = '') and
      (@type = 'tcp' or source[@mode = 'connect'])"/>
  <xsl:variable name="lost" select="not($network or $to or @type = 'null')"/>
  <xsl:element name="{name()}">
    <xsl:attribute name="type">
      <xsl:value-of select="concat(
          substring(@type, 1, 9 * not($lost or @type = 'pipe')),
          substring('unix', 1, 4 * (not($lost) and @type = 'pipe')),
          substring('pty', 1, 3 * ($lost and boolean(self::serial))),
          substring('null', 1, 4 * ($lost and not(self::serial))))"/>
    </xsl:attribute>
    <xsl:choose>
      <xsl:when test="$network and @type = 'udp'"><xsl:copy-of select="source"/></xsl:when>
      <xsl:when test="$network">
        <source>
          <xsl:copy-of select="source/@*"/>
          <!-- Else the machine starts only while the peer is there. -->
          <xsl:if test="source/@mode = 'connect'">
            <reconnect enabled="yes" timeout="10"/>
          </xsl:if>
        </source>
        <xsl:copy-of select="protocol"/>
      </xsl:when>
      <xsl:when test="$lost or @type = 'null'"/>
      <xsl:when test="@type = 'pipe'">
        <xsl:variable name="client" select="$keys[@name = concat($key, '.pipe.endPoint')]
                                                 /@value = 'client'"/>
        <source mode="{substring('connect', 1, 7 * $client)}{
                       substring('bind', 1, 4 * not($client))}" path="{$to}"/>
      </xsl:when>
      <xsl:otherwise>
        <source path="{$to}"><xsl:copy-of select="source/@append"/></source>
      </xsl:otherwise>
    </xsl:choose>
    <target port="{$number}"/>
  </xsl:element>
  <xsl:if test="$lost">
    <t:loss category="warning" code="host-path" key="{$key}.fileName">
      <xsl:choose>
        <xsl:when test="self::serial">The port leads to a terminal of the new host, virsh
console.</xsl:when>
        <xsl:otherwise>The port leads nowhere.</xsl:otherwise>
      </xsl:choose>
    </t:loss>
  </xsl:if>
</xsl:template>

<xsl:template match="filesystem">
  <xsl:variable name="to" select="$map/m:paths/m:path[@from = current()/source/@dir]/@to"/>
  <xsl:variable name="key" select="concat($named[starts-with(@name, 'sharedFolder')]
      [@target = current()/target/@dir]/@name, '.hostPath')"/>
  <xsl:choose>
    <xsl:when test="$to">
      <filesystem type="mount" accessmode="passthrough">
        <driver type="virtiofs"/>
        <source dir="{$to}"/>
        <target dir="{target/@dir}"/>
      </filesystem>
      <t:loss category="information" code="folder-virtiofs" key="{$key}">
        <xsl:value-of select="concat('The guest mounts it by the name &quot;', target/@dir,
                                     '&quot;, as virtiofs.')"/>
      </t:loss>
    </xsl:when>
    <xsl:otherwise>
      <t:loss category="warning" code="host-path" key="{$key}">
        <xsl:text>The folder is left out.</xsl:text>
      </t:loss>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- ==== Display, sound, input ======================================================= -->

<xsl:template name="inputs">
  <xsl:if test="$usb and (not($i440fx) or $virtio or $devices/input)">
    <input type="tablet" bus="usb"/>
    <xsl:for-each select="$devices/input[@type != 'tablet'][@bus = 'usb']">
      <input type="{@type}" bus="usb"/>
    </xsl:for-each>
    <xsl:if test="$arm and not($devices/input[@type = 'keyboard'])">
      <input type="keyboard" bus="usb"/>
    </xsl:if>
  </xsl:if>
</xsl:template>

<xsl:template name="display">
  <xsl:variable name="vnc" select="$devices/graphics[@type = 'vnc'][1]"/>
  <xsl:variable name="model" select="$devices/video[1]/model"/>
  <xsl:variable name="virtual" select="$arm or ($virtio and not($i440fx))"/>
  <graphics type="vnc" port="-1" autoport="yes">
    <xsl:copy-of select="$vnc/@passwd"/>
    <listen type="address" address="127.0.0.1"/>
  </graphics>
  <xsl:if test="$vnc">
    <t:loss category="information" code="display-address" key="RemoteDisplay.vnc.enabled">
      <xsl:text>The display is at 127.0.0.1, on a port that libvirt chooses.</xsl:text>
    </t:loss>
  </xsl:if>
  <!-- QEMU names a file by it. -->
  <xsl:if test="$vnc/@keymap">
    <t:loss category="information" code="display-address" key="RemoteDisplay.vnc.keyMap">
      <xsl:text>The keyboard is that of the viewer.</xsl:text><t:advice/>
    </t:loss>
  </xsl:if>
  <xsl:for-each select="$devices/sound">
    <sound model="{substring(@model, 1, 9 * $i440fx)}{substring('ich9', 1, 4 * not($i440fx))}"/>
    <xsl:if test="not($i440fx)">
      <t:loss category="information" code="sound-changed" key="sound.virtualDev">
        <xsl:text>The sound card is an ich9.</xsl:text>
      </t:loss>
    </xsl:if>
  </xsl:for-each>
  <video>
    <xsl:choose>
      <xsl:when test="$model/@type = 'none'"><model type="none"/></xsl:when>
      <xsl:when test="$virtual">
        <!-- virtio-gpu has 16 heads at most. -->
        <model type="virtio" heads="{1 + 15 * ($model/@heads &gt; 16) +
                   ($model/@heads &gt; 1 and $model/@heads &lt;= 16) *
                   (concat('0', $model/@heads) - 1)}" primary="yes"/>
      </xsl:when>
      <xsl:otherwise><model type="vga" vram="16384" heads="1" primary="yes"/></xsl:otherwise>
    </xsl:choose>
  </video>
  <xsl:if test="$model/acceleration/@accel3d = 'yes'">
    <t:loss category="information" code="video-changed" key="mks.enable3d">
      <xsl:text>The display has no 3D acceleration.</xsl:text>
    </t:loss>
  </xsl:if>
  <xsl:if test="$model/@heads &gt; 1 and not($virtual and $model/@heads &lt;= 16)">
    <t:loss category="information" code="video-changed" key="svga.numDisplays">
      <xsl:text>The display has fewer heads.</xsl:text>
    </t:loss>
  </xsl:if>
</xsl:template>

<!-- ==== Devices of the host ========================================================= -->

<xsl:template match="hostdev[@type = 'pci']">
  <!-- As 0000:42:00.0 -->
  <xsl:variable name="a" select="source/address"/>
  <xsl:variable name="from" select="concat(substring($a/@domain, 3), ':',
      substring($a/@bus, 3), ':', substring($a/@slot, 3), '.', substring($a/@function, 3))"/>
  <xsl:variable name="to" select="$map/m:devices/m:device
      [translate(@from, 'ABCDEF', 'abcdef') = $from]/@to"/>
  <!-- They are named in the order of the elements. -->
  <xsl:variable name="rank" select="1 + count(preceding-sibling::hostdev[@type = 'pci'])"/>
  <xsl:variable name="key" select="$named[starts-with(@name, 'pciPassthru')][not(@mac)][$rank]/@name"/>
  <xsl:if test="$to or $host-devices = 'keep'">
    <hostdev mode="subsystem" type="pci" managed="yes">
      <driver name="vfio"/>
      <source>
        <xsl:choose>
          <xsl:when test="$to">
            <address domain="0x{substring($to, 1, 4)}" bus="0x{substring($to, 6, 2)}"
                     slot="0x{substring($to, 9, 2)}" function="0x{substring($to, 12)}"/>
          </xsl:when>
          <xsl:otherwise><xsl:copy-of select="$a"/></xsl:otherwise>
        </xsl:choose>
      </source>
    </hostdev>
  </xsl:if>
  <t:loss category="{substring('information', 1, 11 * boolean($to))}{
                     substring('critical', 1, 8 * not($to))}" code="host-device"
          key="{$key}.id" instead="passthru-address">
    <xsl:value-of select="concat('PCI device ', $from, ' of the old host is ')"/>
    <xsl:choose>
      <xsl:when test="$to"><xsl:value-of select="concat($to, ' here.')"/><t:advice/></xsl:when>
      <xsl:when test="$host-devices = 'keep'">passed through, whatever it is here.</xsl:when>
      <xsl:otherwise>left out.</xsl:otherwise>
    </xsl:choose>
  </t:loss>
</xsl:template>

<xsl:template match="hostdev">
  <xsl:variable name="ids" select="concat(source/vendor/@id, ':', source/product/@id)"/>
  <xsl:choose>
    <xsl:when test="$host-devices = 'keep' and $usb">
      <hostdev mode="subsystem" type="{@type}"><xsl:copy-of select="source"/></hostdev>
    </xsl:when>
    <xsl:otherwise>
      <t:loss category="warning" code="host-device"
              key="{$named[@source = $ids]/@name}">
        <xsl:value-of select="concat('USB device ', substring(source/vendor/@id, 3), ':',
            substring(source/product/@id, 3), ' of the host is left out.')"/>
      </t:loss>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template match="watchdog">
  <watchdog><xsl:copy-of select="@model | @action"/></watchdog>
</xsl:template>

<xsl:template match="iommu">
  <xsl:choose>
    <xsl:when test="$i440fx or $arm">
      <t:loss category="warning" code="iommu-left-out" key="vvtd.enable">
        <xsl:text>A machine of this type has no IOMMU.</xsl:text>
      </t:loss>
    </xsl:when>
    <xsl:otherwise><iommu model="intel"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- ==== The map ===================================================================== -->

<!-- One row for the entries that nothing of this machine matches. -->
<xsl:template name="unused">
  <xsl:variable name="bridges" select="$nics/source/@bridge"/>
  <!-- In these a line break goes before each. -->
  <xsl:variable name="entries">
    <xsl:for-each select="$map/m:networks/m:network
        [not(@name = $bridges or @name = $nics/source/@name or
             @portgroup = $nics/source/@portgroupid or
             @opaque = $keys[contains(@name, '.opaqueNetwork.id')]/@value or
             (@vmnet = '8' and $nics/@type = 'user'))]">
      <xsl:if test="not(@vmnet) or not($bridges[translate(., 'VMNET', 'vmnet') =
                                                concat('vmnet', current()/@vmnet)])">
        <xsl:value-of select="concat(',&#10;network ', @name, @portgroup, @opaque,
            substring('VMnet', 1, 5 * boolean(@vmnet)), @vmnet)"/>
      </xsl:if>
    </xsl:for-each>
    <xsl:for-each select="$map/m:datastores/m:datastore">
      <xsl:if test="not($devices/disk/source[starts-with(@file, concat('[', current()/@name, '] '))])">
        <xsl:value-of select="concat(',&#10;datastore ', @name)"/>
      </xsl:if>
    </xsl:for-each>
    <xsl:for-each select="$map/m:paths/m:path[not(@from = $devices/*/source/@*)]">
      <xsl:value-of select="concat(',&#10;path ', @from)"/>
    </xsl:for-each>
    <xsl:for-each select="$map/m:devices/m:device">
      <xsl:variable name="from" select="translate(@from, 'ABCDEF', 'abcdef')"/>
      <xsl:if test="not($devices/hostdev/source/address[concat(substring(@domain, 3), ':',
          substring(@bus, 3), ':', substring(@slot, 3), '.', substring(@function, 3)) = $from])">
        <xsl:value-of select="concat(',&#10;device ', @from)"/>
      </xsl:if>
    </xsl:for-each>
    <xsl:for-each select="$map/m:machines/m:machine[@name != $name-given]">
      <xsl:value-of select="concat(',&#10;machine ', @name)"/>
    </xsl:for-each>
  </xsl:variable>
  <xsl:variable name="count" select="string-length($entries) -
                                     string-length(translate($entries, '&#10;', ''))"/>
  <xsl:if test="$count &gt; 0">
    <t:loss category="information" code="map-unused">
      <xsl:choose>
        <xsl:when test="$count &gt; 8">
          <xsl:value-of select="concat($count,
              ' entries of the map match nothing of this machine.')"/>
        </xsl:when>
        <xsl:otherwise>
          <xsl:value-of select="concat('Nothing of this machine is ',
                                       substring($entries, 3), '.')"/>
        </xsl:otherwise>
      </xsl:choose>
    </t:loss>
  </xsl:if>
</xsl:template>

</xsl:stylesheet>
