/** The bundle under test, copies of it that are altered, and what programs print in a fresh interpreter of either. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeSession } from "../../static/node/host.mjs";
import { plain } from "./session.mjs";

export const bundle = /** @type {string} */ (process.env.EMRUN_BUNDLE);
export const manifest = JSON.parse(readFileSync(join(bundle, "manifest.json"), "utf8"));

const programs = new URL("../cases/snapshot/", import.meta.url);

/** A program of `tests/cases/snapshot`.  @param {string} name */
export const program = (name) => readFileSync(new URL(name, programs), "utf8");

/** A copy of the bundle, altered.  @param {(folder: string) => void} alter */
export function altered(t, alter) {
  const folder = mkdtempSync(join(tmpdir(), "bundle-"));
  t.after(() => rmSync(folder, { recursive: true }));
  cpSync(bundle, folder, { recursive: true });
  alter(folder);
  return folder;
}

/** What the programs print, one after the other, in a fresh interpreter of a bundle. */
export async function output(t, folder, ...sources) {
  const session = await NodeSession.start(folder);
  t.after(() => session.close());
  const screens = [];
  for (const source of sources) {
    await session.finish({ source });
    screens.push(plain(session.screen));
  }
  return screens;
}
