// Type-checks every board against @grafana/schema: the board itself, and of each panel the options
// and the custom field settings of its type. Run with: npm ci && npm run check
//
// A misspelt field fails as well as a wrong value: literals are checked for excess properties.
import { readdirSync, readFileSync, writeFileSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

const boards = new URL('../dashboards/', import.meta.url);
const generated = new URL('boards.generated.ts', import.meta.url);

// Where the types of a panel's options and custom field settings are; Options only where there are
// no FieldConfig.
const PANELS = {
  stat: 'Stat',
  timeseries: 'TimeSeries',
  table: 'Table',
  histogram: 'Histogram',
  'state-timeline': 'StateTimeline',
};
const WITHOUT_FIELDS = new Set(['stat']);

const lines = [
  "import type { Dashboard, Panel, DataQuery } from '@grafana/schema';",
  ...Object.values(PANELS).map(
    (name) =>
      `import type * as ${name} from '@grafana/schema/dist/esm/raw/composable/${name.toLowerCase()}/panelcfg/x/${name}PanelCfg_types.gen';`,
  ),
  // JSON has no enums: a value of one is its text.
  'type Json<T> = T extends string ? `${T}` : T extends (infer U)[] ? Json<U>[] : T extends object ? { [K in keyof T]: Json<T[K]> } : T;',
  // What Grafana's own exports carry beyond the published kind: the text of a variable's query, and
  // of a query what its data source knows.
  "type Variable = NonNullable<NonNullable<Dashboard['templating']>['list']>[number] & { definition?: string };",
  "type Annotation = NonNullable<NonNullable<Dashboard['annotations']>['list']>[number] & { expr?: string; step?: string;",
  "  titleFormat?: string; textFormat?: string; tagKeys?: string; useValueForTime?: boolean };",
  "type Board = Json<Omit<Dashboard, 'templating' | 'annotations'> & { templating: { list: Variable[] };",
  "  annotations: { list: Annotation[] } }>;",
  'type Query = DataQuery & { datasource: { type: string; uid: string }; editorMode: string; expr: string;',
  "  legendFormat: string; instant: boolean; range: boolean; format?: 'table' };",
  "type Fields = NonNullable<Panel['fieldConfig']>;",
  "type Of<O, C> = Json<Omit<Panel, 'options' | 'fieldConfig' | 'targets'> & { options: O; targets: Query[];",
  "  fieldConfig: Omit<Fields, 'defaults'> & { defaults: Omit<Fields['defaults'], 'custom'> & { custom: C } } }>;",
];
let panels = 0;
for (const file of readdirSync(boards).filter((name) => name.endsWith('.json'))) {
  const board = JSON.parse(readFileSync(new URL(file, boards), 'utf8'));
  const id = file.replace(/\W/g, '_');
  lines.push(`export const ${id}: Board = ${JSON.stringify({ ...board, panels: [] })};`);
  for (const panel of board.panels) {
    if (panel.type === 'row') continue;
    const type = PANELS[panel.type];
    if (!type) throw new Error(`${file}: no type is known of panels of type ${panel.type}`);
    const custom = WITHOUT_FIELDS.has(panel.type) ? 'Record<string, never>' : `Partial<${type}.FieldConfig>`;
    panels += 1;
    lines.push(
      `// ${file}: ${panel.title}`,
      `export const ${id}_${panel.id}: Of<Partial<${type}.Options>, ${custom}> = ${JSON.stringify(panel)};`,
    );
  }
}
writeFileSync(generated, lines.join('\n') + '\n');
try {
  execFileSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '--noEmit', '--strict', '--skipLibCheck', '--module', 'esnext',
      '--moduleResolution', 'bundler', '--target', 'es2022', 'boards.generated.ts'],
    { cwd: new URL('.', import.meta.url), stdio: 'inherit' },
  );
  console.log(`${panels} panels are what @grafana/schema says`);
} finally {
  if (!process.env.KEEP) rmSync(generated);
}
