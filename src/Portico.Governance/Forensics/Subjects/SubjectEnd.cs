using System.Security.Cryptography;
using System.Text.Json;
using Portico.Governance.Audit;

namespace Portico.Governance.Forensics.Subjects;

/// <summary>The end of a request: the time of its package, and what stands in the audit log of it.</summary>
sealed class SubjectEnd(SubjectStore store, AuditLog audit, TimeProvider time)
{
    /// <summary>How long a package can be fetched.</summary>
    public static readonly TimeSpan Lies = TimeSpan.FromDays(7);

    public async Task EndAsync(SubjectRequest request, CancellationToken ct)
    {
        var isPackage = request.Kind == SubjectKind.Access;
        var now = Micros.Now(time);
        var hash = isPackage
            ? Convert.ToHexStringLower(SHA256.HashData(PackageZip.Manifest(request, await store.FilesAsync(request.Id, ct))))
            : null;
        var ended = await store.ChangeAsync(
            "update governance_subject_requests set state = 'done', problem = null, done_us = @now, until_us = @until, hash = @hash where id = @Id and state = 'running'",
            new
            {
                request.Id,
                now,
                until = isPackage ? now + Micros.Of(Lies) : (long?)null,
                hash,
            },
            ct
        );
        if (ended == 0)
            return;
        var steps = await store.StepsAsync(request.Id, ct);
        audit.Write(
            "subject.done",
            (request, hash, steps),
            static (json, of) =>
            {
                json.WriteString("request", of.request.Id);
                json.WriteString("of", of.request.Kind == SubjectKind.Access ? "access" : "erasure");
                json.WriteString("person", of.request.PersonId.ToString());
                if (of.hash is not null)
                    json.WriteString("manifest", of.hash);
                json.WriteStartArray("classes");
                foreach (var step in of.steps)
                    WriteStep(json, step);
                json.WriteEndArray();
            }
        );
    }

    static void WriteStep(Utf8JsonWriter json, SubjectStepRow step)
    {
        json.WriteStartObject();
        json.WriteString("class", step.Class);
        json.WriteNumber("amount", step.Amount);
        if (step.Hash.Length > 0)
            json.WriteString("hash", step.Hash);
        if (step.LeftBehind is { } left)
            json.WriteNumber("left_behind", left);
        json.WriteEndObject();
    }
}
