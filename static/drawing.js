// @ts-check
/**
 * A turtle's drawing under a block, as SVG: carries out the commands of the package basthon-turtle, one after the other. They come
 * from the reader's program: what it names is made of known elements and attributes, numbers, colours and text.
 */

const SVG = "http://www.w3.org/2000/svg";
/** A drawing of more elements than this makes a page slow. */
const MOST = 20_000;

/** @typedef {{element: SVGGElement, shape: SVGGElement, x: number, y: number, angle: number, stretch: [number, number], marks: SVGElement[]}} Turtle */

/** @param {string} name @param {Record<string, unknown>} attributes @returns {any} */
function make(name, attributes = {}) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/** @param {unknown} value */
const number = (value) => Number(value) || 0;
/** A colour, and nothing else that a `fill` may be, such as an address.  @param {unknown} value */
const colour = (value) => (typeof value === "string" && CSS.supports("color", value) ? value : "none");
/** @param {any} points */
const pointList = (points) => points.map((/** @type {unknown[]} */ [x, y]) => `${number(x)},${number(y)}`).join(" ");

export class Drawing {
  #picture = make("svg", { class: "emrun-drawing", role: "img", "aria-label": "Drawing" });
  #background = make("rect", { width: "100%", height: "100%", fill: "white" });
  #marks = make("g");
  #turtleLayer = make("g");
  /** @type {Map<string, Turtle>} */ #turtles = new Map();
  #count = 0;
  #complained = false;

  constructor() {
    this.#picture.append(this.#background, this.#marks, this.#turtleLayer);
  }

  /** The drawing goes on under another block; where it was, a copy stays.  @param {HTMLElement} block @param {HTMLElement} before  a part of it */
  under(block, before) {
    if (block.contains(this.#picture)) return;
    this.#picture.replaceWith(this.#picture.cloneNode(true));
    eraseDrawing(block);
    before.after(this.#picture);
  }

  /** What makes no sense is ignored, and said once.  @param {string} payload  JSON */
  command(payload) {
    try {
      this.#carryOut(JSON.parse(payload));
    } catch (error) {
      if (!this.#complained) console.warn(`A drawing's command makes no sense: ${payload}`, error);
      this.#complained = true;
    }
  }

  /** @param {any} command */
  #carryOut(command) {
    switch (command.type) {
      case "init": return this.#init(command);
      case "background": return this.#background.setAttribute("fill", colour(command.color));
      case "turtle_shape": return this.#shape(command);
      case "shape": return this.#place(command, { stretch: [number(command.stretch_width), number(command.stretch_length)] });
      case "visibility": return this.#visibility(command);
      case "rotate": return this.#place(command, { angle: number(command.to) });
      case "pen": return this.#turtle(command).shape.setAttribute("fill", colour(command.fillcolor));
      case "move": return this.#move(command);
      case "polygon": return this.#polygon(command);
      case "write": return this.#write(command);
      case "clear": return this.#clear(command);
    }
  }

  /** @param {any} command */
  #init({ width, height, translate, background }) {
    this.#marks.replaceChildren();
    this.#turtleLayer.replaceChildren();
    this.#turtles.clear();
    this.#count = 0;
    this.#picture.setAttribute("viewBox", `0 0 ${number(width)} ${number(height)}`);
    this.#picture.setAttribute("width", String(number(width)));
    for (const layer of [this.#marks, this.#turtleLayer]) layer.setAttribute("transform", `translate(${number(translate[0])} ${number(translate[1])})`);
    this.#background.setAttribute("fill", colour(background));
  }

  /** @param {any} command @returns {Turtle} */
  #turtle({ turtle: name }) {
    const known = this.#turtles.get(name);
    if (known) return known;
    const shape = make("g"), element = make("g", { visibility: "hidden" });
    element.append(shape);
    this.#turtleLayer.append(element);
    const turtle = { element, shape, x: 0, y: 0, angle: 0, stretch: /** @type {[number, number]} */ ([1, 1]), marks: [] };
    this.#turtles.set(name, turtle);
    return turtle;
  }

  /** @param {any} command */
  #shape(command) {
    const { kind, points, width, height, radius } = command.geometry, { shape } = this.#turtle(command);
    switch (kind) {
      case "polygon": return shape.replaceChildren(make("polygon", { points: pointList(points) }));
      case "rectangle": return shape.replaceChildren(make("rect", { x: -number(width) / 2, y: -number(height) / 2, width: number(width), height: number(height) }));
      case "circle": return shape.replaceChildren(make("circle", { r: number(radius) }));
    }
  }

  /** @param {any} command @param {Partial<Turtle>} change */
  #place(command, change) {
    const turtle = Object.assign(this.#turtle(command), change), { element, x, y, angle, stretch: [width, length] } = turtle;
    element.setAttribute("transform", `translate(${x} ${y}) rotate(${angle}) scale(${width} ${length})`);
  }

  /** @param {any} command */
  #visibility(command) {
    this.#place(command, { x: number(command.x), y: number(command.y), angle: number(command.angle) });
    this.#turtle(command).element.setAttribute("visibility", command.visible ? "visible" : "hidden");
  }

  /** @param {any} command */
  #move(command) {
    const [x, y] = command.to.map(number), [x1, y1] = command.from.map(number);
    const line = { x1, y1, x2: x, y2: y, stroke: colour(command.color), "stroke-width": number(command.width), "stroke-linecap": "round" };
    if (command.drawing && (x !== x1 || y !== y1)) this.#mark(command, make("line", line));
    this.#place(command, { x, y });
  }

  /** @param {any} command */
  #polygon(command) {
    const { points, outline, fill, width } = command;
    this.#mark(command, make("polygon", { points: pointList(points), fill: colour(fill), stroke: colour(outline), "stroke-width": number(width) }));
  }

  /** @param {any} command */
  #write(command) {
    const [x, y] = command.position.map(number), [family, size, style] = command.font;
    const anchor = ["start", "middle", "end"].find((each) => each === command.anchor) ?? "start";
    const text = make("text", { x, y, fill: colour(command.color), "font-family": family, "font-size": number(size), "text-anchor": anchor });
    if (/bold/.test(style)) text.setAttribute("font-weight", "bold");
    if (/italic/.test(style)) text.setAttribute("font-style", "italic");
    text.textContent = String(command.text);
    this.#mark(command, text);
  }

  /** @param {any} command @param {SVGElement} element */
  #mark(command, element) {
    if (++this.#count > MOST) return;
    this.#marks.append(element);
    this.#turtle(command).marks.push(element);
  }

  /** @param {any} command */
  #clear(command) {
    const turtle = this.#turtle(command);
    for (const element of turtle.marks) element.remove();
    this.#count -= turtle.marks.length;
    turtle.marks = [];
  }
}

/** @param {HTMLElement} block */
export function eraseDrawing(block) {
  for (const picture of block.querySelectorAll(".emrun-drawing")) picture.remove();
}
