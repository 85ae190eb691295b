// Draws the numbers of `npm run bench -- redis --json FILE` as SVG: `node bench/dist/peers/chart.js FILE chart.svg`.

import { readFileSync, writeFileSync } from 'node:fs';
import { type EChartsOption, init } from 'echarts';
import type { Row } from '../benchmark.js';

const [json = '', svg = ''] = process.argv.slice(2);
const { redis = [] } = JSON.parse(readFileSync(json, 'utf8')) as { redis?: Row[] };

const OURS = 'mq-rpc';
const WIDTH = 900;
const PANEL = { width: 440, height: 230 };
/** The space for names at the left of the bars. */
const LABELS = 135;
const TEXT = '#1f2328';
const QUIET = '#59636e';
const BARS = { ours: '#1a7f37', theirs: '#8c959f' };

/** What replaces the colours above where a reader has a dark screen. */
const DARK: Record<string, string> = {
  [TEXT]: '#e6edf3',
  [QUIET]: '#9198a1',
  [BARS.ours]: '#3fb950',
  [BARS.theirs]: '#6e7681',
};

interface Panel {
  readonly title: string;
  readonly bars: readonly { readonly name: string; readonly number: number; readonly value: string }[];
}

/** One panel for each row that has somebody to compare with; with `appendfsync everysec`, the usual setting. */
const panels = redis
  .filter(({ conditions, work }) => conditions === 'appendfsync everysec' && !work.endsWith('p99'))
  .map(({ work, number, value, peers = {} }): Panel => {
    const all = [
      { name: OURS, number, value },
      ...Object.entries(peers).map(([name, peer]) => ({ name, ...peer })),
    ];
    const bars = all.filter((bar) => Number.isFinite(bar.number) && bar.number !== null);
    return { title: `${work} (${value.endsWith('/s') ? 'more' : 'less'} is better)`, bars };
  })
  .filter(({ bars }) => bars.length > 1);

function option(): EChartsOption {
  const place = (index: number) => ({
    left: (index % 2) * (PANEL.width + 20),
    top: Math.floor(index / 2) * PANEL.height,
  });
  return {
    animation: false,
    textStyle: { fontFamily: 'system-ui, sans-serif', color: TEXT },
    title: panels.map(({ title }, index) => ({
      ...place(index),
      text: title,
      textStyle: { fontSize: 14, color: TEXT },
    })),
    grid: panels.map(({ bars }, index) => ({
      left: place(index).left + LABELS,
      top: place(index).top + 34,
      width: PANEL.width - LABELS - 85,
      height: bars.length * 24,
    })),
    xAxis: panels.map((_, index) => ({ gridIndex: index, show: false })),
    yAxis: panels.map(({ bars }, index) => ({
      gridIndex: index,
      type: 'category',
      inverse: true,
      data: bars.map(({ name }) => name),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: QUIET, fontSize: 12, interval: 0 },
    })),
    series: panels.map(({ bars }, index) => ({
      type: 'bar',
      xAxisIndex: index,
      yAxisIndex: index,
      barWidth: 14,
      data: bars.map(({ name, number, value }) => ({
        value: number,
        itemStyle: { color: name === OURS ? BARS.ours : BARS.theirs },
        label: { show: true, position: 'right', formatter: value, color: TEXT, fontSize: 12 },
      })),
    })),
  };
}

const chart = init(null, null, {
  renderer: 'svg',
  ssr: true,
  width: WIDTH,
  height: Math.ceil(panels.length / 2) * PANEL.height,
});
chart.setOption(option());
const dark = Object.entries(DARK)
  .map(([light, dark]) => `[fill="${light}"]{fill:${dark}}`)
  .join('');
const head = `<title>mq-rpc on Redis, beside its peers</title>
<style>@media (prefers-color-scheme:dark){${dark}}</style>`;
writeFileSync(svg, `${chart.renderToSVGString().replace('>', `>\n${head}`)}\n`);
chart.dispose();
