import { useQuery } from "@tanstack/react-query";
import { createRootRoute, createRoute, createRouter, Link, Navigate, Outlet, retainSearchParams } from "@tanstack/react-router";
import { useEnded, useMay, useMe } from "./api/session";
import { Button } from "./design/Button";
import { later, useLater } from "./design/later";
import { Notice, ProblemNotice } from "./design/Notice";
import { Sheet } from "./design/Sheet";
import { type ActSearch, actSearchNames } from "./pages/audit/acts";
import type { BudgetSearch } from "./pages/budgets/BudgetsPage";
import { type CallSearch, callSearchNames } from "./pages/calls/calls";
import { type EvidenceSearch, evidenceSearchNames } from "./pages/evidence/evidence";
import { type FindingSearch, findingSearchNames } from "./pages/findings/findings";
import type { HealthSearch } from "./pages/health/health";
import { type KeySearch, keySearchNames } from "./pages/keys/keys";
import type { CourseSearch, LearningSearch } from "./pages/learning/learning";
import { learningQuery } from "./pages/learning/queries";
import type { ModelSearch } from "./pages/models/ModelsPage";
import type { OverviewSearch } from "./pages/overview/overview";
import type { PlaygroundSearch } from "./pages/playground/PlaygroundPage";
import { type PolicySearch, policySearchNames } from "./pages/policies/policies";
import { type RiskSearch, riskSearchNames } from "./pages/risks/risks";
import type { EditSearch } from "./pages/routes/RouteEditor";
import type { RouteSearch } from "./pages/routes/RoutesPage";
import { SignIn, SignInOver } from "./pages/SignIn";
import type { SettingsSearch } from "./pages/settings/settings";
import { type UsageSearch, usageParameters } from "./pages/usage/usage";
import { lazyPage } from "./shell/lazyPage";
import { Shell, TopBar } from "./shell/Shell";

const root = createRootRoute({ component: Outlet });

const welcome = createRoute({
  getParentRoute: () => root,
  path: "/welcome",
  component: lazyPage(() => import("./pages/Welcome"), "Welcome"),
});

/** Where an identity provider leads back to. */
const signedIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  component: lazyPage(() => import("./pages/SignInReturn"), "SignInReturn"),
});

/** All that one must be signed in for. Whoever is not signs in over the page, whose address stays. The workspace goes along from page to page. */
const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  validateSearch: (search: Record<string, unknown>) => texts(search, ["workspace"]),
  search: { middlewares: [retainSearchParams(["workspace"])] },
  component: Inside,
});

/** Comes when it is needed, which for most is once. */
const policyFirst = later(() => import("./pages/learning/AcknowledgeFirst").then((file) => file.AcknowledgeFirst));

function Inside() {
  const me = useMe();
  const demandsPolicy = useQuery({ ...learningQuery, enabled: me.data?.session != null }).data?.acceptable_use.demanded === true;
  const PolicyFirst = useLater(policyFirst, demandsPolicy);
  const hasEnded = useEnded();
  if (me.data === undefined)
    return me.error === null ? null : (
      <Sheet title="Portico does not answer">
        <ProblemNotice problem={me.error} />
        <Button onClick={() => me.refetch()} busy={me.isFetching}>
          Try now
        </Button>
      </Sheet>
    );
  if (me.data === null) return <SignIn />;
  if (demandsPolicy) return PolicyFirst === undefined ? null : <PolicyFirst />;
  return (
    <>
      {/* Another person finds nothing of what the one before had open. */}
      <Shell key={me.data.id} me={me.data}>
        <Outlet />
      </Shell>
      {hasEnded && <SignInOver name={me.data.name} />}
    </>
  );
}

/** The first page that one may see. */
function Home() {
  const may = useMay();
  return (
    <Navigate
      to={may("usage.read") ? "/overview" : may("calls.read") ? "/calls" : may("keys.read") ? "/keys" : "/learning"}
      replace
    />
  );
}

const home = createRoute({ getParentRoute: () => inside, path: "/", component: Home });

