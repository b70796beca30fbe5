namespace Portico.Governance.Risks.Frameworks;

/// <summary>Articles of the AI Act that touch a gateway.</summary>
static class EuAiAct
{
    public static readonly Framework Framework = new(
        "eu_ai_act",
        "EU AI Act",
        "EU AI Act, Regulation (EU) 2024/1689",
        "Official Journal of 12 July 2024",
        "https://eur-lex.europa.eu/eli/reg/2024/1689/oj",
        "What supports whoever has the duty. Which duties somebody has, and since when, is a matter of law: later acts moved dates.",
        [
            new(
                "Art. 4",
                "AI literacy",
                ["ai_literacy", "acceptable_use"],
                "Courses are on using models; what a role needs beyond that is the organisation's to teach."
            ),
            new(
                "Art. 5",
                "Prohibited AI practices",
                ["use_case_register", "use_case_classification", "use_case_approval", "acceptable_use"],
                "Whether a practice is prohibited is decided by people: nothing here recognises it."
            ),
            new(
                "Art. 9",
                "Risk management system",
                ["use_case_classification", "use_case_approval", "policy_trials"],
                "A process of risk management over the life of a system is the organisation's."
            ),
            new(
                "Art. 10",
                "Data and data governance",
                [],
                "It is about data for training, validation and testing, which Portico has none of."
            ),
            new("Art. 11", "Technical documentation", ["model_cards", "use_case_register"], "The file of Annex IV is not made here."),
            new(
                "Art. 12",
                "Record-keeping",
                ["call_records", "audit_log", "record_floor"],
                "What happens in the application beside calls of models is not recorded."
            ),
            new(
                "Art. 13",
                "Transparency and provision of information to deployers",
                ["model_cards"],
                "Instructions for use of a system are its provider's."
            ),
            new(
                "Art. 14",
                "Human oversight",
                ["person_decides", "use_case_approval", "key_bounds"],
                "Calls can be held and keys stopped; oversight of what is done with an answer is the application's."
            ),
            new(
                "Art. 15",
                "Accuracy, robustness and cybersecurity",
                ["attack_screening", "route_fallback", "provider_health", "sealed_storage"],
                "Accuracy is not measured."
            ),
            new(
                "Art. 26",
                "Obligations of deployers of high-risk AI systems",
                ["record_floor", "call_records", "person_decides", "ai_literacy", "audit_log"],
                "Telling workers and people who are affected is not covered."
            ),
            new(
                "Art. 27",
                "Fundamental rights impact assessment for high-risk AI systems",
                ["use_case_register", "use_case_classification"],
                "No form for the assessment is kept here."
            ),
            new(
                "Art. 50",
                "Transparency obligations for providers and deployers of certain AI systems",
                [],
                "Telling people that they speak to a machine, and marking what it made, is for the application and the provider of the model."
            ),
            new(
                "Art. 72",
                "Post-market monitoring by providers and post-market monitoring plan for high-risk AI systems",
                ["call_records", "usage_reports", "finding_reviews"],
                "No plan is kept here, and quality is not monitored."
            ),
            new(
                "Art. 73",
                "Reporting of serious incidents",
                ["audit_log", "call_records", "legal_holds"],
                "Proof can be kept; there is no register of incidents and nothing is reported by itself."
            ),
        ]
    );
}
