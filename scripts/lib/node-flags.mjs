/**
 * How Node runs Dormice. A young generation of at most 4 MiB a half: lists come and go as buffers outside the heap, which
 * V8 frees only when it collects, and a small young generation is collected often and shortly (ADR 16).
 */
export const nodeFlags = ['--max-semi-space-size=4'];
