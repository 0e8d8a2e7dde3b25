<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: LGPL-2.1-or-later -->
<!-- The page of vmx-convert(1) report=FILE.html, made of its XML report.  vmx-convert puts
     before the machines what they have in common: elements <count> and <shared>, the most
     used first.  The result is HTML and well-formed XML at once; no element of it that may
     have content is empty, and nothing leads out of the page.  Machines are lines of text
     for report.js, with a letter first and tabs between. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:r="urn:libvmx:report:1" exclude-result-prefixes="r">
  <xsl:output method="xml" omit-xml-declaration="yes" encoding="UTF-8" indent="no"/>
  <xsl:param name="style"/>
  <xsl:param name="script"/>

  <xsl:key name="code" match="r:count[@code]" use="@code"/>
  <xsl:key name="machine" match="r:machine" use="@index"/>

  <xsl:variable name="counts" select="/r:report/r:count"/>
  <xsl:variable name="totals" select="/r:report/r:totals"/>
  <xsl:variable name="listed" select="/r:report/@listed"/>
  <xsl:variable name="ready"
                select="sum($counts[@of='readiness'][@value='ready']/@machines)"/>
  <xsl:variable name="notes"
                select="sum($counts[@of='readiness'][@value='notes']/@machines)"/>
  <xsl:variable name="blocked"
                select="sum($counts[@of='readiness'][@value='blocked']/@machines)"/>
  <xsl:variable name="known" select="sum($counts[@of='guest']/@machines)"/>
  <xsl:variable name="networks"
                select="$counts[@of='network' or @of='portgroup' or @of='opaque' or
                                @of='vmnet']"/>
  <xsl:variable name="datastores" select="$counts[@of='datastore']"/>
  <xsl:variable name="critical" select="$counts[@grade='critical']"/>
  <xsl:variable name="warnings"
                select="$counts[@grade='warning' or @grade='error']"/>

  <!-- What parts lines and fields of the data, and what is shown for it. -->
  <xsl:variable name="parting" select="'&#9;&#10;&#13;'"/>
  <xsl:variable name="shown" select="'&#x2409;&#x240a;&#x240d;'"/>

  <!-- ==== the page ================================================================ -->

  <xsl:template match="/">
    <html lang="en">
      <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title>Migration report</title>
        <style>
          <xsl:text disable-output-escaping="yes">/*&lt;![CDATA[*/&#10;</xsl:text>
          <xsl:value-of select="$style" disable-output-escaping="yes"/>
          <xsl:text disable-output-escaping="yes">/*]]&gt;*/</xsl:text>
        </style>
      </head>
      <body>
        <a class="skip" href="#machines">To the table of machines</a>
        <header>
          <h1>Migration report</h1>
          <p>
            <xsl:call-template name="many">
              <xsl:with-param name="n" select="$totals/@machines"/>
              <xsl:with-param name="one" select="'machine'"/>
            </xsl:call-template>
            <xsl:text>, of which </xsl:text>
            <xsl:value-of select="format-number($totals/@converted, '#,##0')"/>
            <xsl:text> could be converted.</xsl:text>
            <xsl:call-template name="sizes"/>
          </p>
          <nav aria-label="Parts of this page">
            <a href="#first">What to do first</a>
            <a href="#machines">Machines</a>
            <a href="#overview">Overview</a>
            <a href="#map">Networks and datastores</a>
            <a href="#shared">Shared disks</a>
            <a href="#findings">All findings</a>
          </nav>
        </header>
        <main>
          <xsl:call-template name="totals"/>
          <xsl:call-template name="first"/>
          <xsl:call-template name="machines"/>
          <xsl:call-template name="overview"/>
          <xsl:call-template name="map"/>
          <xsl:call-template name="shared"/>
          <xsl:call-template name="findings"/>
        </main>
        <footer>
          <p>
            <xsl:text>Made by vmx-convert. This page needs nothing but itself; the codes are
            explained in vmx-diagnostics(7) and by vmx-convert --explain=CODE.</xsl:text>
          </p>
        </footer>
        <pre id="data" hidden="hidden">
          <xsl:call-template name="data"/>
        </pre>
        <script>
          <xsl:text disable-output-escaping="yes">//&lt;![CDATA[&#10;</xsl:text>
          <xsl:value-of select="$script" disable-output-escaping="yes"/>
          <xsl:text disable-output-escaping="yes">//]]&gt;</xsl:text>
        </script>
      </body>
    </html>
  </xsl:template>

  <!-- What there is to move. -->
  <xsl:template name="sizes">
    <xsl:variable name="memory" select="/r:report/r:sum[@of='memory_mib']"/>
    <xsl:variable name="disks" select="/r:report/r:sum[@of='disk_mib']"/>
    <xsl:if test="$memory/@n &gt; 0">
      <xsl:text> Together they have </xsl:text>
      <xsl:call-template name="amount">
        <xsl:with-param name="mib" select="$memory/@n"/>
      </xsl:call-template>
      <xsl:text> of memory</xsl:text>
      <xsl:if test="$disks/@machines &gt; 0">
        <xsl:text> and </xsl:text>
        <xsl:call-template name="amount">
          <xsl:with-param name="mib" select="$disks/@n"/>
        </xsl:call-template>
        <xsl:text> of disks</xsl:text>
        <xsl:if test="$disks/@machines &lt; $known">
          <xsl:value-of select="concat(' (of ', format-number($disks/@machines, '#,##0'),
                                ' whose disks were beside them)')"/>
        </xsl:if>
      </xsl:if>
      <xsl:text>.</xsl:text>
    </xsl:if>
  </xsl:template>

  <xsl:template name="amount">
    <xsl:param name="mib"/>
    <xsl:choose>
      <xsl:when test="$mib &gt;= 10485760">
        <xsl:value-of select="concat(format-number($mib div 1048576, '#,##0.#'), ' TiB')"/>
      </xsl:when>
      <xsl:otherwise>
        <xsl:value-of select="concat(format-number($mib div 1024, '#,##0.#'), ' GiB')"/>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- "1 disk", "2,000 disks". -->
  <xsl:template name="many">
    <xsl:param name="n"/>
    <xsl:param name="one"/>
    <xsl:value-of select="concat(format-number($n, '#,##0'), ' ', $one)"/>
    <xsl:if test="$n != 1">s</xsl:if>
  </xsl:template>

  <!-- Leads to the machines of a kind, in the table. -->
  <xsl:template name="show">
    <xsl:param name="by"/>
    <xsl:param name="value"/>
    <xsl:param name="n" select="@machines"/>
    <xsl:param name="about" select="''"/>
    <button type="button" class="show" data-by="{$by}" data-value="{$value}">
      <xsl:if test="$about != ''">
        <xsl:attribute name="data-about"><xsl:value-of select="$about"/></xsl:attribute>
      </xsl:if>
      <xsl:if test="$listed = 'all'">Show </xsl:if>
      <xsl:call-template name="many">
        <xsl:with-param name="n" select="$n"/>
        <xsl:with-param name="one" select="'machine'"/>
      </xsl:call-template>
      <xsl:if test="$listed != 'all'">: show the blocked</xsl:if>
      <span class="unseen">
        <xsl:value-of select="concat(': ', $value, ' ', $about)"/>
      </span>
    </button>
  </xsl:template>

  <!-- ==== totals ================================================================== -->

  <xsl:template name="tile">
    <xsl:param name="word"/>
    <xsl:param name="n"/>
    <xsl:param name="means"/>
    <li class="tile {$word}">
      <xsl:choose>
        <xsl:when test="$listed = 'all' or $word = 'blocked'">
          <button type="button" class="show plain" data-by="readiness"
                  data-value="{$word}">
            <xsl:call-template name="tile-text">
              <xsl:with-param name="word" select="$word"/>
              <xsl:with-param name="n" select="$n"/>
              <xsl:with-param name="means" select="$means"/>
            </xsl:call-template>
          </button>
        </xsl:when>
        <xsl:otherwise>
          <xsl:call-template name="tile-text">
            <xsl:with-param name="word" select="$word"/>
            <xsl:with-param name="n" select="$n"/>
            <xsl:with-param name="means" select="$means"/>
          </xsl:call-template>
        </xsl:otherwise>
      </xsl:choose>
    </li>
  </xsl:template>

  <xsl:template name="tile-text">
    <xsl:param name="word"/>
    <xsl:param name="n"/>
    <xsl:param name="means"/>
    <strong><xsl:value-of select="format-number($n, '#,##0')"/></strong>
    <span class="mark {$word}"><xsl:value-of select="$word"/></span>
    <span class="faint"><xsl:value-of select="$means"/></span>
  </xsl:template>

  <xsl:template name="totals">
    <section aria-label="Totals">
      <ul class="tiles">
        <xsl:call-template name="tile">
          <xsl:with-param name="word" select="'blocked'"/>
          <xsl:with-param name="n" select="$blocked"/>
          <xsl:with-param name="means" select="'would not start, or lose data: act first'"/>
        </xsl:call-template>
        <xsl:call-template name="tile">
          <xsl:with-param name="word" select="'notes'"/>
          <xsl:with-param name="n" select="$notes"/>
          <xsl:with-param name="means" select="'can move; read the notes before'"/>
        </xsl:call-template>
        <xsl:call-template name="tile">
          <xsl:with-param name="word" select="'ready'"/>
          <xsl:with-param name="n" select="$ready"/>
          <xsl:with-param name="means" select="'can move as they are'"/>
        </xsl:call-template>
      </ul>
    </section>
  </xsl:template>

  <!-- ==== what to do first ======================================================== -->

  <xsl:template name="first">
    <section id="first" aria-labelledby="first-title">
      <h2 id="first-title">What to do first</h2>
      <ol class="steps">
        <xsl:if test="$counts[@of='failure']">
          <xsl:call-template name="step-failed"/>
        </xsl:if>
        <xsl:if test="$critical">
          <li>
            <h3>Remove what blocks machines</h3>
            <xsl:call-template name="codes">
              <xsl:with-param name="codes" select="$critical"/>
              <xsl:with-param name="caption" select="'Critical, by machines concerned'"/>
            </xsl:call-template>
          </li>
        </xsl:if>
        <xsl:if test="$networks or $datastores">
          <li>
            <h3>Write the map file</h3>
            <p>
              <xsl:text>The machines use </xsl:text>
              <xsl:call-template name="many">
                <xsl:with-param name="n" select="count($networks)"/>
                <xsl:with-param name="one" select="'network'"/>
              </xsl:call-template>
              <xsl:text> and name </xsl:text>
              <xsl:call-template name="many">
                <xsl:with-param name="n" select="count($datastores)"/>
                <xsl:with-param name="one" select="'datastore'"/>
              </xsl:call-template>
              <xsl:text>, which the new hosts call by other names. </xsl:text>
              <code>vmx-convert --suggest-map=map.xml FOLDER</code>
              <xsl:text> writes the file with all of them, to be filled in: </xsl:text>
              <a href="#map">which they are</a>
              <xsl:text>.</xsl:text>
            </p>
          </li>
        </xsl:if>
        <xsl:if test="/r:report/r:shared">
          <li>
            <h3>Move together what shares a disk</h3>
            <p>
              <xsl:call-template name="many">
                <xsl:with-param name="n" select="count(/r:report/r:shared)"/>
                <xsl:with-param name="one" select="'disk'"/>
              </xsl:call-template>
              <xsl:text> belong to more than one machine: </xsl:text>
              <a href="#shared">which they are</a>
              <xsl:text>.</xsl:text>
            </p>
          </li>
        </xsl:if>
        <xsl:if test="$warnings">
          <li>
            <h3>Read the notes</h3>
            <xsl:call-template name="codes">
              <xsl:with-param name="codes" select="$warnings[position() &lt;= 10]"/>
              <xsl:with-param name="caption" select="'Warnings, by machines concerned'"/>
            </xsl:call-template>
            <xsl:if test="count($warnings) &gt; 10">
              <p><a href="#findings">All findings</a></p>
            </xsl:if>
          </li>
        </xsl:if>
        <li>
          <h3>Move what is ready</h3>
          <xsl:choose>
            <xsl:when test="$ready = 0">
              <p>No machine is ready yet.</p>
            </xsl:when>
            <xsl:when test="$listed = 'all'">
              <p>
                <xsl:call-template name="show">
                  <xsl:with-param name="by" select="'readiness'"/>
                  <xsl:with-param name="value" select="'ready'"/>
                  <xsl:with-param name="n" select="$ready"/>
                </xsl:call-template>
              </p>
            </xsl:when>
            <xsl:otherwise>
              <p>
                <xsl:call-template name="many">
                  <xsl:with-param name="n" select="$ready"/>
                  <xsl:with-param name="one" select="'machine'"/>
                </xsl:call-template>
                <xsl:text>, which a report in .csv or .jsonl names.</xsl:text>
              </p>
            </xsl:otherwise>
          </xsl:choose>
        </li>
      </ol>
    </section>
  </xsl:template>

  <xsl:template name="step-failed">
    <li>
      <h3>See what could not be converted</h3>
      <div class="scroll" tabindex="0" role="region" aria-label="Reasons">
        <table>
          <caption>Reasons, by inputs concerned</caption>
          <thead>
            <tr>
              <th scope="col">Reason</th>
              <th scope="col">Machines</th>
            </tr>
          </thead>
          <tbody>
            <xsl:for-each select="$counts[@of='failure'][position() &lt;= 20]">
              <tr>
                <th scope="row">
                  <xsl:value-of select="@value"/>
                  <xsl:if test="@value = ''">no reason was given</xsl:if>
                </th>
                <td>
                  <xsl:call-template name="show">
                    <xsl:with-param name="by" select="'reason'"/>
                    <xsl:with-param name="value" select="@value"/>
                  </xsl:call-template>
                </td>
              </tr>
            </xsl:for-each>
          </tbody>
        </table>
      </div>
      <xsl:call-template name="rest">
        <xsl:with-param name="n" select="count($counts[@of='failure']) - 20"/>
        <xsl:with-param name="one" select="'other reason'"/>
      </xsl:call-template>
    </li>
  </xsl:template>

  <!-- What a table has no room for. -->
  <xsl:template name="rest">
    <xsl:param name="n"/>
    <xsl:param name="one"/>
    <xsl:if test="$n &gt; 0">
      <p class="faint">
        <xsl:text>And </xsl:text>
        <xsl:call-template name="many">
          <xsl:with-param name="n" select="$n"/>
          <xsl:with-param name="one" select="$one"/>
        </xsl:call-template>
        <xsl:text>.</xsl:text>
      </p>
    </xsl:if>
  </xsl:template>

  <xsl:template name="codes">
    <xsl:param name="codes"/>
    <xsl:param name="caption"/>
    <div class="scroll" tabindex="0" role="region" aria-label="{$caption}">
      <table class="codes">
        <caption><xsl:value-of select="$caption"/></caption>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">What to do</th>
            <th scope="col">How bad</th>
            <th scope="col">Machines</th>
          </tr>
        </thead>
        <tbody>
          <xsl:for-each select="$codes">
            <xsl:sort select="number(@grade='critical' or @grade='error')"
                      data-type="number" order="descending"/>
            <xsl:sort select="number(@grade='warning')"
                      data-type="number" order="descending"/>
            <xsl:sort select="@machines" data-type="number" order="descending"/>
            <tr>
              <th scope="row">
                <xsl:value-of select="@title"/>
                <xsl:text> </xsl:text>
                <span class="faint"><xsl:value-of select="@page"/></span>
              </th>
              <td>
                <xsl:value-of select="@remedy"/>
                <xsl:text> </xsl:text>
              </td>
              <td>
                <xsl:value-of select="@grade"/>
              </td>
              <td>
                <xsl:call-template name="show-code"/>
              </td>
            </tr>
          </xsl:for-each>
        </tbody>
      </table>
    </div>
  </xsl:template>

  <!-- A code that is as bad in all machines has a field of its own there. -->
  <xsl:template name="show-code">
    <xsl:choose>
      <xsl:when test="count(key('code', @code)) = 1">
        <xsl:call-template name="show">
          <xsl:with-param name="by" select="'code'"/>
          <xsl:with-param name="value" select="@code"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:otherwise>
        <xsl:call-template name="show">
          <xsl:with-param name="by" select="'grade'"/>
          <xsl:with-param name="value" select="@value"/>
          <xsl:with-param name="about"
                          select="concat(@page, ', ', @grade)"/>
        </xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- ==== machines ================================================================ -->

  <xsl:template name="choice">
    <xsl:param name="by"/>
    <xsl:param name="label"/>
    <xsl:param name="values"/>
    <label>
      <span><xsl:value-of select="$label"/></span>
      <select data-by="{$by}">
        <option value="">all</option>
        <xsl:for-each select="$values">
          <option value="{@value}">
            <xsl:value-of select="concat(@value, ' (',
                                         format-number(@machines, '#,##0'), ')')"/>
          </option>
        </xsl:for-each>
      </select>
    </label>
  </xsl:template>

  <xsl:template name="machines">
    <section id="machines" aria-labelledby="machines-title">
      <h2 id="machines-title" tabindex="-1">Machines</h2>
      <xsl:if test="$listed != 'all'">
        <p class="note">
          <xsl:text>This inventory has too many machines for one page: here are </xsl:text>
          <xsl:if test="$listed = 'some'">the first 10,000 of </xsl:if>
          <xsl:text>those that are blocked. Totals and charts are of all of them; a report in
          .csv, .jsonl or .xml has every machine.</xsl:text>
        </p>
      </xsl:if>
      <noscript>
        <p class="note">The table needs the script that is in this page.</p>
      </noscript>
      <form id="filters" role="search" aria-label="Choose machines">
        <label class="wide">
          <span>Search</span>
          <input id="search" type="search" autocomplete="off" spellcheck="false"
                 placeholder="name, file, network, disk, MAC address, code …"/>
        </label>
        <xsl:call-template name="choice">
          <xsl:with-param name="by" select="'readiness'"/>
          <xsl:with-param name="label" select="'Readiness'"/>
          <xsl:with-param name="values" select="$counts[@of='readiness']"/>
        </xsl:call-template>
        <xsl:call-template name="choice">
          <xsl:with-param name="by" select="'guest'"/>
          <xsl:with-param name="label" select="'Guest system'"/>
          <xsl:with-param name="values"
                          select="$counts[@of='guest'][position() &lt;= 500]"/>
        </xsl:call-template>
        <xsl:call-template name="choice">
          <xsl:with-param name="by" select="'hardware'"/>
          <xsl:with-param name="label" select="'Hardware version'"/>
          <xsl:with-param name="values"
                          select="$counts[@of='hardware'][position() &lt;= 500]"/>
        </xsl:call-template>
        <xsl:call-template name="choice">
          <xsl:with-param name="by" select="'firmware'"/>
          <xsl:with-param name="label" select="'Firmware'"/>
          <xsl:with-param name="values"
                          select="$counts[@of='firmware'][position() &lt;= 500]"/>
        </xsl:call-template>
        <label>
          <span>Finding</span>
          <select data-by="code">
            <option value="">all</option>
            <xsl:for-each select="$counts[@code][generate-id() =
                                  generate-id(key('code', @code)[1])]">
              <xsl:sort select="@code"/>
              <option value="{@code}"><xsl:value-of select="@page"/></option>
            </xsl:for-each>
          </select>
        </label>
        <button type="reset">Show all</button>
      </form>
      <p id="only" hidden="hidden">
        <span>Only </span>
        <b id="only-what"><xsl:text> </xsl:text></b>
        <xsl:text> </xsl:text>
        <button type="button" id="only-end">Remove this filter</button>
      </p>
      <p id="found" role="status">The table is being made.</p>
      <div class="scroll" tabindex="0" role="region" aria-label="Table of machines">
        <table id="table">
          <caption class="unseen">Machines; a heading sorts, a name opens</caption>
          <thead>
            <tr>
              <xsl:call-template name="column">
                <xsl:with-param name="by" select="'readiness'"/>
                <xsl:with-param name="label" select="'Readiness'"/>
              </xsl:call-template>
              <xsl:call-template name="column">
                <xsl:with-param name="by" select="'name'"/>
                <xsl:with-param name="label" select="'Machine'"/>
              </xsl:call-template>
              <xsl:call-template name="column">
                <xsl:with-param name="by" select="'reason'"/>
                <xsl:with-param name="label" select="'Why'"/>
              </xsl:call-template>
              <xsl:call-template name="column">
                <xsl:with-param name="by" select="'guest'"/>
                <xsl:with-param name="label" select="'Guest system'"/>
              </xsl:call-template>
              <xsl:call-template name="column">
                <xsl:with-param name="by" select="'hardware'"/>
                <xsl:with-param name="label" select="'HW'"/>
              </xsl:call-template>
              <xsl:call-template name="column">
                <xsl:with-param name="by" select="'firmware'"/>
                <xsl:with-param name="label" select="'Firmware'"/>
              </xsl:call-template>
              <xsl:call-template name="column">
                <xsl:with-param name="by" select="'cpus'"/>
                <xsl:with-param name="label" select="'CPUs'"/>
              </xsl:call-template>
              <xsl:call-template name="column">
                <xsl:with-param name="by" select="'memory'"/>
                <xsl:with-param name="label" select="'MiB'"/>
              </xsl:call-template>
              <xsl:call-template name="column">
                <xsl:with-param name="by" select="'disks'"/>
                <xsl:with-param name="label" select="'Disks'"/>
              </xsl:call-template>
              <xsl:call-template name="column">
                <xsl:with-param name="by" select="'bytes'"/>
                <xsl:with-param name="label" select="'GiB'"/>
              </xsl:call-template>
              <xsl:call-template name="column">
                <xsl:with-param name="by" select="'cards'"/>
                <xsl:with-param name="label" select="'NICs'"/>
              </xsl:call-template>
            </tr>
          </thead>
          <tbody id="rows">
            <tr><td colspan="11"><xsl:text> </xsl:text></td></tr>
          </tbody>
        </table>
      </div>
      <nav id="pages" aria-label="Pages of the table">
        <button type="button" id="page-back">Previous</button>
        <span id="page-now"><xsl:text> </xsl:text></span>
        <button type="button" id="page-on">Next</button>
      </nav>
    </section>
  </xsl:template>

  <xsl:template name="column">
    <xsl:param name="by"/>
    <xsl:param name="label"/>
    <th scope="col">
      <button type="button" class="plain" data-sort="{$by}">
        <xsl:value-of select="$label"/>
      </button>
    </th>
  </xsl:template>

  <!-- ==== overview ================================================================ -->

  <xsl:template name="overview">
    <section id="overview" aria-labelledby="overview-title">
      <h2 id="overview-title">Overview</h2>
      <div class="charts">
        <xsl:call-template name="chart">
          <xsl:with-param name="title" select="'Guest systems'"/>
          <xsl:with-param name="values" select="$counts[@of='guest']"/>
        </xsl:call-template>
        <xsl:call-template name="chart">
          <xsl:with-param name="title" select="'Hardware versions'"/>
          <xsl:with-param name="values" select="$counts[@of='hardware']"/>
        </xsl:call-template>
        <xsl:call-template name="chart">
          <xsl:with-param name="title" select="'Firmware'"/>
          <xsl:with-param name="values" select="$counts[@of='firmware']"/>
        </xsl:call-template>
        <xsl:call-template name="ranges">
          <xsl:with-param name="title" select="'Memory'"/>
          <xsl:with-param name="values" select="$counts[@of='memory']"/>
          <xsl:with-param name="steps"
                          select="'0 1024 2048 4096 8192 16384 32768 65536 131072 '"/>
          <xsl:with-param name="part" select="1024"/>
          <xsl:with-param name="unit" select="' GiB'"/>
        </xsl:call-template>
        <xsl:call-template name="ranges">
          <xsl:with-param name="title" select="'Disks of a machine'"/>
          <xsl:with-param name="values" select="$counts[@of='disks']"/>
          <xsl:with-param name="steps" select="'0 1 2 3 4 5 9 17 '"/>
        </xsl:call-template>
        <xsl:call-template name="ranges">
          <xsl:with-param name="title" select="'Size of all disks'"/>
          <xsl:with-param name="values" select="$counts[@of='size']"/>
          <xsl:with-param name="steps" select="'0 17 33 65 129 257 513 1025 2049 '"/>
          <xsl:with-param name="unit" select="' GiB'"/>
        </xsl:call-template>
        <xsl:call-template name="chart">
          <xsl:with-param name="title" select="'Findings, by machines concerned'"/>
          <xsl:with-param name="values" select="$counts[@code]"/>
        </xsl:call-template>
      </div>
    </section>
  </xsl:template>

  <!-- What a bar is called. -->
  <xsl:template name="label">
    <xsl:choose>
      <xsl:when test="@code"><xsl:value-of select="@page"/></xsl:when>
      <xsl:when test="@value = '?'">not said</xsl:when>
      <xsl:otherwise><xsl:value-of select="@value"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- One bar for each of the ten most used values, and one for the others. -->
  <xsl:template name="chart">
    <xsl:param name="title"/>
    <xsl:param name="values"/>
    <xsl:variable name="bars" select="$values[position() &lt;= 10]"/>
    <xsl:variable name="others" select="$values[position() &gt; 10]"/>
    <xsl:variable name="others-count" select="sum($others/@machines)"/>
    <xsl:variable name="most">
      <xsl:choose>
        <xsl:when test="not($values/@code) and $others-count &gt; $bars[1]/@machines">
          <xsl:value-of select="$others-count"/>
        </xsl:when>
        <xsl:otherwise>
          <xsl:for-each select="$bars">
            <xsl:sort select="@machines" data-type="number" order="descending"/>
            <xsl:if test="position() = 1"><xsl:value-of select="@machines"/></xsl:if>
          </xsl:for-each>
        </xsl:otherwise>
      </xsl:choose>
    </xsl:variable>
    <xsl:if test="$values">
      <figure>
        <figcaption><xsl:value-of select="$title"/></figcaption>
        <svg role="img" viewBox="0 0 480 {24 * (count($bars) + number(boolean($others)))}">
          <xsl:attribute name="aria-label">
            <xsl:value-of select="concat($title, ': ')"/>
            <xsl:for-each select="$bars">
              <xsl:sort select="@machines" data-type="number" order="descending"/>
              <xsl:call-template name="label"/>
              <xsl:value-of select="concat(' ', @machines, '; ')"/>
            </xsl:for-each>
            <xsl:if test="$others">
              <xsl:value-of select="concat(count($others), ' others')"/>
            </xsl:if>
          </xsl:attribute>
          <xsl:for-each select="$bars">
            <xsl:sort select="@machines" data-type="number" order="descending"/>
            <xsl:call-template name="bar">
              <xsl:with-param name="at" select="position() - 1"/>
              <xsl:with-param name="label">
                <xsl:call-template name="label"/>
              </xsl:with-param>
              <xsl:with-param name="n" select="@machines"/>
              <xsl:with-param name="most" select="$most"/>
            </xsl:call-template>
          </xsl:for-each>
          <xsl:if test="$others and not($values/@code)">
            <xsl:call-template name="bar">
              <xsl:with-param name="at" select="count($bars)"/>
              <xsl:with-param name="label" select="concat(count($others), ' others')"/>
              <xsl:with-param name="n" select="$others-count"/>
              <xsl:with-param name="most" select="$most"/>
            </xsl:call-template>
          </xsl:if>
          <xsl:if test="$others and $values/@code">
            <text x="194" y="{24 * count($bars) + 16}" text-anchor="end">
              <xsl:value-of select="concat('and ', count($others), ' others')"/>
            </text>
          </xsl:if>
        </svg>
      </figure>
    </xsl:if>
  </xsl:template>

  <xsl:template name="bar">
    <xsl:param name="at"/>
    <xsl:param name="label"/>
    <xsl:param name="n"/>
    <xsl:param name="most"/>
    <xsl:param name="part" select="($n div ($most + ($most = 0)))"/>
    <text x="194" y="{24 * $at + 16}" text-anchor="end">
      <xsl:choose>
        <xsl:when test="string-length($label) &gt; 24">
          <xsl:value-of select="concat(substring($label, 1, 23), '…')"/>
        </xsl:when>
        <xsl:otherwise><xsl:value-of select="$label"/></xsl:otherwise>
      </xsl:choose>
    </text>
    <rect x="202" y="{24 * $at + 3}" height="17" rx="2"
          width="{format-number($part * 206 + ($n &gt; 0), '0.#')}"/>
    <text x="{format-number(210 + $part * 206, '0.#')}" y="{24 * $at + 16}">
      <xsl:value-of select="format-number($n, '#,##0')"/>
    </text>
  </xsl:template>

  <!-- The same of numbers, by ranges that begin at `steps`. -->
  <xsl:template name="ranges">
    <xsl:param name="title"/>
    <xsl:param name="values"/>
    <xsl:param name="steps"/>
    <xsl:param name="part" select="1"/>
    <xsl:param name="unit" select="''"/>
    <xsl:variable name="unsaid"
                  select="sum($values[not(@value &gt;= 0)]/@machines)"/>
    <xsl:variable name="rows"
                  select="string-length($steps)
                          - string-length(translate($steps, ' ', ''))"/>
    <xsl:if test="$values">
      <figure>
        <figcaption><xsl:value-of select="$title"/></figcaption>
        <svg role="img" viewBox="0 0 480 {24 * ($rows + number($unsaid &gt; 0))}">
          <xsl:attribute name="aria-label">
            <xsl:value-of select="concat($title, ': ')"/>
            <xsl:call-template name="range">
              <xsl:with-param name="values" select="$values"/>
              <xsl:with-param name="steps" select="$steps"/>
              <xsl:with-param name="part" select="$part"/>
              <xsl:with-param name="unit" select="$unit"/>
              <xsl:with-param name="said" select="true()"/>
            </xsl:call-template>
          </xsl:attribute>
          <xsl:call-template name="range">
            <xsl:with-param name="values" select="$values"/>
            <xsl:with-param name="steps" select="$steps"/>
            <xsl:with-param name="part" select="$part"/>
            <xsl:with-param name="unit" select="$unit"/>
            <xsl:with-param name="said" select="false()"/>
          </xsl:call-template>
          <xsl:if test="$unsaid &gt; 0">
            <xsl:call-template name="bar">
              <xsl:with-param name="at" select="$rows"/>
              <xsl:with-param name="label" select="'not said'"/>
              <xsl:with-param name="n" select="$unsaid"/>
              <xsl:with-param name="most" select="sum($values/@machines)"/>
            </xsl:call-template>
          </xsl:if>
        </svg>
      </figure>
    </xsl:if>
  </xsl:template>

  <!-- The first of `steps`, and those behind it: in words, or as bars. -->
  <xsl:template name="range">
    <xsl:param name="values"/>
    <xsl:param name="steps"/>
    <xsl:param name="part"/>
    <xsl:param name="unit"/>
    <xsl:param name="said"/>
    <xsl:param name="at" select="0"/>
    <xsl:variable name="from" select="number(substring-before($steps, ' '))"/>
    <xsl:variable name="later" select="substring-after($steps, ' ')"/>
    <xsl:variable name="to" select="number(substring-before($later, ' '))"/>
    <xsl:variable name="n"
                  select="sum($values[@value &gt;= $from]
                                     [$later = '' or @value &lt; $to]/@machines)"/>
    <xsl:variable name="label">
      <xsl:choose>
        <xsl:when test="$later = ''">
          <xsl:value-of select="concat('from ', $from div $part, $unit)"/>
        </xsl:when>
        <xsl:when test="$part = 1 and $to = $from + 1">
          <xsl:value-of select="$from"/>
        </xsl:when>
        <xsl:when test="$part = 1">
          <xsl:value-of select="concat($from, ' to ', $to - 1, $unit)"/>
        </xsl:when>
        <xsl:when test="$from = 0">
          <xsl:value-of select="concat('below ', $to div $part, $unit)"/>
        </xsl:when>
        <xsl:otherwise>
          <xsl:value-of select="concat('from ', $from div $part, ' to below ',
                                       $to div $part, $unit)"/>
        </xsl:otherwise>
      </xsl:choose>
    </xsl:variable>
    <xsl:choose>
      <xsl:when test="$said">
        <xsl:value-of select="concat($label, ' ', $n, '; ')"/>
      </xsl:when>
      <xsl:otherwise>
        <xsl:call-template name="bar">
          <xsl:with-param name="at" select="$at"/>
          <xsl:with-param name="label" select="$label"/>
          <xsl:with-param name="n" select="$n"/>
          <xsl:with-param name="most" select="sum($values/@machines)"/>
        </xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
    <xsl:if test="$later != ''">
      <xsl:call-template name="range">
        <xsl:with-param name="values" select="$values"/>
        <xsl:with-param name="steps" select="$later"/>
        <xsl:with-param name="part" select="$part"/>
        <xsl:with-param name="unit" select="$unit"/>
        <xsl:with-param name="said" select="$said"/>
        <xsl:with-param name="at" select="$at + 1"/>
      </xsl:call-template>
    </xsl:if>
  </xsl:template>

  <!-- ==== networks and datastores ================================================= -->

  <xsl:template name="names">
    <xsl:param name="names"/>
    <xsl:param name="head"/>
    <xsl:param name="items"/>
    <div class="scroll" tabindex="0" role="region" aria-label="{$head}">
      <table>
        <caption>
          <xsl:value-of select="concat($head, ' (',
                                       format-number(count($names), '#,##0'), ')')"/>
        </caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col"><xsl:value-of select="$items"/></th>
            <th scope="col">Machines</th>
          </tr>
        </thead>
        <tbody>
          <xsl:for-each select="$names[position() &lt;= 100]">
            <tr>
              <th scope="row">
                <xsl:if test="@of = 'vmnet'">VMnet </xsl:if>
                <xsl:value-of select="@value"/>
                <xsl:choose>
                  <xsl:when test="@of = 'portgroup'">
                    <span class="faint"> (port group)</span>
                  </xsl:when>
                  <xsl:when test="@of = 'opaque'">
                    <span class="faint"> (opaque network)</span>
                  </xsl:when>
                </xsl:choose>
              </th>
              <td class="number">
                <xsl:value-of select="format-number(@items, '#,##0')"/>
              </td>
              <td>
                <xsl:call-template name="show">
                  <xsl:with-param name="by" select="@of"/>
                  <xsl:with-param name="value" select="@value"/>
                </xsl:call-template>
              </td>
            </tr>
          </xsl:for-each>
        </tbody>
      </table>
    </div>
    <xsl:call-template name="rest">
      <xsl:with-param name="n" select="count($names) - 100"/>
      <xsl:with-param name="one" select="'other'"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template name="map">
    <section id="map" aria-labelledby="map-title">
      <h2 id="map-title">Networks and datastores</h2>
      <p>
        <xsl:text>These are the names that the map file gives new ones, vmx-map(5), and the
        groups of machines that meet there. </xsl:text>
        <code>vmx-convert --suggest-map=map.xml FOLDER</code>
        <xsl:text> writes a first one. A disk that names no datastore lies beside its
        machine and needs no entry.</xsl:text>
      </p>
      <xsl:if test="not($networks or $datastores)">
        <p>No machine uses a network or names a datastore.</p>
      </xsl:if>
      <div class="pair">
        <div>
          <xsl:if test="$networks">
            <xsl:call-template name="names">
              <xsl:with-param name="names" select="$networks"/>
              <xsl:with-param name="head" select="'Networks'"/>
              <xsl:with-param name="items" select="'Cards'"/>
            </xsl:call-template>
          </xsl:if>
          <xsl:text> </xsl:text>
        </div>
        <div>
          <xsl:if test="$datastores">
            <xsl:call-template name="names">
              <xsl:with-param name="names" select="$datastores"/>
              <xsl:with-param name="head" select="'Datastores'"/>
              <xsl:with-param name="items" select="'Disks'"/>
            </xsl:call-template>
          </xsl:if>
          <xsl:text> </xsl:text>
        </div>
      </div>
    </section>
  </xsl:template>

  <xsl:template name="shared">
    <section id="shared" aria-labelledby="shared-title">
      <h2 id="shared-title">Shared disks</h2>
      <xsl:choose>
        <xsl:when test="/r:report/r:shared">
          <p>
            <xsl:text>A disk that several machines name: they must move at one time, and all
            writes to it end before.</xsl:text>
          </p>
          <div class="scroll" tabindex="0" role="region" aria-label="Table of shared disks">
            <table>
              <caption>Disks of more than one machine</caption>
              <thead>
                <tr>
                  <th scope="col">Disk</th>
                  <th scope="col">Machines</th>
                  <th scope="col">In the table</th>
                </tr>
              </thead>
              <tbody>
                <xsl:apply-templates select="/r:report/r:shared[position() &lt;= 500]"/>
              </tbody>
            </table>
          </div>
          <xsl:call-template name="rest">
            <xsl:with-param name="n" select="count(/r:report/r:shared) - 500"/>
            <xsl:with-param name="one" select="'other disk'"/>
          </xsl:call-template>
        </xsl:when>
        <xsl:otherwise>
          <p>No disk is named by more than one machine.</p>
        </xsl:otherwise>
      </xsl:choose>
    </section>
  </xsl:template>

  <xsl:template match="r:shared">
    <tr>
      <th scope="row"><xsl:value-of select="@disk"/></th>
      <td>
        <xsl:call-template name="members">
          <xsl:with-param name="left" select="concat(@machines, ' ')"/>
        </xsl:call-template>
      </td>
      <td>
        <xsl:call-template name="show">
          <xsl:with-param name="by" select="'set'"/>
          <xsl:with-param name="value" select="@machines"/>
          <xsl:with-param name="n" select="@count"/>
          <xsl:with-param name="about" select="concat('machines with ', @disk)"/>
        </xsl:call-template>
      </td>
    </tr>
  </xsl:template>

  <!-- The first ten of a list of numbers, by name. -->
  <xsl:template name="members">
    <xsl:param name="left"/>
    <xsl:param name="at" select="1"/>
    <xsl:variable name="number" select="substring-before($left, ' ')"/>
    <xsl:variable name="later" select="substring-after($left, ' ')"/>
    <xsl:variable name="machine" select="key('machine', $number)"/>
    <xsl:choose>
      <xsl:when test="$machine/@name"><xsl:value-of select="$machine/@name"/></xsl:when>
      <xsl:when test="$machine"><xsl:value-of select="$machine/@file"/></xsl:when>
      <xsl:otherwise><xsl:value-of select="concat('machine ', $number)"/></xsl:otherwise>
    </xsl:choose>
    <xsl:choose>
      <xsl:when test="$later != '' and $at &lt; 10">
        <xsl:text>, </xsl:text>
        <xsl:call-template name="members">
          <xsl:with-param name="left" select="$later"/>
          <xsl:with-param name="at" select="$at + 1"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:when test="$later != ''">, …</xsl:when>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="findings">
    <section id="findings" aria-labelledby="findings-title">
      <h2 id="findings-title">All findings</h2>
      <xsl:choose>
        <xsl:when test="$counts[@code]">
          <xsl:call-template name="codes">
            <xsl:with-param name="codes" select="$counts[@code]"/>
            <xsl:with-param name="caption" select="'Findings and losses'"/>
          </xsl:call-template>
        </xsl:when>
        <xsl:otherwise><p>Nothing was found, and nothing is lost.</p></xsl:otherwise>
      </xsl:choose>
    </section>
  </xsl:template>

  <!-- ==== data ==================================================================== -->

  <xsl:template name="data">
    <xsl:for-each select="$counts[@code][generate-id() =
                          generate-id(key('code', @code)[1])]">
      <xsl:value-of select="concat('&#10;K&#9;', @code, '&#9;', @page, '&#9;', @title,
                                   '&#9;', @why, '&#9;', @remedy)"/>
    </xsl:for-each>
    <xsl:apply-templates select="/r:report/r:machine"/>
  </xsl:template>

  <xsl:template match="r:machine">
    <xsl:value-of select="concat('&#10;M&#9;', @index, '&#9;', @readiness, '&#9;', @status,
                                 '&#9;', @disk_count, '&#9;', @card_count, '&#9;')"/>
    <xsl:value-of select="concat(@disk_bytes, '&#9;')"/>
    <xsl:value-of select="translate(@name, $parting, $shown)"/>
    <xsl:value-of select="concat('&#9;', translate(@file, $parting, $shown))"/>
    <xsl:value-of select="concat('&#9;', translate(@output, $parting, $shown))"/>
    <xsl:value-of select="concat('&#9;', translate(@guest, $parting, $shown))"/>
    <xsl:value-of select="concat('&#9;', translate(@hardware, $parting, $shown))"/>
    <xsl:value-of select="concat('&#9;', translate(@firmware, $parting, $shown))"/>
    <xsl:value-of select="concat('&#9;', translate(@cpus, $parting, $shown))"/>
    <xsl:value-of select="concat('&#9;', translate(@memory_mib, $parting, $shown))"/>
    <xsl:value-of select="concat('&#9;', translate(@uuid, $parting, $shown))"/>
    <xsl:value-of select="concat('&#9;', translate(@reason, $parting, $shown))"/>
    <xsl:apply-templates select="*"/>
  </xsl:template>

  <xsl:template match="r:disk | r:image">
    <xsl:choose>
      <xsl:when test="self::r:disk"><xsl:text>&#10;D&#9;</xsl:text></xsl:when>
      <xsl:otherwise><xsl:text>&#10;I&#9;</xsl:text></xsl:otherwise>
    </xsl:choose>
    <xsl:value-of select="translate(@datastore, $parting, $shown)"/>
    <xsl:value-of select="concat('&#9;', translate(@key, $parting, $shown))"/>
    <xsl:value-of select="concat('&#9;', translate(@file, $parting, $shown))"/>
    <xsl:value-of select="concat('&#9;', @bytes)"/>
  </xsl:template>

  <xsl:template match="r:card">
    <xsl:text>&#10;C&#9;</xsl:text>
    <!-- The name that the map has of it. -->
    <xsl:choose>
      <xsl:when test="@portgroup">portgroup&#9;</xsl:when>
      <xsl:when test="@opaque">opaque&#9;</xsl:when>
      <xsl:when test="@vmnet">vmnet&#9;</xsl:when>
      <xsl:otherwise>network&#9;</xsl:otherwise>
    </xsl:choose>
    <xsl:choose>
      <xsl:when test="@portgroup">
        <xsl:value-of select="translate(@portgroup, $parting, $shown)"/>
      </xsl:when>
      <xsl:when test="@opaque">
        <xsl:value-of select="translate(@opaque, $parting, $shown)"/>
      </xsl:when>
      <xsl:when test="@vmnet">
        <xsl:value-of select="translate(@vmnet, $parting, $shown)"/>
      </xsl:when>
      <xsl:otherwise>
        <xsl:value-of select="translate(@network, $parting, $shown)"/>
      </xsl:otherwise>
    </xsl:choose>
    <xsl:value-of select="concat('&#9;', translate(@key, $parting, $shown))"/>
    <xsl:value-of select="concat('&#9;', translate(@mac, $parting, $shown))"/>
  </xsl:template>

  <!-- What the page of the code says anyway is "=". -->
  <xsl:template match="r:loss | r:finding">
    <xsl:variable name="code" select="key('code', @code)[1]"/>
    <xsl:value-of select="concat('&#10;L&#9;', @code, '&#9;', @category, @severity, '&#9;',
                                 @line, '&#9;')"/>
    <xsl:value-of select="translate(@key, $parting, $shown)"/>
    <xsl:text>&#9;</xsl:text>
    <xsl:choose>
      <xsl:when test="concat(@what, '.') = $code/@title">=</xsl:when>
      <xsl:otherwise>
        <xsl:value-of select="translate(concat(@what, @message), $parting, $shown)"/>
      </xsl:otherwise>
    </xsl:choose>
    <xsl:text>&#9;</xsl:text>
    <xsl:choose>
      <xsl:when test="@advice = $code/@remedy or self::r:finding">=</xsl:when>
      <xsl:otherwise>
        <xsl:value-of select="translate(@advice, $parting, $shown)"/>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
