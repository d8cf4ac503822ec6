// The page: asks for the screen as one person sees it, shows it, and asks again when it changes.

import { Composer } from "./composer.js";
import { keepTyped, listen, valuesIn } from "./controls.js";
import { act, ask, tell } from "./server.js";

const $ = (id) => document.getElementById(id);
const look = { person: "", place: "", thread: "", tab: "messages", ...JSON.parse(sessionStorage.getItem("look") ?? "{}") };
const html = new WeakMap();
const modal = $("modal");
let shown = {};
let turn = 0;
const awaited = new Map(); // How many answers each list waits for: what comes then is shown.

// Asks for ever. A newer turn ends an older one.
async function follow() {
  const mine = ++turn;
  let version = "";
  for (let arrives = 1; mine === turn; arrives = 0) {
    try {
      const screen = await ask(`/screen?${new URLSearchParams({ ...look, version, arrives })}`);
      if (mine !== turn) return;
      version = screen.version;
      draw(screen, arrives);
    } catch {
      if (mine !== turn) return;
      tell("The demonstration has stopped. Start it again, and this page goes on.");
      await new Promise((done) => setTimeout(done, 1000));
      version = "";
    }
  }
}

function go(change) {
  Object.assign(look, change);
  sessionStorage.setItem("look", JSON.stringify(look));
  document.body.classList.remove("folded-out");
  $("fold").setAttribute("aria-expanded", "false");
  follow();
}

function draw(screen, arrives) {
  shown = screen;
  const { person, place, tab, thread } = screen;
  Object.assign(look, { person, place, tab, thread });
  for (const name of ["people", "sidebar", "head", "notice", "home"]) put($(name), screen[name]);
  $("time").textContent = screen.clock;
  if (document.activeElement !== moment) moment.value = moment.min = screen.local;
  $("notice").hidden = !screen.notice;
  $("home").hidden = tab !== "home";
  $("messages").hidden = $("composer").hidden = tab === "home";
  $("thread").hidden = !thread;
  composer.field.placeholder = screen.write;
  composer.field.setAttribute("aria-label", screen.write);
  list($("messages"), screen.messages, arrives);
  list($("replies"), screen.replies, arrives);
  drawModal(screen.modal);
  // The app hears of it, and may well publish the tab only then.
  if (arrives && tab === "home") act("home", { person });
}

// Replaces what is inside an element if it is different; the focus stays on the same control.
function put(element, content) {
  if (html.get(element) === content) return;
  html.set(element, content);
  keepingFocus(element, () => (element.innerHTML = content));
}

