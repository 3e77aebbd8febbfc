// Compiles if real answers have the types that openapi-typescript made of /q/openapi. A field that
// JSON has and the document has not is found by AnswersAreDescribed, in the tests.
import type { paths } from './generated/api';
import detail from './generated/resnet50-healthy.json';
import fleet from './generated/fleet.json';
import jobs from './generated/jobs.json';
import rightsizing from './generated/rightsizing.json';

type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
} ? Body : never;

// A JSON file's texts are strings, not the few that the document allows.
type Wide<T> = T extends string ? string : T extends object ? { [Key in keyof T]: Wide<T[Key]> } : T;

const job: Wide<Answer<'/api/v1/jobs/{job}'>> = detail;
const list: Wide<Answer<'/api/v1/jobs'>> = jobs;
const gpus: Wide<Answer<'/api/v1/fleet'>> = fleet;
const waste: Wide<Answer<'/api/v1/rightsizing'>> = rightsizing;

// What a client reads is there, by its name and type.
const peak: number | undefined = job.predicted_peak?.device_p95_bytes;
const free: number[] = gpus.gpus.map(gpu => gpu.free_at_peak_bytes);
const sums: number[] = waste.models.map(model => model.committed_bytes);
const names: string[] = list.jobs.map(each => each.job);
export { free, names, peak, sums };
