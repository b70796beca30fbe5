namespace Portico.Governance.Risks.Controls;

/// <summary>What is written of calls, and what keeps them running.</summary>
static partial class ControlBook
{
    static IEnumerable<Control> OfRunning() =>
        [
            new(
                "call_records",
                "Records of calls",
                "Keeps a record of every call and attempt before the last byte of its answer leaves.",
                "GET /api/calls",
                "/calls",
                "docs/how-to/look-into-calls.md",
                ["RecordTests", "KilledNodeTests", "CallRecordTests"]
            )
            {
                Always = "When records cannot be kept, no call is let through.",
            },
            new(
                "route_fallback",
                "Another deployment stands in",
                "Tries another deployment when one fails before it began to answer.",
                "GET /api/routes",
                "/routes",
                "docs/how-to/route-and-fall-back.md",
                ["FailoverTests", "RoutingTests"]
            ),
            new(
                "provider_health",
                "Health of providers",
                "Leaves out deployments that fail until they are well, and shows how each fares.",
                "GET /api/provider-health",
                "/health",
                "docs/operate/health-and-metrics.md",
                ["DeploymentHealthTests", "ProviderHealthTests", "UpstreamDeadlineTests"]
            )
            {
                Always = "Every deployment has a breaker and every request an end.",
            },
            new(
                "address_guard",
                "Guard of addresses",
                "Sends nothing to addresses of the machine's own network or the cloud's metadata, nor a credential to another host.",
                "GET /api/connections",
                "/models",
                "docs/how-to/connect-a-provider.md",
                ["AddressGuardTests", "UrlGuardTests", "UpstreamAddressTests"]
            )
            {
                Always = "Addresses are checked when they are written and again on the address that is connected to.",
            },
            new(
                "transport_security",
                "Encrypted ways to providers",
                "Speaks to providers over TLS by the checks of the platform.",
                "GET /api/connections",
                "/models",
                "docs/how-to/connect-a-provider.md",
                ["SecureUpstreamTests"]
            )
            {
                Unseen =
                    "Whether each provider is reached over https, and TLS stands before Portico itself, is for whoever runs it to show.",
            },
            new(
                "alerts",
                "Alerts",
                "Says when a budget comes near its limit or will not last.",
                "GET /api/alerts",
                "/alerts",
                "docs/how-to/set-a-budget.md",
                ["AlertTests", "BudgetForecastTests"]
            )
            {
                Always = "Every budget has the percentages at which it says so.",
            },
            new(
                "backups",
                "Back-ups",
                "Can be copied while it runs and restored without losing or doubling a record.",
                "GET /api/health",
                "/health",
                "docs/operate/back-up-and-restore.md",
                ["JournalTests", "StoreVerbTests"]
            )
            {
                Unseen = "Portico does not see whether anybody copies the store, or has ever restored a copy.",
            },
        ];
}
