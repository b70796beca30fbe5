namespace Portico.Tests.Providers.Bedrock;

/// <summary>
/// Answers in the form of https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_ResponseSyntax and
/// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html#API_runtime_ConverseStream_ResponseSyntax.
/// </summary>
static class ConverseFixtures
{
    public const string Model = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0";

    public const string Usage =
        """{"inputTokens":25,"outputTokens":59,"totalTokens":1384,"cacheReadInputTokens":1000,"cacheWriteInputTokens":300,"cacheDetails":[{"ttl":"1h","inputTokens":200},{"ttl":"5m","inputTokens":100}]}""";

    /// <summary>Thinking, text, two tools at once, something unknown, and the usage with the cache.</summary>
    public const string Answer = $$$$"""
        {"metrics":{"latencyMs":842},
         "output":{"message":{"role":"assistant","content":[
           {"reasoningContent":{"reasoningText":{"text":"Two towns. Ask both.","signature":"EqQBCkgIBxABGAIqQ=="}}},
           {"reasoningContent":{"redactedContent":"c2VhbGVk"}},
           {"text":"Zürich 🚲 und 東京."},
           {"blockOfTomorrow":{"x":1}},
           {"toolUse":{"toolUseId":"tooluse_01","name":"weather","input":{"city":"Zürich"}}},
           {"toolUse":{"toolUseId":"tooluse_02","name":"clock","input":{}}}]}},
         "stopReason":"tool_use",
         "usage":{{{{Usage}}}}}
        """;

    public const string Small =
        """{"output":{"message":{"role":"assistant","content":[{"text":"Hello"}]}},"stopReason":"end_turn","usage":{"inputTokens":5,"outputTokens":2,"totalTokens":7}}""";

    /// <summary>A guardrail replaced the answer (https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-use-converse-api.html).</summary>
    public const string Guarded =
        """{"output":{"message":{"role":"assistant","content":[{"text":"Sorry, the model cannot answer this question."}]}},"stopReason":"guardrail_intervened","usage":{"inputTokens":14,"outputTokens":0,"totalTokens":14},"trace":{"guardrail":{"inputAssessment":{}}}}""";

    public static readonly (string Type, string Payload)[] Events =
    [
        ("messageStart", """{"role":"assistant","p":"abcdefghijkl"}"""),
        ("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"Two towns. "}},"p":"abc"}"""),
        ("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"Ask both."}}}"""),
        ("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"EqQBCkgIBxABGAIqQ=="}}}"""),
        ("contentBlockStop", """{"contentBlockIndex":0}"""),
        ("contentBlockDelta", """{"contentBlockIndex":1,"delta":{"reasoningContent":{"redactedContent":"c2VhbGVk"}}}"""),
        ("contentBlockStop", """{"contentBlockIndex":1}"""),
        ("eventOfTomorrow", """{"x":[1,2]}"""),
        ("contentBlockDelta", """{"delta":{"text":"Zürich 🚲 "},"contentBlockIndex":2}"""),
        ("contentBlockDelta", """{"contentBlockIndex":2,"delta":{"text":"und 東京."}}"""),
        ("contentBlockDelta", """{"contentBlockIndex":2,"delta":{"deltaOfTomorrow":{"text":"no"}}}"""),
        ("contentBlockStop", """{"contentBlockIndex":2}"""),
        ("contentBlockStart", """{"contentBlockIndex":3,"start":{"toolUse":{"toolUseId":"tooluse_01","name":"weather"}}}"""),
        ("contentBlockDelta", """{"contentBlockIndex":3,"delta":{"toolUse":{"input":""}}}"""),
        ("contentBlockDelta", """{"contentBlockIndex":3,"delta":{"toolUse":{"input":"{\"city\": \"Zü"}}}"""),
        ("contentBlockStart", """{"contentBlockIndex":4,"start":{"toolUse":{"toolUseId":"tooluse_02","name":"clock"}}}"""),
        ("contentBlockDelta", """{"contentBlockIndex":3,"delta":{"toolUse":{"input":"rich\"}"}}}"""),
        ("contentBlockStop", """{"contentBlockIndex":3}"""),
        ("contentBlockStop", """{"contentBlockIndex":4}"""),
        ("messageStop", """{"stopReason":"tool_use"}"""),
        ("metadata", $$$"""{"usage":{{{Usage}}},"metrics":{"latencyMs":842}}"""),
    ];

    static readonly byte[] Whole = EventFrames.All(Events);

    /// <summary>A copy that may be changed.</summary>
    public static byte[] Stream => [.. Whole];

    public static (string Type, string Payload)[] Saying(string text, string stop = "end_turn") =>
        [
            ("messageStart", """{"role":"assistant"}"""),
            ("contentBlockDelta", $$$"""{"contentBlockIndex":0,"delta":{"text":"{{{text}}}"}}"""),
            ("contentBlockStop", """{"contentBlockIndex":0}"""),
            ("messageStop", $$"""{"stopReason":"{{stop}}"}"""),
            ("metadata", """{"usage":{"inputTokens":5,"outputTokens":2,"totalTokens":7},"metrics":{"latencyMs":10}}"""),
        ];

    /// <summary>https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html</summary>
    public const string FoundationModels = """
        {"modelSummaries":[
          {"modelArn":"arn:aws:bedrock:eu-central-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0","modelId":"anthropic.claude-sonnet-4-5-20250929-v1:0","modelName":"Claude Sonnet 4.5","providerName":"Anthropic","inputModalities":["TEXT","IMAGE"],"outputModalities":["TEXT"],"responseStreamingSupported":true,"inferenceTypesSupported":["INFERENCE_PROFILE"],"modelLifecycle":{"status":"ACTIVE"}},
          {"modelId":"amazon.titan-embed-text-v2:0","modelName":"Titan Text Embeddings V2","providerName":"Amazon","outputModalities":["EMBEDDING"],"inferenceTypesSupported":["ON_DEMAND"]},
          {"modelId":"mistral.mistral-large-2402-v1:0","providerName":"Mistral AI","outputModalities":["TEXT"],"inferenceTypesSupported":["ON_DEMAND","PROVISIONED"]},
          {"modelId":"stability.sd3-5-large-v1:0","providerName":"Stability AI","outputModalities":["IMAGE"],"inferenceTypesSupported":["ON_DEMAND"]},
          {"modelId":"amazon.nova-canvas-v1:0","providerName":"Amazon","outputModalities":["IMAGE"],"inferenceTypesSupported":["PROVISIONED"]}]}
        """;

    /// <summary>https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListInferenceProfiles.html</summary>
    public static string Profiles(string? next, params string[] ids) =>
        "{\"inferenceProfileSummaries\":["
        + string.Join(',', ids.Select(Profile))
        + "]"
        + (next is null ? "}" : $",\"nextToken\":\"{next}\"}}");

    static string Profile(string id) =>
        $$$"""{"inferenceProfileId":"{{{id}}}","inferenceProfileName":"x","status":"ACTIVE","type":"SYSTEM_DEFINED","models":[{"modelArn":"arn:aws:bedrock:eu-central-1::foundation-model/{{{id[(id.IndexOf('.') + 1)..]}}}"}]}""";
}
