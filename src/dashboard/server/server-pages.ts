/**
 * Pages of a few words, for those who are not let in.
 */

const reasons = {
  token: [
    'This link has been used',
    'A link to the dashboard works once, in one browser. Press Enter in the terminal where <code>dmd-lab dashboard</code> ' +
      'runs for a new one, or start the command again.',
  ],
  name: [
    'Not by this name',
    'The dashboard answers only as <code>127.0.0.1</code> or <code>localhost</code>. Use the link that ' +
      '<code>dmd-lab dashboard</code> has printed; from another machine, through <code>ssh -L</code>.',
  ],
  method: ['Only GET', 'The dashboard is only looked at.'],
  path: ['Nothing here', 'The dashboard is at <a href="/">its first page</a>.'],
} as const;

const page = (title: string, body: string, head = ''): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title} · DMD Lab</title>${head}
    <style>
      :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
      main { max-width: 34rem; margin: 18vh auto 0; padding: 0 1.5rem; }
      h1 { font-size: 1.35rem; font-weight: 600; }
      code { font-size: 0.9em; }
    </style>
  </head>
  <body>
    <main>
      <h1>${title}</h1>
      <p>${body}</p>
    </main>
  </body>
</html>
`;

/** Why somebody is not let in, and what to do about it. */
export function refusal(why: keyof typeof reasons): string {
  const [title, body] = reasons[why];
  return page(title, body);
}

/** Leads on to the dashboard. */
export const movedOn = page(
  'DMD Lab',
  '<a href="/">To the dashboard</a>',
  '\n    <meta http-equiv="refresh" content="0;url=/" />',
);
