// @ts-check
/** Transcripts of interactive sessions, as doctest has them: `>>>` and `...` before what was typed, the rest is output. */

/** @param {string} text */
export function isTranscript(text) {
  return text.trimStart().startsWith(">>>");
}

/**
 * What was typed: without prompts and output.
 * @param {string} transcript
 */
export function statements(transcript) {
  const lines = transcript.split(/\r\n?|\n/);
  return lines.flatMap((line) => /^\s*(?:>>>|\.\.\.)(?: (.*)|)$/.exec(line)?.slice(1, 2) ?? []).map((line) => line ?? "").join("\n");
}
