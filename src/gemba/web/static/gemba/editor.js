/* The editor of formatted texts. What it can make is what the server's list allows; the server cleans it all the same. */
import {
  Blockquote, Bold, BulletList, Code, CodeBlock, Document, Dropcursor, Editor, Gapcursor, HardBreak, Heading, History, HorizontalRule,
  Italic, Link, ListItem, Mark, OrderedList, Paragraph, Strike, Subscript, Superscript, Table, TableCell, TableHeader, TableRow, Text, Underline,
} from "../django_prose_editor/editor.js";

const PAUSE = 250;
const kept = (name) => ({ default: null, parseHTML: (element) => element.getAttribute(name), renderHTML: (given) => (given[name] ? { [name]: given[name], ...(name === "type" && { class: `marks-${given[name]}` }) } : {}) });
const withKept = (extension, ...names) => extension.extend({
  addAttributes() {
    return { ...this.parent?.(), ...Object.fromEntries(names.map((name) => [name, kept(name)])) };
  },
});

/* What is still to be filled in by whoever takes the text over. */
const Gap = Mark.create({
  name: "gap",
  inclusive: false,
  addAttributes() {
    return { gap: { default: "", parseHTML: (element) => element.getAttribute("data-gap") ?? "", renderHTML: ({ gap }) => ({ "data-gap": gap }) } };
  },
  parseHTML: () => [{ tag: "mark" }],
  renderHTML: ({ HTMLAttributes }) => ["mark", HTMLAttributes, 0],
});

function extensions(levels, address) {
  return [
    Document, Paragraph, Text, HardBreak, History, Gapcursor, Dropcursor, Heading.configure({ levels }), Bold, Italic, Underline, Strike,
    Subscript, Superscript, Code, CodeBlock, Blockquote, HorizontalRule, BulletList, withKept(OrderedList, "type"), withKept(ListItem, "id"), Gap,
    withKept(Link, "id").configure({ openOnClick: false, autolink: false, enableTarget: false, isAllowedUri: address }), Table, TableRow, withKept(TableHeader, "scope"), TableCell,
  ];
}

/* The tools, in groups, shown by a sign or a word. `on` says whether one is in force where the cursor stands, `only` where it makes sense at all. */
const TOOLS = [
  [
    { name: "bold", sign: "B", run: (c) => c.toggleBold(), on: (e) => e.isActive("bold") },
    { name: "italic", sign: "I", run: (c) => c.toggleItalic(), on: (e) => e.isActive("italic") },
    { name: "underline", sign: "U", run: (c) => c.toggleUnderline(), on: (e) => e.isActive("underline") },
  ],
  [
    { name: "bullets", sign: "•", run: (c) => c.toggleBulletList(), on: (e) => e.isActive("bulletList") },
    { name: "numbers", sign: "1.", run: (c) => c.toggleOrderedList(), on: (e) => e.isActive("orderedList") },
    { name: "quote", sign: "❝", run: (c) => c.toggleBlockquote(), on: (e) => e.isActive("blockquote") },
  ],
  [
    { name: "link", says: "link", ask: "link", on: (e) => e.isActive("link") },
    { name: "gap", says: "shortGap", ask: "gap", on: (e) => e.isActive("gap") },
    { name: "table", says: "shortTable", run: (c) => c.insertTable({ rows: 3, cols: 3, withHeaderRow: true }), only: (e) => !e.isActive("table") },
  ],
  [
    { name: "row", says: "shortRow", run: (c) => c.addRowAfter(), only: (e) => e.isActive("table") },
    { name: "column", says: "shortColumn", run: (c) => c.addColumnAfter(), only: (e) => e.isActive("table") },
    { name: "lessRow", says: "shortLessRow", run: (c) => c.deleteRow(), only: (e) => e.isActive("table") },
    { name: "lessColumn", says: "shortLessColumn", run: (c) => c.deleteColumn(), only: (e) => e.isActive("table") },
    { name: "headRow", says: "shortHeadRow", run: (c) => c.toggleHeaderRow(), only: (e) => e.isActive("table") },
    { name: "noTable", says: "shortNoTable", run: (c) => c.deleteTable(), only: (e) => e.isActive("table") },
  ],
  [
    { name: "undo", sign: "↶", run: (c) => c.undo() },
    { name: "redo", sign: "↷", run: (c) => c.redo() },
  ],
];

