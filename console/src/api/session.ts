import { type QueryClient, queryOptions, skipToken, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, carry, get, Problem, type Schemas } from "./client";
import { forgetKept } from "./kept";

export type Me = Schemas["MeAnswer"];

/** Who is on the screen; null = nobody. Somebody whose session ended stays, see `useEnded`. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal, client }): Promise<Me | null> => {
    try {
      return await readMe(signal);
    } catch (problem) {
      if (!(problem instanceof Problem && problem.isSignedOut)) throw problem;
      const before = client.getQueryData<Me | null>(["me"]) ?? null;
      if (before !== null) client.setQueryData(endedQuery.queryKey, true);
      return before;
    }
  },
  staleTime: 60_000,
});

async function readMe(signal?: AbortSignal): Promise<Me> {
  const me = await get(api.GET("/api/me", signal === undefined ? {} : { signal }));
  carry(me.session?.csrf);
  return me;
}

/** Whether the session of who is on the screen ended. Told by answers, never asked for. */
const endedQuery = queryOptions({
  queryKey: ["session ended"],
  queryFn: skipToken,
  initialData: false,
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
});

export function useEnded(): boolean {
  return useQuery(endedQuery).data === true;
}

export function useMe() {
  return useQuery(meQuery);
}

/** Whether the person who is signed in may do something, by the name of the permission. */
export function useMay() {
  const { data } = useMe();
  return (permission: string) => data?.permissions.includes(permission) ?? false;
}

/** Mutations that answer 401 when what was typed is wrong. */
const opening = ["sign in"];

/** A session that ended meanwhile: the page stays as it is, and in front of it one signs in again. */
export function watchSession(queries: QueryClient) {
  const heard = (problem: unknown) => {
    if (!(problem instanceof Problem && problem.isSignedOut)) return;
    if (queries.getQueryData(meQuery.queryKey)) queries.setQueryData(endedQuery.queryKey, true);
    else queries.setQueryData(meQuery.queryKey, null);
  };
  queries.getQueryCache().subscribe((event) => {
    if (event.type === "updated" && event.action.type === "error") heard(event.action.error);
  });
  queries.getMutationCache().subscribe((event) => {
    if (event.type === "updated" && event.action.type === "error" && event.mutation.options.mutationKey !== opening)
      heard(event.action.error);
  });
}

/** Nothing that was read for one person is there for another. Who is on the screen and what a Portico needs at first are set anew by those who call this. */
function forget(queries: QueryClient) {
  const kept = [meQuery.queryKey[0], endedQuery.queryKey[0], "setup"];
  queries.removeQueries({ predicate: (query) => !kept.includes(query.queryKey[0] as string) });
}

/** Signing in, setting up: whatever answers with a session. What is on the screen is asked anew as the one who came in; of another person nothing stays. */
export function useOpen<Body, Answer extends Pick<Schemas["SignedIn"], "csrf">>(open: (body: Body) => Promise<Answer>) {
  const queries = useQueryClient();
  return useMutation({
    mutationKey: opening,
    mutationFn: open,
    onSuccess: async (session) => {
      carry(session.csrf);
      const before = queries.getQueryData(meQuery.queryKey);
      await queries.cancelQueries();
      const me = await readMe();
      if (before?.id !== me.id) forget(queries);
      queries.setQueryData(meQuery.queryKey, me);
      queries.setQueryData(endedQuery.queryKey, false);
      await queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== meQuery.queryKey[0] });
    },
  });
}

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => get(api.DELETE("/api/session")),
    onSuccess: async (left) => {
      carry(undefined);
      await queries.cancelQueries();
      forget(queries);
      queries.setQueryData(meQuery.queryKey, null);
      forgetKept();
      queries.setQueryData(endedQuery.queryKey, false);
      // Else whoever comes next to this browser is in again by one click.
      if (left !== undefined && "address" in left) location.assign(left.address);
    },
  });
}

/** The identity providers by which one can come in. */
export const waysQuery = queryOptions({
  queryKey: ["ways in"],
  queryFn: async ({ signal }) => (await get(api.GET("/api/sign-in", { signal }))).providers,
  staleTime: 60_000,
});

/** Leads to an identity provider, from where one comes back to /sign-in. */
export function useProvider() {
  return useMutation({
    mutationKey: opening,
    mutationFn: ({ id, ...body }: { id: string; return_to?: string; invitation?: string }) =>
      get(api.POST("/api/sign-in/{id}", { params: { path: { id } }, body })),
    onSuccess: ({ address }) => location.assign(address),
  });
}
