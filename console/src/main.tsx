import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "./design/tokens.css";
import "./design/base.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Problem } from "./api/client";
import { meQuery, watchSession } from "./api/session";
import { router } from "./router";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What is wrong stays wrong; what is passing is tried again, ever slower.
      retry: (failures, problem) => problem instanceof Problem && problem.isPassing && failures < 3,
      retryDelay: (failures) => Math.min(30_000, 1_000 * 2 ** failures),
      staleTime: 5_000,
      // A Portico on one's own network may well answer while the browser thinks that it is offline.
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

watchSession(queries);
// Who it is decides about every page: asked while the page itself is still on its way.
void queries.prefetchQuery(meQuery);

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
