/** Checks a long output as it comes, in a page or under Node: lines of 80 columns, each with its number. */
globalThis.NumberedLines = class {
  /** What the line at hand is to be. */ #line = new Uint8Array(0);
  #column = 0;
  /** Whole lines so far. */ lines = 0;
  bytes = 0;
  /** The first byte that is not what it is to be, or -1. */ wrong = -1;

  /** A program that prints so many: some one by one, the rest in blocks that are larger than any buffer.  @param {number} count */
  static program(count) {
    return `
import sys
def lines(start, stop):
    return "".join(f"{number:08} {'.' * 70}\\n" for number in range(start, stop))
for number in range(20_000):
    print(lines(number, number + 1), end="")
for number in range(20_000, ${count}, 5_000):
    sys.stdout.write(lines(number, number + 5_000))
`;
  }

  /** @param {Uint8Array} chunk */
  take(chunk) {
    for (const byte of chunk) {
      if (!this.#column) this.#line = new TextEncoder().encode(`${String(this.lines).padStart(8, "0")} ${".".repeat(70)}\r\n`);
      if (byte !== this.#line[this.#column] && this.wrong < 0) this.wrong = this.bytes;
      this.bytes++;
      if (++this.#column < this.#line.length) continue;
      this.#column = 0;
      this.lines++;
    }
  }
};
