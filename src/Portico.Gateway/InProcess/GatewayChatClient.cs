using System.Runtime.CompilerServices;
using Portico.Core.Chat;
using Portico.Gateway.Stages;
using Portico.Governance;
using Ai = Microsoft.Extensions.AI;

namespace Portico.Gateway.InProcess;

/// <summary>How the calls of a client enter.</summary>
sealed record InProcessEntry
{
    public static readonly InProcessEntry Plain = new();

    /// <summary>The call on whose behalf the client calls; each call's record names it.</summary>
    public CallId? Parent { get; init; }
    public CallOptions Options { get; init; } = CallOptions.None;

    /// <summary>Is told the id of every call before it walks, so that who started a call can name it whatever becomes of it.</summary>
    public Action<CallId>? Opened { get; init; }
}

/// <summary>
/// The way in for callers in this process: the same pipeline with its limits, budgets and records, without HTTP. A response's id is the id of its call.
/// Refusals and failures are thrown as <see cref="PorticoException"/>. What the pipeline cannot carry is refused, never left out.
/// </summary>
/// <param name="runner">Starts the calls.</param>
/// <param name="caller">Who the calls are for: whose limits and budgets they meet.</param>
/// <param name="model">A route or a model; <c>ModelId</c> of the options goes before it.</param>
/// <param name="entry">How they enter.</param>
sealed class GatewayChatClient(GatewayRunner runner, Caller caller, string model, InProcessEntry entry) : Ai.IChatClient
{
    public const string Wire = "in-process";

    public async Task<Ai.ChatResponse> GetResponseAsync(
        IEnumerable<Ai.ChatMessage> messages,
        Ai.ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var updates = new List<Ai.ChatResponseUpdate>();
        await foreach (var update in RunAsync(messages, options, stream: false, cancellationToken))
            updates.Add(update);
        return Ai.ChatResponseExtensions.ToChatResponse(updates);
    }

    public IAsyncEnumerable<Ai.ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<Ai.ChatMessage> messages,
        Ai.ChatOptions? options = null,
        CancellationToken cancellationToken = default
    ) => RunAsync(messages, options, stream: true, cancellationToken);

    async IAsyncEnumerable<Ai.ChatResponseUpdate> RunAsync(
        IEnumerable<Ai.ChatMessage> messages,
        Ai.ChatOptions? options,
        bool stream,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var context = runner.Open(Wire);
        context.Record.ParentId = entry.Parent?.ToString();
        entry.Opened?.Invoke(context.Record.Id);
        var (_, running) = await runner.StartAsync(Read(context, messages, options, stream), ct);
        await using (running)
        {
            var writer = new ChatUpdateWriter(context.Record);
            while (await running.ReadAsync(ct))
                foreach (var update in writer.Write(running.Batch.Span))
                    yield return update;
        }
    }

    ModelCall Read(CallContext context, IEnumerable<Ai.ChatMessage> messages, Ai.ChatOptions? options, bool stream)
    {
        try
        {
            return new ModelCall
            {
                Context = context,
                Caller = caller,
                Chat = ChatClientReader.Read(messages, options, model, stream),
                Options = entry.Options,
            };
        }
        catch (PorticoException e)
        {
            RecordCall.DescribeCaller(context.Record, caller);
            runner.Refuse(context, e);
            throw;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType == typeof(Ai.ChatClientMetadata) ? new Ai.ChatClientMetadata("portico", null, model)
            : null;
    }

    /// <summary>A client holds nothing between its calls.</summary>
    public void Dispose() { }
}
