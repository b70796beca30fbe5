using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Management;

public sealed partial class DescriptionTests
{
    sealed partial class Walk
    {
        /// <summary>Each of the three ends of a request.</summary>
        async Task BudgetRequestsAsync(string budget)
        {
            foreach (
                var (act, body) in new[]
                {
                    ("withdraw", null),
                    ("decline", """{"note":"Not now."}"""),
                    ("approve", """{"limit_usd":"7"}"""),
                }
            )
            {
                var asked = (
                    await MakeAsync("/api/budget-requests", $$"""{"budget_id":"{{budget}}","limit_usd":"8","reason":"A storm."}""")
                ).Text("id");
                await DoAsync("GET", $"/api/budget-requests?budget_id={budget}&state=open&limit=5");
                await DoAsync("POST", $"/api/budget-requests/{asked}/{act}", body);
                await DoAsync("GET", $"/api/budget-requests/{asked}");
            }
        }
    }
}
