using System.Security.Cryptography;
using System.Text;
using Dapper;
using Portico.Storage;

namespace Portico.Governance.Forensics.Subjects;

/// <summary>
/// Removes in transactions that also count: what a killed process had removed is in the report, and nothing is in it twice. Before each the holds are asked, in the transaction.
/// </summary>
public sealed class SubjectRemoval
{
    /// <summary>Things of one transaction: a long one would hold up the writer of the embedded store.</summary>
    public const int BatchSize = 200;

    readonly Database database;
    readonly string request;
    readonly long step;
    readonly Subject subject;
    readonly Func<CancellationToken, Task> renew;

    internal SubjectRemoval(Database database, string request, long step, Subject subject, Func<CancellationToken, Task> renew) =>
        (this.database, this.request, this.step, this.subject, this.renew) = (database, request, step, subject, renew);

    /// <summary>Removes some, and counts their ids; returns how many.</summary>
    /// <param name="remove">Removes within the work and returns the ids of what it removed.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="PorticoException">The person came under a legal hold.</exception>
    public async Task<int> BatchAsync(Func<DbWork, Task<IReadOnlyList<string>>> remove, CancellationToken ct)
    {
        await renew(ct);
        return await database.WriteAsync(
            async work =>
            {
                // Locks the step: two nodes that both believe it theirs come one after the other.
                var hash = await work.Connection.ExecuteScalarAsync<string>(
                    "update governance_subject_steps set amount = amount where request_id = @request and number = @step returning hash",
                    new { request, step },
                    work.Transaction
                );
                await Holds.RequireNoneAsync(work, new HoldSubject(HoldScope.Person, subject.Person));
                var ids = await remove(work);
                if (ids.Count == 0)
                    return 0;
                await work.Connection.ExecuteAsync(
                    "update governance_subject_steps set amount = amount + @count, hash = @hash where request_id = @request and number = @step",
                    new
                    {
                        request,
                        step,
                        count = ids.Count,
                        hash = Chained(hash ?? "", ids),
                    },
                    work.Transaction
                );
                return ids.Count;
            },
            ct
        );
    }

    /// <summary>Removes batches until one is empty.</summary>
    public async Task AllAsync(Func<DbWork, Task<IReadOnlyList<string>>> remove, CancellationToken ct)
    {
        while (await BatchAsync(remove, ct) > 0) { }
    }

    /// <summary>Each link is the SHA-256, in hexadecimal, of the link before it, the id and a line feed: unlike one hash over all it goes on after a kill.</summary>
    internal static string Chained(string hash, IEnumerable<string> ids)
    {
        foreach (var id in ids)
            hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{hash}{id}\n")));
        return hash;
    }
}
