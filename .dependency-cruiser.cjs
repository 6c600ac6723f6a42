/** The rooms, from the top of the house down: an import may only point down (see ARCHITECTURE.md). */
const rooms = [
  'cli',
  'server',
  'dashboard',
  'operator',
  'gateway',
  'syncer',
  'dns',
  'controllers',
  'apiserver',
  'kinds',
  'client',
  'storage',
  'apimachinery',
];
/** Rooms that do no I/O. */
const pure = ['kinds', 'apimachinery'];

module.exports = {
  forbidden: [
    ...rooms.slice(1).map((room, index) => ({
      name: `layers-${room}`,
      severity: 'error',
      comment: 'an import may only point down the list of rooms',
      from: { path: `^packages/${room}/` },
      to: { path: `^packages/(${rooms.slice(0, index + 1).join('|')})/` },
    })),
    {
      name: 'through-the-door',
      severity: 'error',
      comment: 'other packages are used through their index.ts',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/([^/]+)/src/(?!index\\.ts$)', pathNot: '^packages/$1/' },
    },
    {
      name: 'no-io',
      severity: 'error',
      comment: 'apimachinery and kinds are pure',
      from: { path: `^packages/(${pure.join('|')})/src/`, pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.json'],
    },
  },
};
