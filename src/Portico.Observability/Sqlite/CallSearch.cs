using System.Data.Common;
using Dapper;

namespace Portico.Observability.Sqlite;

/// <summary>
/// The newest calls of a month's file that a filter leaves. What most calls have is met soon when one goes back from the newest; what few have is looked up
/// by the facts that name it. Neither reads the whole file.
/// </summary>
static class CallSearch
{
    /// <summary>Calls looked at before the index is: a filter that leaves one of fifty fills a page from them.</summary>
    const int Window = 10_000;

    /// <param name="db">The month's file.</param>
    /// <param name="time">Terms over <c>calls c</c> that are in the row: time, cursor.</param>
    /// <param name="facts">Terms over facts, empty when every call may be meant.</param>
    /// <param name="parameters">For both; with <c>take</c>.</param>
    /// <param name="take">How many at most.</param>
    public static async Task<IReadOnlyList<CallRecord>> NewestAsync(
        DbConnection db,
        string time,
        string facts,
        DynamicParameters parameters,
        int take
    )
    {
        const string newest = "order by c.id desc limit @take";
        if (facts.Length == 0)
            return await CallRowReader.ReadAsync(db, $"where {time} {newest}", parameters);
        var numbers = (await db.QueryAsync<long>($"select id from facts where {facts}", parameters)).AsList();
        if (numbers.Count == 0)
            return [];
        var end = await db.ExecuteScalarAsync<string?>(
            $"select c.id from calls c where {time} order by c.id desc limit 1 offset {Window}",
            parameters
        );
        parameters.Add("end", end);
        // The plus keeps the engine from the index here, which would gather every call of these facts before it sorts them.
        var met = await CallRowReader.ReadAsync(
            db,
            $"where {time} {(end is null ? "" : "and c.id >= @end")} and +c.facts in (select id from facts where {facts}) {newest}",
            parameters
        );
        return end is null || met.Count >= take ? met : await ByFactsAsync(db, time, numbers, parameters, take);
    }

    static async Task<IReadOnlyList<CallRecord>> ByFactsAsync(
        DbConnection db,
        string time,
        List<long> numbers,
        DynamicParameters parameters,
        int take
    )
    {
        // The page so far, the oldest on top: what is older than it when the page is full is not asked for.
        var page = new PriorityQueue<string, string>(StringComparer.Ordinal);
        foreach (var number in numbers)
        {
            parameters.Add("number", number);
            parameters.Add("oldest", page.Count < take ? "" : page.Peek());
            var ids = await db.QueryAsync<string>(
                $"select c.id from calls c where c.facts = @number and c.id > @oldest and {time} order by c.id desc limit @take",
                parameters
            );
            foreach (var id in ids)
                if (page.Count < take)
                    page.Enqueue(id, id);
                else
                    page.EnqueueDequeue(id, id);
        }
        var found = page.UnorderedItems.Select(i => i.Element).ToArray();
        return found.Length == 0 ? [] : await CallRowReader.ReadAsync(db, "where c.id in @found order by c.id desc", new { found });
    }
}
