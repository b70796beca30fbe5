using System.Globalization;
using Dapper;
using Portico.Storage;

namespace Portico.Observability.Findings;

/// <summary>Findings of content rules, the newest call first and in a call the last finding first: an order that no later row changes.</summary>
sealed class FindingList(Database database)
{
    /// <summary>After the cursor; one more than the page has, where there is one.</summary>
    /// <exception cref="PorticoException">The cursor is of another list.</exception>
    public async Task<IReadOnlyList<FoundThing>> ReadAsync(FindingFilter filter, PageRequest page, CancellationToken ct)
    {
        var values = new DynamicParameters();
        var where = filter.Sql(values);
        if (page.After is { } after)
        {
            var (call, number) = PlaceOf(after);
            values.Add("AfterCall", call);
            values.Add("AfterNumber", number);
            where += " and f.call_id <= @AfterCall and (f.call_id < @AfterCall or f.number < @AfterNumber)";
        }
        values.Add("take", page.Limit + 1);
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<FoundRow>(
            $"select {FoundRow.Columns} from observability_findings f where {where} order by f.call_id desc, f.number desc limit @take",
            values
        );
        return rows.Select(r => r.ToNoun()).ToList();
    }

    static (string Call, long Number) PlaceOf(string cursor) =>
        cursor.Split('.') is [var call, var number]
        && CallId.TryParse(call, out _)
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? (call, at)
            : throw new PorticoException(
                ErrorTable.InvalidRequest,
                "cursor is not one that this list gave out. Start again without it.",
                "cursor"
            );
}
