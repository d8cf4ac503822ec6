// Where people type: sends with Enter, completes commands, remembers what was typed.

import { Listbox } from "./listbox.js";

const MOST = 12;

export class Composer {
  constructor(form, send) {
    this.form = form;
    this.field = form.elements.words;
    this.sent = [];
    this.back = 0;
    this.completions = [];
    const list = form.querySelector("[role=listbox]");
    this.list = list && new Listbox(this.field, list, (option) => this.write(`${option.words} `));
    this.field.addEventListener("input", () => this.#changed());
    this.field.addEventListener("blur", () => this.list?.hide());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const line = this.field.value.trim();
      if (!line) return;
      this.sent.push(line);
      this.back = 0;
      this.write("", false);
      send(line);
    });
  }

  // What there is to complete, for what is typed already too.
  complete(completions) {
    this.completions = completions;
    this.#changed();
  }

  write(line, focus = true) {
    this.field.value = line;
    if (focus) this.field.focus();
    this.#changed();
  }

  // Takes the focus, where that brings no keyboard up over half of the screen.
  take() {
    if (matchMedia("(pointer: fine)").matches) this.field.focus();
  }

  #changed() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 200)}px`;
    this.list?.show(matching(this.completions, this.field.value));
  }

  #key(event) {
    if (event.isComposing || this.list?.takes(event)) return;
    const past = this.sent.length - this.back;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.form.requestSubmit();
    } else if (event.key === "ArrowUp" && past > 0 && [undefined, this.sent[past]].includes(this.field.value || undefined)) {
      event.preventDefault();
      this.back += 1;
      this.write(this.sent[past - 1]);
      this.list?.hide();
    }
  }
}

// The completions that go on from what was typed; none once its words are all there.
export function matching(completions, typed) {
  const words = typed.toLowerCase().replace(/\s+/g, " ");
  if (!words.startsWith("/")) return [];
  const depth = words.split(" ").length;
  const found = completions.filter((one) => one.words.toLowerCase().startsWith(words));
  const near = found.filter((one) => one.words.split(" ").length <= depth);
  return (near.length ? near : found).slice(0, MOST);
}
