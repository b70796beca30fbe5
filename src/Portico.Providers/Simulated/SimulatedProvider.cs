using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.OpenAi;

namespace Portico.Providers.Simulated;

/// <summary>
/// A provider in the product: deterministic, priced, in process, for demos, tests and load. What it answers depends on the request alone;
/// what goes wrong depends on the model's name.
/// </summary>
public sealed class SimulatedProvider(TimeProvider time) : IChatProvider, IEmbeddingProvider, ISingleProvider, IModelLister
{
    const int DefaultDimensions = 64;
    const int MaxDimensions = 4096;
    const int MaxRememberedCalls = 100_000;

    readonly ConcurrentDictionary<CallId, int> failures = new();

    public static ProviderFamily Family(TimeProvider time)
    {
        var provider = new SimulatedProvider(time);
        return new ProviderFamily("sim", Dialect.OpenAiChat, provider, provider, provider)
        {
            Singles = provider,
            Form = new ConnectionForm(
                "Simulated provider",
                [
                    new ServiceForm(
                        "Simulated provider",
                        BaseUrl: "http://simulated.invalid/",
                        AddressHelp: "Nothing is called: answers are made in this process, deterministic and without an account."
                    )
                    {
                        Credentials = ["none"],
                    },
                ],
                [CredentialForm.Nobody("No credential", "It needs none.")]
            ),
        };
    }

    public async Task<ProviderReply> ChatAsync(ProviderCall call, CancellationToken ct)
    {
        var behaviour = SimulatedBehaviour.Of(call.UpstreamModel);
        var left = LeftOut(call);
        Refusals.Losses(call.RefusesLosses, left);
        await MisbehaveAsync(behaviour, call.Connection, call.CallId, ct);
        var answer = SimulatedAnswer.For(call.Request, call.OutputCap, behaviour);
        return new ProviderReply(call.Request.Stream ? new SimulatedStream(answer, behaviour, call, time) : Whole(answer, behaviour, call))
        {
            UpstreamRequestId = "sim",
            DroppedFields = left,
        };
    }

    public bool Serves(CallKind kind) => kind is not (CallKind.Chat or CallKind.Embeddings);

    public async Task<ProviderReply> AskAsync(SingleCall call, CancellationToken ct)
    {
        await MisbehaveAsync(SimulatedBehaviour.Of(call.UpstreamModel), call.Connection, call.CallId, ct);
        return SimulatedSingles.Answer(call) with { UpstreamRequestId = "sim" };
    }

    /// <summary>What goes wrong before an answer begins.</summary>
    async Task MisbehaveAsync(SimulatedBehaviour behaviour, ProviderConnection connection, CallId id, CancellationToken ct)
    {
        FailIfAsked(behaviour, connection, id);
        if (behaviour.FirstOutputMs > 0)
            await WaitAsync(TimeSpan.FromMilliseconds(behaviour.FirstOutputMs), connection, ct);
        if (behaviour.HangAfter == 0)
            await WaitAsync(Timeout.InfiniteTimeSpan, connection, ct);
        if (behaviour.Malformed)
            throw new UpstreamException(
                ErrorTable.UpstreamMalformed,
                Fault.Upstream,
                "The simulated provider sent what is not its protocol."
            );
    }

    /// <summary>It reads what the canonical form knows, and of a body in OpenAI's form what it likes.</summary>
    static IReadOnlyList<string> LeftOut(ProviderCall call) =>
        OpenAiChatWriter.IsForeign(call)
            ?
            [
                .. call.Request.Extra.Select(e => e.Key),
                .. call.Request.Unread,
                .. call.AnthropicBeta is null ? [] : new[] { "anthropic-beta" },
            ]
            : [];

    static WholeReply Whole(SimulatedAnswer answer, SimulatedBehaviour behaviour, ProviderCall call)
    {
        if (behaviour.CutAfter >= 0)
            throw new UpstreamException(ErrorTable.UpstreamCut, Fault.Upstream, "The simulated provider cut the answer.");
        if (behaviour.ErrorAfter >= 0)
            throw new UpstreamException(
                ErrorTable.UpstreamFailed,
                Fault.Upstream,
                "The simulated provider failed in the middle of the answer."
            );
        var completion = new Completion(behaviour.NoUsage ? default : answer.Usage, answer.Finish, "sim/" + call.UpstreamModel);
        var body = SimulatedFrames.Whole(answer, call, withUsage: !behaviour.NoUsage);
        if (call.WantsFrames(Dialect.OpenAiChat))
            return new WholeReply(body, completion, Dialect.OpenAiChat);
        var events = new List<ModelEvent>();
        OpenAiAnswerDecoder.Decode(body, events);
        return new WholeReply(events, completion);
    }

