import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, carry, get, Problem, type Schemas } from "./client";

export type Me = Schemas["MeAnswer"];

/** Who is signed in; null = nobody. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      const me = await get(api.GET("/api/me", { signal }));
      carry(me.session?.csrf);
      return me;
    } catch (problem) {
      if (problem instanceof Problem && problem.isSignedOut) return null;
      throw problem;
    }
  },
  staleTime: 60_000,
});

export function useMe() {
  return useQuery(meQuery);
}

/** Whether the person who is signed in may do something, by the name of the permission. */
export function useMay() {
  const { data } = useMe();
  return (permission: string) => data?.permissions.includes(permission) ?? false;
}

/** Signing in, setting up: whatever answers with a session. What is on the screen is asked anew as the one who came in. */
export function useOpen<Body>(open: (body: Body) => Promise<Schemas["SignedIn"]>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: open,
    onSuccess: async (session) => {
      carry(session.csrf);
      await queries.invalidateQueries();
    },
  });
}

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => get(api.DELETE("/api/session")),
    onSuccess: () => {
      carry(undefined);
      queries.clear();
      queries.setQueryData(meQuery.queryKey, null);
    },
  });
}
