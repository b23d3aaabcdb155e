// Page lineage: the part of the page's script that shows decision records, and what belongs to an order, on a click.
//
// It is text, as the rest of the script, inside of whose function it stands (`page-script.ts`).

export const PAGE_LINEAGE = String.raw`
  /* What unfolds below a row of a list. */

  function unfolding(cell, label, columns, fill) {
    var button = make("button", { type: "button", "class": "locate", "aria-expanded": "false" }, label);
    var open = null;
    button.addEventListener("click", function () {
      var line = button.closest("tr");
      if (open) { open.remove(); open = null; }
      else {
        open = make("tr", { "class": "unfolded" });
        var inside = make("td", { colspan: columns });
        fill(inside);
        open.appendChild(inside);
        line.after(open);
      }
      button.setAttribute("aria-expanded", String(open !== null));
    });
    cell.appendChild(button);
    return button;
  }
  function smallTable(caption, names, rows, numbers) {
    var table = make("table", { "class": "inner" });
    table.appendChild(make("caption", {}, caption));
    var head = make("tr");
    names.forEach(function (name, i) { head.appendChild(make("th", numbers.indexOf(i) >= 0 ? { scope: "col", "class": "num" } : { scope: "col" }, name)); });
    var top = make("thead");
    top.appendChild(head);
    table.appendChild(top);
    var body = make("tbody");
    rows.forEach(function (cells) {
      var line = make("tr");
      cells.forEach(function (cell, i) {
        var column = make("td", numbers.indexOf(i) >= 0 ? { "class": "num" } : {});
        if (cell && cell.nodeType) column.appendChild(cell);
        else column.textContent = cell === null || cell === undefined || cell === "" ? NONE : String(cell);
        line.appendChild(column);
      });
      body.appendChild(line);
    });
    table.appendChild(body);
    return table;
  }
  function verdict(passed) { return make("span", { "class": passed ? "passed" : "failed" }, passed ? "passed" : "failed"); }

  /* Decisions */

  var RECOMMENDED = { commitment: "Buy", defer: "Exit", rebalance: "Rebalance" };
  function outcomeOf(row) { return row.acted ? "acted" : words(row.reason || "skipped"); }
  function decisionDetail(row) {
    var box = make("div", { "class": "details" });
    if (row.checks.length) {
      box.appendChild(smallTable("Checks, in their order; the first that fails decides", ["Check", "Measured", "Held against", "Outcome"],
        row.checks.map(function (check) { return [check[0], check[2], check[3], verdict(check[1] === 1)]; }), [1, 2]));
    } else box.appendChild(make("p", { "class": "empty" }, "No check was made."));
    if (row.steps.length) {
      box.appendChild(smallTable("Steps of its size", ["Step", "Looked at", "Left"], row.steps, [1, 2]));
    }
    return box;
  }
  function decisionList() {
    var host = byId("decision-table");
    if (!host) return;
    host.replaceChildren();
    var names = ["#", "Time"].concat(data.symbols.length > 1 ? ["Instrument"] : []).concat(["Recommended", "Confidence", "Tier", "Amount", "Quantity", "Outcome", "Order"]);
    var numeric = ["Confidence", "Amount", "Quantity"];
    var body = listTable(host, names.map(function (name) { return [name, numeric.indexOf(name) >= 0]; }));
    var state = { page: 0, outcome: "" };
    var outcomes = Array.from(new Set(data.decisions.map(outcomeOf))).sort();
    if (outcomes.length > 1) {
      var select = make("select", { "aria-label": "Which outcomes" });
      select.appendChild(make("option", { value: "" }, "All outcomes"));
      outcomes.forEach(function (one) { select.appendChild(make("option", { value: one }, one)); });
      select.addEventListener("change", function () { state.outcome = select.value; state.page = 0; draw(); });
      byId("decision-tools").appendChild(select);
    }
    var pages = pagerOf("decision-pager", "decisions", state, draw);
    function draw() {
      var rows = data.decisions.map(function (row, i) { return [row, i]; }).filter(function (one) { return state.outcome === "" || outcomeOf(one[0]) === state.outcome; });
      var from = state.page * PAGE;
      body.replaceChildren();
      rows.slice(from, from + PAGE).forEach(function (one) {
        var row = one[0];
        var line = make("tr");
        names.forEach(function (name) {
          var cell = make("td", numeric.indexOf(name) >= 0 ? { "class": "num" } : {});
          switch (name) {
            case "#": unfolding(cell, plain(one[1] + 1), names.length, function (inside) { inside.appendChild(decisionDetail(row)); }); break;
            case "Time": cell.textContent = stamp(row.t); break;
            case "Instrument": cell.textContent = data.symbols[row.instrument]; break;
            case "Recommended": cell.textContent = RECOMMENDED[row.kind]; break;
            case "Confidence": cell.textContent = row.confidence || NONE; break;
            case "Tier": cell.textContent = row.tier; break;
            case "Amount": cell.textContent = row.amount || NONE; break;
            case "Quantity": cell.textContent = row.quantity || NONE; break;
            case "Outcome": cell.appendChild(make("span", { "class": row.acted ? "passed" : "failed" }, outcomeOf(row))); break;
            default: cell.textContent = row.order ? plain(row.order) : NONE;
          }
          line.appendChild(cell);
        });
        body.appendChild(line);
      });
      pages.show(rows.length, data.decisions.length, data.decisionCount);
    }
    draw();
  }

  /* Lineage: what belongs to an order, from its decision to the portfolio. */

  function lineageDetail(at) {
    var lineage = data.lineage;
    var own = lineage.orders[at];
    var chain = data.orders.filter(function (row, i) { return lineage.orders[i][0] === own[0]; });
    var members = chain.map(function (row) { return row[0]; });
    function isOf(row) { return members.indexOf(row[0]) >= 0; }
    var box = make("div", { "class": "details" });
    var ids = make("p", { "class": "ids" });
    ids.appendChild(document.createTextNode("Correlation "));
    ids.appendChild(make("code", {}, "blake3:" + lineage.correlations[own[0]]));
    ids.appendChild(document.createTextNode(" order "));
    ids.appendChild(make("code", {}, own[1]));
    box.appendChild(ids);
    var decimals = data.priceDecimals[data.orders[at][1]];
    var steps = [];
    data.decisions.forEach(function (row, i) {
      if (members.indexOf(row.order) < 0) return;
      steps.push([row.t, 0, "Decided", "record " + plain(i + 1) + ": " + RECOMMENDED[row.kind].toLowerCase() + (row.confidence ? " at " + row.confidence : "") + ", " + row.tier, "", "", ""]);
    });
    var node = lineage.nodes[own[2]];
    if (!steps.length && node) {
      var by = make("code", {}, node);
      steps.push([chain[0][2], 0, "Decided", by, "", "", ""]);
    }
    chain.forEach(function (row) {
      var price = (row[7] === null ? "" : " stop " + fixed(row[7], decimals)) + (row[6] === null ? "" : " limit " + fixed(row[6], decimals));
      steps.push([row[2], 1, "Order " + plain(row[0]), words(data.words.types[row[3]]) + " " + plain(row[5]) + price + (row[11] ? ", released by order " + plain(row[11]) : ""), "", "", ""]);
    });
    lineage.updates.filter(isOf).forEach(function (row) { steps.push([row[1], 2, "Order " + plain(row[0]), data.words.updates[row[2]] + ", " + plain(row[3]) + " left", "", "", ""]); });
    lineage.fills.filter(isOf).forEach(function (row) {
      steps.push([row[1], 3, "Fill of order " + plain(row[0]), plain(row[3]) + " at " + fixed(row[2], decimals) + ", fee " + fixed(row[4], data.moneyDecimals), plain(row[5]), money(row[6]), row[7] === null ? NONE : money(row[7])]);
    });
    lineage.ends.filter(isOf).forEach(function (row) { steps.push([row[1], 4, "Order " + plain(row[0]), "ended: " + words(data.words.reasons[row[2]]), "", "", ""]); });
    steps.sort(function (a, b) { return a[0] - b[0] || a[1] - b[1]; });
    box.appendChild(smallTable("From the decision to the portfolio", ["Time", "What", "", "Position", "Cash", "Equity of the bucket"],
      steps.map(function (step) { return [stamp(step[0])].concat(step.slice(2)); }), [3, 4, 5]));
    return box;
  }
`;
