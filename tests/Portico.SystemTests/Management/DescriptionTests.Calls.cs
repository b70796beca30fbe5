using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Management;

public sealed partial class DescriptionTests
{
    sealed partial class Walk
    {
        static List<JsonNode> EventsIn(string stream) =>
            stream
                .Split('\n')
                .Where(l => l.StartsWith("data: ", StringComparison.Ordinal))
                .Select(l => JsonNode.Parse(l["data: ".Length..])!)
                .ToList();

        /// <summary>What can be asked of calls beside the list.</summary>
        async Task CallsAsync(string call)
        {
            await DoAsync("GET", $"/api/calls/{call}/cost");
            await DoAsync("GET", "/api/calls/export?operation=chat&limit=1");
            // A call that ends meanwhile is told, so that there is an event to hold against the description.
            var live = DoAsync("GET", "/api/calls/live?seconds=2");
            await Eventually.IsTrueAsync(async () =>
            {
                (await node.Door.ChatAsync("house")).Dispose();
                return live.IsCompleted;
            });
            EventsIn((await live).GetValue<string>()).ShouldNotBeEmpty();
            await DoAsync("GET", "/api/calls/contents?text=Portico&limit=1");
        }
    }
}
