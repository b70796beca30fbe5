namespace Portico.Governance.Risks.Frameworks;

/// <summary>The twelve areas of NIST's profile for generative AI.</summary>
static class NistGenAi
{
    public static readonly Framework Framework = new(
        "nist_ai_600_1",
        "NIST AI 600-1",
        "NIST AI 600-1, Generative AI Profile",
        "July 2024",
        "https://doi.org/10.6028/NIST.AI.600-1",
        "The twelve areas of risk of the profile, numbered as its section 2. Its suggested actions are for organisations and not mapped one by one.",
        [
            new(
                "2.1",
                "CBRN Information or Capabilities",
                ["harm_screening", "attack_screening", "content_screening", "guards"],
                "No detector is made for this area: classes of harmful content, words and guards of one's own are what there is."
            ),
            new(
                "2.2",
                "Confabulation",
                ["grounding_notes", "ai_literacy", "acceptable_use"],
                "Answers are compared with results of tools and enclosed texts alone, by their words, and what is found is noted."
            ),
            new(
                "2.3",
                "Dangerous, Violent, or Hateful Content",
                ["harm_screening", "content_screening", "guards", "finding_reviews"],
                "Answers are searched by words and patterns, and by class where a guard of one's own tells it."
            ),
            new(
                "2.4",
                "Data Privacy",
                [
                    "personal_data_screening",
                    "data_classes",
                    "data_terms",
                    "retention",
                    "subject_requests",
                    "reveal_with_reason",
                    "sealed_storage",
                ],
                "What a model learned in training is the provider's."
            ),
            new("2.5", "Environmental Impacts", ["usage_reports"], "Tokens and calls are counted; energy is not measured."),
            new(
                "2.6",
                "Harmful Bias or Homogenization",
                ["use_case_classification"],
                "Outcomes are not compared between groups: no bias audit is made."
            ),
            new(
                "2.7",
                "Human-AI Configuration",
                ["ai_literacy", "acceptable_use", "person_decides", "use_case_approval"],
                "How an application shows answers to people is its own."
            ),
            new(
                "2.8",
                "Information Integrity",
                ["audit_log", "call_records"],
                "Made content is not marked; a record says which model made an answer."
            ),
            new(
                "2.9",
                "Information Security",
                [
                    "attack_screening",
                    "secret_screening",
                    "people_and_roles",
                    "tenant_walls",
                    "sealed_storage",
                    "address_guard",
                    "audit_log",
                ],
                "The machine, its network and its system are for whoever runs them."
            ),
            new(
                "2.10",
                "Intellectual Property",
                ["model_lists", "model_cards", "data_terms"],
                "Licences of models are ruled; overlap of an answer is found with texts that a content rule protects, and with no others."
            ),
            new(
                "2.11",
                "Obscene, Degrading, and/or Abusive Content",
                ["harm_screening", "content_screening", "guards"],
                "Pictures are not searched, and answers by words, patterns and guards of one's own alone."
            ),
            new(
                "2.12",
                "Value Chain and Component Integration",
                ["model_approval", "model_cards", "model_lists", "data_terms", "price_book"],
                "Contracts with providers are not kept here."
            ),
        ]
    );
}