const FOCUSABLE = "button, summary, input, select, textarea, a[href]";
function keepingFocus(element, change) {
  const at = [...element.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
  change();
  if (at >= 0) [...element.querySelectorAll(FOCUSABLE)][at]?.focus({ preventScroll: true });
}

// Keyed lines: those that stayed the same are not touched.
function list(element, items, arrives) {
  const waits = awaited.get(element) ?? 0;
  const wasAtEnd = waits > 0 || element.scrollHeight - element.scrollTop - element.clientHeight < 60;
  const old = new Map([...element.children].map((child) => [child.dataset.key, child]));
  let first = null;
  let arrived = 0;
  let after = null;
  for (const [key, content] of items) {
    let line = old.get(key);
    if (!line) {
      line = document.createElement("div");
      line.dataset.key = key;
      first ??= line;
      arrived += 1;
    }
    old.delete(key);
    put(line, content);
    const next = after ? after.nextSibling : element.firstChild;
    if (line !== next) element.insertBefore(line, next);
    after = line;
  }
  for (const gone of old.values()) gone.remove();
  awaited.set(element, Math.max(0, waits - arrived));
  const fresh = element.querySelector(".fresh");
  if (arrives) (fresh ?? element.lastElementChild)?.scrollIntoView({ block: fresh ? "start" : "end" });
  else if (first && wasAtEnd) first.scrollIntoView({ block: first.offsetHeight > element.clientHeight ? "start" : "nearest" });
}

function drawModal(view) {
  if (!view) {
    if (modal.open) modal.close();
    modal.dataset.key = "";
    return;
  }
  if (modal.dataset.key === view.key) return;
  const before = modal.firstElementChild?.cloneNode(true);
  const typed = modal.open && before && modal.dataset.key.split(" ")[0] === view.key.split(" ")[0];
  const live = modal.firstElementChild;
  modal.dataset.key = view.key;
  modal.setAttribute("aria-label", view.title);
  const next = document.createElement("div");
  next.innerHTML = view.html;
  if (typed && live) keepTyped(live, next);
  keepingFocus(modal, () => modal.replaceChildren(...next.childNodes));
  if (!modal.open) modal.showModal();
  if (!typed) modal.querySelector(".body :is(input, select, textarea, summary, button)")?.focus();
}

// Who acts, and where: in a view, with what its fields hold, or on a message.
function where(control) {
  const view = control.closest("[data-view]");
  if (view) return { person: look.person, view: view.dataset.view, values: valuesIn(view) };
  return { person: look.person, place: look.place, ts: control.closest("[data-ts]").dataset.ts };
}

function say(list, about) {
  awaited.set(list, (awaited.get(list) ?? 0) + 1);
  return act("say", { person: look.person, place: look.place, ...about });
}
const composer = new Composer($("composer"), (text) => say($("messages"), { text }));
new Composer($("answer"), (text) => say($("replies"), { thread: look.thread, text }));
const moment = $("moment").querySelector("input");

async function submit(form) {
  form.querySelectorAll(".error").forEach((line) => (line.hidden = true));
  const { errors = {} } = await act("submit", { person: look.person, view: form.dataset.view, values: valuesIn(form) });
  for (const [block, words] of Object.entries(errors)) {
    const field = form.querySelector(`[data-input="${CSS.escape(block)}"]`);
    const line = (field ?? form).querySelector(".error");
    line.textContent = words[0].toUpperCase() + words.slice(1);
    line.hidden = false;
    field?.querySelector(FOCUSABLE)?.focus();
  }
}

// Chromium cancels a dialogue twice for one Escape in a field for a time: it is closed once.
let closing = "";
async function closeModal() {
  const { view } = modal.querySelector("form").dataset;
  if (closing === view) return;
  closing = view;
  await act("close", { person: look.person, view });
  closing = "";
}
async function moveClock(text) {
  $("clock").open = false;
  await act("clock", { person: look.person, text });
}

const CLICKS = {
  place: (place) => (go({ place, thread: "", tab: "messages" }), composer.take()),
  person: (person) => (go({ person, thread: "" }), composer.take()),
  tab: (tab) => go({ tab }),
  thread: (thread) => go({ thread }),
  say: (line) => composer.write(line),
  clock: moveClock,
  close: closeModal,
  shortcut: (action, button) => act("shortcut", { person: look.person, place: look.place, action, ts: button.closest("[data-ts]").dataset.ts }),
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  for (const [name, does] of Object.entries(CLICKS)) if (button?.dataset[name] !== undefined) does(button.dataset[name], button);
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target) || (button && menu.contains(button) && !button.matches(".chip"))) menu.open = false;
  }
  if (document.body.classList.contains("folded-out") && !event.target.closest("#side, #fold")) fold(false);
});
document.addEventListener("submit", (event) => {
  if (event.target.closest("#modal")) event.preventDefault(), submit(event.target);
  if (event.target.id === "moment") event.preventDefault(), moveClock(moment.value);
});
document.addEventListener("toggle", (event) => {
  const menu = event.target.open && event.target.querySelector(":scope > .menu");
  if (!menu) return;
  menu.classList.remove("up");
  const around = menu.closest("dialog .body, #messages, #replies, #home");
  const end = Math.min(innerHeight, around?.getBoundingClientRect().bottom ?? innerHeight);
  menu.classList.toggle("up", menu.getBoundingClientRect().bottom > end);
}, true);
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details[data-menu][open]");
  if (menu && event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.preventDefault();
  } else if (menu && ["ArrowDown", "ArrowUp"].includes(event.key) && !event.target.matches("select, input[type=datetime-local]")) {
    const items = [...menu.querySelectorAll(".menu :is(button, input)")];
    const step = event.key === "ArrowDown" ? 1 : -1;
    const at = items.indexOf(document.activeElement);
    items[at < 0 && step < 0 ? items.length - 1 : (at + step + items.length) % items.length]?.focus();
    event.preventDefault();
  } else if (event.key === "Escape" && !modal.open && look.thread) go({ thread: "" });
});
modal.addEventListener("cancel", (event) => {
  event.preventDefault();
  if (modal.querySelector("details[data-menu][open]")) return;
  closeModal();
});

function fold(out) {
  document.body.classList.toggle("folded-out", out);
  $("fold").setAttribute("aria-expanded", String(out));
}
$("fold").addEventListener("click", () => fold(!document.body.classList.contains("folded-out")));

const root = document.documentElement;
root.dataset.theme = localStorage.getItem("theme") ?? "";
$("theme").addEventListener("click", () => {
  const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  localStorage.setItem("theme", (root.dataset.theme = isDark ? "light" : "dark"));
});

listen(where);
follow();
composer.complete(await ask("/completions"));