const made = (tag, attributes = {}, ...inner) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...inner);
  return element;
};

export function edit(textarea) {
  if (textarea.dataset.editing === "yes" || !textarea.isConnected) return;
  textarea.dataset.editing = "yes";
  new Writing(textarea);
}

class Writing {
  constructor(textarea) {
    this.textarea = textarea;
    this.words = JSON.parse(textarea.dataset.words);
    this.most = Number(textarea.dataset.most);
    const schemes = textarea.dataset.schemes.split(",").map((scheme) => `${scheme}:`);
    this.address = (url) => url.startsWith("#") || schemes.some((scheme) => url.toLowerCase().startsWith(scheme));
    this.frame = made("div", { class: "writing" });
    this.place = made("div", { class: "rich" });
    this.trouble = made("p", { class: "error", role: "alert", hidden: "" });
    this.tools = this.toolbar();
    this.asking = made("div", { class: "asking", hidden: "" });
    textarea.before(this.frame);
    this.frame.append(this.tools, this.asking, this.place, this.trouble, textarea);
    this.editor = new Editor({
      element: this.place, content: textarea.value, injectCSS: false, extensions: extensions(textarea.dataset.levels.split(",").map(Number), this.address),
      editorProps: { attributes: this.spoken(), handlePaste: (_view, event) => this.pasted(event), handleDrop: (_view, event) => this.dropped(event) },
      onUpdate: () => this.later(), onTransaction: () => this.show(),
    });
    textarea.hidden = true;
    document.querySelector(`label[for="${textarea.id}"]`)?.addEventListener("click", () => this.editor.view.focus());
    this.place.addEventListener("focusout", () => this.store());
    textarea.form?.addEventListener("submit", (event) => this.sent(event), { capture: true });
    this.show();
  }

  /* What the plain field was called, the editor is called too. */
  spoken() {
    const label = document.querySelector(`label[for="${this.textarea.id}"]`);
    const found = { role: "textbox", "aria-multiline": "true", "aria-label": label?.textContent.trim() ?? this.words.text };
    for (const name of ["aria-describedby", "aria-invalid", "aria-required"]) {
      if (this.textarea.hasAttribute(name)) found[name] = this.textarea.getAttribute(name);
    }
    return found;
  }

  toolbar() {
    const bar = made("div", { class: "tools", role: "toolbar", "aria-label": this.words.tools });
    this.style = made("select", { "aria-label": this.words.style });
    this.style.append(made("option", { value: "0" }, this.words.plain));
    for (const level of [1, 2, 3, 4]) this.style.append(made("option", { value: level }, `${this.words.heading} ${level}`));
    this.style.addEventListener("change", () => this.restyle(Number(this.style.value)));
    bar.append(this.style);
    this.buttons = TOOLS.flatMap((group) => {
      const box = made("span", { class: "group" });
      bar.append(box);
      return group.map((tool) => {
        const button = made("button", { type: "button", title: this.words[tool.name], "aria-label": this.words[tool.name], "data-tool": tool.name }, tool.sign ?? this.words[tool.says]);
        button.addEventListener("click", () => this.use(tool));
        box.append(button);
        return { tool, button };
      });
    });
    bar.addEventListener("mousedown", (event) => event.target.closest("button") && event.preventDefault()); /* the cursor stays in the text */
    bar.addEventListener("keydown", (event) => this.along(event));
    return bar;
  }

  /* Arrow keys walk along the tools; the tabulator passes them as one. */
  along(event) {
    const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const shown = this.buttons.map(({ button }) => button).filter((button) => !button.hidden && !button.disabled);
    const at = shown.indexOf(document.activeElement);
    if (!move || at < 0) return;
    event.preventDefault();
    shown[(at + move + shown.length) % shown.length].focus();
  }

  restyle(level) {
    this.change((chain) => (level ? chain.setHeading({ level }) : chain.setParagraph()));
  }

