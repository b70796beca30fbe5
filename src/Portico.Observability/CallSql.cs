using System.Buffers.Binary;
using System.Text.Json;
using Dapper;

namespace Portico.Observability;

/// <summary>What both call stores share: the where clause of a filter and the stored form of a record.</summary>
static class CallSql
{
    /// <param name="f">What is wanted.</param>
    /// <param name="values">Gets what the reach adds.</param>
    public static string Where(CallFilter f, DynamicParameters values)
    {
        var terms = new List<string> { f.Within.Sql(values, "organisation_id", "workspace_id", "use_case_id") };
        void Term(object? value, string term)
        {
            if (value is not null)
                terms.Add(term);
        }
        Term(f.FromUs, "started_us >= @FromUs");
        Term(f.ToUs, "started_us < @ToUs");
        Term(f.OrganisationId, "organisation_id = @OrganisationId");
        Term(f.WorkspaceId, "workspace_id = @WorkspaceId");
        Term(f.UseCaseId, "use_case_id = @UseCaseId");
        Term(f.KeyId, "key_id = @KeyId");
        Term(f.PersonId, "person_id = @PersonId");
        Term(f.Operation, "operation = @Operation");
        Term(f.Route, "route = @Route");
        Term(f.Model, "model = @Model");
        Term(f.Provider, "provider = @Provider");
        Term(f.ConnectionId, "connection_id = @ConnectionId");
        Term(f.DeploymentId, "deployment_id = @DeploymentId");
        Term(f.Outcome, "outcome = @Outcome");
        Term(f.ErrorCode, "error_code = @ErrorCode");
        return string.Join(" and ", terms);
    }

    /// <summary>How far the time in an id may lie from the start of its call, at most.</summary>
    internal const long SkewUs = 60_000_000;

    /// <summary>Where among the ids to look: behind the cursor, and where the time asked for lies, since ids are in the order of time.</summary>
    public static string Ids(CallFilter f, string? after, string of)
    {
        var terms = new List<string> { "1 = 1" };
        if (after is not null)
            terms.Add($"{of}id < @After");
        if (f.FromUs is not null)
            terms.Add($"{of}id >= @FromId");
        if (f.ToUs is not null)
            terms.Add($"{of}id < @ToId");
        return string.Join(" and ", terms);
    }

    /// <summary>The first id of a time; ids hold milliseconds in 48 bits.</summary>
    internal static string? IdAt(long? us, long skewUs)
    {
        if (us is not { } time)
            return null;
        const long last = ((1L << 47) - 1) * 1_000;
        var ms = Math.Clamp(Math.Clamp(time, 0, last) + skewUs, 0, last) / 1_000;
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        BinaryPrimitives.WriteInt64BigEndian(bytes, ms << 16);
        return new CallId(new Guid(bytes, bigEndian: true)).ToString();
    }

    public static DynamicParameters Parameters(CallFilter f, string? after, int take)
    {
        var parameters = new DynamicParameters(
            new
            {
                f.FromUs,
                f.ToUs,
                f.OrganisationId,
                f.WorkspaceId,
                f.UseCaseId,
                f.KeyId,
                f.PersonId,
                f.Operation,
                f.Route,
                f.Model,
                f.Provider,
                f.ConnectionId,
                f.DeploymentId,
                f.ErrorCode,
                take,
            }
        );
        parameters.Add("Outcome", (long?)(int?)f.Outcome);
        parameters.Add("After", after, System.Data.DbType.String);
        parameters.Add("FromId", IdAt(f.FromUs, -SkewUs), System.Data.DbType.String);
        parameters.Add("ToId", IdAt(f.ToUs, SkewUs), System.Data.DbType.String);
        return parameters;
    }

    public static byte[] Row(CallRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, RecordJson.Default.CallRecord);
}
