/// How a report's page looks, on a screen, on a phone and on paper.
enum ReportStyle {
  /// The SHA-256 of `sheet` in Base64, which the page's policy allows and nothing else.
  static let digest = "6dd9XVOKq9XUbkqVO+4scswq2zRJO/RY249iXl8rS0Q="

  /// What the page may do: be looked at.
  static let policy =
    "default-src 'none'; style-src 'sha256-\(digest)'; base-uri 'none'; form-action 'none'"

  static let sheet = """
    :root{color-scheme:light dark;--ink:#1b1f24;--dim:#57606a;--ground:#fff;--panel:#f5f7f9;\
    --line:#cfd6dd;--link:#0b57b0;--s0:#b3261e;--s1:#0b57b0;--s2:#1b7a3d;--s3:#7a3fb5;--s4:#8a5200;\
    --s5:#006b75;--s6:#5f6368;--s7:#a60f63}
    @media (prefers-color-scheme:dark){:root{--ink:#e6eaee;--dim:#a3adb8;--ground:#14181d;\
    --panel:#1d232a;--line:#3a434d;--link:#8ab8ff;--s0:#ff8a80;--s1:#8ab8ff;--s2:#79d492;\
    --s3:#d0aaff;--s4:#ffbd66;--s5:#68d6df;--s6:#b9bfc6;--s7:#ff94cb}}
    *{box-sizing:border-box}
    body{margin:0 auto;padding:1rem 1.25rem 3rem;max-width:60rem;color:var(--ink);\
    background:var(--ground);font:1rem/1.55 system-ui,"DejaVu Sans",sans-serif}
    h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0}
    h2{font-size:1.3rem;margin:2.5rem 0 .75rem;padding-top:.75rem;border-top:1px solid var(--line)}
    h3{font-size:1.05rem;margin:1.5rem 0 .5rem}
    p,li{overflow-wrap:anywhere;max-width:46rem}
    a{color:var(--link)}
    header p,footer,figcaption,caption{color:var(--dim)}
    nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;padding:0;list-style:none}
    .answer{background:var(--panel);border-left:.3rem solid var(--s1);border-radius:.25rem;\
    padding:.6rem 1rem;margin:.75rem 0}
    .answer h3{margin:0;color:var(--dim);font-size:.9rem}
    .answer p{margin:.35rem 0}
    .answer .first{font-size:1.15rem;font-weight:600}
    .scroll{overflow-x:auto;margin:1rem 0}
    table{border-collapse:collapse;font-size:.88rem;font-variant-numeric:tabular-nums}
    caption{text-align:left;padding:.25rem 0 .4rem;font-size:.9rem;max-width:46rem}
    th,td{padding:.3rem .7rem .3rem 0;text-align:left;vertical-align:top;\
    border-bottom:1px solid var(--line)}
    thead th{color:var(--dim);font-weight:600}
    tbody th{font-weight:500}
    th.part{padding-left:1.2rem;color:var(--dim)}
    th.n,td.n{text-align:right;white-space:nowrap}
    figure{margin:1.25rem 0;break-inside:avoid}
    figure>svg{width:100%;height:auto;display:block}
    svg text{fill:var(--dim);font-size:13px;font-family:system-ui,"DejaVu Sans",sans-serif}
    svg .title{font-size:13px;fill:var(--ink)}
    svg .mark{fill:var(--ground);font-size:10px;font-weight:700}
    svg path{fill:none;stroke-width:1.5}
    svg .grid{stroke:var(--line);stroke-width:1;stroke-dasharray:1 4}
    svg .axis{stroke:var(--dim)}
    svg .chance{stroke:var(--dim);stroke-dasharray:5 5}
    svg .shade{fill:var(--line);fill-opacity:.4}
    svg .curve.selected{stroke-width:3}
    svg .band{fill-opacity:.16}
    .key{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;padding:0;margin:.4rem 0;list-style:none;\
    font-size:.9rem}
    .key svg{width:1.05rem;height:1.05rem;vertical-align:-.2rem}
    .curve.s0,.bar.s0{stroke:var(--s0)}.dot.s0,.band.s0{fill:var(--s0)}
    .curve.s1,.bar.s1{stroke:var(--s1)}.dot.s1,.band.s1{fill:var(--s1)}
    .curve.s2,.bar.s2{stroke:var(--s2)}.dot.s2,.band.s2{fill:var(--s2)}
    .curve.s3,.bar.s3{stroke:var(--s3)}.dot.s3,.band.s3{fill:var(--s3)}
    .curve.s4,.bar.s4{stroke:var(--s4)}.dot.s4,.band.s4{fill:var(--s4)}
    .curve.s5,.bar.s5{stroke:var(--s5)}.dot.s5,.band.s5{fill:var(--s5)}
    .curve.s6,.bar.s6{stroke:var(--s6)}.dot.s6,.band.s6{fill:var(--s6)}
    .curve.s7,.bar.s7{stroke:var(--s7)}.dot.s7,.band.s7{fill:var(--s7)}
    @media (max-width:40rem){body{padding:.5rem .8rem 2rem}h1{font-size:1.3rem}\
    h2{font-size:1.15rem}.answer{padding:.5rem .7rem}.answer .first{font-size:1.05rem}\
    figure>svg{min-width:34rem}figure{overflow-x:auto}}
    @media print{:root{color-scheme:light;--ink:#000;--dim:#444;--ground:#fff;--panel:#fff;\
    --line:#bbb;--link:#000}body{max-width:none;font-size:10pt}nav{display:none}\
    .scroll{overflow:visible}table{font-size:7.5pt}thead{display:table-header-group}\
    tr,.answer{break-inside:avoid}h2,h3{break-after:avoid}}
    """
}
