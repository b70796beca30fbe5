using System.Text.Json;
using Dapper;

namespace Portico.Observability;

/// <summary>What both call stores share: the where clause of a filter and the stored form of a record.</summary>
static class CallSql
{
    public static string Where(CallFilter f)
    {
        var terms = new List<string> { "1 = 1" };
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
        return parameters;
    }

    public static byte[] Row(CallRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, RecordJson.Default.CallRecord);
}
