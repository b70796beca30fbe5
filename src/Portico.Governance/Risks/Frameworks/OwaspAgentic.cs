namespace Portico.Governance.Risks.Frameworks;

/// <summary>OWASP's list for agentic applications.</summary>
static class OwaspAgentic
{
    public static readonly Framework Framework = new(
        "owasp_agentic",
        "OWASP Agentic",
        "OWASP Top 10 for Agentic Applications",
        "2026, published December 2025",
        "https://genai.owasp.org/resource/owasp-top-10-for-agentic-applications-for-2026/",
        "Portico stands between an agent and its models; what the agent does beside calling models it does not see.",
        [
            new(
                "ASI01",
                "Agent Goal Hijack",
                ["attack_screening"],
                "Goals of an agent are not known here; results of tools are searched as they go to a model."
            ),
            new(
                "ASI02",
                "Tool Misuse and Exploitation",
                ["no_tool_execution", "attack_screening", "content_screening", "guards", "person_decides"],
                "Calls of tools are searched by content rules and guards as texts; whether a tool may be run is the agent's to decide."
            ),
            new(
                "ASI03",
                "Identity and Privilege Abuse",
                ["people_and_roles", "key_bounds", "company_sign_in", "tenant_walls", "audit_log"],
                "Rights of an agent in other systems are theirs to give."
            ),
            new(
                "ASI04",
                "Agentic Supply Chain Vulnerabilities",
                ["model_approval", "model_lists", "model_cards", "address_guard"],
                "Tools, skills and servers of an agent are not registered here."
            ),
            new(
                "ASI05",
                "Unexpected Code Execution (RCE)",
                ["no_tool_execution"],
                "Portico runs no code of a model. A sandbox for what the agent runs is not covered."
            ),
            new(
                "ASI06",
                "Memory & Context Poisoning",
                ["attack_screening", "tenant_walls", "sealed_storage"],
                "Memory that an agent keeps elsewhere is searched when it is sent to a model, not before."
            ),
            new(
                "ASI07",
                "Insecure Inter-Agent Communication",
                [],
                "Agents speak to each other past Portico: it sees calls of models alone."
            ),
            new(
                "ASI08",
                "Cascading Failures",
                ["route_fallback", "provider_health", "budget_holds", "rate_limits", "alerts"],
                "A chain of agents that fail one after another is seen as calls and not as a chain."
            ),
            new(
                "ASI09",
                "Human-Agent Trust Exploitation",
                ["ai_literacy", "acceptable_use", "person_decides"],
                "How an application shows that an agent speaks is its own."
            ),
            new(
                "ASI10",
                "Rogue Agents",
                ["key_bounds", "budget_holds", "rate_limits", "audit_log", "call_records"],
                "A key can be stopped at once; behaviour that drifts is not recognised by itself."
            ),
        ]
    );
}
