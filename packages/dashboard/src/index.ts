/**
 * The web UI: a page that lists virtual clusters, and the small HTTP API behind it.
 *
 * @packageDocumentation
 */
export { createDashboard, type Dashboard, type DashboardOptions } from './dashboard.ts';
