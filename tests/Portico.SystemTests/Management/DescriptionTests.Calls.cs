namespace Portico.SystemTests.Management;

public sealed partial class DescriptionTests
{
    sealed partial class Walk
    {
        /// <summary>What can be asked of calls beside the list.</summary>
        async Task CallsAsync(string call)
        {
            await DoAsync("GET", $"/api/calls/{call}/cost");
            await DoAsync("GET", "/api/calls/export?operation=chat&limit=1");
            await DoAsync("GET", "/api/calls/live?seconds=1");
            await DoAsync("GET", "/api/calls/contents?text=Portico&limit=1");
        }
    }
}
