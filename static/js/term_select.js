/* A text field in place of a long list of terms: type part of a name, a synonym or a code (combobox with a list box, as
   the ARIA authoring practices describe it). The list itself stays in the form and carries the value. */

const MOST_SHOWN = 12;
let made = 0;

const normalised = (text) => text.normalize("NFKC").toLowerCase().trim();
const nameOf = (option) => (option.value ? option.textContent.trim() : "");

function element(name, attributes) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

class TermSelect {
  constructor(select) {
    this.select = select;
    this.id = `terms-${(made += 1)}`;
    this.list = element("ul", { id: this.id, role: "listbox", hidden: "" });
    this.input = element("input", {
      type: "text",
      role: "combobox",
      autocomplete: "off",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.id,
    });
    this.replaceSelect();
    this.input.addEventListener("input", () => this.show());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.leave());
    // A press keeps the focus in the field, so that leaving it does not close the list first.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const row = event.target.closest("[role=option]");
      if (row) this.choose(this.shown[[...this.list.children].indexOf(row)]);
    });
  }

  replaceSelect() {
    const { select, input, list } = this;
    for (const name of ["aria-describedby", "aria-invalid", "autofocus"]) {
      if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    }
    input.required = select.required;
    input.value = nameOf(select.selectedOptions[0]);
    input.id = select.id;
    for (const name of ["id", "autofocus"]) select.removeAttribute(name);
    select.required = false;
    select.hidden = true;
    const box = element("div", { class: "term-select" });
    select.before(box);
    box.append(input, list, select);
    list.setAttribute("aria-label", input.labels[0]?.textContent.trim() ?? "");
    if (input.hasAttribute("autofocus")) input.focus();
  }

  get options() {
    return [...this.select.options].filter((option) => option.value);
  }

  /* Names that begin with the text come first. */
  matching(text) {
    const wanted = normalised(text);
    const found = this.options.filter((option) => (option.dataset.search ?? "").includes(wanted));
    const begins = (option) => normalised(nameOf(option)).startsWith(wanted);
    return [...found.filter(begins), ...found.filter((option) => !begins(option))].slice(0, MOST_SHOWN);
  }

  show() {
    this.input.setCustomValidity("");
    this.shown = this.matching(this.input.value);
    this.list.replaceChildren(
      ...this.shown.map((option, place) => {
        const row = element("li", { id: `${this.id}-${place}`, role: "option", "aria-selected": "false" });
        row.textContent = nameOf(option);
        return row;
      }),
    );
    this.open(this.shown.length > 0);
    this.activate(this.input.value && this.shown.length ? 0 : -1);
  }

  open(isOpen) {
    this.list.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) this.input.removeAttribute("aria-activedescendant");
  }

  activate(place) {
    this.active = place;
    [...this.list.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === place)));
    if (place < 0) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", `${this.id}-${place}`);
    return this.list.children[place].scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (this.list.hidden) this.show();
      else this.activate((this.active + step + this.shown.length) % this.shown.length);
    } else if (event.key === "Enter" && !this.list.hidden && this.active >= 0) {
      event.preventDefault();
      this.choose(this.shown[this.active]);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.open(false);
    }
  }

  choose(option) {
    this.select.value = option?.value ?? "";
    this.input.value = option ? nameOf(option) : "";
    this.input.setCustomValidity("");
    this.open(false);
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /* Whoever leaves the field takes the marked term; a text that is none is not lost, but not accepted. */
  leave() {
    if (this.list.hidden && this.input.value === nameOf(this.select.selectedOptions[0] ?? { value: "" })) return;
    const text = this.input.value;
    if (!text.trim()) return this.choose(null);
    const option = this.list.hidden ? this.matching(text)[0] : this.shown[this.active];
    if (option) return this.choose(option);
    this.select.value = "";
    this.open(false);
    return this.input.setCustomValidity(this.select.dataset.unknown);
  }
}

function enhance(root) {
  for (const select of root.querySelectorAll("select[data-term-select]:not([hidden])")) new TermSelect(select);
}

document.addEventListener("DOMContentLoaded", () => enhance(document));
// At once after the exchange: a moment later somebody may already be typing.
document.addEventListener("htmx:afterSwap", () => enhance(document));
