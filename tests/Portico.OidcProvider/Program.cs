using System.Globalization;
using Portico.OidcProvider;

// A directory to try sign-in with, on loopback: dotnet run --project tests/Portico.OidcProvider -- 9400
var port = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 9400;
await using var server = await OidcServer.StartAsync(port: port);
server.Add(new OidcPerson("1001", "ada@example.com", "Ada Lovelace", "portico demo", ["portico-admins"]));
server.Add(new OidcPerson("1002", "ben@example.com", "Ben Okafor", "portico demo", ["portico-analysts"]));
server.Add(new OidcPerson("1003", "eve@example.com", "Eve Stranger", "portico demo", []));
Console.WriteLine($"issuer         {server.Issuer}");
Console.WriteLine($"client id      {OidcServer.ClientId}");
Console.WriteLine($"client secret  {OidcServer.ClientSecret}");
Console.WriteLine(
    "people         ada@example.com (portico-admins), ben@example.com (portico-analysts), eve@example.com; pass phrase: portico demo"
);
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
await server.WaitAsync(stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
