using System.Security.Cryptography;
using System.Text;
using Dapper;
using Portico.Storage;

namespace Portico.Governance.SignIn;

/// <summary>Counts failed sign-ins in the store, for all nodes, and closes the way for a while. What is counted is kept as a hash.</summary>
sealed class SignInGuard(Database database, TimeProvider time)
{
    static readonly TimeSpan Window = TimeSpan.FromMinutes(15);
    static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(30);

    const int PerAccountAndAddress = 5;
    const int PerAddress = 30;

    /// <summary>High: with a low one a stranger could close anybody's account.</summary>
    const int PerAccount = 100;

    /// <exception cref="PorticoException">Too many failed; the message says when to try again.</exception>
    public async Task RequireOpenAsync(string email, string address, CancellationToken ct)
    {
        var subjects = Subjects(email, address);
        await using var db = await database.OpenReadAsync(ct);
        var until =
            await db.ExecuteScalarAsync<long?>(
                "select max(closed_until_us) from governance_sign_in_failures where subject in (@both, @from, @account)",
                new
                {
                    both = subjects[0].Subject,
                    from = subjects[1].Subject,
                    account = subjects[2].Subject,
                }
            ) ?? 0;
        var wait = TimeSpan.FromMicroseconds(until - Micros.Now(time));
        if (wait > TimeSpan.Zero)
            throw new PorticoException(
                ErrorTable.RateLimited,
                $"Too many sign-ins have failed. Try again in {Math.Ceiling(wait.TotalSeconds):0} s."
            )
            {
                RetryAfter = wait,
            };
    }

    public Task FailedAsync(string email, string address, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                var now = Micros.Now(time);
                foreach (var (subject, bound) in Subjects(email, address))
                {
                    var failures = await work.Connection.ExecuteScalarAsync<long>(
                        """
                        insert into governance_sign_in_failures (subject, failures, last_us, closed_until_us) values (@subject, 1, @now, 0)
                        on conflict (subject) do update set
                          failures = case when governance_sign_in_failures.last_us < @past then 1 else governance_sign_in_failures.failures + 1 end,
                          last_us = excluded.last_us
                        returning failures
                        """,
                        new
                        {
                            subject,
                            now,
                            past = now - Micros.Of(Window),
                        },
                        work.Transaction
                    );
                    if (failures >= bound)
                        await work.Connection.ExecuteAsync(
                            "update governance_sign_in_failures set closed_until_us = @until where subject = @subject",
                            new { subject, until = now + Micros.Of(WaitAfter((int)(failures - bound))) },
                            work.Transaction
                        );
                }
            },
            ct
        );

    /// <summary>Doubles with each failure past the bound.</summary>
    static TimeSpan WaitAfter(int past) => past >= 5 ? Window : FirstWait * (1 << past);

    /// <summary>Whoever knows the password starts anew; what others did from elsewhere stays counted.</summary>
    public Task SucceededAsync(string email, string address, CancellationToken ct) =>
        database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "delete from governance_sign_in_failures where subject = @subject",
                    new { subject = Subjects(email, address)[0].Subject },
                    work.Transaction
                ),
            ct
        );

    static (string Subject, int Bound)[] Subjects(string email, string address) =>
        [
            (Hash($"both\n{email}\n{address}"), PerAccountAndAddress),
            (Hash($"address\n{address}"), PerAddress),
            (Hash($"account\n{email}"), PerAccount),
        ];

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
