using System.ComponentModel.DataAnnotations;

namespace Portico.Gateway;

/// <summary>Bounds and defaults of the door. Section <c>Gateway</c>.</summary>
public sealed class GatewayOptions
{
    public const string Section = "Gateway";

    /// <summary>Bytes of a request body, 64 KiB to 512 MiB. Images travel in it.</summary>
    [Range(65_536, 536_870_912)]
    public int MaxRequestBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Bytes of a form with files, 64 KiB to 512 MiB: audio to be written down, of which OpenAI takes 25 MB, and images to be edited.</summary>
    [Range(65_536, 536_870_912)]
    public int MaxUploadBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>Megabytes that cached answers may take on a node, 1 to 65,536.</summary>
    [Range(1, 65_536)]
    public int CacheMegabytes { get; set; } = 64;

    /// <summary>Answers larger than this many KiB are not cached, 1 to 65,536.</summary>
    [Range(1, 65_536)]
    public int CacheEntryKib { get; set; } = 1_024;

    /// <summary>Status of a refusal by a budget: 429 (what official SDKs understand) or 402.</summary>
    [AllowedValues(429, 402)]
    public int BudgetStatus { get; set; } = 429;

    /// <summary>Seconds for which streams may finish when the node stops, 0 to 3,600.</summary>
    [Range(0, 3_600)]
    public int DrainSeconds { get; set; } = 30;

    /// <summary>Whether responses of <c>/v1/responses</c> may be kept, sealed, so that they can be read and continued; false = <c>store</c> is answered with false.</summary>
    public bool KeepResponses { get; set; } = true;

    /// <summary>Days for which a response is kept, and a conversation behind the last thing that came to it, 1 to 3,650.</summary>
    [Range(1, 3_650)]
    public int ResponseDays { get; set; } = 30;

    /// <summary>Megabytes of responses, and as many of turns of conversations, that may wait on a node for the store, 1 to 65,536. Past it they are not kept, and counted.</summary>
    [Range(1, 65_536)]
    public int ResponseQueueMegabytes { get; set; } = 64;

    /// <summary>Responses that may run in the background on a node, 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int BackgroundResponses { get; set; } = 1_000;

    /// <summary>
    /// KiB of events that are kept of a response which was asked for with <c>background</c> and <c>stream</c>, 64 to 1,048,576. Past it the earliest go; who
    /// is further behind is told so.
    /// </summary>
    [Range(64, 1_048_576)]
    public int ResponseEventKib { get; set; } = 4_096;

    /// <summary>Megabytes that such events may take on a node, 1 to 65,536. Past it those of the responses that ended first go.</summary>
    [Range(1, 65_536)]
    public int ResponseEventMegabytes { get; set; } = 256;

    /// <summary>Minutes for which such events stay behind the end of their response, 1 to 1,440.</summary>
    [Range(1, 1_440)]
    public int ResponseEventMinutes { get; set; } = 10;

    /// <summary>Megabytes that a file of <c>/v1/files</c> may have, 1 to 16,384.</summary>
    [Range(1, 16_384)]
    public int FileMegabytes { get; set; } = 200;

    /// <summary>Megabytes that the files of a workspace may have together, 1 to 16,777,216. Past it uploads are refused.</summary>
    [Range(1, 16_777_216)]
    public int WorkspaceFileMegabytes { get; set; } = 10_240;

    /// <summary>Days for which a file is kept, 1 to 3,650; one that a batch reads stays until the batch is over.</summary>
    [Range(1, 3_650)]
    public int FileDays { get; set; } = 30;

    /// <summary>Lines that a batch may have, 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int BatchLines { get; set; } = 50_000;

    /// <summary>Batches that a workspace may have under way, 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int WorkspaceBatches { get; set; } = 100;

    /// <summary>Batches that a node runs side by side, 0 to 1,000; 0 = this node runs none.</summary>
    [Range(0, 1_000)]
    public int BatchesAtOnce { get; set; } = 8;

    /// <summary>Lines that a node asks at once for all its batches, 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int BatchLinesAtOnce { get; set; } = 16;

    /// <summary>Lines with which a step of a batch is sent to a provider's own batches, 1 to 50,000. They wait in memory until it answers.</summary>
    [Range(1, 50_000)]
    public int ProviderBatchLines { get; set; } = 1_000;

    /// <summary>Full steps whose lines a node lets wait at providers, 1 to 1,000. Every batch that runs may have one whatever the others have.</summary>
    [Range(1, 1_000)]
    public int ProviderBatchesAtOnce { get; set; } = 4;

    /// <summary>A node that has so many calls under way beside those of batches starts no line, 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int BatchYieldsAt { get; set; } = 256;

    /// <summary>Whether answers carry headers by LiteLLM's names too, such as <c>x-litellm-response-cost</c>, for callers that read those.</summary>
    public bool LiteLlmHeaders { get; set; }
}
