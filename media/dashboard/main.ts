/**
 * The page: reaches its host, then puts header, banners and views in their places. VS Code's notebooks load this file too,
 * for the Plotly in it.
 */
import { effect } from '@preact/signals-core';
import { h } from './dom.ts';
import { Session } from './session.ts';
import { banners } from './shell/banners.ts';
import { header } from './shell/header.ts';
import { home } from './shell/home.ts';
import { layout } from './shell/layout.ts';
import { progress } from './shell/progress.ts';
import { listenForShortcuts } from './shell/shortcuts.ts';
import { tellWarnings } from './shell/warnings.ts';
import './styles/index.css';
import { isThemeChoice, wear, type ThemeChoice } from './theme.ts';
import { surroundings } from './transports/choose.ts';
import { views } from './views/index.ts';

export { default } from 'plotly.js-cartesian-dist-min';

const place = document.getElementById('page');
if (place) open(place);

function open(page: HTMLElement): void {
  const session = new Session(surroundings(), show);
  const themeChoice = session.settings.signal<ThemeChoice>('theme', 'auto', isThemeChoice);
  wear(themeChoice);
  page.before(banners(session));
  document.body.append(session.voice, session.toasts.element);

  /** Called when the host has greeted the page. */
  function show(): void {
    const live = progress(session);
    const { nav, views: grid, screen } = layout(session, views);
    const start = home(session);
    const top = header({ session, live, nav, screen, themeChoice });
    effect(() => {
      start.hidden = screen.value !== 'home';
      grid.hidden = screen.value === 'home';
    });
    listenForShortcuts(session, views);
    tellWarnings(session);
    page.removeAttribute('aria-busy');
    page.replaceChildren(start, grid);
    document.body.prepend(h('a', { class: 'skip', href: '#views' }, 'Skip to the views'), top);
  }
}
