<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: LGPL-2.1-or-later -->
<!-- The KVM domain of a VMware machine.  So far: the domain as it is. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:param name="domain-type" select="'kvm'"/>

  <xsl:template match="@*|node()">
    <xsl:copy>
      <xsl:apply-templates select="@*|node()"/>
    </xsl:copy>
  </xsl:template>

  <xsl:template match="/domain/@type">
    <xsl:attribute name="type"><xsl:value-of select="$domain-type"/></xsl:attribute>
  </xsl:template>
</xsl:stylesheet>
