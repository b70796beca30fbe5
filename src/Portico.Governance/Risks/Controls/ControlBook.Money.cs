namespace Portico.Governance.Risks.Controls;

/// <summary>What bounds money and calls, and which models may serve.</summary>
static partial class ControlBook
{
    static IEnumerable<Control> OfMoney() =>
        [
            new(
                "budget_holds",
                "Budgets",
                "Holds the worst case of a call before a provider is asked, so that no budget is overshot.",
                "GET /api/budgets",
                "/budgets",
                "docs/how-to/set-a-budget.md",
                ["LedgerPropertyTests", "SharedLedgerPropertyTests", "BudgetUnderLoadTests"]
            ),
            new(
                "rate_limits",
                "Limits",
                "Bounds requests, tokens and calls at once in a window.",
                "GET /api/limits",
                "/budgets",
                "docs/how-to/limit-a-key.md",
                ["RateLimitTests", "ConcurrentCallTests"]
            ),
            new(
                "price_book",
                "Price book",
                "Rates every call at a version of a price that is never changed afterwards.",
                "GET /api/prices",
                "/models",
                "docs/how-to/correct-prices.md",
                ["PriceTests", "CallCostTests", "ReratingTests"]
            ),
            new(
                "usage_reports",
                "Usage and cost",
                "Adds up calls, tokens and cost by whose they are, and checks the sums against the calls.",
                "GET /api/usage",
                "/usage",
                "docs/how-to/read-usage-and-export.md",
                ["UsageReportsTests", "RollupInvariantTests", "RecomputationTests"]
            )
            {
                Always = "Every call counts in the transaction that keeps its record.",
            },
            new(
                "model_approval",
                "Approval of models",
                "Keeps a new model in quarantine until somebody with the permission approves it, for whom and for what.",
                "GET /api/models/{id}/decisions",
                "/models",
                "docs/how-to/approve-a-model.md",
                ["ApprovalTests", "ApprovalDoorTests"]
            )
            {
                Always = "A model that nobody approved answers no call.",
            },
            new(
                "model_lists",
                "Lists of models and providers",
                "Lets only the models, providers and licences serve that a policy names.",
                "GET /api/policies/{id}/effective",
                "/policies",
                "docs/how-to/write-a-policy.md",
                ["PolicyDoorTests", "PolicyMeetTests"]
            ),
            new(
                "model_cards",
                "Cards of models",
                "Has for each model a card with its data terms, licence, limits and retirement, which rules are checked by.",
                "GET /api/models/{id}/card",
                "/models",
                "docs/how-to/set-rules-for-models.md",
                ["CardApiTests", "ModelRuleTests", "HubViewTests"]
            )
            {
                Always = "Each model has a card, from the catalogue or entered. What it says is as right as whoever entered it.",
            },
        ];
}
