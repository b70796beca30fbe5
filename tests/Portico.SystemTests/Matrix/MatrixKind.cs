using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Matrix;

/// <summary>How a call is billed: by what of its usage, and at how much of the matrix's price.</summary>
/// <param name="Member">Of the usage of its record.</param>
/// <param name="Title">For the page.</param>
/// <param name="NanoUsd">For one.</param>
sealed record BilledUnit(string Member, string Title, long NanoUsd)
{
    public static readonly BilledUnit Tokens = new("input", "tokens", 1_000);
    public static readonly BilledUnit Searches = new("searches", "searches", 2_000_000);
    public static readonly BilledUnit Characters = new("characters", "characters", 15_000);
    public static readonly BilledUnit Audio = new("audio_ms", "audio", 100);
    public static readonly BilledUnit Images = new("images", "images", 40_000_000);
    public static readonly BilledUnit Nothing = new("", "yes", 0);

    /// <summary>A price that has a rate for each.</summary>
    public static JsonObject Price =>
        new()
        {
            ["usd_per_mtok"] = new JsonObject { ["input"] = "1", ["output"] = "2" },
            ["usd_per_unit"] = new JsonObject
            {
                ["search"] = "0.002",
                ["million_characters"] = "15",
                ["audio_minute"] = "0.006",
                ["image"] = new JsonObject { ["*"] = "0.04" },
            },
        };
}

/// <summary>What a scripted server answers to a call of a kind, and what the call is then billed by.</summary>
/// <param name="Path">With which the address ends that is called; the fields of the call stand in the body that arrives there.</param>
/// <param name="Answer">In the protocol of the server.</param>
/// <param name="Unit">By which it is billed.</param>
/// <param name="Amount">How many; null = some, by a count of Portico's.</param>
/// <param name="IsReported">The answer tells how many.</param>
sealed record KindScript(string Path, Scripted Answer, BilledUnit Unit, long? Amount, bool IsReported = false);

/// <summary>A kind of call beside chat: a column of the table of kinds.</summary>
/// <param name="Title">As the page names it.</param>
/// <param name="Path">At the door.</param>
/// <param name="Operation">As records name it.</param>
sealed record MatrixKind(string Title, string Path, string Operation)
{
    /// <summary>The body, by the name of a model.</summary>
    public required Func<string, HttpContent> Ask { get; init; }

    /// <summary>What the answer says, in short.</summary>
    public required Func<byte[], string> Hear { get; init; }

    /// <summary>What it must say; null where it is another thing at the simulated provider, and the one of the script elsewhere.</summary>
    public string? Says { get; init; }

    /// <summary>What of the question must reach the provider.</summary>
    public IReadOnlyList<string> Marks { get; init; } = [];

    /// <summary>How the simulated provider's answer is billed.</summary>
    public required (BilledUnit Unit, long? Amount) Simulated { get; init; }
    public bool Embeds => Operation == "embeddings";
    public bool Counts => Operation == "count_tokens";
    public bool IsAnthropics => Counts;

    public override string ToString() => Title;
}

/// <summary>The columns.</summary>
static class MatrixKinds
{
    /// <summary>Of the provider of OpenAI's form, what an audio says.</summary>
    public const string Transcript = "Zürich says hello.";

    public static readonly MatrixKind Embeddings = new("embeddings", "/v1/embeddings", "embeddings")
    {
        Ask = m =>
            Json(new JsonObject { ["model"] = m, ["input"] = new JsonArray("a town of Switzerland", "another town of Switzerland") }),
        Hear = b => Of(b)["data"]!.AsArray().Count + " vectors",
        Says = "2 vectors",
        Simulated = (BilledUnit.Tokens, null),
    };

    public static readonly MatrixKind RerankOne = Rerank("/v1/rerank", "rerank, v1");
    public static readonly MatrixKind RerankTwo = Rerank("/v2/rerank", "rerank, v2");

    public static readonly MatrixKind Moderations = new("moderations", "/v1/moderations", "moderation")
    {
        Ask = m => Json(new JsonObject { ["model"] = m, ["input"] = "nothing but violence" }),
        Hear = b => string.Join(',', Of(b)["results"]!.AsArray().Select(r => r!["flagged"]!.GetValue<bool>())),
        Says = "True",
        Marks = ["nothing but violence"],
        Simulated = (BilledUnit.Tokens, null),
    };

