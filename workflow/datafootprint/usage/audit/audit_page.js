"use strict";
const DATA = JSON.parse(document.getElementById("data").textContent);
const LABELS = DATA.labels;
const COLUMNS = DATA.columns;
const STORE = "audit-" + DATA.key;
const byId = (id) => document.getElementById(id);
let place = 0;
let answers = {};
let forgets = false;

function load() {
  try { answers = JSON.parse(localStorage.getItem(STORE)) || {}; }
  catch (error) { answers = {}; forgets = true; }
}
function save() {
  try { localStorage.setItem(STORE, JSON.stringify(answers)); }
  catch (error) { forgets = true; }
}
function say(text) { byId("message").textContent = text; }
// An id may mean another paper each year.
function keyOf(paper) { return paper.year + "/" + paper.paper_id; }
function answerOf(paper) { return answers[keyOf(paper)] || {label: "", variant: "", comment: ""}; }
function change(part) {
  const paper = DATA.papers[place];
  answers[keyOf(paper)] = Object.assign({}, answerOf(paper), part);
  save();
}
function setLabel(label) { change({label}); show(); }
const TRAINED = LABELS[0][0];
const SEPARATOR = /\s*;\s*/;
function faultOf(answer) {
  // A training counts by its variant: an empty one is asked for, an unknown one is refused.
  const names = answer.variant.trim().split(SEPARATOR).filter(Boolean);
  const unknown = names.find((name) => !DATA.variants.includes(name));
  if (unknown) return "No variant is called " + unknown + ": choose " + DATA.variants.join(", ") + ".";
  return answer.label === TRAINED && !names.length
    ? "On what did they train? Choose a variant; subset (some classes, small images) does not count." : "";
}
function isDone(paper) { const answer = answerOf(paper); return answer.label && !faultOf(answer); }

function cut(text, spans) {
  // Pieces of text between the borders of all spans, each with the kinds that cover it.
  const borders = new Set([0, text.length]);
  for (const span of spans) { borders.add(span.start); borders.add(span.end); }
  const order = [...borders].sort((a, b) => a - b);
  const pieces = [];
  for (let i = 0; i + 1 < order.length; i++) {
    const kinds = spans.filter((s) => s.start <= order[i] && order[i + 1] <= s.end).map((s) => s.kind);
    pieces.push({text: text.slice(order[i], order[i + 1]), kinds});
  }
  return pieces;
}
function passageElement(passage) {
  const article = document.createElement("article");
  const heading = document.createElement("h3");
  heading.textContent = "Page " + passage.page + (passage.in_references ? ", references" : "");
  article.append(heading);
  for (const piece of cut(passage.text, passage.spans)) {
    let node = document.createTextNode(piece.text);
    if (piece.kinds.includes("name")) {
      const strong = document.createElement("strong");
      strong.className = "name"; strong.append(node); node = strong;
    }
    if (piece.kinds.includes("quote")) {
      const mark = document.createElement("mark"); mark.append(node); node = mark;
    }
    article.append(node);
  }
  return article;
}
function show() {
  const paper = DATA.papers[place];
  const answer = answerOf(paper);
  const done = DATA.papers.filter(isDone).length;
  say(done === DATA.papers.length ? "All papers are labelled. Export the CSV, name it in your "
    + "configuration (usage: {audit: audited.csv}), and run the workflow again." : faultOf(answer)
    || (forgets ? "This browser keeps nothing for this page: export before you leave." : ""));
  byId("pdf").hidden = !paper.pdf;
  byId("pdf").href = paper.pdf || "";
  byId("progress").textContent = done + " of " + DATA.papers.length + " labelled";
  byId("bar").max = DATA.papers.length; byId("bar").value = done;
  byId("place").textContent = "Paper " + (place + 1) + " of " + DATA.papers.length;
  byId("title").textContent = paper.title || paper.paper_id;
  byId("about").textContent = paper.year + " · " + paper.paper_id + (byId("reveal").checked
    ? " · classifier: " + paper.label + " (" + paper.variant + "); " + paper.reason : "");
  for (const button of byId("labels").querySelectorAll("button"))
    button.setAttribute("aria-pressed", String(button.dataset.label === answer.label));
  byId("variant").value = answer.variant;
  byId("comment").value = answer.comment;
  byId("passages").replaceChildren(...paper.passages.map(passageElement));
}
function go(step) {
  place = Math.min(DATA.papers.length - 1, Math.max(0, place + step));
  show(); window.scrollTo(0, 0);
}
function nextOpen() {
  for (let step = 1; step <= DATA.papers.length; step++) {
    const candidate = (place + step) % DATA.papers.length;
    if (!isDone(DATA.papers[candidate])) { go(candidate - place); return; }
  }
}

