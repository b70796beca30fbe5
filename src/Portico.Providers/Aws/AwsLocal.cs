using System.Globalization;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Anthropic;
using Portico.Providers.Http;

namespace Portico.Providers.Aws;

/// <summary>
/// The services of the machine itself that hand out the keys of its role. They are near or not there: nobody waits long for them. Their addresses are
/// special ones, which the connection's own address need not be allowed to be.
/// </summary>
sealed class AwsLocal(UpstreamHttp http)
{
    static readonly ProviderTimeouts Near = new(
        TimeSpan.FromSeconds(1),
        TimeSpan.FromSeconds(5),
        TimeSpan.FromSeconds(5),
        TimeSpan.FromSeconds(10)
    );

    public TimeProvider Time => http.Time;

    /// <exception cref="UpstreamException">Nobody answers there.</exception>
    public async Task<(int Status, ReadOnlyMemory<byte> Body)> AskAsync(
        HttpMethod method,
        Uri address,
        (string Name, string Value)? header,
        ProviderConnection connection,
        CancellationToken ct
    )
    {
        var near = new ProviderConnection(connection.Id, connection.Family, null, address, new Secret(""))
        {
            AllowSpecialAddresses = true,
            Timeouts = Near,
        };
        using var deadline = new UpstreamDeadline(http.Time, Near.Overall, ct);
        using var request = new HttpRequestMessage(method, address);
        if (header is { } given)
            request.Headers.TryAddWithoutValidation(given.Name, given.Value);
        using var response = await http.SendAsync(request, near, deadline, ct);
        return ((int)response.StatusCode, await AnthropicHttp.ReadBodyAsync(response, near, deadline, ct));
    }

    /// <summary>The keys of a role, in the one form that containers and instances have.</summary>
    /// <exception cref="UpstreamException">The document is not of that form.</exception>
    public static AwsKeys Keys(ReadOnlyMemory<byte> body, ProviderConnection connection, string who)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            string Of(string name) => document.RootElement.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null.");
            return new AwsKeys(
                Of("AccessKeyId"),
                Of("SecretAccessKey"),
                Of("Token"),
                DateTimeOffset.Parse(Of("Expiration"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
            );
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new UpstreamException(
                ErrorTable.UpstreamMalformed,
                Fault.Upstream,
                $"Connection {connection.Id}: the answer of {who} holds no keys.",
                e
            );
        }
    }
}
