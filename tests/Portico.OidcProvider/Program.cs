using System.Globalization;
using Portico.OidcProvider;

// A directory to try sign-in with, on loopback: dotnet run --project tests/Portico.OidcProvider -- 9400
// Lines that are typed change it: remove EMAIL, restore EMAIL, rotate, down, silent, up.
var port = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 9400;
await using var server = await OidcServer.StartAsync(port: port);
OidcPerson[] people =
[
    new("1001", "ada@example.com", "Ada Lovelace", "portico demo", ["portico-admins"]),
    new("1002", "ben@example.com", "Ben Okafor", "portico demo", ["portico-analysts"]),
    new("1003", "eve@example.com", "Eve Stranger", "portico demo", []),
];
foreach (var person in people)
    server.Add(person);
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

// Without anybody who types, as a service has it, nothing is read and the directory goes on.
var typing = Task.Run(TakeLines);
await server.WaitAsync(stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

void TakeLines()
{
    while (Console.In.ReadLine() is { } line)
        Console.WriteLine(Do(line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));
}

string Do(string[] words)
{
    switch (words)
    {
        case ["remove", var email] when Known(email) is { } person:
            server.Remove(person.Subject);
            return $"{email} is removed";
        case ["restore", var email] when Known(email) is { } person:
            server.Add(person);
            return $"{email} is back";
        case ["rotate"]:
            server.Rotate();
            return $"signs by {server.Key.Id}";
        case ["down"]:
            server.Fault = OidcFault.Down;
            return "answers 503";
        case ["silent"]:
            server.Fault = OidcFault.Silent;
            return "answers nothing";
        case ["up"]:
            server.Fault = OidcFault.None;
            return "answers";
        default:
            return "remove EMAIL, restore EMAIL, rotate, down, silent or up";
    }
}

OidcPerson? Known(string email) => Array.Find(people, p => p.Email == email);