  use(tool) {
    if (tool.ask) this.ask(tool);
    else this.change(tool.run);
  }

  /* The text has the keyboard again before anybody can type on. */
  change(what) {
    this.editor.view.focus();
    what(this.editor.chain()).run();
  }

  /* One line below the tools instead of a window on top of everything. */
  ask(tool) {
    const link = tool.ask === "link";
    const held = link ? (this.editor.getAttributes("link").href ?? "") : (this.editor.getAttributes("gap").gap ?? "");
    const input = made("input", { type: "text", "aria-label": link ? this.words.address : this.words.wanted, placeholder: link ? this.words.address : this.words.wanted, maxlength: link ? 2000 : this.textarea.dataset.gap });
    const set = made("button", { type: "button", class: "button small" }, this.words.set);
    const clear = made("button", { type: "button", class: "button small" }, this.words.clear);
    input.value = held;
    set.addEventListener("click", () => (link ? this.lead(input.value.trim()) : this.leave(input.value.trim())));
    clear.addEventListener("click", () => this.answered((chain) => (link ? chain.extendMarkRange("link").unsetLink() : chain.extendMarkRange("gap").unsetMark("gap"))));
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") { event.preventDefault(); set.click(); }
      if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); this.answered((chain) => chain); }
    });
    this.asking.replaceChildren(input, set, ...(this.editor.isActive(tool.ask) ? [clear] : []));
    this.asking.hidden = false;
    input.focus();
  }

  answered(change) {
    this.asking.hidden = true;
    this.change(change);
  }

  lead(url) {
    if (!this.address(url)) return this.say(this.words.badAddress);
    this.say("");
    const { empty } = this.editor.state.selection;
    const within = this.editor.isActive("link");
    this.answered((chain) => (empty && !within
      ? chain.insertContent({ type: "text", text: url, marks: [{ type: "link", attrs: { href: url } }] })
      : chain.extendMarkRange("link").setLink({ href: url })));
  }

  leave(wanted) {
    const { empty } = this.editor.state.selection;
    const text = wanted || this.words.gapText;
    this.answered((chain) => (empty && !this.editor.isActive("gap")
      ? chain.insertContent({ type: "text", text, marks: [{ type: "gap", attrs: { gap: wanted } }] })
      : chain.extendMarkRange("gap").setMark("gap", { gap: wanted })));
  }

  show() {
    if (!this.editor) return;
    const heading = [1, 2, 3, 4, 5, 6].find((level) => this.editor.isActive("heading", { level }));
    this.style.value = String(Math.min(heading ?? 0, 4));
    for (const { tool, button } of this.buttons) {
      button.hidden = Boolean(tool.only) && !tool.only(this.editor);
      if (tool.on) button.setAttribute("aria-pressed", String(tool.on(this.editor)));
    }
    for (const box of this.tools.querySelectorAll(".group")) box.hidden = [...box.children].every((button) => button.hidden);
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.store(), PAUSE);
  }

  store() {
    clearTimeout(this.timer);
    const html = this.editor.isEmpty ? "" : this.editor.getHTML();
    if (html !== this.textarea.value) {
      this.textarea.value = html;
      this.textarea.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  pasted(event) {
    const given = event.clipboardData;
    if (!given) return false;
    const size = Math.max(given.getData("text/html").length, given.getData("text/plain").length);
    if (size > this.most) return this.refuse(event, this.words.tooLong);
    if (given.files.length && !size) return this.refuse(event, this.words.noFiles);
    this.say("");
    return false;
  }

  dropped(event) {
    return event.dataTransfer?.files.length ? this.refuse(event, this.words.noFiles) : false;
  }

  refuse(event, sentence) {
    event.preventDefault();
    this.say(sentence);
    return true;
  }

  sent(event) {
    this.store();
    const whole = new URLSearchParams(new FormData(this.textarea.form)).toString().length;
    if (this.textarea.value.length <= this.most && whole <= Number(this.textarea.dataset.formMost)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.say(this.words.tooLong);
    this.editor.view.focus();
  }

  say(sentence) {
    this.trouble.textContent = sentence;
    this.trouble.hidden = !sentence;
  }
}
