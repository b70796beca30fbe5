using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Portico.Storage;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Responses;

/// <summary>What lies in the store.</summary>
static class Rows
{
    public static async Task<long> CountAsync(Node node)
    {
        await using var db = await node.Services.GetRequiredService<Database>().OpenReadAsync(CancellationToken.None);
        return await db.ExecuteScalarAsync<long>("select count(*) from gateway_responses");
    }
}
