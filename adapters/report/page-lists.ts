// Page lists: the part of the page's script that shows the trades and the orders, page by page.
//
// It is text, as the rest of the script, inside of whose function it stands (`page-script.ts`).

export const PAGE_LISTS = String.raw`
  /* Trades */

  var PAGE = 20;
  var COLUMNS = [
    ["#", 0, true], ["Instrument", 1, false], ["Side", 2, false], ["Entry", 3, false], ["Price", 6, true], ["Exit", 4, false], ["Price", 7, true],
    ["Quantity", 5, true], ["Net profit", 8, true], ["Return", 9, true], ["Bars", 10, true], ["MAE", 11, true], ["MFE", 12, true], ["Fees", 13, true]
  ];
  var FILTERS = [
    ["All trades", function () { return true; }], ["Winners", function (row) { return row[8] > 0; }], ["Losers", function (row) { return row[8] < 0; }],
    ["Long", function (row) { return row[2] > 0; }], ["Short", function (row) { return row[2] < 0; }],
    ["Forced, liquidated or open", function (row) { return row[14] > 0; }], ["Ambiguous", function (row) { return (row[15] & 1) === 1; }],
    ["Ambiguous or heuristic", function (row) { return row[15] > 0; }]
  ];

  /* A table of a list in host, under columns of name and whether it holds numbers; gives its body. */
  function listTable(host, columns) {
    var table = make("table");
    var head = make("tr");
    columns.forEach(function (column) { head.appendChild(make("th", column[1] ? { scope: "col", "class": "num" } : { scope: "col" }, column[0])); });
    var top = make("thead");
    var body = make("tbody");
    top.appendChild(head);
    table.appendChild(top);
    table.appendChild(body);
    host.appendChild(table);
    return body;
  }

  /* Says which of the rows are shown, and turns the pages of a list. */
  function pagerOf(id, name, state, draw) {
    var said = make("span", { role: "status" });
    var buttons = make("div");
    byId(id).appendChild(said);
    byId(id).appendChild(buttons);
    var back = tool(buttons, "Previous", function () { state.page--; draw(); });
    var forth = tool(buttons, "Next", function () { state.page++; draw(); });
    return {
      show: function (count, kept, all) {
        var from = state.page * PAGE;
        var shown = count ? fixed(from + 1, 0) + "–" + fixed(Math.min(from + PAGE, count), 0) + " of " + fixed(count, 0) : "None";
        said.textContent = shown + (all > kept ? "; the first " + fixed(kept, 0) + " of " + fixed(all, 0) + " " + name + " are in this page" : "");
        back.disabled = state.page === 0;
        forth.disabled = from + PAGE >= count;
      }
    };
  }

  function tradeList(locate) {
    var host = byId("trade-table");
    host.replaceChildren();
    if (!data.trades.length) { host.appendChild(make("p", { "class": "empty" }, "No trade was made.")); return; }
    var columns = COLUMNS.filter(function (column) { return column[1] !== 1 || data.symbols.length > 1; });
    var state = { key: 0, rising: true, page: 0, filter: 0 };
    var table = make("table");
    var head = make("tr");
    columns.forEach(function (column) {
      var cell = make("th", { scope: "col" });
      if (column[2]) cell.className = "num";
      var button = make("button", { type: "button" }, column[0]);
      button.addEventListener("click", function () {
        state.rising = state.key === column[1] ? !state.rising : column[1] <= 7;
        state.key = column[1];
        state.page = 0;
        draw();
      });
      cell.appendChild(button);
      head.appendChild(cell);
    });
    var top = make("thead");
    top.appendChild(head);
    var body = make("tbody");
    table.appendChild(top);
    table.appendChild(body);
    host.appendChild(table);

    var filter = make("select", { "aria-label": "Which trades" });
    FILTERS.forEach(function (one, i) { filter.appendChild(make("option", { value: i }, one[0])); });
    filter.addEventListener("change", function () { state.filter = Number(filter.value); state.page = 0; draw(); });
    byId("trade-tools").appendChild(filter);
    var pages = pagerOf("trade-pager", "trades", state, draw);

    function chosen() {
      var keep = FILTERS[state.filter][1];
      var rows = data.trades.filter(keep);
      var key = state.key;
      rows.sort(function (a, b) {
        var x = a[key] === null ? -Infinity : a[key];
        var y = b[key] === null ? -Infinity : b[key];
        return (x < y ? -1 : x > y ? 1 : a[0] - b[0]) * (state.rising ? 1 : -1);
      });
      return rows;
    }
    function text(row, key) {
      switch (key) {
        case 1: return data.symbols[row[1]];
        case 2: return row[2] > 0 ? "Long" : "Short";
        case 3: return stamp(row[3]);
        case 4: return row[14] === 2 ? "open" : stamp(row[4]);
        case 6: case 7: return fixed(row[key], data.priceDecimals[row[1]]);
        case 8: case 13: return money(row[key]);
        case 9: case 11: case 12: return percent(row[key], 2);
        default: return plain(row[key]);
      }
    }
    function draw() {
      var rows = chosen();
      var from = state.page * PAGE;
      body.replaceChildren();
      rows.slice(from, from + PAGE).forEach(function (row) {
        var line = make("tr");
        columns.forEach(function (column) {
          var cell = make("td");
          if (column[2]) cell.className = "num";
          if (column[1] === 0 && locate) {
            var button = make("button", { type: "button", "class": "locate", title: "Show on the price chart" }, plain(row[0]));
            button.addEventListener("click", function () { locate(data.symbols[row[1]], row[3], row[4]); });
            cell.appendChild(button);
          } else {
            cell.textContent = text(row, column[1]);
            if (column[1] === 4 && row[14] === 1) cell.appendChild(make("span", { "class": "tag" }, "forced"));
            if (column[1] === 4 && row[14] === 3) cell.appendChild(make("span", { "class": "tag" }, "liquidated"));
            if (column[1] === 4 && row[15] > 0) cell.appendChild(make("span", { "class": "tag maybe" }, (row[15] & 1) === 1 ? "ambiguous" : "heuristic"));
            if (column[1] === 8 || column[1] === 9) cell.classList.add(row[8] < 0 ? "loss" : "gain");
          }
          line.appendChild(cell);
        });
        body.appendChild(line);
      });
      Array.prototype.forEach.call(head.children, function (cell, i) {
        if (columns[i][1] === state.key) cell.setAttribute("aria-sort", state.rising ? "ascending" : "descending");
        else cell.removeAttribute("aria-sort");
      });
      pages.show(rows.length, data.trades.length, data.tradeCount);
    }
    draw();
  }

  /* Orders */

  var ORDER_COLUMNS = [
    ["#", 0, true], ["Accepted", 2, false], ["Instrument", 1, false], ["Type", 3, false], ["In force", 4, false], ["Quantity", 5, true], ["Limit", 6, true],
    ["Trigger", 7, true], ["Filled", 8, true], ["State", 9, false], ["Reason", 10, false], ["Parent", 11, true], ["Venue", 12, false]
  ];
  function words(camel) { return camel.replace(/[A-Z]/g, function (letter) { return " " + letter.toLowerCase(); }).replace(/_/g, " "); }

  function orderList() {
    var host = byId("order-table");
    host.replaceChildren();
    if (!data.orders.length) { host.appendChild(make("p", { "class": "empty" }, "No order was sent.")); return; }
    var columns = ORDER_COLUMNS.filter(function (column) { return column[1] === 1 ? data.symbols.length > 1 : column[1] !== 12 || data.venues.length > 0; });
    var state = { page: 0, type: -1, end: -1, venue: -1 };
    var body = listTable(host, columns.map(function (column) { return [column[0], column[2]]; }));
    function choice(label, all, names, key, set) {
      var present = names.map(function (name, i) { return [name, i]; }).filter(function (one) { return data.orders.some(function (row) { return row[key] === one[1]; }); });
      if (present.length < 2) return;
      var select = make("select", { "aria-label": label });
      select.appendChild(make("option", { value: -1 }, all));
      present.forEach(function (one) { select.appendChild(make("option", { value: one[1] }, words(one[0]))); });
      select.addEventListener("change", function () { set(Number(select.value)); state.page = 0; draw(); });
      byId("order-tools").appendChild(select);
    }
    choice("Which types", "All types", data.words.types, 3, function (value) { state.type = value; });
    choice("Which states", "All states", data.words.states, 9, function (value) { state.end = value; });
    choice("Which venues", "All venues", data.venues, 12, function (value) { state.venue = value; });
    var pages = pagerOf("order-pager", "orders", state, draw);
    function text(row, key) {
      switch (key) {
        case 1: return data.symbols[row[1]];
        case 2: return stamp(row[2]);
        case 3: return words(data.words.types[row[3]]);
        case 4: return data.words.forces[row[4]];
        case 6: case 7: return fixed(row[key], data.priceDecimals[row[1]]);
        case 9: return words(data.words.states[row[9]]);
        case 10: return row[10] === 0 ? NONE : words(data.words.reasons[row[10]]);
        case 11: return row[11] === 0 ? NONE : plain(row[11]);
        case 12: return row[12] < 0 ? NONE : data.venues[row[12]];
        default: return plain(row[key]);
      }
    }
    function draw() {
      var rows = data.orders.filter(function (row) { return (state.type < 0 || row[3] === state.type) && (state.end < 0 || row[9] === state.end) && (state.venue < 0 || row[12] === state.venue); });
      var from = state.page * PAGE;
      body.replaceChildren();
      rows.slice(from, from + PAGE).forEach(function (row) {
        var line = make("tr");
        columns.forEach(function (column) {
          var cell = make("td", column[2] ? { "class": "num" } : {});
          if (column[1] === 0) unfolding(cell, plain(row[0]), columns.length, function (inside) { inside.appendChild(lineageDetail(data.orders.indexOf(row))); });
          else cell.textContent = text(row, column[1]);
          line.appendChild(cell);
        });
        body.appendChild(line);
      });
      pages.show(rows.length, data.orders.length, data.orderCount);
    }
    draw();
  }
`;
