using System.CommandLine;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Portico.Server.Verbs;

/// <summary>Runs what a verb does and turns failures into a line that says what to do, with exit code 1.</summary>
static class Verb
{
    /// <summary>How the program was called, where that was not by its name: what it tells to type can then be typed.</summary>
    public const string NameVariable = "PORTICO_COMMAND";

    public static string Program => Environment.GetEnvironmentVariable(NameVariable) is { Length: > 0 } name ? name : "portico";

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

    /// <summary>A mistake of the person at the keyboard, in words that say what to change.</summary>
    public static PorticoException Mistake(string text) => new(ErrorTable.InvalidRequest, text);

    static string? Explain(Exception e) =>
        e switch
        {
            PorticoException p when p.Kind == ErrorTable.InvalidRequest => p.Message,
            PorticoException { InnerException: IOException } p when p.Kind == ErrorTable.StorageUnavailable => p.Message,
            PorticoException p => $"{p.Message}\n{p.Kind.Advice}",
            NpgsqlException n => $"PostgreSQL: {n.Message}\nCheck Storage:PostgresConnection; '{Program} doctor' looks closer.",
            SqliteException s =>
                $"SQLite: {s.Message}\nCheck that Storage:DataDirectory is writable and has room; '{Program} doctor' looks closer.",
            CryptographicException c => $"{c.Message}\nThe master key must be the one that this store was made with.",
            HttpRequestException h => h.Message,
            IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } io =>
                $"{io.Message}\nAnother program listens there. Choose another address: --url http://127.0.0.1:8090",
            SocketException s => $"The address cannot be listened on: {s.Message}.\nChoose another: --url http://127.0.0.1:8090",
            InvalidDataException { InnerException: { } inner } d => $"{d.Message}\n{Innermost(inner).Message}",
            IOException io => io.Message,
            UnauthorizedAccessException u => $"{u.Message}\nGive this user the right, or choose another data directory: --data DIR",
            JsonException j => $"The answer is not the JSON that was expected: {j.Message}",
            InvalidOperationException
            {
                Source: "Portico.Storage" or "Portico.Governance" or "Portico.Observability" or "Microsoft.AspNetCore.Server.Kestrel.Core"
            } i => i.Message,
            InvalidDataException d => d.Message,
            OperationCanceledException => "Stopped.",
            _ => null,
        };

    static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;
}