/** The parameters of an address that a page knows. */
function texts<Name extends string>(search: Record<string, unknown>, names: readonly Name[]): { [N in Name]?: string } {
  const found: { [N in Name]?: string } = {};
  for (const name of names) {
    const value = search[name];
    if (typeof value === "string" && value !== "") found[name] = value;
  }
  return found;
}

const overview = createRoute({
  getParentRoute: () => inside,
  path: "/overview",
  validateSearch: (search: Record<string, unknown>): OverviewSearch => texts(search, ["time", "show", "by", "sort"]),
  component: lazyPage(() => import("./pages/overview/OverviewPage"), "OverviewPage"),
});

const calls = createRoute({
  getParentRoute: () => inside,
  path: "/calls",
  validateSearch: (search: Record<string, unknown>): CallSearch => texts(search, callSearchNames),
  component: lazyPage(() => import("./pages/calls/CallsPage"), "CallsPage"),
});

const findings = createRoute({
  getParentRoute: () => inside,
  path: "/findings",
  validateSearch: (search: Record<string, unknown>): FindingSearch => texts(search, findingSearchNames),
  component: lazyPage(() => import("./pages/findings/FindingsPage"), "FindingsPage"),
});

const design = createRoute({
  getParentRoute: () => inside,
  path: "/design",
  component: lazyPage(() => import("./pages/design/DesignPage"), "DesignPage"),
});

const playground = createRoute({
  getParentRoute: () => inside,
  path: "/playground",
  validateSearch: (search: Record<string, unknown>): PlaygroundSearch => texts(search, ["call", "view"]),
  component: lazyPage(() => import("./pages/playground/PlaygroundPage"), "PlaygroundPage"),
});

const keys = createRoute({
  getParentRoute: () => inside,
  path: "/keys",
  validateSearch: (search: Record<string, unknown>): KeySearch => texts(search, keySearchNames),
  component: lazyPage(() => import("./pages/keys/KeysPage"), "KeysPage"),
});

const models = createRoute({
  getParentRoute: () => inside,
  path: "/models",
  validateSearch: (search: Record<string, unknown>): ModelSearch =>
    texts(search, ["q", "state", "at", "connection", "model", "deployment", "connect", "add", "sort"]),
  component: lazyPage(() => import("./pages/models/ModelsPage"), "ModelsPage"),
});

const routes = createRoute({
  getParentRoute: () => inside,
  path: "/routes",
  validateSearch: (search: Record<string, unknown>): RouteSearch =>
    texts(search, ["q", "route", "explain", "as", "in", "out", "kind", "sort"]),
  component: lazyPage(() => import("./pages/routes/RoutesPage"), "RoutesPage"),
});

const routeEditor = createRoute({
  getParentRoute: () => inside,
  path: "/routes/edit",
  validateSearch: (search: Record<string, unknown>): EditSearch => texts(search, ["route"]),
  component: lazyPage(() => import("./pages/routes/RouteEditor"), "RouteEditor"),
});

const budgets = createRoute({
  getParentRoute: () => inside,
  path: "/budgets",
  validateSearch: (search: Record<string, unknown>): BudgetSearch =>
    texts(search, ["budget", "new", "only", "key", "all", "fold", "sort"]),
  component: lazyPage(() => import("./pages/budgets/BudgetsPage"), "BudgetsPage"),
});

const usage = createRoute({
  getParentRoute: () => inside,
  path: "/usage",
  validateSearch: (search: Record<string, unknown>): UsageSearch => texts(search, usageParameters),
  component: lazyPage(() => import("./pages/usage/UsagePage"), "UsagePage"),
});

const alerts = createRoute({
  getParentRoute: () => inside,
  path: "/alerts",
  component: lazyPage(() => import("./pages/alerts/AlertsPage"), "AlertsPage"),
});

const audit = createRoute({
  getParentRoute: () => inside,
  path: "/audit",
  validateSearch: (search: Record<string, unknown>): ActSearch => texts(search, actSearchNames),
  component: lazyPage(() => import("./pages/audit/AuditPage"), "AuditPage"),
});

