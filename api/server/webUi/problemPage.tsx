import { renderToStaticMarkup } from 'react-dom/server';
import type { Problem } from '../problems.ts';
import { staticPagePolicy } from '../staticPage.ts';

const style = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}h1{font-size:1.5rem}`;

export const problemPagePolicy = staticPagePolicy(style, "'self'");

/** A problem for a person whose browser has asked for a page. Send it with `problemPagePolicy`. */
export function problemPage(problem: Problem): string {
  const { title, detail, status } = problem.body();
  return `<!doctype html>${renderToStaticMarkup(
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · Dealerops`}</title>
        <style>{style}</style>
      </head>
      <body>
        <main>
          <h1>{title}</h1>
          <p>{detail}</p>
          <p>
            <a href="/">Open the console</a> (error {status})
          </p>
        </main>
      </body>
    </html>,
  )}`;
}