    void FailIfAsked(SimulatedBehaviour behaviour, ProviderConnection connection, CallId id)
    {
        if (behaviour.FailStatus == 0)
            return;
        if (behaviour.FailTimes > 0)
        {
            if (failures.Count > MaxRememberedCalls)
                failures.Clear();
            if (failures.AddOrUpdate(id, 1, static (_, n) => n + 1) > behaviour.FailTimes)
                return;
        }
        throw Http.UpstreamErrors.From(
            behaviour.FailStatus,
            new Http.UpstreamErrorBody($"The simulated provider fails with {behaviour.FailStatus}.", null, null, null),
            behaviour.FailStatus == 429 ? TimeSpan.FromSeconds(1) : null,
            connection
        );
    }

    async Task WaitAsync(TimeSpan wait, ProviderConnection connection, CancellationToken ct)
    {
        var limit = connection.Timeouts.FirstByte;
        var tooLong = wait == Timeout.InfiniteTimeSpan || wait > limit;
        await Task.Delay(tooLong ? limit : wait, time, ct);
        if (tooLong)
            throw new UpstreamException(
                ErrorTable.UpstreamTimeout,
                Fault.Upstream,
                $"The simulated provider did not answer within {limit.TotalSeconds:0.###} s."
            );
    }

    public Task<EmbeddingReply> EmbedAsync(EmbeddingCall call, CancellationToken ct)
    {
        var request = call.Request;
        // Any model embeds here; those that fail do.
        if (call.UpstreamModel.Contains("fail-", StringComparison.Ordinal))
            FailIfAsked(SimulatedBehaviour.Of(call.UpstreamModel), call.Connection, call.CallId);
        var dimensions = request.Dimensions ?? DefaultDimensions;
        if (dimensions is < 1 or > MaxDimensions)
            throw new UpstreamException(ErrorTable.UpstreamRejected, Fault.Caller, $"dimensions must be from 1 to {MaxDimensions}.")
            {
                Status = 400,
                UpstreamParam = "dimensions",
            };
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("object"u8, "list"u8);
            json.WriteStartArray("data"u8);
            var inputs = request.Inputs.Concat(request.TokenInputs.Select(t => string.Join(' ', t))).ToList();
            for (var i = 0; i < inputs.Count; i++)
                WriteVector(json, i, Vector(inputs[i], dimensions), request.EncodingFormat == "base64");
            json.WriteEndArray();
            json.WriteString("model"u8, "sim/" + call.UpstreamModel);
            var tokens = inputs.Sum(t => SimulatedAnswer.CountTokens(t));
            json.WriteStartObject("usage"u8);
            json.WriteNumber("prompt_tokens"u8, tokens);
            json.WriteNumber("total_tokens"u8, tokens);
            json.WriteEndObject();
            json.WriteEndObject();
            json.Flush();
            return Task.FromResult(
                new EmbeddingReply(buffer.ToArray(), new Usage { Input = tokens, Source = UsageSource.Reported }, "sim")
            );
        }
    }

    static void WriteVector(Utf8JsonWriter json, int index, float[] vector, bool base64)
    {
        json.WriteStartObject();
        json.WriteString("object"u8, "embedding"u8);
        json.WriteNumber("index"u8, index);
        if (base64)
        {
            json.WriteBase64String("embedding"u8, MemoryMarshal.AsBytes<float>(vector));
        }
        else
        {
            json.WriteStartArray("embedding"u8);
            foreach (var value in vector)
                json.WriteNumberValue(value);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    /// <summary>A unit vector of numbers drawn from the text's hash: equal texts are equal, others nearly orthogonal.</summary>
    static float[] Vector(string text, int dimensions)
    {
        var vector = new float[dimensions];
        Span<byte> digest = stackalloc byte[32];
        var sum = 0.0;
        for (var i = 0; i < dimensions; i++)
        {
            if (i % 8 == 0)
                SHA256.HashData(Encoding.UTF8.GetBytes($"{i / 8}:{text}"), digest);
            vector[i] = BinaryPrimitives.ReadInt32LittleEndian(digest[(i % 8 * 4)..]) / (float)int.MaxValue;
            sum += vector[i] * (double)vector[i];
        }
        var length = Math.Sqrt(sum);
        for (var i = 0; i < dimensions; i++)
            vector[i] = (float)(vector[i] / length);
        return vector;
    }

    public Task<IReadOnlyList<OfferedModel>> ListModelsAsync(ProviderConnection connection, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<OfferedModel>>(SimulatedModels.All.Select(m => new OfferedModel(m.Name, "portico")).ToList());
}
