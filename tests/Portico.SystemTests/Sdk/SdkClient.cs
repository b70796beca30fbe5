using System.ClientModel;
using System.ClientModel.Primitives;
using System.Collections.Concurrent;
using OpenAI;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Sdk;

/// <summary>
/// The official .NET SDK pointed at a node by base URL and key, as an application does it. Waits between its tries are noted and not waited.
/// </summary>
sealed class SdkClient
{
    readonly CountTries tries = new();
    readonly NoteWaits waits;

    public SdkClient(Node node, string? key = null, int maxRetries = 3)
    {
        waits = new NoteWaits(maxRetries);
        var options = new OpenAIClientOptions
        {
            Endpoint = new Uri(node.Address, "/v1"),
            RetryPolicy = waits,
            NetworkTimeout = TimeSpan.FromSeconds(60),
        };
        options.AddPolicy(tries, PipelinePosition.PerTry);
        OpenAi = new OpenAIClient(new ApiKeyCredential(key ?? node.KeySecret), options);
    }

    public OpenAIClient OpenAi { get; }

    /// <summary>Requests that left the SDK.</summary>
    public int Tries => tries.Count;

    /// <summary>How long it would have slept between them.</summary>
    public IReadOnlyList<TimeSpan> Waits => [.. waits.Noted];

    /// <summary>The headers of the last answer.</summary>
    public string? Header(string name) => tries.Last!.Headers.TryGetValue(name, out var value) ? value : null;

    sealed class CountTries : PipelinePolicy
    {
        int count;

        public int Count => Volatile.Read(ref count);
        public PipelineResponse? Last { get; private set; }

        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            Interlocked.Increment(ref count);
            ProcessNext(message, pipeline, currentIndex);
            Last = message.Response;
        }

        public override async ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            Interlocked.Increment(ref count);
            await ProcessNextAsync(message, pipeline, currentIndex);
            Last = message.Response;
        }
    }

    sealed class NoteWaits(int maxRetries) : ClientRetryPolicy(maxRetries)
    {
        public ConcurrentQueue<TimeSpan> Noted { get; } = new();

        protected override void Wait(TimeSpan time, CancellationToken cancellationToken) => Noted.Enqueue(time);

        protected override Task WaitAsync(TimeSpan time, CancellationToken cancellationToken)
        {
            Noted.Enqueue(time);
            return Task.CompletedTask;
        }
    }
}
