const only = (name, from, to, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from },
  to: { path: to },
})

/**
 * The direction of imports (CONTRIBUTING.md). scripts/checks/imports.test.ts plants violations and sees
 * them refused.
 */
module.exports = {
  forbidden: [
    only(
      'lib-is-pure',
      '^lib/',
      '^(server|components|app|scripts|e2e)/',
      'lib serves both sides and knows neither',
    ),
    {
      name: 'lib-has-no-node',
      severity: 'error',
      from: { path: '^lib/', pathNot: '(\\.test\\.ts$|^lib/i18n/request\\.ts$)' },
      to: { dependencyTypes: ['core'] },
    },
    only('components-not-server', '^components/', '^(server|app)/', 'not even a type'),
    only('server-not-ui', '^server/', '^(components|app)/', 'server knows no screen'),
    {
      name: 'features-apart',
      severity: 'error',
      comment:
        'a feature of components never imports another feature; record/ (how bytes are shown) and change/ (how a change of a topic is written, asked for and made) are shared',
      from: { path: '^components/([^/]+)/', pathNot: '^components/(ui|shell|api|record|change)/' },
      to: { path: '^components/([^/]+)/', pathNot: '^components/(ui|shell|api|record|change|$1)/' },
    },
    only('ui-is-domain-free', '^components/ui/', '^components/(?!ui/)', 'primitives know no domain word'),
    {
      name: 'kafka-client-in-port-only',
      severity: 'error',
      from: { path: '^(app|components|lib|server)/', pathNot: '^server/kafka/' },
      to: { path: '(kafkajs|@platformatic/)' },
    },
    {
      name: 'kafka-port-surface',
      severity: 'error',
      comment: 'features use server/kafka/port.ts and index.ts, nothing deeper',
      from: { path: '^(app|server)/', pathNot: '^server/kafka/' },
      to: { path: '^server/kafka/', pathNot: '^server/kafka/(port|index|testing)\\.ts$' },
    },
    {
      name: 'database-in-store-only',
      severity: 'error',
      from: { path: '^(app|components|lib|server)/', pathNot: '^server/store/' },
      to: { path: 'node_modules/(@electric-sql/pglite|pg)/' },
    },
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'not-to-test',
      severity: 'error',
      from: { pathNot: '\\.test\\.tsx?$' },
      to: { path: '\\.test\\.tsx?$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
