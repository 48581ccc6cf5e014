import { frame, linesOf } from './frame';
import { ReportedService } from './report';
import { escape } from '../drawing';

/** An account and region of a report over many. */
export interface ReportedPlace {
  readonly account: string;
  readonly region: string;
  /** How it has ended, in a word or two. */
  readonly outcome: string;
  readonly tone: ReportedService['tone'];
  /** What became of its services: `3 enrolled, 1 refused`. */
  readonly services: string;
  /** Why, if the outcome does not say it. */
  readonly reason?: string;
  /** The page of its services, from this one. */
  readonly page: string;
}

export interface PlacesReport {
  readonly title: string;
  /** When the report was written, as ISO 8601 in UTC. */
  readonly writtenAt: string;
  readonly summary: string;
  readonly places: readonly ReportedPlace[];
}

/** The places of an organization, each with a link to the page of its services. */
export function placesPage({ title, writtenAt, summary, places }: PlacesReport): string {
  const row = ({ account, region, outcome, tone, services, reason = '', page }: ReportedPlace) => `<tr><td class="whole"><a href="${escape(page)}">${escape(account)}</a></td>`
    + `<td class="whole">${escape(region)}</td><td><span class="${tone}">${escape(outcome)}</span></td><td>${escape(services)}</td><td>${linesOf(reason)}</td></tr>`;
  return frame(title, [
    `<p>${escape(summary)} <span class="soft">Written at ${escape(writtenAt)}.</span></p>`,
    `<div class="scroll"><table><thead><tr>${['Account', 'Region', 'Result', 'Services', 'Why'].map(name => `<th scope="col">${name}</th>`).join('')}</tr></thead><tbody>`,
    ...places.map(row),
    '</tbody></table></div>',
  ]);
}
