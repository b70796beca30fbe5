using System.Data.Common;
using Dapper;
using Portico.Governance.Access;

namespace Portico.Observability;

/// <summary>
/// The newest calls in PostgreSQL that a filter leaves. What most calls have is met soon when one goes back from the newest; what few have is looked up by
/// the groups of dimensions that name it (<see cref="CallGroups"/>). Neither reads every call.
/// </summary>
static class PostgresCallSearch
{
    /// <summary>Calls looked at before the index is: a filter that leaves one of fifty fills a page from them.</summary>
    const int Window = 10_000;

    /// <summary>The stored records, newest first, one more than the page has.</summary>
    public static async Task<IEnumerable<byte[]>> NewestAsync(DbConnection db, CallFilter filter, PageRequest page)
    {
        var take = page.Limit + 1;
        var ids = CallSql.Ids(filter, page.After, "");
        var parameters = CallSql.Parameters(filter, page.After, take);
        var where = $"{CallSql.Where(filter, parameters)} and {ids}";
        var groupTerms = GroupTerms(filter, parameters);
        if (groupTerms.Length == 0)
            return await db.QueryAsync<byte[]>(
                $"select record from observability_calls where {where} order by id desc limit @take",
                parameters
            );
        var time =
            $"{CallSql.Where(new CallFilter(Reach.Everywhere) { FromUs = filter.FromUs, ToUs = filter.ToUs }, parameters)} and {ids}";
        var end = await db.ExecuteScalarAsync<string?>(
            $"select id from observability_calls where {time} order by id desc limit 1 offset {Window}",
            parameters
        );
        parameters.Add("end", end);
        var met = (
            await db.QueryAsync<byte[]>(
                $"select record from observability_calls where {where} {(end is null ? "" : "and id >= @end")} order by id desc limit @take",
                parameters
            )
        ).AsList();
        return end is null || met.Count >= take ? met : await ByGroupAsync(db, where, time, groupTerms, parameters);
    }

    static async Task<IEnumerable<byte[]>> ByGroupAsync(
        DbConnection db,
        string where,
        string time,
        string groupTerms,
        DynamicParameters parameters
    )
    {
        // What a call is about is what its group is about: time alone is asked of the call, so that without one the index says all. Calls of before there were groups
        // stand beside: their index has nobody else.
        var found = await db.QueryAsync<string>(
            $"""
            select id from (
              (select c.id from observability_groups g cross join lateral (
                select id from observability_calls where group_id = g.group_id and {time} order by id desc limit @take
              ) c where {groupTerms} order by c.id desc limit @take)
              union all
              (select id from observability_calls where group_id is null and {where} order by id desc limit @take)
            ) found order by id desc limit @take
            """,
            parameters
        );
        return await db.QueryAsync<byte[]>(
            "select record from observability_calls where id = any(@ids) order by id desc",
            new { ids = found.ToArray() }
        );
    }

    /// <summary>Groups have an empty text where a call has nothing.</summary>
    static string GroupTerms(CallFilter f, DynamicParameters values)
    {
        var terms = new List<string>();
        if (!f.Within.IsEverywhere)
            terms.Add(f.Within.Sql(values, "g.organisation_id", "g.workspace_id", "g.use_case_id"));
        void Term(object? value, string column, string parameter)
        {
            if (value is not null)
                terms.Add($"g.{column} = @{parameter}");
        }
        Term(f.OrganisationId, "organisation_id", nameof(f.OrganisationId));
        Term(f.WorkspaceId, "workspace_id", nameof(f.WorkspaceId));
        Term(f.UseCaseId, "use_case_id", nameof(f.UseCaseId));
        Term(f.KeyId, "key_id", nameof(f.KeyId));
        Term(f.PersonId, "person_id", nameof(f.PersonId));
        Term(f.Route, "route", nameof(f.Route));
        Term(f.Model, "model", nameof(f.Model));
        Term(f.Provider, "provider", nameof(f.Provider));
        Term(f.ErrorCode, "error_code", nameof(f.ErrorCode));
        Term(f.Operation, "operation", nameof(f.Operation));
        Term(f.ConnectionId, "connection_id", nameof(f.ConnectionId));
        Term(f.DeploymentId, "deployment_id", nameof(f.DeploymentId));
        if (f.Outcome is { } outcome)
            terms.Add($"g.outcome = '{Outcomes.Name(outcome)}'");
        return string.Join(" and ", terms);
    }
}
