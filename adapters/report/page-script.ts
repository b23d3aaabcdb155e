// Page script: draws the charts and the list of trades from the data inside the page.
//
// It is text, not code of this project's build, so that the page has the same bytes whatever compiled the rest. It
// calls nothing outside of the page and uses the chart library through its published interface only.

import { PAGE_LINEAGE } from "./page-lineage.js";
import { PAGE_LISTS } from "./page-lists.js";

export const PAGE_SCRIPT = String.raw`
"use strict";
(function () {
  var data = JSON.parse(document.getElementById("data").textContent);
  var lib = window.LightweightCharts;
  var scheme = window.matchMedia("(prefers-color-scheme: dark)");
  var narrow = window.matchMedia("(max-width: 560px)");
  var NONE = "–";

  function byId(id) { return document.getElementById(id); }
  function make(tag, attributes, text) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) { element.setAttribute(name, attributes[name]); });
    if (text !== undefined) element.textContent = text;
    return element;
  }
  function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim(); }
  function veil(name, share) { return "rgba(" + colour(name).split(" ").join(",") + "," + share + ")"; }

  function fixed(value, decimals) {
    if (value === null || value === undefined) return NONE;
    var parts = Math.abs(value).toFixed(decimals).split(".");
    var text = parts[0].replace(/\B(?=(\d{3})+$)/g, ",") + (parts[1] ? "." + parts[1] : "");
    return (value < 0 && Number(Math.abs(value).toFixed(decimals)) !== 0 ? "−" : "") + text;
  }
  function percent(value, decimals) { return value === null ? NONE : fixed(value * 100, decimals) + " %"; }
  function plain(value) {
    if (value === null) return NONE;
    var text = String(value).split(".");
    return fixed(Number(text[0]), 0) + (text[1] ? "." + text[1] : "");
  }
  function money(value) { return fixed(value, data.moneyDecimals); }
  function stamp(seconds) {
    var text = new Date(seconds * 1000).toISOString();
    return data.daily ? text.slice(0, 10) : text.slice(0, 16).replace("T", " ");
  }
  function points(values) { return data.account.t.map(function (time, i) { return { time: time, value: values[i] }; }); }

  /* Charts */

  var restyles = [];
  function theme() {
    return {
      layout: { background: { type: "solid", color: "transparent" }, textColor: colour("faint"), fontSize: 12, attributionLogo: true,
        fontFamily: getComputedStyle(document.body).fontFamily,
        panes: { separatorColor: colour("line"), separatorHoverColor: colour("line"), enableResize: false } },
      grid: { vertLines: { visible: false }, horzLines: { color: colour("line-soft") } },
      rightPriceScale: { borderVisible: false },
      timeScale: { borderColor: colour("line"), timeVisible: !data.daily, secondsVisible: false, minBarSpacing: 0.02, rightOffset: 0 },
      crosshair: { mode: 0, vertLine: { color: colour("faint"), labelBackgroundColor: colour("soft") },
        horzLine: { color: colour("faint"), labelBackgroundColor: colour("soft") } },
      localization: { locale: "en-GB", dateFormat: "yyyy-MM-dd" }
    };
  }
  function chartIn(element) {
    var chart = lib.createChart(element, Object.assign({ autoSize: true, handleScale: { mouseWheel: false }, handleScroll: { vertTouchDrag: false, mouseWheel: false } }, theme()));
    restyles.push(function () { chart.applyOptions({ layout: theme().layout, grid: theme().grid, timeScale: { borderColor: colour("line") }, crosshair: theme().crosshair }); });
    return chart;
  }
  function styled(series, options) {
    series.applyOptions(options());
    restyles.push(function () { series.applyOptions(options()); });
    return series;
  }
  function tool(parent, text, action, pressed) {
    var button = make("button", { type: "button" }, text);
    if (pressed !== undefined) button.setAttribute("aria-pressed", String(pressed));
    button.addEventListener("click", function () { action(button); });
    parent.appendChild(button);
    return button;
  }
  function entry(name, value, key) {
    var item = make("span");
    if (key) { var dot = make("i"); dot.style.background = colour(key); item.appendChild(dot); }
    item.appendChild(document.createTextNode(name + " "));
    item.appendChild(make("b", {}, value));
    return item;
  }
  function legendIn(host, top) {
    var legend = make("div", { "class": "legend" });
    legend.style.top = top + "px";
    host.appendChild(legend);
    return legend;
  }
  function lastOf(values) { return values.length ? values[values.length - 1] : null; }

  /* Fills what lies between the two readings, behind the lines. */
  function bandView() {
    var shown = null;
    var style = null;
    return {
      renderer: function () {
        return { draw: function (target, toY) {
          if (!shown || !shown.visibleRange || shown.bars.length === 0) return;
          target.useBitmapCoordinateSpace(function (scope) {
            var path = scope.context;
            var bars = shown.bars.slice(Math.max(0, Math.floor(shown.visibleRange.from) - 1), Math.ceil(shown.visibleRange.to) + 1);
            function point(bar, key) { return [bar.x * scope.horizontalPixelRatio, toY(bar.originalData[key]) * scope.verticalPixelRatio]; }
            path.beginPath();
            bars.forEach(function (bar, i) { var at = point(bar, "high"); if (i === 0) path.moveTo(at[0], at[1]); else path.lineTo(at[0], at[1]); });
            bars.slice().reverse().forEach(function (bar) { var at = point(bar, "low"); path.lineTo(at[0], at[1]); });
            path.closePath();
            path.fillStyle = style.fill;
            path.fill();
          });
        } };
      },
      update: function (next, options) { shown = next; style = options; },
      priceValueBuilder: function (row) { return [row.low, row.high]; },
      isWhitespace: function (row) { return row.low === undefined; },
      defaultOptions: function () { return Object.assign({}, lib.customSeriesDefaultOptions, { fill: "transparent" }); }
    };
  }

  /* Veils stretches of candles, each with one box, so that close ones do not add up. */
  function heldView() {
    var shown = null;
    return {
      renderer: function () {
        return { draw: function (target) {
          if (!shown || !shown.visibleRange) return;
          target.useBitmapCoordinateSpace(function (scope) {
            var space = shown.barSpacing;
            var bars = shown.bars.slice(Math.max(0, Math.floor(shown.visibleRange.from)), Math.ceil(shown.visibleRange.to) + 1);
            for (var i = 0; i < bars.length; i++) {
              var first = bars[i];
              while (i + 1 < bars.length && bars[i + 1].originalData.ink === first.originalData.ink && bars[i + 1].x - bars[i].x < space * 1.5) i++;
              var left = Math.round((first.x - space / 2) * scope.horizontalPixelRatio);
              scope.context.fillStyle = first.originalData.ink;
              scope.context.fillRect(left, 0, Math.max(1, Math.round((bars[i].x + space / 2) * scope.horizontalPixelRatio) - left), scope.bitmapSize.height);
            }
          });
        } };
      },
      update: function (next) { shown = next; },
      priceValueBuilder: function () { return [0, 1]; },
      isWhitespace: function (row) { return row.ink === undefined; },
      defaultOptions: function () { return Object.assign({}, lib.customSeriesDefaultOptions); }
    };
  }

  function equityChart() {
    var host = byId("equity-chart");
    var chart = chartIn(host);
    var whole = { type: "custom", minMove: 0.01, formatter: function (v) { return fixed(v, Math.abs(v) < 1000 ? data.moneyDecimals : 0); } };
    var share = { type: "custom", minMove: 0.0001, formatter: function (v) { return fixed(v * 100, Math.abs(v) < 0.1 ? 1 : 0) + " %"; } };
    var quiet = { lastValueVisible: false, priceLineVisible: false, crosshairMarkerRadius: 3 };
    var ruler = null;
    var account = data.account;
    if (account.benchmark) {
      ruler = styled(chart.addSeries(lib.LineSeries, Object.assign({ priceFormat: whole, lineWidth: 1 }, quiet), 0), function () { return { color: colour("ruler") }; });
      ruler.setData(points(account.benchmark));
    }
    var best = null;
    if (account.best) {
      var band = styled(chart.addCustomSeries(bandView(), Object.assign({ priceFormat: whole }, quiet), 0), function () { return { fill: veil("maybe", 0.26) }; });
      band.setData(account.t.map(function (time, i) {
        return { time: time, low: Math.min(account.equity[i], account.best[i]), high: Math.max(account.equity[i], account.best[i]) };
      }));
      best = styled(chart.addSeries(lib.LineSeries, Object.assign({ priceFormat: whole, lineWidth: 1 }, quiet), 0), function () { return { color: colour("maybe-ink") }; });
      best.setData(points(account.best));
    }
    var equity = styled(chart.addSeries(lib.LineSeries, Object.assign({ priceFormat: whole, lineWidth: 2 }, quiet), 0), function () { return { color: colour("series") }; });
    equity.setData(points(account.equity));
    var below = styled(chart.addSeries(lib.BaselineSeries, Object.assign({ priceFormat: share, lineWidth: 1, baseValue: { type: "price", price: 0 } }, quiet), 1), function () {
      return { topLineColor: colour("under"), bottomLineColor: colour("under"), topFillColor1: "transparent", topFillColor2: "transparent",
        bottomFillColor1: veil("loss", 0.22), bottomFillColor2: veil("loss", 0.22) };
    });
    below.setData(points(account.drawdown));
    var used = styled(chart.addSeries(lib.BaselineSeries, Object.assign({ priceFormat: share, lineWidth: 1, lineType: 1, baseValue: { type: "price", price: 0 } }, quiet), 2), function () {
      return { topLineColor: colour("exposure"), bottomLineColor: colour("exposure"), topFillColor1: veil("gain", 0.14), topFillColor2: veil("gain", 0.14),
        bottomFillColor1: "transparent", bottomFillColor2: "transparent" };
    });
    used.setData(points(account.exposure));
    var panes = chart.panes();
    [3.4, 1.3, 0.9].forEach(function (factor, i) { panes[i].setStretchFactor(factor); });
    below.priceScale().applyOptions({ scaleMargins: { top: 0.22, bottom: 0.06 } });
    used.priceScale().applyOptions({ scaleMargins: { top: 0.36, bottom: 0.1 } });
    chart.timeScale().fitContent();

    var legends = [0, 0, 0].map(function () { return legendIn(host, 6); });
    function place() {
      var top = 0;
      panes.forEach(function (pane, i) { legends[i].style.top = top + (i === 0 ? 6 : 5) + "px"; top += pane.getHeight() + 1; });
    }
    function show(at) {
      function pick(series, line) {
        if (!series) return null;
        var point = at && at.seriesData.get(series);
        return point ? point.value : at && at.time !== undefined ? null : lastOf(line);
      }
      legends[0].replaceChildren(entry((at && at.time !== undefined ? stamp(at.time) + "  " : "") + (best ? "At worst" : "Equity"), money(pick(equity, account.equity)) + " " + data.currency, "series"));
      if (best) legends[0].appendChild(entry("At best", money(pick(best, account.best)) + " " + data.currency, "maybe-ink"));
      if (ruler) legends[0].appendChild(entry(data.benchmarkLabel, money(pick(ruler, account.benchmark)), "ruler"));
      legends[1].replaceChildren(entry("Drawdown", percent(pick(below, account.drawdown), 2), "under"));
      legends[2].replaceChildren(entry("Exposure", percent(pick(used, account.exposure), 1), "exposure"));
    }
    chart.subscribeCrosshairMove(function (at) { show(at.point ? at : null); });
    restyles.push(function () { show(null); });
    new ResizeObserver(place).observe(host);
    requestAnimationFrame(place);
    show(null);
    tool(byId("equity-tools"), "Log scale", function (button) {
      var isOn = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(isOn));
      equity.priceScale().applyOptions({ mode: isOn ? 1 : 0 });
    }, false);
    tool(byId("equity-tools"), "Whole run", function () { chart.timeScale().fitContent(); });
  }

  function priceChart() {
    var host = byId("price-chart");
    if (!data.prices.length) { host.style.height = "auto"; host.className = "empty"; host.textContent = "No prices were handed to this report."; return null; }
    var chart = chartIn(host);
    var held = chart.addCustomSeries(heldView(), { priceScaleId: "held", lastValueVisible: false, priceLineVisible: false });
    held.priceScale().applyOptions({ visible: false, scaleMargins: { top: 0, bottom: 0 } });
    /* Candles in which a side was held back are veiled: not active, drained, frozen. */
    function drawHeld() {
      var inks = ["", veil("maybe", 0.08), veil("loss", 0.1), veil("loss", 0.24), veil("maybe", 0.16)];
      var rows = current.t.map(function (time) { return { time: time }; });
      current.bands.forEach(function (band) {
        for (var i = band[0]; i <= band[1]; i++) rows[i] = { time: current.t[i], ink: inks[band[2]] };
      });
      held.setData(current.bands.length ? rows : []);
    }
    var candles = styled(chart.addSeries(lib.CandlestickSeries, { lastValueVisible: false, priceLineVisible: false }), function () {
      var ink = colour("candle");
      return { upColor: colour("paper"), downColor: ink, borderUpColor: ink, borderDownColor: ink, wickUpColor: ink, wickDownColor: ink };
    });
    chart.timeScale().applyOptions({ rightOffset: 2 });
    var markers = lib.createSeriesMarkers(candles, [], { autoScale: true });
    var legend = legendIn(host, 6);
    var current = null;
    var marksAt = new Map();
    var eventsAt = new Map();
    var LOOKS = {
      ambiguous: ["maybe-ink", "inBar", "?", 0.5], heuristic: ["maybe-ink", "inBar", "", 0.25], liquidation: ["loss-ink", "aboveBar", "liquidated", 1.2],
      funding: ["faint", "belowBar", "", 0.3], dividend: ["gain-ink", "belowBar", "D", 0.5], split: ["faint", "belowBar", "S", 0.5]
    };

    var density = "";
    /* Movements of cash are many and small: they are drawn only where there is room. */
    function eventMarks() {
      return current.events.filter(function (event) { return event[1] < 3 || density === "full"; }).map(function (event) {
        var look = LOOKS[data.events[event[1]]];
        var text = density === "full" ? look[2] : "";
        return { time: current.t[event[0]], position: look[1], color: colour(look[0]), shape: "circle", size: density === "dots" ? look[3] * 0.4 : look[3], text: text };
      });
    }
    function drawMarks() {
      markers.setMarkers(fillMarks().concat(eventMarks()).sort(function (a, b) { return a.time - b.time; }));
    }
    function fillMarks() {
      return current.marks.map(function (mark) {
        var bought = mark[1] > 0;
        var shape = density === "dots" ? "circle" : mark[5] ? "square" : bought ? "arrowUp" : "arrowDown";
        var ink = density === "dots" ? veil(bought ? "gain" : "loss", 0.3) : colour(bought ? "gain-ink" : "loss-ink");
        return { time: current.t[mark[0]], position: bought ? "belowBar" : "aboveBar", color: ink, shape: shape, size: density === "dots" ? 0.1 : density === "small" ? 0.6 : 1 };
      });
    }
    /* Arrows that stand shoulder to shoulder hide the price: a crowd becomes dots until the reader zooms in. */
    function crowd() {
      var range = chart.timeScale().getVisibleLogicalRange();
      var shown = current.marks.filter(function (mark) { return !range || (mark[0] >= range.from && mark[0] <= range.to); }).length;
      var next = shown > 450 ? "dots" : shown > 120 ? "small" : "full";
      if (next === density) return;
      density = next;
      drawMarks();
    }
    var isWaiting = false;
    chart.timeScale().subscribeVisibleLogicalRangeChange(function () {
      if (isWaiting || !current) return;
      isWaiting = true;
      requestAnimationFrame(function () { isWaiting = false; crowd(); });
    });
    function show(at) {
      var i = at ? current.t.indexOf(at.time) : current.t.length - 1;
      legend.replaceChildren();
      if (i < 0) return;
      legend.appendChild(entry(current.symbol, stamp(current.t[i])));
      ["o", "h", "l", "c"].forEach(function (key) { legend.appendChild(entry(key.toUpperCase(), fixed(current[key][i], current.decimals))); });
      (marksAt.get(i) || []).forEach(function (mark) {
        var what = (mark[1] > 0 ? "Bought " : "Sold ") + (mark[2] > 1 ? "in " + mark[2] + " fills" : "");
        legend.appendChild(entry(what.trim(), plain(mark[3]) + " @ " + plain(mark[4]) + (mark[5] ? " (forced)" : ""), mark[1] > 0 ? "gain-ink" : "loss-ink"));
      });
      (eventsAt.get(i) || []).forEach(function (event) {
        var name = data.events[event[1]];
        var times = event[2] > 1 ? event[2] + " times" : "";
        var text = event[1] === 0 ? "does not say what came first" : event[1] === 1 ? "two walks " + money(event[3]) + " apart" : money(event[3]) + " " + data.currency;
        legend.appendChild(entry(name.charAt(0).toUpperCase() + name.slice(1), (text + " " + times).trim(), LOOKS[name][0]));
      });
    }
    function select(index) {
      current = data.prices[index];
      marksAt = new Map();
      eventsAt = new Map();
      current.events.forEach(function (event) { eventsAt.set(event[0], (eventsAt.get(event[0]) || []).concat([event])); });
      current.marks.forEach(function (mark) { marksAt.set(mark[0], (marksAt.get(mark[0]) || []).concat([mark])); });
      var digits = Math.min(current.decimals, 8);
      candles.applyOptions({ priceFormat: { type: "custom", minMove: Math.pow(10, -digits), formatter: function (v) { return fixed(v, digits); } } });
      candles.setData(current.t.map(function (time, i) { return { time: time, open: current.o[i], high: current.h[i], low: current.l[i], close: current.c[i] }; }));
      drawHeld();
      density = "";
      chart.timeScale().fitContent();
      crowd();
      byId("price-note").textContent = (current.step > 1 ? "Each candle is " + current.step + " bars of " + current.interval + ", so two fills may share an arrow. " : "Each candle is one " + current.interval + " bar. ") +
        "Arrows up are buys, arrows down are sells, squares are fills that the engine forced" + (current.marks.length > 450 ? "; where there are too many they are dots until you zoom in." : ".") +
        (current.events.some(function (event) { return event[1] === 0; }) ? " A question mark in a candle: the bar does not say what came first, and its bounds differ." : "") +
        (current.events.some(function (event) { return event[1] === 1; }) ? " A small dot in a candle: two walks were compared." : "") +
        (current.bands.length ? " Veiled candles: a side was held back, faintly when it was not active or drained, strongly when it was frozen." : "") +
        (current.events.some(function (event) { return event[1] > 2; }) ? " Grey and lettered dots below candles are funding, dividends (D) and splits (S)." : "");
      show(null);
    }
    restyles.push(function () { drawHeld(); drawMarks(); show(null); });
    chart.subscribeCrosshairMove(function (at) { show(at.point && at.time !== undefined ? at : null); });
    var tools = byId("price-tools");
    var choice = null;
    if (data.prices.length > 1) {
      choice = make("select", { "aria-label": "Instrument" });
      data.prices.forEach(function (one, i) { choice.appendChild(make("option", { value: i }, one.symbol + ", " + one.interval)); });
      choice.addEventListener("change", function () { select(Number(choice.value)); });
      tools.appendChild(choice);
    }
    function zoom(from, to) { chart.timeScale().setVisibleLogicalRange({ from: from, to: to }); }
    tool(tools, "Last 120", function () { zoom(current.t.length - 120, current.t.length + 2); });
    tool(tools, "Whole run", function () { chart.timeScale().fitContent(); });
    select(0);

    function place(time) {
      var i = 0;
      while (i < current.t.length - 1 && current.t[i] < time) i++;
      return i;
    }
    return function (symbol, from, to) {
      var index = data.prices.findIndex(function (one) { return one.symbol === symbol; });
      if (index < 0) return;
      if (data.prices[index] !== current) { select(index); if (choice) choice.value = index; }
      var first = place(from);
      var last = place(to);
      var room = Math.max(15, (last - first) * 0.6);
      zoom(first - room, last + room);
      show({ time: current.t[first] });
      byId("price").scrollIntoView({ block: "nearest" });
    };
  }

${PAGE_LISTS}${PAGE_LINEAGE}
  /* Copying */

  Array.prototype.forEach.call(document.querySelectorAll("[data-copy]"), function (button) {
    button.addEventListener("click", function () {
      var range = document.createRange();
      range.selectNodeContents(byId(button.getAttribute("data-copy")));
      var selection = window.getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      var isDone = document.execCommand("copy");
      button.textContent = isDone ? "Copied" : "Press Ctrl+C";
      setTimeout(function () { button.textContent = "Copy"; }, 1500);
    });
  });

  equityChart();
  tradeList(priceChart());
  orderList();
  decisionList();
  scheme.addEventListener("change", function () { restyles.forEach(function (restyle) { restyle(); }); });
})();
`;
