// Page style: the look of the report, light and dark, on paper and on a phone.
//
// Gains are blue and losses are orange, which readers with any common kind of colour blindness tell apart; a sign or a
// word says the same.

export const PAGE_STYLE = `
:root{--paper:#fff;--page:#f6f7f9;--ink:#14181f;--soft:#4b5563;--faint:#6b7280;--line:#e3e6eb;--line-soft:#eef0f3;--accent:#1d4ed8;
--gain:29 78 216;--loss:194 65 12;--gain-ink:#1d4ed8;--loss-ink:#b43c0b;--series:#1d4ed8;--ruler:#8b93a1;--under:#c2410c;--exposure:#7c8696;
--candle:#8a93a3;--maybe:124 58 237;--maybe-ink:#6d28d9;--warn-bg:#fff7ed;--warn-line:#fdba74;--code:#f3f4f6}
@media screen and (prefers-color-scheme:dark){:root{--paper:#14171d;--page:#0d0f13;--ink:#e8eaee;--soft:#b4bac5;--faint:#8d95a3;--line:#2a2f39;
--line-soft:#20242c;--accent:#7aa2ff;--gain:96 150 255;--loss:245 130 60;--gain-ink:#8db4ff;--loss-ink:#ff9d5c;--series:#7aa2ff;--ruler:#7d8696;
--under:#f08a45;--exposure:#7d8696;--candle:#7d8696;--maybe:167 139 250;--maybe-ink:#bfa6ff;--warn-bg:#2a1d10;--warn-line:#8a4b16;--code:#1c2028}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
header,main,footer{max-width:1160px;margin:0 auto;padding:0 24px}
header{padding-top:40px}
h1{margin:2px 0 6px;font-size:32px;line-height:1.15;letter-spacing:-.02em;overflow-wrap:anywhere}
h2{margin:0 0 12px;font-size:17px;line-height:1.3;letter-spacing:-.005em}
h2 small{font-size:13px;font-weight:400;color:var(--faint);margin-left:6px}
h3{margin:18px 0 6px;font-size:13px;font-weight:600;color:var(--soft)}
.kicker{margin:0;font-size:12px;font-weight:600;letter-spacing:.09em;text-transform:uppercase;color:var(--faint)}
.lead{margin:0 0 8px;max-width:70ch;font-size:17px;color:var(--soft)}
.facts{display:flex;flex-wrap:wrap;gap:2px 0;margin:0;padding:0;list-style:none;color:var(--soft);font-variant-numeric:tabular-nums}
.facts li:not(:last-child)::after{content:"·";margin:0 9px;color:var(--faint)}
.warning{margin:14px 0 0;padding:9px 14px;border:1px solid var(--warn-line);border-radius:8px;background:var(--warn-bg)}
.figures{display:grid;grid-template-columns:repeat(4,1fr);gap:1px;margin:24px 0 0;border:1px solid var(--line);border-radius:12px;overflow:hidden;background:var(--line)}
.figure{padding:14px 18px 13px;background:var(--paper);min-width:0}
.figure dt{font-size:13px;color:var(--faint)}
.figure dd{margin:0;font-size:25px;line-height:1.25;font-weight:600;letter-spacing:-.015em;font-variant-numeric:tabular-nums;white-space:nowrap}
.figure .beside{font-size:12.5px;line-height:1.4;font-weight:400;letter-spacing:0;color:var(--faint);white-space:normal}
section{margin:20px 0 0;padding:20px 22px 18px;border:1px solid var(--line);border-radius:12px;background:var(--paper);min-width:0}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:20px}
.pair>*{min-width:0}
.head{display:flex;flex-wrap:wrap;align-items:baseline;justify-content:space-between;gap:6px 16px;margin-bottom:10px}
.head h2{margin:0}
.tools{display:flex;flex-wrap:wrap;align-items:center;gap:6px}
.note,.empty{margin:10px 0 0;font-size:13px;color:var(--faint)}
.empty{margin:0}
h2+.note{margin:-6px 0 12px}
button,select{font:inherit;font-size:13px;color:var(--soft);background:var(--paper);border:1px solid var(--line);border-radius:7px;padding:3px 10px;min-height:29px;cursor:pointer}
button:hover,select:hover{color:var(--ink);border-color:var(--faint)}
button[aria-pressed=true]{color:var(--accent);border-color:currentColor}
button:disabled{opacity:.4;cursor:default}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.chart{position:relative;height:400px;margin:0 -6px}
.chart.tall{height:520px}
.legend{position:absolute;z-index:3;left:8px;display:flex;flex-wrap:wrap;gap:0 14px;max-width:calc(100% - 90px);font-size:12.5px;line-height:1.5;color:var(--soft);font-variant-numeric:tabular-nums;pointer-events:none}
.legend b{font-weight:600;color:var(--ink)}
.legend i{display:inline-block;width:12px;height:3px;margin-right:6px;border-radius:2px;vertical-align:middle}
.scroll{overflow-x:auto}
.scroll.tall{max-height:460px;overflow-y:auto}
.scroll.tall thead th{position:sticky;top:0;background:var(--paper)}
.caution{max-width:90ch}
.readings,.assumed{margin-top:4px}
.readings tbody th{width:34%}
.assumed th{white-space:nowrap}
.ambiguous td{white-space:nowrap}
.tag.maybe{border-color:rgb(var(--maybe)/.5);color:var(--maybe-ink)}
table{border-collapse:collapse;width:100%;font-size:13.5px;line-height:1.4;font-variant-numeric:tabular-nums}
th,td{padding:6px 10px;text-align:left;vertical-align:top;border-bottom:1px solid var(--line-soft)}
th:first-child,td:first-child{padding-left:2px}
th:last-child,td:last-child{padding-right:2px}
thead th{font-weight:500;color:var(--faint);border-bottom-color:var(--line);white-space:nowrap;vertical-align:bottom}
tbody th{font-weight:400}
tbody:last-child tr:last-child>*{border-bottom:0}
.num{text-align:right;white-space:nowrap}
.strong{font-weight:600}
.faint{color:var(--faint)}
.gain{color:var(--gain-ink)}
.loss{color:var(--loss-ink)}
.months{table-layout:fixed;min-width:720px}
.months th,.months td{padding:5px 7px;border:1px solid var(--paper)}
.months thead th{padding-top:0}
.months tbody th{color:var(--soft);padding-left:2px}
.heat{color:var(--ink);border-radius:5px}
.heat.gain{background:rgb(var(--gain)/var(--s))}
.heat.loss{background:rgb(var(--loss)/var(--s))}
.months .year{font-weight:600}
svg.bars{display:block;width:100%;height:auto}
svg text{font:11.5px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;fill:var(--faint);font-variant-numeric:tabular-nums}
svg .gain{fill:rgb(var(--gain)/.75)}
svg .loss{fill:rgb(var(--loss)/.75)}
svg .middle{fill:var(--ruler)}
svg .axis{stroke:var(--line)}
svg .rule{stroke:var(--ink);stroke-dasharray:3 3;opacity:.6}
svg .label{fill:var(--soft)}
.metrics tbody th{white-space:nowrap}
.metrics .group th{padding-top:16px;font-weight:600;border-bottom-color:var(--line)}
.metrics tbody:first-of-type .group th{padding-top:8px}
.over{white-space:nowrap}
#trade-table{margin-top:16px}
#order-table td{white-space:nowrap}
#trade-table th button{border:0;padding:0;min-height:0;background:none;font-size:13.5px;color:inherit}
#trade-table th button:hover{color:var(--ink)}
#trade-table th button::after{content:"";display:inline-block;width:.9em;text-align:right}
#trade-table th[aria-sort=ascending] button::after{content:"↑"}
#trade-table th[aria-sort=descending] button::after{content:"↓"}
#trade-table th[aria-sort] button{color:var(--ink)}
#trade-table td{white-space:nowrap}
.locate{border:0;padding:0 4px;min-height:0;margin-left:-4px;background:none;color:var(--accent);text-decoration:underline;text-underline-offset:2px;text-decoration-color:rgb(var(--gain)/.35)}
.tag{margin-left:6px;padding:0 6px;border:1px solid var(--line);border-radius:9px;font-size:11.5px;color:var(--faint)}
.pager{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:8px;margin-top:12px;font-size:13px;color:var(--faint);font-variant-numeric:tabular-nums}
.pager div{display:flex;gap:6px}
code,pre{font:12.5px/1.55 ui-monospace,"SF Mono",SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
pre{margin:0;padding:12px 76px 12px 14px;overflow-x:auto;border-radius:8px;background:var(--code);white-space:pre}
.copyable{position:relative}
.copyable button{position:absolute;top:7px;right:8px}
#command{white-space:pre-wrap;overflow-wrap:anywhere}
#command span{display:inline-block;max-width:100%}
.identities th,.config th{width:11em;overflow-wrap:anywhere;color:var(--soft);padding-right:18px}
.identities td,.config td{overflow-wrap:anywhere}
.id{display:block}
.what{font-size:12.5px;color:var(--faint)}
.canvas{padding-bottom:4px}
svg.graph{display:block;max-width:none}
.graph rect{fill:var(--code);stroke:var(--line)}
.graph text{font-size:12px;fill:var(--ink);text-anchor:middle;dominant-baseline:central}
.graph .edge{fill:none;stroke:var(--ruler);stroke-width:1.3}
.graph .late{stroke-dasharray:4 3}
.graph marker path{fill:var(--ruler)}
details{margin-top:12px}
summary{cursor:pointer;font-size:13px;color:var(--soft);margin-bottom:8px}
footer{padding-top:18px;padding-bottom:40px;font-size:12.5px;color:var(--faint)}
a{color:inherit}
.skip,.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.skip:focus{position:fixed;z-index:9;top:8px;left:8px;width:auto;height:auto;clip-path:none;padding:6px 12px;background:var(--paper);border:1px solid var(--line);border-radius:8px}
@media (max-width:860px){.pair{grid-template-columns:1fr;gap:0}.figures{grid-template-columns:repeat(2,1fr)}}
@media (max-width:560px){header,main,footer{padding-left:12px;padding-right:12px}header{padding-top:24px}h1{font-size:25px}.lead{font-size:16px}
section{padding:16px 14px 14px;border-radius:10px}.figure{padding:11px 12px}.figure dd{font-size:20px}.chart{height:340px}.chart.tall{height:460px}
.metrics thead{display:none}.metrics tr{display:grid;grid-template-columns:1fr auto;padding:5px 0;border-bottom:1px solid var(--line-soft)}
.metrics th,.metrics td{padding:0 2px;border:0}.metrics td.faint{grid-column:1/-1;font-size:12.5px}.metrics .group th{grid-column:1/-1}.facts li:not(:last-child)::after{margin:0 6px}}
.strips{min-width:640px;font-size:11px;display:block}.strips text{fill:var(--soft)}.strips .gate-word{fill:var(--ink)}
.gate-keys{display:flex;gap:16px;flex-wrap:wrap;margin:0 0 8px;color:var(--soft)}.gate-key i{display:inline-block;width:12px;height:12px;margin-right:6px;vertical-align:-1px}
.strips .gate-active{fill:rgb(var(--gain)/.18)}.strips .gate-inactive{fill:rgb(var(--maybe)/.22)}.strips .gate-drain{fill:rgb(var(--loss)/.22)}.strips .gate-stale{fill:rgb(var(--maybe)/.4)}.gate-key.gate-stale i{background:rgb(var(--maybe)/.4)}.strips .gate-freeze{fill:rgb(var(--loss)/.6)}
.gate-key.gate-active i{background:rgb(var(--gain)/.18)}.gate-key.gate-inactive i{background:rgb(var(--maybe)/.22)}.gate-key.gate-drain i{background:rgb(var(--loss)/.22)}.gate-key.gate-freeze i{background:rgb(var(--loss)/.6)}
.strips .refused{fill:var(--under)}.strips .refused-base{stroke:var(--line-soft)}
.unfolded>td{padding:4px 2px 14px;background:var(--page)}.details{position:sticky;left:0;display:flex;flex-wrap:wrap;align-items:flex-start;gap:14px 28px;max-width:min(1100px,calc(100vw - 56px));padding:4px 10px;white-space:normal;overflow-x:auto}.details .ids{flex-basis:100%;margin:6px 0 0;font-size:12.5px;color:var(--soft);overflow-wrap:anywhere}
table.inner{width:auto;flex:1 1 320px;font-size:12.5px}.inner caption{padding:2px 0 4px;text-align:left;font-weight:600;color:var(--soft)}.inner th,.inner td{padding:3px 8px}.inner tr:last-child>*{border-bottom:0}.inner code{overflow-wrap:anywhere}#gates td{white-space:nowrap}#order-table .inner td:nth-child(3){white-space:normal;min-width:11em}
.passed{color:var(--gain-ink)}.failed{color:var(--loss-ink)}#decision-table td{white-space:nowrap}#decision-table{margin-top:16px}
@media print{:root{--page:#fff}body{font-size:12px}header,main,footer{max-width:none;padding:0}header{padding-top:0}.tools,.pager,.copyable button,.skip{display:none}
section{break-inside:avoid;border:0;padding:12px 0}#trades,#metrics,#orders,#bounds{break-inside:auto}.scroll.tall{max-height:none}.scroll{overflow:visible}pre{white-space:pre-wrap;overflow-wrap:anywhere}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
