using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Durability;

/// <summary>PostgreSQL goes away while responses are asked for: what needs no state goes on, what is to be kept waits, what needs the store says so.</summary>
public sealed class ResponseOutageTests(OwnPostgres own) : IClassFixture<OwnPostgres>
{
    readonly PostgresServer server = own.Server;

    [Fact]
    public async Task Responses_go_on_without_the_store_and_are_kept_when_it_is_back()
    {
        await using var node = (await Node.StartTogetherAsync(1, await server.CreateDatabaseAsync())).Single();
        var first = await node.Door.RespondAsync(ResponseCalls.Ask("sim/echo"));
        await node.Door.KeptAsync(first.Text("id"));

        await server.StopAsync();
        (await node.Door.RespondAsync(ResponseCalls.Ask("sim/echo", "reads no database").With("store", false)))
            .OutputText()
            .ShouldBe("reads no database");
        var kept = await node.Door.RespondAsync(ResponseCalls.Ask("sim/echo", "waits for the store"));
        using var continued = await node.Door.ResponseAsync(ResponseCalls.Ask("sim/echo").With("previous_response_id", first.Text("id")));
        await continued.ShouldBeRefusedAsync(503, "storage_unavailable");
        using var read = await node.Door.GetAsync(new Uri($"/v1/responses/{first.Text("id")}", UriKind.Relative));
        await read.ShouldBeRefusedAsync(503, "storage_unavailable");
        using var background = await node.Door.ResponseAsync(ResponseCalls.Ask("sim/echo").With("background", true));
        await background.ShouldBeRefusedAsync(503, "storage_unavailable");

        await server.StartAsync();
        await Eventually.IsTrueAsync(async () =>
        {
            using var again = await node.Door.GetAsync(new Uri($"/v1/responses/{kept.Text("id")}", UriKind.Relative));
            return again.IsSuccessStatusCode;
        });
        (await node.Door.KeptAsync(kept.Text("id"))).OutputText().ShouldBe("waits for the store");
    }
}
