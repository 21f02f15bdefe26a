/**
 * Texts for Plotly, which reads some markup in what it draws.
 */

/** `text` so that it is drawn as it is, at most `longest` characters of it. */
export function plainText(text: string, longest = 80): string {
  const short = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  return short.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
