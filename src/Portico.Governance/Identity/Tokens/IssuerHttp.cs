using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Governance.SignIn;
using Portico.Providers;
using Portico.Providers.Http;

namespace Portico.Governance.Identity.Tokens;

/// <summary>An issuer could not be asked, or answered with what is no answer. The message names its host and nothing that was sent or came.</summary>
sealed class IssuerAwayException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What an issuer answered. Body: an object, or undefined where it was none.</summary>
readonly record struct IssuerAnswer(int Status, JsonElement Body, DateTimeOffset? Date)
{
    public bool IsGood => Status is >= 200 and < 300;

    /// <summary>The error code of OAuth (RFC 6749, 5.2), when it is one.</summary>
    public string? Error =>
        Claims.Text(Body, "error") is { Length: <= 64 } code && code.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')
            ? code
            : null;
}

/// <summary>
/// The way to issuers: that of connections, with its address guard, at most so many bytes, and one bound of time for the whole. It follows no redirect.
/// </summary>
sealed class IssuerHttp(UpstreamHttp http, SignInOptions options)
{
    public const int MaxBytes = 512 * 1024;

    static readonly TimeSpan MaxConnect = TimeSpan.FromSeconds(5);

    TimeSpan Whole => TimeSpan.FromSeconds(options.ProviderTimeoutSeconds);
    static readonly JsonDocumentOptions Bounded = new() { MaxDepth = 16 };

    /// <summary>What is wrong with an address of an issuer, or null: https and nothing special, plain http on loopback only where special addresses are allowed.</summary>
    public static string? ProblemOf(string? text, bool allowSpecial, out Uri address)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out address!) || text!.Length > 2_000)
            return "is no address; it begins with https://";
        if (address.Scheme != Uri.UriSchemeHttps && !(allowSpecial && address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
            return "must begin with https://; plain http is for loopback with allow_special_addresses alone";
        try
        {
            // The guard of connections wants none of these; an issuer may have a query in the addresses that it tells.
            UrlGuard.Check(new UriBuilder(address) { Query = "", Fragment = "" }.Uri, allowSpecial);
            return null;
        }
        catch (PorticoException e)
        {
            return e.Message.Replace("base_url ", "", StringComparison.Ordinal).TrimEnd('.');
        }
    }

    /// <exception cref="IssuerAwayException">No answer, one that is too large, or an address that is not one to connect to.</exception>
    public Task<IssuerAnswer> GetAsync(string address, bool allowSpecial, Secret? bearer, CancellationToken ct) =>
        SendAsync(
            HttpMethod.Get,
            address,
            allowSpecial,
            null,
            bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer.Reveal()),
            ct
        );

    /// <exception cref="IssuerAwayException">As above.</exception>
    public Task<IssuerAnswer> PostAsync(
        string address,
        bool allowSpecial,
        IEnumerable<KeyValuePair<string, string>> form,
        AuthenticationHeaderValue? authorization,
        CancellationToken ct
    ) => SendAsync(HttpMethod.Post, address, allowSpecial, form, authorization, ct);

    async Task<IssuerAnswer> SendAsync(
        HttpMethod method,
        string text,
        bool allowSpecial,
        IEnumerable<KeyValuePair<string, string>>? form,
        AuthenticationHeaderValue? authorization,
        CancellationToken ct
    )
    {
        if (ProblemOf(text, allowSpecial, out var address) is { } problem)
            throw new IssuerAwayException($"An address of the issuer {problem}.");
        using var request = new HttpRequestMessage(method, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Authorization = authorization;
        if (form is not null)
            request.Content = new FormUrlEncodedContent(form);
        var connection = new ProviderConnection(default, "identity", null, address, new Secret(""))
        {
            AllowSpecialAddresses = allowSpecial,
            Timeouts = new ProviderTimeouts(MaxConnect < Whole ? MaxConnect : Whole, Whole, Whole, Whole),
        };
        using var deadline = new UpstreamDeadline(http.Time, Whole, ct);
        try
        {
            using var response = await http.SendAsync(request, connection, deadline, ct);
            deadline.Arm(Whole);
            var bytes = await ReadAsync(response, address.Host, deadline.Token);
            return new IssuerAnswer((int)response.StatusCode, Parse(bytes), response.Headers.Date);
        }
        catch (UpstreamException e)
        {
            throw new IssuerAwayException(
                e.Kind == ErrorTable.UpstreamTimeout ? $"{address.Host} did not answer within {Whole.TotalSeconds:0} s." : e.Message,
                e
            );
        }
        catch (Exception e)
            when (e is IOException or HttpRequestException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new IssuerAwayException($"{address.Host} began an answer and did not end it within {Whole.TotalSeconds:0} s.", e);
        }
    }

    static async Task<byte[]> ReadAsync(HttpResponseMessage response, string host, CancellationToken ct)
    {
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        var buffer = new byte[8 * 1024];
        using var whole = new MemoryStream();
        int count;
        while ((count = await body.ReadAsync(buffer, ct)) > 0)
        {
            if (whole.Length + count > MaxBytes)
                throw new IssuerAwayException($"{host} answered with more than {MaxBytes / 1024} KB.");
            whole.Write(buffer, 0, count);
        }
        return whole.ToArray();
    }

    static JsonElement Parse(byte[] bytes)
    {
        try
        {
            using var read = JsonDocument.Parse(bytes, Bounded);
            return read.RootElement.ValueKind == JsonValueKind.Object ? read.RootElement.Clone() : default;
        }
        catch (JsonException)
        {
            // A page in place of JSON: its status says what there is to say.
            return default;
        }
    }
}
