// Building elements. Text only ever enters the page as text: nothing here parses markup.
window.R = {};
(function (R) {
  "use strict";

  // h("td", {class: "num", onclick: f}, "text", child, [more]) → element
  R.h = function (tag, props) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(props || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? "" : value);
    }
    R.append(element, Array.prototype.slice.call(arguments, 2));
    return element;
  };

  R.append = function (element, children) {
    for (const child of children) {
      if (Array.isArray(child)) R.append(element, child);
      else if (child instanceof Node) element.append(child);
      else if (child !== null && child !== undefined && child !== false) {
        element.append(document.createTextNode(String(child)));
      }
    }
    return element;
  };

  R.clear = function (element) {
    element.textContent = "";
    return element;
  };

  // A choice among [{value, label}]; onchange gets the value.
  R.select = function (label, options, value, onchange) {
    const select = R.h("select", { onchange: () => onchange(select.value) });
    for (const option of options) {
      select.append(R.h("option", { value: option.value }, option.label));
    }
    select.value = value;
    return R.h("label", {}, label, select);
  };

  // columns: [{title, numeric, value(row) for sorting, cell(row) → children, head}]. The order is
  // the rows' own until a title is pressed; unknown values stay last either way.
  R.sortableTable = function (columns, rows) {
    const body = R.h("tbody");
    const heads = columns.map((column) => {
      const cls = column.numeric ? "num" : null;
      if (!column.value) return R.h("th", { class: cls, scope: "col" }, column.title);
      const button = R.h("button", { type: "button" }, column.title);
      const head = R.h("th", { class: cls, scope: "col", "aria-sort": "none" }, button);
      button.addEventListener("click", () => sort(column, head));
      return head;
    });
    function fill(sorted) {
      R.clear(body);
      for (const row of sorted) {
        body.append(R.h("tr", {}, columns.map((column) =>
          R.h(column.head ? "th" : "td",
              { class: column.numeric ? "num" : null, scope: column.head ? "row" : null },
              column.cell(row)))));
      }
    }
    function sort(column, head) {
      const down = head.getAttribute("aria-sort") === "descending" ||
        (head.getAttribute("aria-sort") === "none" && !column.numeric);
      for (const other of heads) if (other.hasAttribute("aria-sort")) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", down ? "ascending" : "descending");
      const sign = down ? 1 : -1;
      fill(rows.slice().sort((a, b) => {
        const x = column.value(a), y = column.value(b);
        const noX = x === null || x === undefined, noY = y === null || y === undefined;
        if (noX || noY) return noX - noY;
        return sign * (typeof x === "string" ? x.localeCompare(y, "en", { numeric: true }) : x - y);
      }));
    }
    fill(rows);
    return R.h("div", { class: "scroll" },
               R.h("table", {}, R.h("thead", {}, R.h("tr", {}, heads)), body));
  };
})(window.R);
