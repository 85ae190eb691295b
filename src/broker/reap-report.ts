// The sum of what several passes of reap did.

import type { ReapReport } from './broker.js';

export const NOTHING_REAPED: ReapReport = {
  promoted: 0,
  recovered: 0,
  exhausted: 0,
  expired: 0,
  forgotten: 0,
};

export const addReports = (a: ReapReport, b: ReapReport): ReapReport => ({
  promoted: a.promoted + b.promoted,
  recovered: a.recovered + b.recovered,
  exhausted: a.exhausted + b.exhausted,
  expired: a.expired + b.expired,
  forgotten: a.forgotten + b.forgotten,
});
