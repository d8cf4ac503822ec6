// A list of choices under a field: shown while one types, walked through with the arrow keys.

let made = 0;

export class Listbox {
  constructor(field, list, pick) {
    this.field = field;
    this.list = list;
    this.pick = pick;
    this.at = -1;
    list.addEventListener("mousedown", (event) => {
      event.preventDefault(); // The field keeps the focus.
      const option = event.target.closest("[role=option]");
      if (option) this.choose([...list.children].indexOf(option));
    });
  }

  // Options are {words, usage, does}.
  show(options) {
    this.options = options;
    this.list.replaceChildren(...options.map((option) => this.#line(option)));
    this.list.hidden = !options.length;
    this.field.setAttribute("aria-expanded", String(!!options.length));
    this.#mark(-1);
  }

  hide() {
    this.show([]);
  }

  // Whether the key was for the list.
  takes(event) {
    if (this.list.hidden) return false;
    const count = this.options.length;
    if (event.key === "ArrowDown") this.#mark((this.at + 1) % count);
    else if (event.key === "ArrowUp") this.#mark(this.at > 0 ? this.at - 1 : count - 1);
    else if (event.key === "Escape") this.hide();
    else if (event.key === "Tab" && !event.shiftKey) this.choose(Math.max(this.at, 0));
    else if (event.key === "Enter" && this.at >= 0) this.choose(this.at);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  choose(index) {
    const option = this.options[index];
    this.hide();
    if (option) this.pick(option);
  }

  #line(option) {
    const line = document.createElement("div");
    line.setAttribute("role", "option");
    line.id = `option-${++made}`;
    for (const [name, words] of [["b", option.words], ["i", option.usage], ["small", option.does]]) {
      if (!words) continue;
      const part = document.createElement(name);
      part.textContent = words;
      line.append(part);
    }
    return line;
  }

  #mark(index) {
    this.at = index;
    [...this.list.children].forEach((line, n) => line.setAttribute("aria-selected", String(n === index)));
    const line = this.list.children[index];
    if (line) {
      line.scrollIntoView({ block: "nearest" });
      this.field.setAttribute("aria-activedescendant", line.id);
    } else this.field.removeAttribute("aria-activedescendant");
  }
}
