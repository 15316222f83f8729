/** What tests import where they name their globals: `@jest/globals` itself is for Jest's own way to load them. */
export const { afterAll, afterEach, beforeAll, beforeEach, describe, it, test, expect } = globalThis;