function cell(value) {
  let text = value === null || value === undefined ? "" : String(value);
  if (/^'*[=+\-@\t\r\n＝＋－＠]/.test(text)) text = "'" + text;
  return /[",\n\r]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
}
function csv() {
  const lines = [COLUMNS.join(",")];
  const papers = [...DATA.papers].sort((a, b) => a.position - b.position);
  for (const paper of papers) {
    const answer = answerOf(paper);
    const row = Object.assign({}, paper, {human_label: answer.label,
      human_variant: answer.variant.trim(), comment: answer.comment.trim()});
    lines.push(COLUMNS.map((column) => cell(row[column])).join(","));
  }
  return lines.join("\n") + "\n";
}
function exportCsv() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([csv()], {type: "text/csv"}));
  link.download = "audited.csv";
  document.body.append(link); link.click(); link.remove();
}
function parseCsv(text) {
  text = text.replace(/^\ufeff/, "");
  const first = text.split("\n", 1)[0];
  const comma = first.split(";").length > first.split(",").length ? ";" : ",";
  const rows = [[""]];
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i], row = rows[rows.length - 1];
    if (quoted) {
      if (c === '"' && text[i + 1] === '"') { row[row.length - 1] += '"'; i++; }
      else if (c === '"') quoted = false;
      else row[row.length - 1] += c;
    } else if (c === '"') quoted = true;
    else if (c === comma) row.push("");
    else if (c === "\n") rows.push([""]);
    else if (c !== "\r") row[row.length - 1] += c;
  }
  return rows.filter((row) => row.length > 1);
}
function unguard(text) { return /^'+[=+\-@\t\r\n＝＋－＠]/.test(text) ? text.slice(1) : text; }
function loadCsv(text) {
  const [header, ...rows] = parseCsv(text);
  const needed = ["paper_id", "year", "human_label", "human_variant", "comment"];
  const missing = needed.filter((name) => !(header || []).includes(name));
  if (missing.length) { say("This CSV has no column " + missing[0] + "."); return; }
  const known = new Set(DATA.papers.map(keyOf));
  let taken = 0;
  for (const row of rows) {
    const value = (name) => unguard(row[header.indexOf(name)] || "");
    const label = value("human_label");
    const key = keyOf({year: value("year"), paper_id: value("paper_id")});
    if (!known.has(key) || (label && !LABELS.some(([name]) => name === label))) continue;
    answers[key] = {label, variant: value("human_variant"), comment: value("comment")};
    taken += label ? 1 : 0;
  }
  save(); show(); say("Loaded " + taken + " labels.");
}

LABELS.forEach(([name, text], index) => {
  const button = document.createElement("button");
  button.type = "button"; button.dataset.label = name;
  button.append(text + " ");
  const key = document.createElement("kbd"); key.textContent = String(index + 1);
  button.append(key);
  button.addEventListener("click", () => setLabel(name));
  byId("labels").append(button);
});
for (const name of DATA.variants) {
  const option = document.createElement("option"); option.value = name; byId("variants").append(option);
}
byId("previous").addEventListener("click", () => go(-1));
byId("next").addEventListener("click", () => go(1));
byId("open").addEventListener("click", nextOpen);
byId("export").addEventListener("click", exportCsv);
byId("reveal").addEventListener("change", show);
byId("variant").addEventListener("change", (event) => { change({variant: event.target.value}); show(); });
byId("variant").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.target.blur();
  if (isDone(DATA.papers[place])) go(1);
});
byId("comment").addEventListener("input", (event) => change({comment: event.target.value}));
byId("load").addEventListener("change", async (event) => {
  const file = event.target.files[0];
  if (file) loadCsv(await file.text());
  event.target.value = "";
});
document.addEventListener("keydown", (event) => {
  if (event.target.matches("input:not([type=checkbox])") || event.ctrlKey || event.metaKey || event.altKey) return;
  const label = LABELS[Number(event.key) - 1];
  if (label) {
    setLabel(label[0]);
    if (isDone(DATA.papers[place])) go(1); else byId("variant").focus();
  }
  else if (event.key === "0") setLabel("");
  else if (event.key === "j" || event.key === "ArrowRight") go(1);
  else if (event.key === "k" || event.key === "ArrowLeft") go(-1);
  else if (event.key === "n") nextOpen();
  else return;
  event.preventDefault();
});
load(); show();
