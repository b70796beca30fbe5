namespace Portico.Governance.Risks.Controls;

/// <summary>What looks at texts, and who decides about what is found.</summary>
static partial class ControlBook
{
    static IEnumerable<Control> OfTexts() =>
        [
            new(
                "content_screening",
                "Content rules",
                "Looks for words, patterns and kinds in every text of every call, both ways and in streams, and notes, takes out or refuses.",
                "GET /api/policies/{id}/effective",
                "/policies",
                "docs/how-to/screen-texts.md",
                ["ContentRuleDoorTests", "EveryRouteScreensTests", "ScreenLaneTests"]
            ),
            new(
                "guards",
                "Guards",
                "Asks services and models about whole texts of calls, both ways, and takes out what they flag, has a person decide, or refuses.",
                "GET /api/policies/{id}/effective",
                "/policies",
                "docs/how-to/ask-a-guard.md",
                ["GuardDoorTests", "GuardedAnswerTests", "JudgeDoorTests", "GuardedBatchTests"]
            ),
            new(
                "attack_screening",
                "Attacks on the model",
                "Looks for attempts to take a model over, in what people say and in what tools and searches give back, disguises taken off first.",
                "GET /api/policies/{id}/effective",
                "/policies",
                "docs/how-to/screen-texts.md",
                ["InjectionDetectorTests", "NormaliserTests", "DetectorDoorTests"]
            ),
            new(
                "personal_data_screening",
                "Personal data in texts",
                "Looks for personal data in what goes to a provider and in what comes back, and puts placeholders there or takes it out.",
                "GET /api/policies/{id}/effective",
                "/policies",
                "docs/how-to/screen-texts.md",
                ["PiiDetectorTests", "DetectorDoorTests", "KeptWordsTests", "RestoreDoorTests"]
            ),
            new(
                "secret_screening",
                "Secrets in texts",
                "Looks for credentials in what goes to a provider and in what comes back, and takes them out or refuses the call.",
                "GET /api/policies/{id}/effective",
                "/policies",
                "docs/how-to/screen-texts.md",
                ["SecretsDetectorTests", "DetectorDoorTests"]
            ),
            new(
                "harm_screening",
                "Classes of harmful content",
                "Looks for classes of harmful content in what people and tools say to a model.",
                "GET /api/policies/{id}/effective",
                "/policies",
                "docs/how-to/screen-texts.md",
                ["ContentClassifierTests", "DetectorDoorTests"]
            ),
            new(
                "prompt_canaries",
                "Canaries in system prompts",
                "Puts a secret mark around system prompts and looks for it in answers, in ten forms and in streams; notes a leak or ends the answer.",
                "GET /api/policies/{id}/effective",
                "/policies",
                "docs/how-to/screen-texts.md",
                ["CanaryDetectorTests", "CanaryDoorTests"]
            ),
            new(
                "grounding_notes",
                "Answers against their sources",
                "Notes sentences of answers that nothing supports of what tools gave back in the same call, or of documents enclosed as text.",
                "GET /api/policies/{id}/effective",
                "/policies",
                "docs/how-to/screen-texts.md",
                ["GroundingReaderTests", "GroundingRuleTests", "TopicDoorTests", "DocumentDoorTests"]
            ),
            new(
                "finding_reviews",
                "Reviews of findings",
                "Lets people say that a finding is none, and somebody else decide about it.",
                "GET /api/finding-reviews",
                "/policies",
                "docs/how-to/screen-texts.md",
                ["DetectorDoorTests"]
            )
            {
                Always = "Every finding in the record of a call can be reported and decided about.",
            },
            new(
                "person_decides",
                "A person decides about a call",
                "Has a call wait for somebody with the permission, who is not the one who makes it.",
                "GET /api/policy-requests",
                "/policies",
                "docs/how-to/have-a-person-decide.md",
                ["PolicyRequestDoorTests", "PolicyRequestTests", "GuardDoorTests"]
            ),
            new(
                "no_tool_execution",
                "No tools of its own",
                "Passes calls of tools on to whoever asked and runs none itself.",
                "GET /api/connections",
                "/models",
                "docs/how-to/use-a-providers-own-tools.md",
                ["SdkToolTests"]
            )
            {
                Always = "Portico has nothing that runs a tool. What a provider runs by itself is allowed for each connection.",
            },
            new(
                "policy_trials",
                "Trials of policies",
                "Asks a draft at every call without refusing any, and replays one over past calls.",
                "GET /api/policy-replays",
                "/policies",
                "docs/how-to/write-a-policy.md",
                ["PolicyReplayTests", "PolicyReplayStoreTests"]
            )
            {
                Always = "Every level can have a draft, and every text can be replayed.",
            },
        ];
}
