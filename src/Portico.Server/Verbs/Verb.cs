using System.CommandLine;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Portico.Server.Verbs;

/// <summary>Runs what a verb does and turns failures into a line that says what to do, with exit code 1.</summary>
static class Verb
{
    public static Command Runs(this Command command, Func<ParseResult, CancellationToken, Task<int>> action)
    {
        command.SetAction(
            async (parsed, ct) =>
            {
                try
                {
                    return await action(parsed, ct);
                }
                catch (Exception e) when (Explain(e) is { } text)
                {
                    await Console.Error.WriteLineAsync(text);
                    return 1;
                }
            }
        );
        return command;
    }

    static string? Explain(Exception e) =>
        e switch
        {
            PorticoException p => p.Kind.Advice is { Length: > 0 } advice && p.Kind != ErrorTable.InvalidRequest
                ? $"{p.Message}\n{advice}"
                : p.Message,
            NpgsqlException n => $"PostgreSQL: {n.Message}\nCheck Storage:PostgresConnection; 'portico doctor' looks closer.",
            SqliteException s =>
                $"SQLite: {s.Message}\nCheck that Storage:DataDirectory is writable and has room; 'portico doctor' looks closer.",
            HttpRequestException h => $"{h.Message}\nIs Portico running there? Start it with 'portico serve', or name another with --url.",
            IOException io when io.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException =>
                $"{io.Message}\nAnother program listens there. Choose another address: --url http://127.0.0.1:8090",
            IOException io => io.Message,
            UnauthorizedAccessException u => u.Message,
            JsonException j => $"The answer is not the JSON that was expected: {j.Message}",
            InvalidOperationException { Source: "Portico.Storage" or "Portico.Governance" } i => i.Message,
            InvalidDataException d => d.Message,
            OperationCanceledException => "Stopped.",
            _ => null,
        };
}
