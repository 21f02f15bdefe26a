/**
 * Texts for Plotly, which reads some markup in what it draws.
 */

/** `text` so that it is drawn as it is, at most `longest` characters of it: its end tells more than its middle. */
export function plainText(text: string, longest = 80): string {
  const start = Math.floor(longest / 3);
  const short = text.length > longest ? `${text.slice(0, start)}…${text.slice(start + 1 - longest)}` : text;
  return short.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
