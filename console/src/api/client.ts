import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

/** An error of the API as it is told: what is wrong, what to do, which field. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly advice: string;
  readonly param: string | undefined;
  readonly requestId: string | undefined;
  /** All that it says: some errors name places. */
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, body: Partial<Schemas["Problem"]> | undefined) {
    super(body?.detail ?? (status === 0 ? "Portico does not answer." : `Portico answered ${status}.`));
    this.status = status;
    this.code = body?.code ?? (status === 0 ? "unreachable" : "unknown");
    this.advice = body?.advice ?? "";
    this.param = body?.param;
    this.requestId = body?.request_id;
    this.body = body ?? {};
  }

  /** Nobody is signed in, or not any more. */
  get isSignedOut() {
    return this.status === 401;
  }

  /** It may be different in a moment. */
  get isPassing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export let csrf: string | undefined;

/** What changes by this session carry; told by /api/me. */
export function carry(token: string | undefined) {
  csrf = token;
}

export const api = createClient<paths>({ baseUrl: location.origin });

api.use({
  onRequest({ request }) {
    if (csrf !== undefined && request.method !== "GET") request.headers.set("X-Portico-Csrf", csrf);
    return request;
  },
});

type Reply<T> = { data?: T; error?: unknown; response: Response };

/** The answer, or the problem thrown. */
export async function get<T>(reply: Promise<Reply<T>>): Promise<T> {
  const { data, error, response } = await reply.catch((reason: unknown) => {
    if (reason instanceof DOMException && reason.name === "AbortError") throw reason;
    throw new Problem(0, undefined);
  });
  if (!response.ok) throw new Problem(response.status, isProblem(error) ? error : undefined);
  return data as T;
}

function isProblem(value: unknown): value is Schemas["Problem"] {
  return typeof value === "object" && value !== null && "code" in value;
}

/** The version that a change was made on, as If-Match has it. */
export function tagOf(version: number): string {
  return `"v${version}"`;
}
