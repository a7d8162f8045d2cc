import { renderToStaticMarkup } from 'react-dom/server';
import { z } from 'zod';
import { CancellationRecord, recordTitle } from '../../../records/cancellations/CancellationRecord.tsx';
import { recordStyle } from '../../../records/shared/recordStyle.ts';
import { staticPagePolicy } from '../../server/staticPage.ts';
import { Report } from './schemas.ts';

const pageStyle = 'body{color:#1a1d21;background:#fff;max-width:68rem;margin:2rem auto;padding:0 1rem}';
const style = `${pageStyle}@media print{body{margin:0;padding:0;max-width:none}}${recordStyle}`;

export const reportPolicy = staticPagePolicy(style, "'none'");

/** The audit record as a page to print: complete in itself, without scripts. Send it with `reportPolicy`. */
export function reportPage(report: z.output<typeof Report>): string {
  const record = z.encode(Report, report);
  const title = recordTitle(record);
  const page = (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title}</title>
        <style>{style}</style>
      </head>
      <body>
        <CancellationRecord record={record} heading={<h1>{title}</h1>} />
      </body>
    </html>
  );
  return `<!doctype html>${renderToStaticMarkup(page)}`;
}
