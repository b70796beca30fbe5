namespace Portico.Governance.Risks.Frameworks;

/// <summary>OWASP's list for applications of large language models.</summary>
static class OwaspLlm
{
    public static readonly Framework Framework = new(
        "owasp_llm",
        "OWASP LLM",
        "OWASP Top 10 for LLM Applications",
        "2025",
        "https://genai.owasp.org/llm-top-10/",
        "Which of Portico's controls work against each risk. An application has risks of its own that a gateway does not see.",
        [
            new(
                "LLM01:2025",
                "Prompt Injection",
                ["attack_screening", "finding_reviews"],
                "No detector finds every attack: docs/reference/detection.md has the rates. What is found in answers is noted alone."
            ),
            new(
                "LLM02:2025",
                "Sensitive Information Disclosure",
                ["personal_data_screening", "secret_screening", "data_classes", "capture_limits", "tenant_walls", "sealed_storage"],
                "What a model learned in training is the provider's. Pictures and sound are not searched."
            ),
            new(
                "LLM03:2025",
                "Supply Chain",
                ["model_approval", "model_lists", "model_cards", "data_terms", "address_guard"],
                "Weights and data sets of a provider are not examined; terms are as the card says them."
            ),
            new(
                "LLM04:2025",
                "Data and Model Poisoning",
                ["model_approval", "model_cards"],
                "Portico trains nothing and sees no training data: it can only decide which models serve."
            ),
            new(
                "LLM05:2025",
                "Improper Output Handling",
                ["content_screening", "guards", "secret_screening"],
                "What the application does with the answer is its own. Only words, patterns, secrets, personal data and what guards flag are looked for in answers."
            ),
            new(
                "LLM06:2025",
                "Excessive Agency",
                ["no_tool_execution", "person_decides", "people_and_roles", "key_bounds", "budget_holds"],
                "Which tools an application offers and runs is not decided here."
            ),
            new(
                "LLM07:2025",
                "System Prompt Leakage",
                ["prompt_canaries", "attack_screening", "content_screening", "guards", "secret_screening"],
                "An answer that repeats a system prompt is found by its canary; one that says the same in other words, or leaves the canary out, by words, patterns and guards of one's own alone."
            ),
            new(
                "LLM08:2025",
                "Vector and Embedding Weaknesses",
                ["attack_screening", "tenant_walls"],
                "Portico has no vector store. Documents of a rerank call, enclosed texts and results of tools are searched as they pass."
            ),
            new(
                "LLM09:2025",
                "Misinformation",
                ["grounding_notes", "ai_literacy", "acceptable_use"],
                "Answers are compared with results of tools and enclosed texts alone: whether any other is true is not examined, and people are told to check it."
            ),
            new(
                "LLM10:2025",
                "Unbounded Consumption",
                ["budget_holds", "rate_limits", "price_book", "alerts", "key_bounds"],
                "Copying a model by its answers is slowed by limits and not recognised."
            ),
        ]
    );
}
