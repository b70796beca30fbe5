namespace Portico.Governance.Risks.Frameworks;

/// <summary>Techniques of MITRE ATLAS that pass a gateway.</summary>
static class MitreAtlas
{
    public static readonly Framework Framework = new(
        "mitre_atlas",
        "MITRE ATLAS",
        "MITRE ATLAS",
        "data 5.6.0, April 2026",
        "https://atlas.mitre.org/",
        "Techniques that reach a model through its calls. Those that work on training or on other systems are not listed.",
        [
            new(
                "AML.T0010",
                "AI Supply Chain Compromise",
                ["model_approval", "model_lists", "model_cards"],
                "Artefacts of a provider are not examined."
            ),
            new(
                "AML.T0012",
                "Valid Accounts",
                ["company_sign_in", "people_and_roles", "key_bounds", "audit_log"],
                "A stolen key works until its end, its networks or somebody stops it."
            ),
            new(
                "AML.T0024",
                "Exfiltration via AI Inference API",
                ["rate_limits", "call_records", "personal_data_screening"],
                "Copying a model by many questions is slowed and recorded, not recognised."
            ),
            new(
                "AML.T0029",
                "Denial of AI Service",
                ["rate_limits", "budget_holds", "route_fallback", "provider_health"],
                "Floods of the network are for what stands before Portico."
            ),
            new(
                "AML.T0034",
                "Cost Harvesting",
                ["budget_holds", "rate_limits", "alerts", "price_book"],
                "Within its budget a caller may spend as it likes."
            ),
            new("AML.T0051", "LLM Prompt Injection", ["attack_screening"], "docs/reference/detection.md has how many are found."),
            new(
                "AML.T0053",
                "AI Agent Tool Invocation",
                ["no_tool_execution", "content_screening", "guards"],
                "Which tools an agent runs is not decided here."
            ),
            new(
                "AML.T0054",
                "LLM Jailbreak",
                ["attack_screening", "harm_screening"],
                "docs/reference/detection.md has how many are found."
            ),
            new(
                "AML.T0056",
                "Extract LLM System Prompt",
                ["prompt_canaries", "attack_screening", "content_screening", "guards"],
                "An answer that says the prompt in other words is found by words, patterns and guards of one's own alone."
            ),
            new(
                "AML.T0057",
                "LLM Data Leakage",
                ["personal_data_screening", "secret_screening", "tenant_walls"],
                "What a model learned in training is the provider's."
            ),
            new("AML.T0068", "LLM Prompt Obfuscation", ["attack_screening"], "Disguises that are not known are not taken off."),
            new(
                "AML.T0070",
                "RAG Poisoning",
                ["attack_screening"],
                "Documents are searched when they are sent to a model; where they are kept is not covered."
            ),
            new(
                "AML.T0080",
                "AI Agent Context Poisoning",
                ["attack_screening", "tenant_walls"],
                "Memory of an agent elsewhere is not covered."
            ),
            new(
                "AML.T0086",
                "Exfiltration via AI Agent Tool Invocation",
                ["no_tool_execution", "secret_screening", "personal_data_screening"],
                "Arguments of tools are searched as they leave the model; where a tool sends them is not seen."
            ),
        ]
    );
}