    public static readonly MatrixKind Speech = new("speech", "/v1/audio/speech", "speech")
    {
        Ask = m => Json(Singles.Speech(m, "Hello 🚲!")),
        Hear = b => Encoding.Latin1.GetString(b, 0, 4),
        Says = "RIFF",
        Marks = ["Hello "],
        Simulated = (BilledUnit.Characters, 8),
    };

    public static readonly MatrixKind SpeechEvents = Speech with
    {
        Title = "speech, as events",
        Ask = m => Json(Singles.Speech(m, "Hello 🚲!").With("stream_format", "sse")),
        Hear = Types,
        Says = "speech.audio.delta speech.audio.done",
    };

    public static readonly MatrixKind Transcription = new("transcription", "/v1/audio/transcriptions", "transcription")
    {
        Ask = m => Singles.Audio(m, TwoSeconds),
        Hear = b => Of(b).Text("text"),
        Marks = ["hello.wav"],
        Simulated = (BilledUnit.Audio, 2_000),
    };

    public static readonly MatrixKind TranscriptionEvents = Transcription with
    {
        Title = "transcription, as events",
        Ask = m => Singles.Audio(m, TwoSeconds, ("stream", "true")),
        Hear = Types,
        Says = "transcript.text.delta transcript.text.done",
    };

    public static readonly MatrixKind Translation = Transcription with
    {
        Title = "translation",
        Path = "/v1/audio/translations",
        Operation = "translation",
    };

    public static readonly MatrixKind Images = new("images", "/v1/images/generations", "image")
    {
        Ask = m => Json(Singles.Image(m, "a bicycle").With("n", 2)),
        Hear = b => Of(b)["data"]!.AsArray().Count(i => i!.Text("b64_json").Length > 0) + " images",
        Says = "2 images",
        Marks = ["a bicycle"],
        Simulated = (BilledUnit.Images, 2),
    };

    public static readonly MatrixKind ImageEdits = Images with
    {
        Title = "edits of images",
        Path = "/v1/images/edits",
        Operation = "image_edit",
        Ask = m => new MultipartFormDataContent
        {
            { new StringContent(m), "model" },
            { new StringContent("add a bell"), "prompt" },
            { new ByteArrayContent([1, 2, 3]), "image", "one.png" },
        },
        Says = "1 images",
        Marks = ["add a bell", "one.png"],
        Simulated = (BilledUnit.Images, 1),
    };

    public static readonly MatrixKind Count = new("count of tokens", "/v1/messages/count_tokens", "count_tokens")
    {
        Ask = m =>
            Json(
                new JsonObject { ["model"] = m, ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Hello" }) }
            ),
        Hear = b => Of(b).Number("input_tokens") > 0 ? "a number" : "none",
        Says = "a number",
        Simulated = (BilledUnit.Nothing, null),
    };

    public static IReadOnlyList<MatrixKind> All { get; } =
    [
        Embeddings,
        RerankOne,
        RerankTwo,
        Moderations,
        Speech,
        SpeechEvents,
        Transcription,
        TranscriptionEvents,
        Translation,
        Images,
        ImageEdits,
        Count,
    ];

    static MatrixKind Rerank(string path, string title) =>
        new(title, path, "rerank")
        {
            Ask = m => Json(Singles.Rerank(m, "red bicycle", "a car", "a red bicycle")),
            Hear = b => string.Join(',', Of(b)["results"]!.AsArray().Select(r => r!.Number("index"))),
            Says = "1,0",
            Marks = ["red bicycle", "a car"],
            Simulated = (BilledUnit.Searches, 1),
        };

    static StringContent Json(JsonObject body) => new(body.ToJsonString(), Encoding.UTF8, "application/json");

    static JsonNode Of(byte[] body) => JsonNode.Parse(body)!;

    static string Types(byte[] body) =>
        string.Join(
            ' ',
            Encoding
                .UTF8.GetString(body)
                .Split('\n')
                .Where(l => l.StartsWith("data: {", StringComparison.Ordinal))
                .Select(l => JsonNode.Parse(l[6..])!.Text("type"))
        );

    /// <summary>Of silence.</summary>
    public static byte[] TwoSeconds
    {
        get
        {
            var wav = new byte[44 + 2 * 16_000];
            "RIFF"u8.CopyTo(wav);
            "WAVEfmt "u8.CopyTo(wav.AsSpan(8));
            wav[16] = 16;
            wav[20] = wav[22] = 1;
            BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(24), 8_000);
            BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(28), 16_000);
            wav[32] = 2;
            wav[34] = 16;
            "data"u8.CopyTo(wav.AsSpan(36));
            BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(40), wav.Length - 44);
            return wav;
        }
    }
}