const evidence = createRoute({
  getParentRoute: () => inside,
  path: "/evidence",
  validateSearch: (search: Record<string, unknown>): EvidenceSearch => texts(search, evidenceSearchNames),
  component: lazyPage(() => import("./pages/evidence/EvidencePage"), "EvidencePage"),
});

const policies = createRoute({
  getParentRoute: () => inside,
  path: "/policies",
  validateSearch: (search: Record<string, unknown>): PolicySearch => texts(search, policySearchNames),
  component: lazyPage(() => import("./pages/policies/PoliciesPage"), "PoliciesPage"),
});

const risks = createRoute({
  getParentRoute: () => inside,
  path: "/risks",
  validateSearch: (search: Record<string, unknown>): RiskSearch => texts(search, riskSearchNames),
  component: lazyPage(() => import("./pages/risks/RisksPage"), "RisksPage"),
});

const settings = createRoute({
  getParentRoute: () => inside,
  path: "/settings",
  validateSearch: (search: Record<string, unknown>): SettingsSearch => texts(search, ["tab", "open", "new", "sort"]),
  component: lazyPage(() => import("./pages/settings/SettingsPage"), "SettingsPage"),
});

const learning = createRoute({
  getParentRoute: () => inside,
  path: "/learning",
  validateSearch: (search: Record<string, unknown>): LearningSearch => texts(search, ["tab", "new", "sort"]),
  component: lazyPage(() => import("./pages/learning/LearningPage"), "LearningPage"),
});

const learningCourse = createRoute({
  getParentRoute: () => inside,
  path: "/learning/course",
  validateSearch: (search: Record<string, unknown>): CourseSearch => texts(search, ["course", "part"]),
  component: lazyPage(() => import("./pages/learning/CoursePage"), "CoursePage"),
});

const learningPolicy = createRoute({
  getParentRoute: () => inside,
  path: "/learning/policy",
  component: lazyPage(() => import("./pages/learning/PolicyPage"), "PolicyPage"),
});

const learningCertificate = createRoute({
  getParentRoute: () => inside,
  path: "/learning/certificate",
  validateSearch: (search: Record<string, unknown>): { id?: string | undefined } => texts(search, ["id"]),
  component: lazyPage(() => import("./pages/learning/CertificatePage"), "CertificatePage"),
});

const health = createRoute({
  getParentRoute: () => inside,
  path: "/health",
  validateSearch: (search: Record<string, unknown>): HealthSearch => texts(search, ["rounds", "queues", "counters"]),
  component: lazyPage(() => import("./pages/health/HealthPage"), "HealthPage"),
});

function Missing() {
  return (
    <>
      <TopBar title="Nothing here" />
      <div style={{ padding: "0 var(--pad)" }}>
        <Notice state="idle" title="There is no page at this address">
          <Link to="/">Go to the overview</Link>
        </Notice>
      </div>
    </>
  );
}

/** A fault of the console itself: the page is lost, what is at the server is not. */
function Broken({ error }: { error: unknown }) {
  return (
    <Sheet title="This page failed">
      <Notice
        state="failed"
        title="The console met a fault of its own"
        actions={<Button onClick={() => location.reload()}>Load it again</Button>}
      >
        {error instanceof Error ? error.message : String(error)}
      </Notice>
    </Sheet>
  );
}

export const router = createRouter({
  routeTree: root.addChildren([
    welcome,
    signedIn,
    inside.addChildren([
      home,
      overview,
      playground,
      calls,
      keys,
      models,
      routes,
      routeEditor,
      budgets,
      usage,
      health,
      learning,
      learningCourse,
      learningPolicy,
      learningCertificate,
      alerts,
      audit,
      evidence,
      policies,
      findings,
      risks,
      settings,
      design,
    ]),
  ]),
  basepath: "/console",
  // The code of a page comes while the pointer is on its link.
  defaultPreload: "intent",
  defaultNotFoundComponent: Missing,
  defaultErrorComponent: Broken,
  // Every state has an address that people can read and type.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const set = Object.entries(search).filter((e): e is [string, string] => typeof e[1] === "string");
    return set.length === 0 ? "" : `?${new URLSearchParams(set)}`;
  },
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
