using Dapper;
using Microsoft.Extensions.Logging;
using Portico.Storage;

namespace Portico.Governance.SignIn;

/// <summary>Removes what is over: sessions, invitations, counts of failures. One node does it for all.</summary>
sealed class SignInPruner(Database database, SignInOptions options, LeaseStore leases, TimeProvider time, ILogger<SignInPruner> logger)
    : HourlySweep("sign-in-prune", leases, time, logger)
{
    static readonly TimeSpan KeepFailures = TimeSpan.FromDays(1);

    protected override Task SweepAsync(DateTimeOffset now, CancellationToken ct) =>
        database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    """
                    delete from governance_sessions where expires_us <= @now or seen_us <= @idle;
                    delete from governance_invitations where expires_us <= @now;
                    delete from governance_sign_ins where expires_us <= @now;
                    delete from governance_sign_in_failures where last_us <= @old and closed_until_us <= @now
                    """,
                    new
                    {
                        now = Micros.Of(now),
                        idle = Micros.Of(now - TimeSpan.FromMinutes(options.IdleMinutes)),
                        old = Micros.Of(now - KeepFailures),
                    },
                    work.Transaction
                ),
            ct
        );
}
