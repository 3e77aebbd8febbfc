// What the API's names mean, in a sentence and a shape.

/** The seven categories in the order of the stack; each has a colour of its own in the styles. */
export const CATEGORIES = [
  ['parameters', 'parameters'], ['feature_maps', 'feature maps'], ['activations', 'activations'],
  ['gradients', 'gradients'], ['optimizer_state', 'optimizer state'], ['input_data', 'input data'],
  ['other', 'other'],
];

export const CATEGORY_MEANS = {
  parameters: 'weights, biases and buffers',
  feature_maps: 'held results of convolutions, norms, pools, linear layers',
  activations: 'held results of activation functions, and masks',
  gradients: 'of parameters, and of feature maps in flight',
  optimizer_state: 'momenta, variances, the step’s temporaries',
  input_data: 'the batch and its targets',
  other: 'rounding, fragmentation, workspaces, the CUDA context',
};

/** A severity's shape: never the colour alone. */
export const SEVERITIES = {
  critical: {shape: '▲', words: 'critical'},
  warning: {shape: '◆', words: 'warning'},
  notice: {shape: '●', words: 'notice'},
  fine: {shape: '✓', words: 'fine'},
};

const STATE_SHAPES = {
  registered: '○', starting: '◔', running: '▶', silent: '◌', completed: '✓', failed: '✕',
  out_of_memory: '▲', replaced: '↻', leaking: '↗', drifting: '◆', fragmenting: '▦', over_reserved: '▣', unpredicted: '?', within_budget: '▶',
};

export function stateShape(state) {
  return STATE_SHAPES[state] || '●';
}

/** Concerns: a word for the list, the runbook of their alert, and how severe they are. */
export const CONCERNS = {
  out_of_memory: {words: 'out of memory', runbook: 'HeadroomOutOfMemory', severity: 'critical'},
  full_soon: {words: 'GPU full soon', runbook: 'HeadroomOutOfMemoryImminent', severity: 'critical'},
  full_later: {words: 'GPU full within 30 min', runbook: 'HeadroomTimeToCapacityShort', severity: 'warning'},
  over_committed: {words: 'GPU over-committed', runbook: 'HeadroomGpuOverCommitted', severity: 'warning'},
  over_budget: {words: 'over budget', runbook: 'HeadroomBudgetExceeded', severity: 'warning'},
  growing: {words: 'growing', runbook: 'HeadroomLeakSuspected', severity: 'warning'},
  leaking: {words: 'leaking', runbook: 'HeadroomLeakSuspected', severity: 'warning'},
  drifting: {words: 'drifting', runbook: 'HeadroomBudgetExceeded', severity: 'warning'},
  fragmenting: {words: 'fragmenting', severity: 'notice'},
  over_reserved: {words: 'over reserved', runbook: 'HeadroomReservedExceeded', severity: 'notice'},
  failed: {words: 'failed', severity: 'warning'},
  slightly_over_budget: {words: 'slightly over budget', runbook: 'HeadroomBudgetExceeded', severity: 'notice'},
  contested: {words: 'on two hosts at once', runbook: 'HeadroomJobIdConflict', severity: 'notice'},
  silent: {words: 'silent', severity: 'notice'},
  no_budget: {words: 'no budget', runbook: 'HeadroomPredictionMissing', severity: 'notice'},
};

export function concern(name) {
  return CONCERNS[name] || {words: name.replaceAll('_', ' '), severity: 'notice'};
}

/** Phases of a job, as coarse as a chart of an hour can show them. */
export function coarsePhase(phase) {
  return {
    startup: 'start-up', model_loaded: 'start-up', forward: 'training', backward: 'training',
    optimizer_step: 'training', evaluation: 'evaluation', idle: 'idle', ended: 'ended',
  }[phase];
}
