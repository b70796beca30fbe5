using Dapper;
using Microsoft.Data.Sqlite;
using Portico.Storage;
using Portico.Storage.Sqlite;

namespace Portico.Tests.Storage;

/// <summary>A statement is parsed once and used by one work after another: nothing of a work may show in the next.</summary>
public sealed class SqliteStatementTests : IAsyncLifetime
{
    const string Insert = "insert into t (n, word) values (?, ?)";

    readonly string folder = Directory.CreateTempSubdirectory("portico-test-").FullName;
    SqliteStore store = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        store = new SqliteStore(Path.Combine(folder, "some.db"), new StorageOptions());
        await store.WriteAsync(w => w.Connection.ExecuteAsync("create table t (n integer primary key, word text)"), Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    Task<bool> DoAsync(Action<DbWork> work) =>
        store.WriteAsync(
            w =>
            {
                work(w);
                return Task.FromResult(true);
            },
            Ct
        );

    async Task<string> RowsAsync()
    {
        await using var db = await store.OpenReadAsync(Ct);
        return string.Join(' ', await db.QueryAsync<string>("select n || ':' || coalesce(word, '-') from t order by n"));
    }

    [Fact]
    public async Task The_next_work_gets_the_statement_that_an_earlier_one_gave_back()
    {
        SqliteStatement? first = null;
        await DoAsync(w =>
        {
            using var insert = first = SqliteStatement.Of(w, Insert);
            insert.Add(1).Add("one").Run();
            insert.Dispose(); // and once more at the end
        });
        await DoAsync(w =>
        {
            using var insert = SqliteStatement.Of(w, Insert);
            insert.ShouldBeSameAs(first);
            insert.Add(2).Add("two").Run();
            using var other = SqliteStatement.Of(w, Insert);
            other.ShouldNotBeSameAs(first, "who has a statement has it alone");
            other.Add(3).Add((string?)null).Run();
        });
        (await RowsAsync()).ShouldBe("1:one 2:two 3:-");
    }

    [Fact]
    public async Task A_row_that_was_not_run_or_was_refused_leaves_nothing_behind()
    {
        await DoAsync(w => SqliteStatement.Of(w, Insert).Dispose());
        await Should.ThrowAsync<InvalidOperationException>(
            DoAsync(w =>
            {
                using var insert = SqliteStatement.Of(w, Insert);
                insert.Add(1).Add("lost").Run();
                insert.Add(2);
                throw new InvalidOperationException("in the middle of a row");
            })
        );
        await DoAsync(w =>
        {
            using var insert = SqliteStatement.Of(w, Insert);
            insert.Add(1).Add("kept").Run();
        });
        await Should.ThrowAsync<SqliteException>(
            DoAsync(w =>
            {
                using var insert = SqliteStatement.Of(w, Insert);
                insert.Add(1).Add("again").Run();
            })
        );
        await DoAsync(w =>
        {
            using var insert = SqliteStatement.Of(w, Insert);
            insert.Add(2).Add("after").Run();
        });
        (await RowsAsync()).ShouldBe("1:kept 2:after");
    }

    [Fact]
    public async Task A_statement_outlives_a_change_of_its_table_and_of_the_functions()
    {
        const string shout = "insert into t (n, word) values (?, shout(?, '!'))";
        for (var n = 1; n <= 3; n++)
        {
            await DoAsync(w =>
            {
                SqliteStatement.Define(w, "shout", string.Concat);
                using var insert = SqliteStatement.Of(w, shout);
                insert.Add(n).Add("hey").Run();
            });
            await store.WriteAsync(w => w.Connection.ExecuteAsync($"alter table t add column later{n} text"), Ct);
        }
        (await RowsAsync()).ShouldBe("1:hey! 2:hey! 3:hey!");
    }

    [Fact]
    public async Task Any_number_of_different_statements_can_be_used()
    {
        await DoAsync(w =>
        {
            for (var n = 0; n < 200; n++)
            {
                using var insert = SqliteStatement.Of(w, $"insert into t (n, word) values (?, 'number {n}')");
                insert.Add(n).Run();
            }
        });
        (await RowsAsync()).Split(':').Length.ShouldBe(201);
    }
}
