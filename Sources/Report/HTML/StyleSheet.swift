// How the HTML report looks: one column of text, figures as wide as it, tables as wide as they need; the same on a
// telephone, on a wide screen, in the dark and on paper.

package enum StyleSheet {
  package static let text =
    "\n:root{color-scheme:light dark;\(Palette.light.properties)}\n"
    + "@media screen and (prefers-color-scheme:dark){:root{\(Palette.dark.properties)}}\n" + rules

  /// The style of a drawing in a file of its own, which many programs read that know no variables of CSS: the light
  /// colours as such.
  static var ofDrawing: String {
    var text =
      "svg{font-family:\(sansSerif);background:var(--paper)}\n\(drawing)svg .title{font-size:16px;font-weight:600}\n"
    for (name, colour) in Palette.light.variables { text = text.replacing("var(--\(name))", with: colour) }
    return text
  }

  private static let sansSerif = #""Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif"#

  private static let drawing = """
    svg{display:block;font-size:13px;font-variant-numeric:lining-nums tabular-nums}
    svg.fluid{width:100%;overflow:visible}
    svg text{fill:var(--ink);unicode-bidi:isolate}
    svg .group{font-weight:600}
    svg .muted{fill:var(--muted);font-size:12px}
    svg .small{font-size:11.5px}
    svg .bar,svg .s0{fill:var(--accent)}
    svg .track{fill:var(--track)}
    svg .edge{fill:none;stroke:var(--muted);stroke-width:1}
    svg .absent{font-style:italic}
    svg .halo{paint-order:stroke;stroke:var(--paper);stroke-width:6px}
    svg .segment{stroke:var(--accent);stroke-width:1}
    svg .ground{fill:var(--paper)}
    svg .mark{stroke:var(--accent);stroke-width:2;fill:none}
    svg .dot{fill:var(--accent)}
    svg .cell{stroke:var(--paper);stroke-width:2}
    svg .none{fill:none;stroke:var(--rule);stroke-width:1}
    svg .own{fill:none;stroke:var(--ink);stroke-width:1}
    svg .h0{fill:var(--heat0)}svg .h1{fill:var(--heat1)}svg .h2{fill:var(--heat2)}svg .h3{fill:var(--heat3)}\
    svg .h4{fill:var(--heat4)}
    svg text.t0{fill:var(--on0)}svg text.t1{fill:var(--on1)}svg text.t2{fill:var(--on2)}svg text.t3{fill:var(--on3)}\
    svg text.t4{fill:var(--on4)}

    """

  private static let rules = """
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.55 Charter,"Bitstream Charter",\
    Cambria,Georgia,"Liberation Serif",serif;overflow-wrap:break-word}
    main,header,footer{max-width:66rem;margin:0 auto;padding:0 1rem}
    header{padding-top:2.5rem}
    footer{padding-bottom:3rem}
    p,ul,dl,h1,h2{max-width:42rem}
    h1{font-size:2.1rem;line-height:1.15;margin:0 0 .5rem}
    h2{font-size:1.35rem;line-height:1.25;margin:3rem 0 .5rem;padding-top:.75rem;border-top:2px solid var(--ink)}
    a{color:var(--accent)}
    :focus-visible{outline:3px solid var(--accent);outline-offset:2px}
    .lead{font-size:1.2rem;line-height:1.45}
    .stamp,nav,figcaption,.shows,caption,table,svg,summary,.legend,.source,dl{font-family:\(sansSerif)}
    .stamp,nav{font-size:.875rem;color:var(--muted)}
    nav ul{list-style:none;margin:1rem 0 0;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}
    nav a{display:inline-block;padding:.25rem 0}
    figure{margin:1.5rem 0;max-width:42rem}
    figure.wide{max-width:none}
    figcaption,caption{font-size:1rem;font-weight:600;text-align:left;margin-bottom:.75rem}
    caption{padding-bottom:.5rem;margin:0}
    caption span{display:inline-block;position:sticky;left:0;max-width:min(42rem,calc(100vw - 2rem))}
    .shows{font-size:.875rem;line-height:1.4;margin:-.5rem 0 .75rem}
    .source{font-size:.8125rem;line-height:1.45;color:var(--muted);margin:.5rem 0 0}
    .legend{list-style:none;margin:0 0 .75rem;padding:0;display:flex;flex-wrap:wrap;gap:.375rem 1.25rem;\
    font-size:.875rem}
    .legend li{display:flex;align-items:center;gap:.5rem}
    .legend svg{flex:none}
    .scroll{overflow-x:auto;max-width:100%}
    .source+.scroll{margin-top:2rem}
    table{border-collapse:collapse;font-size:.875rem;line-height:1.35;font-variant-numeric:lining-nums tabular-nums}
    th,td{padding:.375rem .875rem .375rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule)}
    thead th{border-bottom:1px solid var(--ink);vertical-align:bottom;font-weight:600}
    tbody th{font-weight:400;min-width:7rem}
    tr>th:first-child{position:sticky;left:0;background:var(--paper)}
    tfoot th,tfoot td{font-weight:600;border-bottom:0}
    tfoot tr:first-child>*{border-top:1px solid var(--ink)}
    .n{text-align:right;white-space:nowrap}
    thead .n{white-space:normal}
    .d{white-space:nowrap}
    td:last-child,th:last-child{padding-right:0}
    details{margin:.75rem 0 0}
    summary{cursor:pointer;font-size:.875rem;color:var(--accent);padding:.25rem 0;width:fit-content}
    dl{font-size:.875rem;display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}
    dt{color:var(--muted)}
    dd{margin:0}
    .cite{border-left:3px solid var(--accent);padding-left:1rem}
    \(drawing)
    @media print{
    @page{margin:16mm}
    *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
    body{font-size:10.5pt}
    header{padding-top:0}
    nav,summary{display:none}
    .scroll{overflow:visible}
    svg.fixed{max-width:100%;height:auto}
    .keep,tr,.legend,.pages svg{break-inside:avoid}
    .pages{display:table;width:100%}
    .head{display:table-header-group;break-inside:avoid}
    caption span{position:static;max-width:none}
    tfoot{display:table-row-group}
    .source{font-size:8pt}
    h2,figcaption,.shows,caption{break-after:avoid}
    table{font-size:7.5pt}
    th,td{padding-right:.5rem}
    tbody th{min-width:0}
    tr>th:first-child{position:static}
    details::details-content{content-visibility:visible;block-size:auto}
    a{color:inherit;text-decoration:none}
    }

    """
}
