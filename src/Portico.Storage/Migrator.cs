using System.Data.Common;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;

namespace Portico.Storage;

/// <summary>A module whose assembly embeds <c>Sql/0001_name.sql</c> files, or engine twins <c>.sqlite.sql</c> / <c>.pgsql.sql</c>.</summary>
public sealed record MigrationSource(string Module, Assembly Assembly);

/// <summary>A migration that this build has, and whether the store has it.</summary>
public sealed record MigrationState(string Module, int Number, string Name, bool Applied);

/// <summary>
/// Brings the store's tables to this build: numbered by module, forward only, each applied once. An applied file that has changed since is
/// refused by name, because two nodes would disagree about the tables. Nodes that start together take turns.
/// </summary>
public sealed partial class Migrator(Database database, IEnumerable<MigrationSource> sources)
{
    /// <summary>The advisory lock that nodes take turns with; any number, the same in every version.</summary>
    const long LockNumber = 0x506F727469636F;

    sealed record Migration(string Module, int Number, string Name, string Sql, string Checksum);

    /// <exception cref="InvalidOperationException">A file that is applied already has changed.</exception>
    public async Task<int> ApplyAsync(CancellationToken ct)
    {
        var all = sources.SelectMany(Read).ToList();
        return await database.WriteAsync(work => ApplyAllAsync(work, all), ct);
    }

    public async Task<IReadOnlyList<MigrationState>> StateAsync(CancellationToken ct)
    {
        var applied = await database.WriteAsync(AppliedAsync, ct);
        return sources
            .SelectMany(Read)
            .Select(m => new MigrationState(m.Module, m.Number, m.Name, applied.ContainsKey((m.Module, m.Number))))
            .ToList();
    }

    /// <summary>How many migrations the store has, of a store that is in use.</summary>
    public async Task<int> CountAsync(CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return (int)await db.ExecuteScalarAsync<long>("select count(*) from storage_migrations");
    }

    static async Task<int> ApplyAllAsync(DbWork work, List<Migration> all)
    {
        var applied = await AppliedAsync(work);
        var count = 0;
        foreach (var migration in all)
        {
            if (applied.TryGetValue((migration.Module, migration.Number), out var checksum))
            {
                if (checksum != migration.Checksum)
                    throw new InvalidOperationException(
                        $"Migration {migration.Module}/{migration.Number:0000}_{migration.Name} was applied with other contents. Applied migrations never change: restore the file and add a new one."
                    );
                continue;
            }
            await ExecuteAsync(work, migration.Sql);
            await work.Connection.ExecuteAsync(
                "insert into storage_migrations (module, number, name, checksum) values (@Module, @Number, @Name, @Checksum)",
                migration,
                work.Transaction
            );
            count++;
        }
        return count;
    }

    static async Task ExecuteAsync(DbWork work, string sql)
    {
        await using var command = work.Connection.CreateCommand();
        command.Transaction = work.Transaction;
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>What the store has, read under the lock: PostgreSQL's "if not exists" alone does not survive two nodes at once.</summary>
    static async Task<Dictionary<(string, int), string>> AppliedAsync(DbWork work)
    {
        if (work.Engine == Engine.Postgres)
            await work.Connection.ExecuteAsync("select pg_advisory_xact_lock(@LockNumber)", new { LockNumber }, work.Transaction);
        await ExecuteAsync(
            work,
            "create table if not exists storage_migrations (module text not null, number bigint not null, name text not null, checksum text not null, primary key (module, number))"
        );
        var rows = await work.Connection.QueryAsync<(string Module, long Number, string Checksum)>(
            "select module, number, checksum from storage_migrations",
            transaction: work.Transaction
        );
        return rows.ToDictionary(r => (r.Module, (int)r.Number), r => r.Checksum);
    }

    List<Migration> Read(MigrationSource source)
    {
        var twin = database.Engine == Engine.Sqlite ? "sqlite" : "pgsql";
        var found = new List<Migration>();
        foreach (var resource in source.Assembly.GetManifestResourceNames())
        {
            var match = FileName().Match(resource);
            if (!match.Success || (match.Groups["engine"].Success && match.Groups["engine"].Value != twin))
                continue;
            using var reader = new StreamReader(source.Assembly.GetManifestResourceStream(resource)!);
            var sql = reader.ReadToEnd();
            var checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql.ReplaceLineEndings("\n"))));
            found.Add(
                new Migration(
                    source.Module,
                    int.Parse(match.Groups["number"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture),
                    match.Groups["name"].Value,
                    sql,
                    checksum
                )
            );
        }
        if (found.Count == 0)
            throw new InvalidOperationException($"Module {source.Module} names itself a source of migrations and embeds none.");
        return found.OrderBy(m => m.Number).ToList();
    }

    [GeneratedRegex(
        @"\.Sql\.(?<number>\d{4})_(?<name>[a-z0-9_]+)(\.(?<engine>sqlite|pgsql))?\.sql$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex FileName();
}
