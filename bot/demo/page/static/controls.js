// Block Kit's controls: what they hold, and telling the server when somebody uses one.

import { act, ask } from "./server.js";
import { Listbox } from "./listbox.js";

const PRESSED = ["button", "workflow_button", "overflow"];
const sure = document.getElementById("sure");
const lists = new WeakMap();

// What a control holds: a string, a list, or null.
export function valueOf(control) {
  const external = control.querySelector(".external");
  if (external) {
    const values = [...external.querySelectorAll(".chip")].map((chip) => chip.dataset.value);
    return "several" in external.dataset ? values : (values[0] ?? null);
  }
  const boxes = [...control.querySelectorAll("input[type=checkbox], input[type=radio]")];
  if (!boxes.length) return control.querySelector("input, select, textarea").value || null;
  const on = boxes.filter((box) => box.checked).map((box) => box.value);
  return boxes[0].type === "radio" ? (on[0] ?? null) : on;
}

// Everything that the fields of a view hold, by block and action.
export function valuesIn(view) {
  const values = {};
  for (const control of fieldsOf(view)) {
    const { block, action } = control.dataset;
    (values[block] ??= {})[action] = valueOf(control);
  }
  return values;
}

// Puts what was typed into the same fields of the view's next state.
export function keepTyped(before, after) {
  const known = new Map(fieldsOf(before).map((control) => [nameOf(control), control]));
  for (const control of fieldsOf(after)) {
    const old = known.get(nameOf(control));
    const fields = [...control.querySelectorAll("input, select, textarea")];
    const olds = old ? [...old.querySelectorAll("input, select, textarea")] : [];
    const chips = old?.querySelector(".chips");
    if (chips) control.querySelector(".chips").replaceWith(chips);
    for (const field of fields) {
      const same = olds.find((one) => one.type === field.type && (!/box|radio/.test(field.type) || one.value === field.value));
      if (!same) continue;
      if (/box|radio/.test(field.type)) field.checked = same.checked;
      else field.value = same.value;
    }
    summarise(control);
  }
}

const fieldsOf = (view) => [...view.querySelectorAll(".control")].filter((control) => !PRESSED.includes(control.dataset.kind));
const nameOf = ({ dataset }) => JSON.stringify([dataset.block, dataset.action, dataset.kind]);

// Listens for everything that people do to controls. `where` says who acts, and in which place.
export function listen(where) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".control button");
    if (!button) return;
    const control = button.closest(".control");
    if (button.matches(".chip")) {
      button.remove();
      if ("sent" in control.dataset) press(control, valueOf(control), where);
    } else if (PRESSED.includes(control.dataset.kind)) {
      button.closest("details")?.removeAttribute("open");
      press(control, button.dataset.choice ?? null, where, button.dataset.url);
    }
  });
  document.addEventListener("change", (event) => {
    const control = event.target.closest(".control");
    if (!control || event.target.matches("[role=combobox]")) return;
    summarise(control);
    const isTyped = event.target.matches("input:not([type]), input[type=text], textarea");
    if ("sent" in control.dataset && !isTyped) press(control, valueOf(control), where);
  });
  document.addEventListener("input", (event) => {
    const control = event.target.closest(".control");
    if (!control) return;
    if (event.target.matches("[role=combobox]")) suggest(control, event.target, where);
    else if ("each" in control.dataset && "sent" in control.dataset) soon(control, () => press(control, valueOf(control), where));
  });
  document.addEventListener("keydown", (event) => {
    const control = event.target.closest(".control");
    if (!control) return;
    if (event.target.matches("[role=combobox]")) {
      if (!lists.get(event.target)?.takes(event) && event.key === "Enter") event.preventDefault();
    } else if (event.key === "Enter" && event.target.matches("input") && "sent" in control.dataset) {
      event.preventDefault();
      press(control, valueOf(control), where);
    }
  });
}

async function press(control, choice, where, url) {
  if (control.getAttribute("aria-busy") === "true") return;
  if (control.dataset.confirm && !(await agrees(JSON.parse(control.dataset.confirm)))) return;
  if (url) open(url, "_blank", "noopener,noreferrer");
  const { block, action } = control.dataset;
  control.setAttribute("aria-busy", "true");
  await act("press", { ...where(control), block, action, choice });
  control.removeAttribute("aria-busy");
}

function agrees(asked) {
  const [no, yes] = sure.querySelectorAll("footer button");
  sure.querySelector("h2").textContent = asked.title;
  sure.querySelector(".body").textContent = asked.text;
  no.textContent = asked.deny || "Cancel";
  yes.textContent = asked.confirm || "Yes";
  yes.classList.toggle("danger", asked.style === "danger");
  sure.returnValue = "";
  sure.showModal();
  return new Promise((done) => sure.addEventListener("close", () => done(sure.returnValue === "yes"), { once: true }));
}

const waiting = new WeakMap();
function soon(control, then) {
  clearTimeout(waiting.get(control));
  waiting.set(control, setTimeout(then, 250));
}

// Asks the bot what to suggest, and lets one be picked.
function suggest(control, field, where) {
  if (!lists.has(field)) lists.set(field, new Listbox(field, control.querySelector("[role=listbox]"), (option) => choose(control, field, option, where)));
  const list = lists.get(field);
  soon(control, async () => {
    const text = field.value;
    if (text.length < Number(control.dataset.least ?? 1)) return list.hide();
    const { block, action } = control.dataset;
    const { view, person } = where(control);
    if (!view) return;
    const { options = [] } = await ask("/act", { kind: "suggest", person, view, block, action, text });
    if (field.value !== text) return;
    list.show(options.map((option) => ({ words: option.text, value: option.value })));
  });
}

function choose(control, field, option, where) {
  const chips = control.querySelector(".chips");
  const chip = document.createElement("button");
  Object.assign(chip, { type: "button", className: "chip", textContent: option.words });
  chip.dataset.value = option.value;
  chip.setAttribute("aria-label", `Remove ${option.words}`);
  if (!("several" in control.querySelector(".external").dataset)) chips.replaceChildren();
  if (![...chips.children].some((one) => one.dataset.value === option.value)) chips.append(chip);
  field.value = "";
  if ("sent" in control.dataset) press(control, valueOf(control), where);
}

// A folded list of boxes says what is ticked in it, and lets no more be ticked than allowed.
function summarise(control) {
  const details = control.querySelector("details[data-menu]");
  const boxes = [...control.querySelectorAll("input[type=checkbox]")];
  if (!details || !boxes.length) return;
  const on = boxes.filter((box) => box.checked);
  const summary = details.querySelector("summary");
  summary.textContent = on.map((box) => box.nextElementSibling.firstChild.textContent).join(", ") || summary.dataset.empty;
  const most = Number(details.dataset.most ?? Infinity);
  for (const box of boxes) box.disabled = !box.checked && on.length >= most;
}
