<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: LGPL-2.1-or-later -->
<!-- Prints vmx-keys.xml as one TAB-separated line per key, in its order:
     pattern, type, product, min-hw, secret, volatile, identity, apply, vi, default,
     meaning, evidence, deprecated, instead, values, open, allowed, section.  What is not
     there is an empty field.  Values stand in a row, each ended by a bar: "=WORD|" or
     "#MIN,MAX,UNIT|". -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="text" encoding="UTF-8"/>

  <xsl:template match="/">
    <xsl:for-each select="keys/section/key">
      <xsl:value-of select="@pattern"/><xsl:text>&#9;</xsl:text>
      <xsl:value-of select="@type"/><xsl:text>&#9;</xsl:text>
      <xsl:value-of select="@product"/><xsl:text>&#9;</xsl:text>
      <xsl:value-of select="@min-hw"/><xsl:text>&#9;</xsl:text>
      <xsl:value-of select="@secret"/><xsl:text>&#9;</xsl:text>
      <xsl:value-of select="@volatile"/><xsl:text>&#9;</xsl:text>
      <xsl:value-of select="@identity"/><xsl:text>&#9;</xsl:text>
      <xsl:value-of select="@apply"/><xsl:text>&#9;</xsl:text>
      <xsl:value-of select="@vi"/><xsl:text>&#9;</xsl:text>
      <xsl:value-of select="normalize-space(@default)"/><xsl:text>&#9;</xsl:text>
      <xsl:value-of select="normalize-space(meaning)"/><xsl:text>&#9;</xsl:text>
      <xsl:value-of select="@evidence"/><xsl:text>&#9;</xsl:text>
      <xsl:value-of select="@deprecated"/><xsl:text>&#9;</xsl:text>
      <xsl:value-of select="@instead"/><xsl:text>&#9;</xsl:text>
      <xsl:apply-templates select="values/value | values/range"/><xsl:text>&#9;</xsl:text>
      <xsl:value-of select="values/@open"/><xsl:text>&#9;</xsl:text>
      <xsl:value-of select="normalize-space(values/allowed)"/><xsl:text>&#9;</xsl:text>
      <xsl:value-of select="../@title"/><xsl:text>&#10;</xsl:text>
    </xsl:for-each>
  </xsl:template>

  <xsl:template match="value">
    <xsl:value-of select="concat('=', ., '|')"/>
  </xsl:template>

  <xsl:template match="range">
    <xsl:value-of select="concat('#', @min, ',', @max, ',', @unit, '|')"/>
  </xsl:template>
</xsl:stylesheet>
