// Mathematics in texts: where it stands, and KaTeX for it. Text that KaTeX refuses stays as it is.
(function (R) {
  "use strict";

  const LONGEST = 2000;  // characters of one formula
  const OPTIONS = { throwOnError: true, trust: false, strict: "ignore", maxSize: 20, maxExpand: 300,
                    output: "html" };

  R.canTypeset = typeof window.katex === "object";

  function closingBrace(text, open) {
    let depth = 0;
    for (let i = open; i < text.length && i - open < LONGEST; i++) {
      if (text[i] === "\\") i++;
      else if (text[i] === "{") depth++;
      else if (text[i] === "}" && --depth === 0) return i;
    }
    return -1;
  }

  // Each: the start at `at` → [end, tex, display] or null.
  function delimited(open, close, display) {
    return (text, at) => {
      if (!text.startsWith(open, at)) return null;
      const end = text.indexOf(close, at + open.length);
      if (end < 0 || end - at > LONGEST) return null;
      return [end + close.length, text.slice(at + open.length, end), display];
    };
  }

  // Pandoc's rule for single dollars, or "$5 and $6" would be a formula: no blank inside either
  // dollar, no digit after the closing one, no empty line between.
  function dollars(text, at) {
    if (text[at] !== "$" || /\s/.test(text[at + 1] || " ")) return null;
    for (let i = at + 1; i < text.length && i - at < LONGEST; i++) {
      if (text[i] === "\\") { i++; continue; }
      if (text[i] === "\n" && text[i + 1] === "\n") return null;
      if (text[i] !== "$") continue;
      if (/\s/.test(text[i - 1]) || /[0-9]/.test(text[i + 1] || "")) return null;
      return [i + 1, text.slice(at + 1, i), false];
    }
    return null;
  }

  function boxed(text, at) {
    const match = /^\\f?boxed\s*\{/.exec(text.slice(at, at + 12));
    if (!match) return null;
    const end = closingBrace(text, at + match[0].length - 1);
    return end < 0 ? null : [end + 1, text.slice(at, end + 1), false];
  }

  function environment(text, at) {
    const match = /^\\begin\{(align\*?|equation\*?|gather\*?|cases|[pbv]?matrix|array)\}/.exec(text.slice(at, at + 24));
    if (!match) return null;
    const close = "\\end{" + match[1] + "}";
    const end = text.indexOf(close, at);
    if (end < 0 || end - at > LONGEST) return null;
    return [end + close.length, text.slice(at, end + close.length), true];
  }

  const RULES = [delimited("$$", "$$", true), delimited("\\[", "\\]", true),
                 delimited("\\(", "\\)", false), environment, boxed, dollars];

  // text → [{text, tex (or null), display}]
  R.mathParts = function (text) {
    const parts = [];
    let plain = 0;
    for (let at = 0; at < text.length; at++) {
      if (text[at] !== "$" && text[at] !== "\\") continue;
      let found = null;
      for (const rule of RULES) if ((found = rule(text, at))) break;
      if (!found) continue;
      if (at > plain) parts.push({ text: text.slice(plain, at), tex: null });
      parts.push({ text: text.slice(at, found[0]), tex: found[1], display: found[2] });
      plain = found[0];
      at = plain - 1;
    }
    if (plain < text.length) parts.push({ text: text.slice(plain), tex: null });
    return parts;
  };

  function formula(tex, display, fallback) {
    const element = R.h("span");
    try {
      window.katex.render(tex, element, Object.assign({ displayMode: display }, OPTIONS));
      element.setAttribute("aria-label", tex);
      element.setAttribute("role", "math");
      return element;
    } catch (refused) {
      return document.createTextNode(fallback);
    }
  }

  // Nodes for a text with its mathematics set; plain text without KaTeX.
  R.typeset = function (text) {
    if (!R.canTypeset) return [document.createTextNode(text)];
    return R.mathParts(text).map((part) =>
      part.tex === null ? document.createTextNode(part.text) : formula(part.tex, part.display, part.text));
  };

  // An extracted answer or a gold: TeX as a whole where it looks like it.
  R.typesetAnswer = function (value, task) {
    if (value === null || value === undefined) return [R.h("span", { class: "hint" }, "none")];
    const text = typeof value === "string" ? value : JSON.stringify(value);
    if (task === "math500" && R.canTypeset && /[\\^_]/.test(text) && text.length < LONGEST) {
      return [formula(text, false, text)];
    }
    return [document.createTextNode(text)];
  };
})(window.R);
