using System.Text.Json;
using Portico.Core.Chat;
using Portico.Governance.Audit;
using Portico.Observability;

namespace Portico.Gateway.Stages;

/// <summary>
/// Keeps that a call is about to be made before anything is done for it, and what became of it before its last byte leaves, behind its record. By ids and numbers alone:
/// what was said is in no entry.
/// </summary>
sealed class AuditCall(AuditLog audit) : IStage
{
    const int MaxName = 256;

    static readonly JsonEncodedText Call = JsonEncodedText.Encode("call");
    static readonly JsonEncodedText Operation = JsonEncodedText.Encode("operation");
    static readonly JsonEncodedText UseCase = JsonEncodedText.Encode("use_case");
    static readonly JsonEncodedText Key = JsonEncodedText.Encode("key");
    static readonly JsonEncodedText Person = JsonEncodedText.Encode("person");
    static readonly JsonEncodedText Requested = JsonEncodedText.Encode("requested");
    static readonly JsonEncodedText Policy = JsonEncodedText.Encode("policy");
    static readonly JsonEncodedText Outcome = JsonEncodedText.Encode("outcome");
    static readonly JsonEncodedText Status = JsonEncodedText.Encode("status");
    static readonly JsonEncodedText Code = JsonEncodedText.Encode("code");
    static readonly JsonEncodedText Route = JsonEncodedText.Encode("route");
    static readonly JsonEncodedText Model = JsonEncodedText.Encode("model");
    static readonly JsonEncodedText InputTokens = JsonEncodedText.Encode("input_tokens");
    static readonly JsonEncodedText OutputTokens = JsonEncodedText.Encode("output_tokens");
    static readonly JsonEncodedText CostNanoUsd = JsonEncodedText.Encode("cost_nano_usd");

    public ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct)
    {
        audit.Write("call.intent", call, static (json, c) => WriteIntent(json, c));
        // The first to be registered is the last to run: the record is whole by then.
        call.Context.OnEnd(_ => audit.Write("call.outcome", call.Context.Record, static (json, r) => WriteOutcome(json, r)));
        return next(call, ct);
    }

    static void WriteIntent(Utf8JsonWriter json, ModelCall call)
    {
        var caller = call.Caller;
        WriteId(json, call.Context.Record.Id);
        if (call.Kind != CallKind.Chat || call.CountsOnly)
            json.WriteString(Operation, call.CountsOnly ? "count_tokens" : CallKinds.Name(call.Kind));
        // A key stays with its use case, and that with its workspace: who makes no use of one names the use case.
        if (caller.KeyId is { Length: > 0 } key)
            json.WriteString(Key, key);
        else
            json.WriteString(UseCase, caller.UseCaseId);
        WriteIfAny(json, Person, caller.PersonId);
        WriteIfAny(json, Policy, caller.Policies.InForce?.VersionIds);
        json.WriteString(Requested, call.RequestedModel.Length <= MaxName ? call.RequestedModel : call.RequestedModel[..MaxName]);
    }

    static void WriteOutcome(Utf8JsonWriter json, CallRecord record)
    {
        WriteId(json, record.Id);
        json.WriteString(
            Outcome,
            record.Outcome switch
            {
                CallOutcome.Completed => "completed",
                CallOutcome.Refused => "refused",
                CallOutcome.Failed => "failed",
                _ => "abandoned",
            }
        );
        json.WriteNumber(Status, record.Status);
        WriteIfAny(json, Code, record.ErrorCode);
        WriteIfAny(json, Route, record.Route);
        WriteIfAny(json, Model, record.Model);
        json.WriteNumber(InputTokens, record.Usage.TotalInput);
        json.WriteNumber(OutputTokens, record.Usage.TotalOutput);
        json.WriteNumber(CostNanoUsd, record.CostNanoUsd);
    }

    static void WriteId(Utf8JsonWriter json, CallId id)
    {
        Span<char> text = stackalloc char[CallId.TextLength];
        id.Write(text);
        json.WriteString(Call, text);
    }

    static void WriteIfAny(Utf8JsonWriter json, JsonEncodedText name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }
}
